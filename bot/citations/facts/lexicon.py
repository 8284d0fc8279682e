"""Word lists the fact readers share: Unicode CLDR's names (generated) and our own additions (written by hand)."""

from __future__ import annotations

import json
import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import regex

from bot.corpus.text import opencc, search_text

_INVISIBLE: Final = regex.compile(r"[\p{Cf}\p{Mn}--[\u0300-\u0fff\u3099\u309a]]", regex.V1)
_HAN: Final = regex.compile(r"\p{Han}")
_QUOTES: Final = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "−": "-", "–": "-", "‐": "-", "‑": "-", "‒": "-"}
)
_HARAKAT: Final = regex.compile(r"[\u064b-\u0652\u0640\u0670]")
_DIGIT: Final = regex.compile(r"[\p{Nd}--[0-9]]", regex.V1)
_POWER: Final = str.maketrans({"²": "^2", "³": "^3"})

SIBLINGS: Final = {
    "ru": ("ru", "uk", "bg", "sr", "mk", "be", "kk"),
    "uk": ("uk", "ru"),
    "bg": ("bg", "ru"),
    "ar": ("ar", "fa", "ur"),
    "fa": ("fa", "ar", "ur"),
    "ur": ("ur", "ar", "fa"),
    "hi": ("hi", "mr", "ne"),
    "bn": ("bn",),
    "pt": ("pt", "pt-PT"),
    "zh": ("zh", "zh-Hant"),
    "yue": ("zh", "zh-Hant"),
    "id": ("id", "ms"),
    "ms": ("ms", "id"),
    "no": ("nb", "da", "sv"),
    "nb": ("nb", "da", "sv"),
    "da": ("da", "nb", "sv"),
    "tl": ("fil",),
    "hr": ("hr", "sr"),
    "sh": ("hr", "sr"),
}
"""Languages whose words are tried for a text, because a short text or a script does not tell them apart."""


def candidates(language: str) -> tuple[str, ...]:
    """The languages whose words are tried for a text in this language."""
    code = language.split("-", maxsplit=1)[0].lower()
    return SIBLINGS.get(code, (code,))


def fold(text: str) -> str:
    """One spelling for comparing: width, case, Chinese variants, Arabic vowel marks, digits and quotes unified."""
    text = search_text(text.translate(_POWER)).casefold().translate(_QUOTES)
    text = _HARAKAT.sub("", _INVISIBLE.sub("", text))
    if _HAN.search(text):
        text = opencc("t2s").convert(text)
    return unicodedata.normalize("NFC", _DIGIT.sub(lambda match: str(unicodedata.decimal(match[0], " ")), text))


def fold_in_place(text: str) -> str:
    """The same as far as it keeps every character at its place."""
    folded = "".join(low if len(low := c.casefold()) == 1 else c for c in text.translate(_QUOTES))
    if _HAN.search(folded) and len(simple := opencc("t2s").convert(folded)) == len(folded):
        return simple
    return folded


@lru_cache(maxsize=8)
def table(name: str) -> Any:
    """A table of ours by the name of its file."""
    return json.loads(files("bot.citations").joinpath(f"data/{name}.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def cldr() -> dict[str, dict[str, dict[str, Any]]]:
    """The generated tables: `{kind: {language: {spelling: meaning}}}`."""
    tables: dict[str, dict[str, dict[str, Any]]] = json.loads(
        files("bot.citations").joinpath("data/cldr.json").read_text(encoding="utf-8")
    )
    return tables


@lru_cache(maxsize=1)
def extra() -> dict[str, Any]:
    """Our own tables, from `data/words.json`: see the `about` entry there."""
    tables: dict[str, Any] = json.loads(files("bot.citations").joinpath("data/words.json").read_text(encoding="utf-8"))
    return tables
