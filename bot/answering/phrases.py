"""What Pinpoint itself says to a reader, in the language of the question."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

_ALIASES = {"zh": "zh-Hans", "zh-tw": "zh-Hant", "zh-hk": "zh-Hant", "zh-cn": "zh-Hans", "no": "nb", "nn": "nb"} | {
    "fil": "tl", "in": "id", "iw": "he", "bs": "hr", "sh": "sr"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one language."""

    name: str
    """English name of the language, as a prompt names it."""
    lead: str
    """Line before quoted sentences; makes no claim."""
    disagreement: str
    """Line before quoted sentences that give different values."""
    not_found: str
    """Sentence that says that the documents do not answer."""


@cache
def _table() -> dict[str, Phrases]:
    text = (resources.files("bot.answering") / "data" / "phrases.toml").read_text(encoding="utf-8")
    return {tag: Phrases(**entry) for tag, entry in tomllib.loads(text).items()}


def languages() -> tuple[str, ...]:
    """The tags that have phrases of their own."""
    return tuple(_table())


def phrases(language: str) -> Phrases:
    """The phrases for a BCP 47 tag: its own, its base language's, or English."""
    table = {tag.lower(): entry for tag, entry in _table().items()}
    tag = language.lower()
    while tag:
        if found := table.get(tag) or table.get(_ALIASES.get(tag, "").lower()):
            return found
        tag = tag.rpartition("-")[0]
    return table["en"]


def is_known(language: str) -> bool:
    """Whether there is a name for a BCP 47 tag or for its base language."""
    return language.lower().split("-")[0] == "en" or phrases(language).name != "English"


def language_name(language: str) -> str:
    """How a prompt names the language: its English name, or `the language of the question` when it is unknown."""
    return phrases(language).name if is_known(language) else "the language of the question"
