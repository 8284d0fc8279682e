"""Does a text state a fact? Accepted forms and numeric values, whatever the script, digits, width or unit words."""

from __future__ import annotations

import datetime as dt
import functools
import unicodedata
from decimal import Decimal, InvalidOperation

import regex

from eval.golden import Fact, normalise
from eval.golden.text import occurs
from eval.measures.numbers import canonical, values

_UNITS = (
    (regex.compile(r"\s?(?:percent|per cent|pour cent|por ciento|por cento|prozent|persen|peratus|phần trăm|процент\w*|"
                   r"パーセント|퍼센트|เปอร์เซ็นต์|بالمئة|في المئة|بالمائة|في المائة)"), "%"),
    (regex.compile(r"百分之(\d+(?:\.\d+)?)"), r"\1%"),
    (regex.compile(r"\s+%"), "%"),
    (regex.compile(r"(?:us dollars?|u\.s\. dollars?|dollars?|美元|usd|dollars? américains)"), "$"),
    (regex.compile(r"(?:kilometers?|kilometres?|公里|千米|kilomètres?)"), "km"),
)  # fmt: skip
_GROUPS = regex.compile(r"(?<=\d)[,\u00a0\u202f ](?=\d{3}(?!\d))")
_ACCENTS = regex.compile(r"(?<=\p{Latin})\p{Mn}+")
_MONTHS = (
    ("january", "janvier", "enero"), ("february", "février", "febrero"), ("march", "mars", "marzo"),
    ("april", "avril", "abril"), ("may", "mai", "mayo"), ("june", "juin", "junio"), ("july", "juillet", "julio"),
    ("august", "août", "agosto"), ("september", "septembre", "septiembre"), ("october", "octobre", "octubre"),
    ("november", "novembre", "noviembre"), ("december", "décembre", "diciembre"),
)  # fmt: skip


@functools.lru_cache(maxsize=20_000)
def comparable(text: str) -> str:
    """Text as forms are looked for in it: `normalise`, then unit words as signs, no digit grouping, no accents.

    Accents fold on Latin letters only: elsewhere (Arabic, Thai, Vietnamese tones written apart) marks carry the word.
    """
    text = normalise(text)
    for pattern, sign in _UNITS:
        text = pattern.sub(sign, text)
    text = _GROUPS.sub("", text)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))


def states(text: str, fact: Fact) -> bool:
    """Whether a text states the fact: one accepted form in any language, or one accepted value."""
    prepared = comparable(text)
    if any(occurs(prepared, comparable(form)) for forms in fact.forms.values() for form in forms):
        return True
    if not fact.numbers:
        return False
    found = _values(text)
    return any(number in found or _says_date(prepared, number) for number in map(_canonical, fact.numbers))


def mentions(text: str, string: str) -> bool:
    """Whether a string that must not be said is said."""
    return occurs(comparable(text), comparable(string))


@functools.lru_cache(maxsize=20_000)
def _values(text: str) -> frozenset[str]:
    return values(text)


def _canonical(number: str) -> str:
    try:
        return canonical(Decimal(number))
    except InvalidOperation:
        return number


def _says_date(prepared: str, iso: str) -> bool:
    try:
        day = dt.date.fromisoformat(iso)
    except ValueError:
        return False
    names = "|".join(comparable(name) for name in _MONTHS[day.month - 1])
    patterns = (
        rf"(?<!\d){day.month}月{day.day}[日号]",
        rf"(?<![\d]){day.day}(?:er|st|nd|rd|th)?(?: de| of)? (?:{names})",
        rf"(?:{names}) {day.day}(?!\d)",
        rf"(?<!\d){day.isoformat()}(?!\d)",
    )
    return any(regex.search(pattern, prepared) for pattern in patterns)
