"""Rates: the span of time an amount is given for, as in `80 euros a week`, `80 Euro pro Woche`, `每月80元`."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import regex

from bot.citations.facts import units
from bot.citations.facts.lexicon import candidates, fold, table

_SPANS: Final = frozenset(["second", "minute", "hour", "day", "week", "month", "quarter", "year"])
_MEASURES: Final = frozenset(
    ["kilogram", "gram", "pound", "ounce", "tonne", "liter", "gallon", "barrel", "kilometer", "mile", "meter"]
) | {"square-meter", "square-foot", "cubic-meter", "hectare", "acre", "kilowatt-hour", "megawatt-hour"}
"""What an amount of money may be for: `2.84 dollars a pound`."""
_EAST: Final = regex.compile(
    r"(?:每|毎|매)\s?(?:(?P<year>年|년|해)|(?P<month>个?月|월|달)|(?P<week>周|星期|週|주)|(?P<day>日|天|일)|(?P<hour>小时|时间?|시간?)|(?P<minute>分钟?|분)|(?P<second>秒|초))"
    r"|(?:(?P<year2>年)|(?P<month2>月)|(?P<week2>周)|(?P<day2>日)|(?P<hour2>时))(?=额|薪|租|产|均)"
)
_SLASH: Final = regex.compile(r"\s?/\s?(?:1\s?)?")


def rate_of(start: int, end: int, unit: str | None, text: str, language: str) -> str | None:
    """The span of time, or the measure where it is money, that the amount at this place is for, or None."""
    if unit in _SPANS:
        return None
    if slash := _SLASH.match(text, end):
        return _span(text, slash.end(), unit, language)
    each = _each(language)
    if each is not None and (match := each.match(text, end)):
        return _span(text, match.end(), unit, language)
    last = next(iter([*_EAST.finditer(text, max(0, start - 12), start)][::-1]), None)
    if last is not None and not regex.search(r"[\d,。、;]", text[last.end() : start]):
        return next(str(name).rstrip("2") for name, value in last.groupdict().items() if value)
    return None


def _span(text: str, start: int, unit: str | None, language: str) -> str | None:
    read = units.units(language).at(text, start)
    money = unit is not None and (unit.isupper() or unit in units.COINS)
    return str(read[1]) if read and (str(read[1]) in _SPANS or (money and str(read[1]) in _MEASURES)) else None


@lru_cache(maxsize=64)
def _each(language: str) -> regex.Pattern[str] | None:
    """What makes the span of time behind it one of many: CLDR's words for `per`, and an article or `every`."""
    words = {fold(word) for code in candidates(language) for word in table("hedges")["each"].get(code, ())}
    for code in candidates(language):
        words |= {
            word.rpartition(" ")[0] for word in table("time")["per"].get(code, {}) if " " in word and word[0] != "/"
        }
    words.discard("")
    if not words:
        return None
    union = "|".join(regex.escape(word) for word in sorted(words, key=len, reverse=True))
    return regex.compile(rf"[\s\-]{{1,2}}(?:[\p{{L}}\p{{M}}'\-]{{1,16}}\s){{0,2}}(?:{union})[\s\-]?")
