"""What the Slack app itself says, in English, French, Simplified and Traditional Chinese."""

from __future__ import annotations

import asyncio
import json
import re
from functools import cache
from importlib import resources

LANGUAGES = ("en", "fr", "zh-Hans", "zh-Hant")
"""Languages there are words for; the first stands in for all others."""

_TRADITIONAL = re.compile(r"zh-(?:.*hant|tw|hk|mo)", re.IGNORECASE)


@cache
def _table() -> dict[str, dict[str, str]]:
    text = (resources.files("bot.slack") / "words.json").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, str]] = json.loads(text)
    return loaded


def say(key: str, language: str, **values: object) -> str:
    """Say something of `words.json` in the words of a language, with its places filled in.

    Args:
        key: What to say.
        language: BCP 47 tag, as of a question; a language without words of its own gets English.
        values: What stands in the places of the text.
    """
    texts = _table()[key]
    text = texts[_spoken(language)]
    return text.format(**values) if values else text


def _spoken(tag: str) -> str:
    low = tag.lower()
    if low == "zh" or low.startswith("zh-"):
        return "zh-Hant" if _TRADITIONAL.match(low) else "zh-Hans"
    primary = low.split("-")[0]
    return primary if primary in LANGUAGES else LANGUAGES[0]


async def guess_language(text: str, *, seconds: float = 0.5) -> str:
    """Language of a question, for the words around its answer; English when that takes too long to tell."""
    from bot.corpus.language import detect_language

    try:
        async with asyncio.timeout(seconds):
            return await asyncio.to_thread(detect_language, text[:500])
    except TimeoutError:
        return "en"
