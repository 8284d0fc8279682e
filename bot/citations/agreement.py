"""Do a sentence and its source agree in what can be compared exactly? Names the first thing that differs."""

from __future__ import annotations

from math import isclose
from typing import Final

import regex

from bot.citations.facts.amounts import Amount, Numbers, read_numbers
from bot.citations.facts.dates import Date
from bot.citations.facts.units import to_base


def disagreement(sentence: str, language: str, source: str, source_language: str) -> str | None:
    """Compare the facts of a sentence with those of its source.

    Returns:
        What differs, in one phrase, or None when everything in the sentence is in the source.
    """
    stated, given = read_numbers(sentence, language), read_numbers(source, source_language)
    return _numbers(stated, given)


def _numbers(stated: Numbers, given: Numbers) -> str | None:
    for date in stated.dates:
        if not any(_same_date(date, other) for other in given.dates) and not _date_as_amounts(date, given):
            return f"the date {_date_text(date)} is not in the source"
    for code in stated.codes:
        if not _same_code(code, given):
            return f"{code!r} is not in the source"
    for amount in stated.amounts:
        if amount.firm and (reason := _missing(amount, given)):
            return reason
    return None


def _same_code(code: str, given: Numbers) -> bool:
    """`gpt-4` is in the source, or only its digits are, its letters being in another script there (`चंद्रयान-3`)."""
    if any(code in other or other in code for other in given.codes):
        return True
    digits = {float(run) for run in regex.findall(r"\d+", code)}
    return not given.codes and all(any(run in amount.values for amount in given.amounts) for run in digits)


def _missing(amount: Amount, given: Numbers) -> str | None:
    if amount.values <= {0.0, 1.0} and amount.unit is None and not any(c.isdecimal() for c in amount.text):
        return None
    same = [other for other in given.amounts if _same_value(amount, other)]
    if any(_equal_measures(amount, other) for other in same):
        return None
    if not same:
        year = min(amount.values)
        if any(_is_part(year, date, alone=amount.unit is not None) for date in given.dates):
            return None
        return f"the number {amount.text.strip()!r} is not in the source"
    units = {other.unit for other in same}
    if amount.unit is None or None in units or any(_same_unit(amount, other) for other in same):
        return None
    return f"the unit of {amount.text.strip()!r} differs from the source"


def _same_value(a: Amount, b: Amount) -> bool:
    if _close(a.values, b.values):
        if {a.kind, b.kind} == {"share", "amount"}:
            return "point" not in {a.unit, b.unit}
        return {a.kind, b.kind} != {"share", "times"}
    if {a.kind, b.kind} == {"share", "fraction"}:
        share, fraction = (a, b) if a.kind == "share" else (b, a)
        return _close({value / 100 for value in share.values}, fraction.values)
    return _equal_measures(a, b)


def _equal_measures(a: Amount, b: Amount) -> bool:
    """1.5 km and 1500 m."""
    return bool(a.unit and b.unit) and any(
        isclose(x, y, rel_tol=1e-9) and base == other
        for x, base in (to_base(value, a.unit) for value in _usual(a))
        for y, other in (to_base(value, b.unit) for value in _usual(b))
    )


def _usual(amount: Amount) -> frozenset[float]:
    """The likelier reading of an ambiguous number: `3.000` and `3,000` are three thousand."""
    return frozenset({max(amount.values)}) if len(amount.values) > 1 else amount.values


def _close(a: set[float] | frozenset[float], b: set[float] | frozenset[float]) -> bool:
    if len(a) == len(b) == 2:
        # Both are ambiguous: `43.700 tỷ` and `43.700 triệu` must not meet in the middle.
        return isclose(min(a), min(b), rel_tol=1e-9) or isclose(max(a), max(b), rel_tol=1e-9)
    return any(isclose(x, y, rel_tol=1e-9) for x in a for y in b)


_FAMILIES: Final = {
    "USD": {"CAD", "AUD", "NZD", "SGD", "HKD", "TWD"},
    "CNY": {"TWD", "HKD"},
    "krone": {"NOK", "SEK", "DKK", "CZK", "ISK"},
    "peso": {"MXN", "ARS", "CLP", "COP", "PHP", "UYU"},
    "pound": {"GBP", "EGP"},
    "riyal": {"SAR", "QAR", "IRR"},
    "dinar": {"KWD", "DZD", "TND"},
    "rupee": {"INR", "IDR", "PKR", "LKR", "NPR"},
}
"""What a plain `dollar` or `krone` may be short for."""


def _same_unit(a: Amount, b: Amount) -> bool:
    """Equal, or one plainly named and the other in full."""
    one, two = a.unit or "", b.unit or ""
    return one == two or two in _FAMILIES.get(one, ()) or one in _FAMILIES.get(two, ())


def _same_date(a: Date, b: Date) -> bool:
    """Whether everything the first date says is in the second."""
    if a.year is not None and a.year != b.year:
        return False
    return (not a.months or bool(a.months & b.months)) and (not a.days or bool(a.days & b.days))


def _date_as_amounts(date: Date, given: Numbers) -> bool:
    """The parts of a date may stand apart: `on 1 May … in 2020`."""
    years = {other.year for other in given.dates} | {int(v) for a in given.amounts for v in a.values if v < 3000}
    if date.year is not None and date.year not in years:
        return False
    if date.months and not any(date.months & other.months for other in given.dates):
        return False
    return not date.days or any(date.days & other.days for other in given.dates) or _days_given(date, given)


def _days_given(date: Date, given: Numbers) -> bool:
    return any(float(day) in amount.values for day in date.days for amount in given.amounts)


def _is_part(value: float, date: Date, *, alone: bool) -> bool:
    """Whether a number is part of a date; one with a unit can only be what was taken for a bare year: `1200 rupees`."""
    if date.months or date.days:
        return not alone and (value == date.year or value in date.days)
    return value == date.year


def _date_text(date: Date) -> str:
    parts = [str(date.year or ""), "/".join(map(str, sorted(date.months))), "/".join(map(str, sorted(date.days)))]
    return repr("-".join(part for part in parts if part))
