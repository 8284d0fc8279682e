"""The interface's own words in English, French, Simplified and Traditional Chinese."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "fr", "zh-Hans", "zh-Hant")
"""Languages of the interface; the first is used when the browser asks for none of them."""

_TRADITIONAL = re.compile(r"zh-(?:.*hant|tw|hk|mo)", re.IGNORECASE)


@cache
def _all_words() -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "words.json").read_text("utf-8"))
    return loaded


def words(language: str) -> dict[str, str]:
    """Return the words of one of `LANGUAGES` by key."""
    table = _all_words()
    return {key: texts[language] for key, texts in table.items()}


def counted(t: Mapping[str, str], key: str, count: int) -> str:
    """Say how many there are, with the word for one where there is one."""
    return t[f"{key}_one" if count == 1 else key].format(count=count)


def pick_language(accept_language: str) -> str:
    """Choose the interface's language from an `Accept-Language` header.

    Args:
        accept_language: For example `fr-CH, fr;q=0.9, en;q=0.8`.

    Returns:
        One of `LANGUAGES`: the most wanted that is there.
    """
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept_language[:1000].split(",")):
        tag, _, rest = part.strip().partition(";")
        weight = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{1,3})?)\s*", rest)
        wanted.append((-(float(weight[1]) if weight else 1.0), place, tag.strip()))
    for _, _, tag in sorted(wanted):
        found = interface_language(tag)
        if found:
            return found
    return LANGUAGES[0]


def interface_language(tag: str) -> str | None:
    """Map a BCP 47 tag to the interface language that serves it, or None."""
    low = tag.lower()
    if low == "zh" or low.startswith("zh-"):
        return "zh-Hant" if _TRADITIONAL.match(low) else "zh-Hans"
    primary = low.split("-")[0]
    return primary if primary in LANGUAGES else None


def language_name(tag: str, language: str) -> str:
    """Name a language in the words of the interface; the tag itself when there is no name for it."""
    return words(language).get(f"language.{tag}", tag)
