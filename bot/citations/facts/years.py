"""The year before and the year after one that was told: `a fall on the previous year`, `翌年`."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import regex

from bot.citations.facts.amount import Numbers
from bot.citations.facts.dates import Date
from bot.citations.facts.lexicon import candidates, fold, table


def year_beside(date: Date, given: Numbers, running: int | None) -> bool:
    """Whether a bare year of the sentence is what the source calls the year before or after one that it names.

    `running` is the year that the text before the source speaks of.
    """
    if date.year is None or date.days or date.months:
        return False
    years = {other.year for other in given.dates if other.year is not None} | ({running} if running else set())
    return (date.year + 1 in years and _says("before", given)) or (date.year - 1 in years and _says("after", given))


def same_year_beside(stated: Numbers, given: Numbers) -> bool:
    """Whether both name the year before, or both the year after: `1年前` and `a year earlier`, `去年`."""
    kinds: tuple[Literal["before", "after"], ...] = ("before", "after")
    return any(_says(kind, stated) and _says(kind, given) for kind in kinds)


def _says(kind: Literal["before", "after"], text: Numbers) -> bool:
    pattern = _words(kind, text.language)
    return pattern is not None and pattern.search(text.text) is not None


@lru_cache(maxsize=128)
def _words(kind: Literal["before", "after"], language: str) -> regex.Pattern[str] | None:
    words = [fold(word) for code in candidates(language) for word in table("hedges")[kind].get(code, ())]
    return regex.compile("|".join(regex.escape(word) for word in words)) if words else None
