"""Compares two amounts: the same value in whatever unit and notation, the same unit, one rounded to the other."""

from __future__ import annotations

from math import isclose
from typing import Final

from bot.citations.facts.amount import Amount
from bot.citations.facts.hedges import may_stand_for, share_may_stand_for
from bot.citations.facts.units import SCALES, to_base

_FAMILIES: Final = {
    "USD": {"US$", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD"},
    "CNY": {"TWD", "HKD"},
    "元": {"CNY", "TWD", "HKD", "USD"},
    "krone": {"NOK", "SEK", "DKK", "CZK", "ISK"},
    "peso": {"MXN", "ARS", "CLP", "COP", "PHP", "UYU"},
    "pound": {"GBP", "EGP"},
    "riyal": {"SAR", "QAR", "IRR"},
    "dinar": {"KWD", "DZD", "TND"},
    "rupee": {"INR", "IDR", "PKR", "LKR", "NPR"},
}
"""What a plain `dollar` or `krone` may be short for."""
_CALENDAR: Final = {"day": 86_400.0, "second": 1.0}
"""Days and hours convert into each other, for lengths of time only."""

_MONTH: Final = 365.25 / 12
"""Days of a month."""


def same_value(a: Amount, b: Amount) -> bool:
    """Whether two amounts are equal, units aside where one has none."""
    if close(a.values, b.values):
        if {a.kind, b.kind} == {"share", "amount"}:
            return "point" not in {a.unit, b.unit}
        return {a.kind, b.kind} != {"share", "times"}
    if {a.kind, b.kind} == {"share", "fraction"}:
        share, fraction = (a, b) if a.kind == "share" else (b, a)
        return close({value / 100 for value in share.values}, fraction.values)
    return equal_measures(a, b)


def equal_measures(a: Amount, b: Amount) -> bool:
    """1.5 km and 1500 m, 48 hours and two days, 90 days and three months."""
    return any(isclose(x, y, rel_tol=1e-9) for x, y in _converted(a, b)) or _spans_alike(a, b)


def _spans_alike(a: Amount, b: Amount) -> bool:
    """Days or weeks that people call a number of months or years: 90 days, six weeks and a month and a half."""
    for short, long in ((a, b), (b, a)):
        if short.unit in {"day", "week"} and SCALES.get(str(long.unit), ("", 0.0))[0] == "month":
            days, months = (to_base(max(x.values), x.unit)[0] for x in (short, long))
            return isclose(days, months * _MONTH, rel_tol=0.09 if short.unit == "week" else 0.03)
    return False


def _converted(a: Amount, b: Amount) -> list[tuple[float, float]]:
    """Each pair of readings in a common unit; empty when there is none."""
    if not a.unit or not b.unit:
        return []
    pairs = []
    for value in _usual(a):
        for other in _usual(b):
            x, base = to_base(value, a.unit)
            y, against = to_base(other, b.unit)
            if base != against and {base, against} == set(_CALENDAR):
                x, y, base, against = x * _CALENDAR[str(base)], y * _CALENDAR[str(against)], "time", "time"
            if base == against:
                pairs.append((x, y))
    return pairs


def _usual(amount: Amount) -> frozenset[float]:
    """The likelier reading of an ambiguous number: `3.000` and `3,000` are three thousand."""
    return frozenset({max(amount.values)}) if len(amount.values) > 1 else amount.values


def close(a: set[float] | frozenset[float], b: set[float] | frozenset[float]) -> bool:
    """Whether two sets of readings share one."""
    if len(a) == len(b) == 2:
        # Both are ambiguous: `43.700 tỷ` and `43.700 triệu` must not meet in the middle.
        return isclose(min(a), min(b), rel_tol=1e-9) or isclose(max(a), max(b), rel_tol=1e-9)
    return any(isclose(x, y, rel_tol=1e-9) for x in a for y in b)


def same_unit(a: Amount, b: Amount) -> bool:
    """Equal, or one plainly named and the other in full."""
    one, two = a.unit or "", b.unit or ""
    return one == two or two in _FAMILIES.get(one, ()) or one in _FAMILIES.get(two, ())


def rounded(stated: Amount, given: Amount) -> bool:
    """Whether the sentence rounds what the source tells exactly, as far as its words or its notation allow."""
    kinds = {stated.kind, given.kind}
    if "ordinal" in kinds or "point" in {stated.unit, given.unit} - {
        stated.unit if stated.unit == given.unit else None
    }:
        return False
    if stated.kind == "fraction" or (stated.kind == "share" and given.kind == "fraction"):
        ratios = [_ratio(stated), _ratio(given)]
        return None not in ratios and share_may_stand_for(float(ratios[0] or 0), float(ratios[1] or 0), stated.how)
    if stated.kind != given.kind:
        return False
    plain = stated.kind == "share" or _shortened(stated) or _has_decimals(given)
    if stated.unit == given.unit or same_unit(stated, given):
        return any(may_stand_for(x, y, stated.how, plain=plain) for x in _usual(stated) for y in _usual(given))
    if stated.unit is not None and stated.unit in SCALES and given.unit in SCALES:
        size = SCALES[stated.unit][1] * _CALENDAR.get(SCALES[stated.unit][0], 1.0)
        return any(may_stand_for(x / size, y / size, stated.how, plain=False) for x, y in _in_seconds(stated, given))
    return False


def _in_seconds(a: Amount, b: Amount) -> list[tuple[float, float]]:
    pairs = _converted(a, b)
    base = SCALES[str(a.unit)][0]
    if base in _CALENDAR and SCALES[str(b.unit)][0] == base:
        return [(x * _CALENDAR[base], y * _CALENDAR[base]) for x, y in pairs]
    return pairs


def _ratio(amount: Amount) -> float | None:
    if amount.kind == "share":
        return max(amount.values) / 100
    return max(amount.values) if amount.kind == "fraction" else None


def _shortened(amount: Amount) -> bool:
    """Whether a magnitude stands in for figures: `1.2 million` is rounded as it is written."""
    figures = sum(c.isdecimal() for c in amount.text)
    return bool(figures) and max(amount.values) >= 10.0 ** (figures + 1)


def _has_decimals(amount: Amount) -> bool:
    return any(not value.is_integer() for value in amount.values)
