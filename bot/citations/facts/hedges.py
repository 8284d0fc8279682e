"""Rounding: the words that say a number is rounded, and which exact amounts a rounded one may stand for."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor, isclose, log10
from typing import Final, Literal

import regex

from bot.citations.facts.digits import ODD
from bot.citations.facts.lexicon import candidates, fold, table
from bot.citations.facts.polarity import opposites

Hedge = Literal["about", "above", "below", "odd"]
"""How a number is rounded; `odd` is above, and below the next step of its last figure: `三百多万`."""

BEFORE: Final = 26
"""How many characters before a number a word may stand that rounds it: `a little over the sum of`."""
AFTER: Final = 14
"""The same behind it: `500 people or so`, `500人左右`."""
_NEXT: Final = (0.1, 0.2, 0.25, 1 / 3, 0.4, 0.5, 0.6, 2 / 3, 0.75, 0.8, 0.9, 1.0)
"""Shares that have a short name, so that `more than half` says less than two thirds."""
_BREAK: Final = regex.compile(r"[.!?。!?;;:](?:\s|$)|\d")


def hedges(text: str, language: str) -> list[tuple[int, int, Hedge]]:
    """Where a folded text rounds: (start, end, how)."""
    found: list[tuple[int, int, Hedge]] = [
        (cue.start, cue.end, "above" if cue.pole == "+" else "below")
        for cue in opposites(text, language)
        if cue.name == "compare"
    ]
    pattern = _rounded(language)
    if pattern is not None:
        found += [(*match.span(), "about") for match in pattern.finditer(text)]
    return found


_ODD: Final = regex.compile(rf"(?<=[\d十百千万亿兆십백천만억조]){ODD}(?!\p{{Nd}})")


def odds(number: str, after: str) -> frozenset[Hedge]:
    """Whether a numeral, or what follows it at once, says that there is some more: `三百多万`, `100여 명`."""
    return frozenset({"odd", "above"}) if _ODD.search(number + after[:1]) else frozenset()


def hedges_of(start: int, end: int, text: str, cues: list[tuple[int, int, Hedge]]) -> frozenset[Hedge]:
    """How the number at this place is rounded."""
    if text[max(0, start - 2) : start].strip() in {"~", "≈", "〜"}:
        return frozenset({"about"})
    return frozenset(
        how
        for first, last, how in cues
        if (0 <= start - last <= BEFORE and not _BREAK.search(text, last, start))
        or (0 <= first - end <= AFTER and not _BREAK.search(text, end, first))
    )


@lru_cache(maxsize=64)
def _rounded(language: str) -> regex.Pattern[str] | None:
    words = [fold(word) for code in candidates(language) for word in table("hedges")["rounded"].get(code, ())]
    if not words:
        return None
    apart = not regex.search(r"[\p{Han}\p{Hiragana}\p{Hangul}\p{Thai}]", words[0])
    union = "|".join(regex.escape(word) for word in sorted(words, key=len, reverse=True))
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?:{union})(?:(?<=')|(?![\p{{L}}\p{{M}}]))" if apart else union)


def knows(language: str) -> bool:
    """Whether there is a list of such words for the language."""
    return _rounded(language) is not None


def figures(value: float) -> int:
    """How many figures of a number are not trailing zeros: 2 for 1,200,000 and for 0.12."""
    digits = f"{value:.10g}"
    mantissa = digits.partition("e")[0].replace(".", "").lstrip("0").rstrip("0")
    return max(1, len(mantissa))


def may_stand_for(stated: float, given: float, how: frozenset[Hedge], *, plain: bool) -> bool:
    """Whether a rounded amount may stand for an exact one: 500 for 496 where `almost` is said.

    Args:
        stated: the rounded amount, in the unit of the exact one.
        given: the exact amount.
        how: how the text says that it is rounded; empty when it does not.
        plain: whether rounding needs no word here: `1.2 million` and `61 %` are rounded as they are written.
    """
    if stated <= 0 or given <= 0 or isclose(stated, given, rel_tol=1e-9):
        return False
    off = abs(stated - given) / given
    if stated % 1 == 0.5 and stated < 4 and _to_a_half(stated, given, how):
        return off <= 0.34
    kept = figures(stated)
    if figures(given) <= kept and kept > 1:
        return False
    if "odd" in how and stated < given < stated + 10.0 ** (floor(log10(stated)) - kept + 1):
        return True
    scale = 10.0 ** (floor(log10(given)) - kept + 1)
    if "above" in how and stated < given and isclose(floor(given / scale + 1e-9) * scale, stated, rel_tol=1e-9):
        return off <= 0.34
    if "below" in how and stated > given and off <= 0.34 and _up_to(stated, given, scale):
        return True
    near = isclose(floor(given / scale + 0.5) * scale, stated, rel_tol=1e-9) or _half_step(stated, given)
    if "about" in how and near and off <= 0.07:
        return True
    return plain and near and off <= (0.05 if kept > 1 else 0.015)


def _up_to(stated: float, given: float, scale: float) -> bool:
    """496 is almost 500 and 94 almost 100."""
    return isclose(ceil(given / scale - 1e-9) * scale, stated, rel_tol=1e-9)


def _to_a_half(stated: float, given: float, how: frozenset[Hedge]) -> bool:
    """Half an hour is less than 35 minutes and more than 20."""
    low, high = floor(2 * given + 1e-9) / 2, ceil(2 * given - 1e-9) / 2
    return (
        ("below" in how and high == stated)
        or ("above" in how and low == stated)
        or ("about" in how and abs(stated - given) <= 0.17 * stated)
    )


def _half_step(stated: float, given: float) -> bool:
    """Rounded to a multiple of five: 15,000 for 14,800, 250 for 247."""
    step = 5 * 10.0 ** (floor(log10(given)) - 1)
    return isclose(floor(given / step + 0.5) * step, stated, rel_tol=1e-9)


def share_may_stand_for(stated: float, given: float, how: frozenset[Hedge]) -> bool:
    """The same where the rounded amount is a named part, as a ratio: `more than half` for .614, `a third` for .34."""
    above = min((share for share in _NEXT if share > stated + 1e-9), default=1.0)
    off = abs(stated - given) / stated
    if "above" in how and stated < given < above:
        return True
    if "below" in how and given < stated and off <= 0.12:
        return True
    return off <= (0.08 if "about" in how else 0.03)
