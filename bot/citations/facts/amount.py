"""One number in a text: its value, magnitude and unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import regex

from bot.citations.facts import units
from bot.citations.facts.clock import Clock, Weekday
from bot.citations.facts.dates import Date
from bot.citations.facts.digits import ODD
from bot.citations.facts.hedges import Hedge
from bot.citations.facts.periods import Period

Kind = Literal["amount", "share", "fraction", "times", "ordinal"]


@dataclass(frozen=True, slots=True)
class Amount:
    """One number in a text."""

    values: frozenset[float]
    """What it may be, magnitude applied; more than one when the notation is ambiguous."""
    kind: Kind
    """A share is in percent; a fraction is one third or half; times is double, threefold."""
    unit: str | None
    """Unit or currency, or None when none is written beside it."""
    firm: bool
    """Whether it surely is a number: a lone word such as `neuf` is not."""
    start: int
    """Where it stands in the folded text."""
    end: int
    """Where it ends there."""
    text: str
    """The number as written, folded."""
    how: frozenset[Hedge] = frozenset()
    """How the text says that it is rounded."""
    counter: str = ""
    """The counter of Chinese, Japanese or Korean that follows, so that it is no measure: `层` in `16层`."""
    rate: str | None = None
    """The span of time it is given for: `week` in `80 euros a week`."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Everything numeric in a text."""

    amounts: tuple[Amount, ...]
    """The numbers in order."""
    dates: tuple[Date, ...]
    """The dates in order."""
    codes: tuple[str, ...]
    """Names with digits in them, such as `gpt-4` or `6g`."""
    periods: tuple[Period, ...] = ()
    """Centuries and decades."""
    clocks: tuple[Clock, ...] = ()
    """Times of day."""
    weekdays: tuple[Weekday, ...] = ()
    """Days of the week."""
    text: str = ""
    """The folded text itself."""
    language: str = ""
    """Its language."""


GAP: Final = regex.compile(r"[\s\-]{0,2}")
"""What may stand between a number and its magnitude or unit."""
_LINK: Final = regex.compile(rf"{ODD}?[\s\-]{{0,2}}(?:d'|de |of |di |của |ของ ?)?")
"""What may stand between a number and its unit: a gap, and a word for *of*; Thai writes no space after it."""
_SPACE: Final = regex.compile(r"[\s]?$")


_TIMES: Final = frozenset(["second", "minute", "hour", "day", "week", "month", "year", "decade", "century"])
"""Units that an ordinal keeps: the 63rd minute is not the 63rd second."""
_AHEAD: Final = frozenset(["percent", "USD", "US$", "EUR", "GBP", "JPY", "CNY", "INR", "IDR", "KRW", "KES"])
"""Units that may stand before their number."""
_SYMBOL: Final = regex.compile(r"\s?(?P<unit>[\p{Latin}µμ°]{1,5}/(?:[\p{Latin}]{1,4}[²³23]?)(?:\^\d)?)(?![\p{L}\d/])")
"""A unit put together from two: `mg/dl`, `kb/s`."""


_COUNTER: Final = regex.compile(
    rf"{ODD}?\s?(?![个個多余来数半几ヶケかカヵ块年月日周天时分秒年월일주])[\p{{Han}}\p{{Hangul}}]"
)


def magnitude(text: str, end: int, language: str) -> tuple[int, float]:
    """Read words such as `million` after a number: where they end, and their power of ten."""
    power = 0.0
    for _ in range(3):
        gap = GAP.match(text, end)
        at = gap.end() if gap else end
        for words in (units.magnitudes(language), units.any_magnitudes()):
            # `5m` is five million, `5 m` five metres.
            read = words.at(text, at)
            if read and not (read[0] - at == 1 and at > end and text[at].isascii()):
                end, power = read[0], power + float(read[1])
                break
        else:
            break
    return end, power


def dress(
    text: str, values: frozenset[float], start: int, end: int, firm: bool, ordinal: bool, language: str = ""
) -> Amount:
    """Add the unit that stands beside the number."""
    at = _LINK.match(text, end)
    read = units.units(language).at(text, at.end() if at else end)
    unit: str | None = None
    stop = end
    symbol = _SYMBOL.match(text, end)
    if symbol and (read is None or symbol.end() > read[0]):
        stop, unit = symbol.end(), symbol["unit"].replace("μ", "µ")
    elif read:
        stop, unit = read[0], str(read[1])
    else:
        before = _SPACE.search(text[:start])
        if found := units.units(language).before(text, before.start() if before else start):
            unit = str(found[1]) if found[1] in _AHEAD else None
    kind: Kind = "ordinal" if ordinal else "share" if unit == "percent" else "times" if unit == "times" else "amount"
    if unit == "times" or (ordinal and unit not in _TIMES):
        unit = None
    firm = firm or (unit is not None and max(values) >= 2)
    counter = _COUNTER.match(text, end) if unit is None and kind == "amount" else None
    return Amount(
        values,
        kind,
        unit,
        firm,
        start,
        stop if unit or kind == "times" else end,
        text[start:end],
        counter=counter[0][-1] if counter else "",
    )
