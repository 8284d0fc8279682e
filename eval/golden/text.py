"""One form for comparing answer strings: width, case, Chinese script, spacing and quotation marks do not matter."""

from __future__ import annotations

import functools
import unicodedata
from typing import Any

import opencc
import regex

_PINYIN = regex.compile(r"(?<=\p{Han})\s?[(（]\p{Latin}{1,7}[)）]")
_DASHES = regex.compile(r"[\p{Pd}−]+")
_QUOTES = regex.compile(r"[\"'`´‘’‚‛“”„‟«»‹›「」『』《》〈〉]+")
_CJK_GAP = regex.compile(r"(?<=[\p{Han}\p{Hiragana}\p{Katakana}])\s+|\s+(?=[\p{Han}\p{Hiragana}\p{Katakana}])")
_SPACE = regex.compile(r"\s+")
_PERCENT = regex.compile(r"\s+(?=%)")


@functools.lru_cache(maxsize=1)
def _to_simplified() -> Any:
    return opencc.OpenCC("t2s")


def normalise(text: str) -> str:
    """Text as it is compared: NFKC, simplified Chinese, case-folded, digits in ASCII, one space, no quotation marks.

    Artefacts of conversion (`自治區(qū)`) go too, as do spaces next to Chinese and Japanese characters.
    """
    text = _PINYIN.sub("", unicodedata.normalize("NFKC", text))
    text = _to_simplified().convert(text).casefold()
    text = "".join(str(unicodedata.digit(char)) if char.isdecimal() and not char.isascii() else char for char in text)
    text = _QUOTES.sub(" ", _DASHES.sub("-", text))
    spaced: str = _SPACE.sub(" ", _CJK_GAP.sub("", _PERCENT.sub("", text)))
    return spaced.strip()


def contains(text: str, form: str) -> bool:
    """Whether the form occurs in the text, both normalised; Latin and Cyrillic words and numbers only as wholes."""
    return occurs(normalise(text), normalise(form))


def occurs(text: str, form: str) -> bool:
    """The same for text and form that are already normalised."""
    if not form:
        return False
    start = text.find(form)
    while start >= 0:
        if _whole(text, start, start + len(form)):
            return True
        start = text.find(form, start + 1)
    return False


_JOINED = regex.compile(r"\p{Latin}\p{Latin}|\p{Cyrillic}\p{Cyrillic}|\p{N}\p{N}")


def _whole(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 1) : start + 1], text[end - 1 : end + 1]
    return not (_JOINED.fullmatch(before) or _JOINED.fullmatch(after))
