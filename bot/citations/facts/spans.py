"""Lengths of time that dates bound: five months from 6 February to 10 July, two years for 2026 and 2027."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date as day_of
from itertools import pairwise
from typing import Final

from bot.citations.facts.amount import Amount, Numbers
from bot.citations.facts.dates import Date

NEAR: Final = 25
"""How many characters may stand between the two dates."""
_DAYS: Final = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
_OFF: Final = {"day": 0.0, "week": 0.35, "month": 0.35, "year": 0.1}
"""How far the number of a sentence may be off, in its unit: such lengths are rounded without a word."""


def is_between_dates(amount: Amount, given: Numbers) -> bool:
    """Whether an amount of days, weeks, months or years is the time between two dates side by side in a text."""
    if amount.unit not in _DAYS or amount.kind != "amount":
        return False
    own = max(amount.values)
    points = sorted([*given.dates, *_days_before(given)], key=lambda date: date.start)
    for first, last in pairwise(points):
        if last.start - first.end > NEAR:
            continue
        if any(abs(length / _DAYS[amount.unit] - own) <= _OFF[amount.unit] for length in _lengths(first, last)):
            return True
        years = [date.year for date in (first, last) if date.year is not None and not date.months and not date.days]
        if amount.unit == "year" and len(years) == 2 and own in _years(*years):
            return True
    return False


def _days_before(given: Numbers) -> Iterator[Date]:
    """The first day of `between 3 and 19 June`, which takes its month from the second."""
    for amount in given.amounts:
        value = max(amount.values)
        if amount.unit is not None or amount.kind == "share" or not (value.is_integer() and 1 <= value <= 31):
            continue
        for date in given.dates:
            if date.days and 0 < date.start - amount.end <= NEAR // 2:
                yield Date(date.year, date.months, frozenset({int(value)}), amount.start, amount.end)


def _lengths(first: Date, last: Date) -> Iterator[float]:
    """Days from one full date to another, also counting both."""
    if not all(len(date.months) == len(date.days) == 1 for date in (first, last)):
        return
    year = first.year or last.year or 2001
    try:
        start = day_of(year, *first.months, *first.days)
        end = day_of(last.year or year, *last.months, *last.days)
    except ValueError:
        return
    length = (end - start).days
    length += 365 if length < 0 and None in {first.year, last.year} else 0
    if length > 0:
        yield from (length, length + 1)


def _years(first: int, last: int) -> set[int]:
    """From 2019 to 2023 are four years; 2026 and 2027 are two."""
    return {last - first, 2} if last - first == 1 else {last - first}
