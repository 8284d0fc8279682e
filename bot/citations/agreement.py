"""Do a sentence and its source agree in what can be compared exactly? Names the first thing that differs."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date as day_of
from typing import Final

import regex

from bot.citations.derived import SMALL, follows
from bot.citations.facts.amounts import Amount, Numbers, read_numbers
from bot.citations.facts.clock import Clock, has_half_behind
from bot.citations.facts.dates import Date
from bot.citations.facts.lexicon import candidates, table
from bot.citations.facts.measures import equal_measures, rounded, same_unit, same_value
from bot.citations.facts.periods import Period
from bot.citations.facts.units import SCALES, number_words, own_words
from bot.citations.facts.years import same_year_beside, year_beside

_FIRM_UNITS: Final = frozenset(["point"])
"""Units that a number without one does not have."""
_MEASURES: Final = frozenset(SCALES) | {"point"}
"""Units that a counted number (`16层`) does not have."""


def disagreement(sentence: str, language: str, source: str, source_language: str, *, context: str = "") -> str | None:
    """Compare the facts of a sentence with those of its source.

    Args:
        sentence: what is said.
        language: its BCP 47 tag.
        source: what it is held against.
        source_language: its BCP 47 tag.
        context: what stands before the source, which may name the year that the source speaks of.

    Returns:
        What differs, in one phrase, or None when everything in the sentence is in the source.
    """
    stated, given = read_numbers(sentence, language), read_numbers(source, source_language)
    return _times(stated, given) or _numbers(stated, given, _running_year(given, context, source_language))


def _running_year(given: Numbers, context: str, language: str) -> int | None:
    """The year that the text before speaks of, where the source names none itself: `that year`, `on 1 July`."""
    if not context or any(date.year is not None for date in given.dates):
        return None
    years = [date.year for date in read_numbers(context, language).dates if date.year is not None]
    return years[-1] if years else None


def _times(stated: Numbers, given: Numbers) -> str | None:
    for clock in stated.clocks:
        if not any(clock.minutes & other.minutes for other in given.clocks) and not _hour_given(clock, given):
            return f"the time {clock.text!r} is not in the source"
    known = {day.number for day in given.weekdays} | {
        day_of(date.year, month, day).weekday()
        for date in given.dates
        if date.year
        for month in date.months
        for day in date.days
        if 1 <= date.year <= 9999 and day <= monthrange(date.year, month)[1]
    }
    for weekday in stated.weekdays:
        if weekday.sure and given.weekdays and weekday.number not in known:
            return f"the day {weekday.text!r} is not in the source"
    for period in stated.periods:
        if not _period_given(period, given):
            return f"the time {period.text.strip()!r} is not in the source"
    return None


def _hour_given(clock: Clock, given: Numbers) -> bool:
    """The source may say `17 h`, which reads as a length of time too."""
    return any(
        (float(minutes // 60) in other.values and other.unit in {None, "hour"})
        or (float(minutes // 60 % 12 or 12) in other.values and other.unit == "hour")
        for minutes in clock.minutes
        for other in given.amounts
    )


def _period_given(period: Period, given: Numbers) -> bool:
    years = [date.year for date in given.dates if date.year is not None]
    years += [
        int(value)
        for amount in given.amounts
        for value in amount.values
        if amount.unit is None and 1000 <= value < 2100
    ]
    if any(period.holds(year) for year in years) or any(period.meets(other) for other in given.periods):
        return True
    # `the 80s` and `1980` as plain numbers, or a century the source writes in a way not known here.
    number = min(period.firsts) // 100 + 1 if period.length == 100 else min(period.firsts) % 100
    return not given.periods and any(number in amount.values for amount in given.amounts)


def _numbers(stated: Numbers, given: Numbers, running: int | None) -> str | None:
    for date in stated.dates:
        if not _date_given(date, given, running) and not year_beside(date, given, running):
            return f"the date {_date_text(date)} is not in the source"
    for code in stated.codes:
        if not _same_code(code, given):
            return f"{code!r} is not in the source"
    for amount in stated.amounts:
        if amount.kind == "times" and not amount.firm and _other_multiple(amount, stated, given):
            return f"{amount.text!r} is not in the source"
        if amount.firm and (reason := _missing(amount, stated, given, running)):
            return reason
    return None


def _other_multiple(amount: Amount, stated: Numbers, given: Numbers) -> bool:
    """Whether the source names another multiple: `tripled` for `doubled`."""
    others = [other for other in given.amounts if other.kind == "times" and not other.firm]
    return (
        bool(others)
        and not any(same_value(amount, other) for other in given.amounts)
        and not follows(amount, stated, given)
    )


def _date_given(date: Date, given: Numbers, running: int | None) -> bool:
    if any(_same_date(date, other) or _next_day(date, other) for other in given.dates):
        return True
    if date.year is not None and date.year == running:
        bare = Date(None, date.months, date.days, date.start, date.end)
        return not (date.months or date.days) or _date_given(bare, given, None)
    return _date_as_amounts(date, given)


def _same_code(code: str, given: Numbers) -> bool:
    """`gpt-4` is in the source, or only its digits are, its letters being in another script there (`चंद्रयान-3`)."""
    plain = regex.sub(r"[\s\-/.]", "", code)
    if any(code in other or other in code or plain == regex.sub(r"[\s\-/.]", "", other) for other in given.codes):
        return True
    if plain in regex.sub(r"[\s\-/.]", "", given.text):
        return True
    digits = {float(run) for run in regex.findall(r"\d+", code)}
    short = regex.fullmatch(r"\d+\p{L}{1,2}", code) is not None
    return (short or not given.codes) and all(any(run in amount.values for amount in given.amounts) for run in digits)


def _missing(amount: Amount, stated: Numbers, given: Numbers, running: int | None) -> str | None:
    wordy = not any(c.isdecimal() for c in amount.text)
    if amount.values <= {0.0, 1.0} and wordy and (amount.unit is None or amount.kind == "ordinal"):
        return None
    if (amount.values == {0.0} and amount.unit is None) or (amount.values == {1.0} and _one_of(amount, stated, given)):
        return None
    same = [other for other in given.amounts if same_value(amount, other)]
    if wordy and amount.kind == "amount" and amount.unit is None:
        same = [other for other in same if other.kind != "share"]
    if any(equal_measures(amount, other) and not _other_rate(amount, other) for other in same):
        return None
    if not same:
        if running in amount.values or _otherwise(amount, stated, given):
            return None
        return f"the number {amount.text.strip()!r} is not in the source"
    if all(_other_rate(amount, other) for other in same):
        return f"the unit of {amount.text.strip()!r} differs from the source"
    uncounted = any(other.unit is None and not (other.counter and amount.unit in _MEASURES) for other in same)
    if amount.unit is None or (uncounted and amount.unit not in _FIRM_UNITS):
        return None
    if any(same_unit(amount, other) for other in same):
        return None
    return f"the unit of {amount.text.strip()!r} differs from the source"


def _otherwise(amount: Amount, stated: Numbers, given: Numbers) -> bool:
    """Whether the source has an amount that is not written there: rounded, as a part of something, or by arithmetic."""
    known = [*given.amounts, *_lengths(given)]
    return (
        any(rounded(amount, other) or equal_measures(amount, other) for other in known)
        or _elsewhere(amount, stated, given)
        or follows(amount, stated, given)
        or _quarters(amount, stated, given)
        or (amount.values == {1.0} and amount.unit == "year" and same_year_beside(stated, given))
    )


def _quarters(amount: Amount, stated: Numbers, given: Numbers) -> bool:
    """`Three quarters running` are quarters of a year, and no fraction."""
    count, _, noun = amount.text.partition(" ")
    if amount.kind != "fraction" or own_words("fractions", stated.language).at(noun, 0) is None:
        return False
    names = {name for code in candidates(stated.language) for name in table("time")["quarters"].get(code, {})}
    value = number_words(stated.language).get(count)
    return noun.removesuffix("s") in names and any(value in other.values for other in given.amounts)


def _lengths(given: Numbers) -> Iterator[Amount]:
    """What reads as a time of day may be a length of time: `3h42`."""
    for clock in given.clocks:
        if "h" in clock.text or "時" in clock.text or "时" in clock.text:
            hours = frozenset({min(clock.minutes) / 60})
            yield Amount(hours, "amount", "hour", True, clock.start, clock.end, clock.text)


def _one_of(amount: Amount, stated: Numbers, given: Numbers) -> bool:
    """`3人に1人`: one of a number that the source makes a share of."""
    parts = {"share", "fraction"}
    return any(
        0 < amount.start - other.end <= 4 and other.kind == "amount" and max(other.values) <= SMALL
        for other in stated.amounts
    ) and any(other.kind in parts for other in given.amounts)


def _other_rate(amount: Amount, other: Amount) -> bool:
    """80 euros a week and 80 euros a month."""
    return amount.rate is not None and other.rate is not None and amount.rate != other.rate


def _elsewhere(amount: Amount, stated: Numbers, given: Numbers) -> bool:
    """The number is in the source as a part of a date, a time, a century or a code there."""
    years = {int(value) for value in amount.values if value.is_integer() and value < 10_000}
    if any(_is_part(year, date, alone=amount.unit is not None) for year in years for date in given.dates):
        return True
    if amount.unit in {"hour", None} and any(
        minutes // 60 in years or (minutes // 60) % 12 in years for clock in given.clocks for minutes in clock.minutes
    ):
        return True
    if amount.unit is None and has_half_behind(stated.text, amount.end, stated.language):
        hours = {float(year % 12 + 12) for year in years}
        return any(other.unit in {"hour", None} and other.values & hours for other in given.amounts)
    if any(period.length == 100 and min(period.firsts) // 100 + 1 in years for period in given.periods):
        return True
    # Where an ordinal names a day, as `thứ hai` and `Τρίτη` do, the week begins on Sunday.
    if any(not day.sure and day.start <= amount.start < day.end for day in stated.weekdays) and given.weekdays:
        return any(day.number + 2 in years for day in given.weekdays)
    if amount.unit is None and _is_code(amount, stated, given):
        return True
    letter = regex.compile(r"\d{1,2}\s?\p{Latin}(?!\p{L})").match(stated.text, amount.start)
    return letter is not None and letter[0].replace(" ", "") in given.codes


def _is_code(amount: Amount, stated: Numbers, given: Numbers) -> bool:
    """`LH 402` is `lh402` in the source."""
    word = regex.search(r"\p{L}{1,6}(?=[\s-]$)", stated.text[max(0, amount.start - 8) : amount.start])
    return word is not None and word[0] + amount.text in {regex.sub(r"[\s\-/.]", "", code) for code in given.codes}


def _same_date(a: Date, b: Date) -> bool:
    """Whether everything the first date says is in the second."""
    if a.year is not None and a.year != b.year:
        return False
    return (not a.months or bool(a.months & b.months)) and (not a.days or bool(a.days & b.days))


def _next_day(a: Date, b: Date) -> bool:
    """What ended on 30 June is so from July on."""
    if a.days or len(a.months) != 1 or len(b.months) != 1 or len(b.days) != 1:
        return False
    month, (last,) = next(iter(b.months)), b.days
    year = b.year or 2001
    if last != monthrange(year, month)[1] or next(iter(a.months)) != month % 12 + 1:
        return False
    return a.year is None or b.year is None or a.year == b.year + (month == 12)


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
