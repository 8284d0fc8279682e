"""Text as it is searched, embedded and compared; what is cited stays the original."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Protocol

import regex

_SPACE = regex.compile(r"\s+")
_INVISIBLE = regex.compile(
    r"[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ue000-\uf8ff]"
    # A joiner means something in Arabic and Indic spelling and in emoji, nowhere else.
    r"|(?<![\p{Arabic}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}\p{Telugu}\p{Kannada}"
    r"\p{Malayalam}\p{Sinhala}\p{Khmer}\p{Mongolian}\p{So}\ufe0f])[\u200c\u200d]"
    r"|[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f]"
)
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_SYLLABLE = regex.compile(r"(?<=\p{Han})\(\s?([a-zü" + _TONED + r"]{1,6})\s?\)")
_PINYIN = regex.compile(r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:[iuüv]?[aeiouüv]{1,2}(?:ng?|r)?|[iu]?(?:ang|eng|ong))")
_HAN = regex.compile(r"\p{Han}")
_WRAPPED = regex.compile(r"(?<=[\p{Han}\p{Hiragana}\p{Katakana}\p{P}])\s*\n\s*(?=[\p{Han}\p{Hiragana}\p{Katakana}])")
_HYPHENATED = regex.compile(r"(?<=\p{Ll}\p{Ll})[-\u2010\u00ad]\r?\n\s*(?=\p{Ll}\p{Ll})")
_KANA_OR_HANGUL = regex.compile(r"[\p{Hiragana}\p{Katakana}\p{Hangul}]")


class Converter(Protocol):
    """An OpenCC conversion."""

    def convert(self, text: str) -> str:
        """Return the text in the other script."""


@lru_cache(maxsize=8)
def opencc(configuration: str) -> Converter:
    """Return the OpenCC conversion of that name (`t2s`, `s2t`, …), loaded once."""
    from opencc import OpenCC

    converter: Converter = OpenCC(configuration)
    return converter


def search_text(text: str) -> str:
    """Return the text for search: what readers take for the same becomes the same.

    Compatibility forms are unified (NFKC), Traditional Chinese becomes Simplified, pinyin syllables that a faulty
    conversion left in brackets after a character (`自治區(qū)`) go, so do invisible controls and hyphens at the ends of
    lines. White space folds to single spaces, or to none where lines of Chinese or Japanese were broken. Text in other
    scripts keeps everything else, case and accents included.
    """
    text = _HYPHENATED.sub("", text) if "\n" in text else text
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    han = len(_HAN.findall(text))
    if han:
        text = _WRAPPED.sub("", text)
        text = _without_pinyin(text)
        # Japanese and Korean write characters that look traditional: unifying those would harm their own words.
        if len(_KANA_OR_HANGUL.findall(text)) * 8 < han:
            text = opencc("t2s").convert(text)
    folded: str = _SPACE.sub(" ", text)
    return folded.strip()


def _without_pinyin(text: str) -> str:
    """Remove bracketed pinyin after Chinese characters; toneless syllables only beside toned ones: `(ai)` may be AI."""
    if not any(_is_toned(match[1]) for match in _SYLLABLE.finditer(text)):
        return text
    cleaned: str = _SYLLABLE.sub(lambda match: "" if _is_syllable(match[1]) else match[0], text)
    return cleaned


def _is_toned(syllable: str) -> bool:
    return sum(letter in _TONED for letter in syllable) == 1 and _is_syllable(syllable)


def _is_syllable(syllable: str) -> bool:
    plain = "".join(c for c in unicodedata.normalize("NFD", syllable) if not unicodedata.combining(c))
    return _PINYIN.fullmatch(plain) is not None
