"""Numbers that follow from the source by one step of arithmetic: what is left, what is more, the sum, the share."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import isclose
from typing import Final

import regex

from bot.citations.facts.amounts import Amount, Numbers
from bot.citations.facts.hedges import figures, may_stand_for, share_may_stand_for
from bot.citations.facts.measures import close, same_unit
from bot.citations.facts.polarity import negations
from bot.citations.facts.spans import is_between_dates
from bot.citations.facts.units import SCALES

MOST: Final = 24
"""Numbers of a source that are looked at."""
FAR: Final = 130
"""How many characters apart two numbers may stand of which a third is made."""
SMALL: Final = 12
"""A number up to this that stands alone may be one of a kind: one in five, the two sides."""
LARGE: Final = 1e5
"""An amount from here on may leave its unit out beside another."""
BESIDE: Final = 40
"""How many characters apart the two sides of a count may start."""
_TENTHS: Final = regex.compile("[成割]")
"""Tenths in Chinese and Japanese, of which `一成` may be a difference."""
SMALL_REST: Final = 0.25
"""A rounded fraction up to this may be what a share leaves without a denial: less than a tenth lost of 91 % kept."""
NEXT: Final = 14
"""How many characters may stand between a part and its whole: `five of the seven`."""
_CLAUSE: Final = regex.compile(r"[,;:.!?](?=\s)|[,;:。!?、]")
_BETWEEN: Final = regex.compile(r"[^\d.;!?。]{1,14}")


def follows(amount: Amount, stated: Numbers, given: Numbers) -> bool:
    """Whether the amount, which is not in the source, follows from what is."""
    if amount.kind == "ordinal" or len(amount.values) > 2:
        return False
    known = [
        other
        for other in given.amounts
        if other.kind != "ordinal" and max(other.values) > 0 and (other.firm or other.values != {1.0})
    ][:MOST]
    return (
        _part(amount, stated, known)
        or _pair(amount, stated, known)
        or any(_is(amount, value) for value in _made(amount, known))
        or _ratio(amount, known)
        or _others(amount, stated, given)
        or is_between_dates(amount, given)
    )


def _others(amount: Amount, stated: Numbers, given: Numbers) -> bool:
    """What is left of a share or of a count, where one text denies what the other says: `five of the seven did not`."""
    own, denied = max(amount.values), _denies(stated, amount)
    wholes = {max(other.values) for other in _beside(amount, stated)} if amount.unit is None else set()
    for other in given.amounts:
        if amount.kind == other.kind == "share":
            left = isclose(own + max(other.values), 100)
        else:
            total = own + max(other.values)
            left = amount.kind == other.kind == "amount" and total in wholes
            left = left and any(max(whole.values) == total for whole in _beside(other, given))
        if left and _denies(given, other) != denied:
            return True
    return False


def _beside(amount: Amount, text: Numbers) -> Iterator[Amount]:
    """The amounts that stand close enough to be its whole."""
    for other in text.amounts:
        if 0 < other.start - amount.end <= NEXT or 0 < amount.start - other.end <= NEXT:
            yield other


def _denies(text: Numbers, amount: Amount) -> bool:
    """Whether the clause that an amount stands in has a negation."""
    start = max((match.end() for match in _CLAUSE.finditer(text.text, 0, amount.start)), default=0)
    stop = _CLAUSE.search(text.text, amount.end)
    return bool(negations(text.text[start : stop.start() if stop else None], text.language))


def _is(amount: Amount, value: float) -> bool:
    own = max(amount.values)
    if isclose(own, value, rel_tol=1e-6):
        return True
    return bool(amount.how) and own > SMALL and may_stand_for(own, value, amount.how, plain=False)


def _made(amount: Amount, known: list[Amount]) -> Iterator[float]:
    """Differences and sums of two like amounts, and a share of an amount."""
    for a, b in combinations(known, 2):
        if abs(a.start - b.start) > FAR:
            continue
        x, y = max(a.values), max(b.values)
        if a.kind == b.kind and _alike(a, b) and (_like(amount, a if a.unit else b) or _tally(amount, a, b)):
            yield abs(x - y)
            if a.kind == "amount":
                yield x + y
        yield from _in_one_unit(amount, a, b)
        for part, whole in ((a, b), (b, a)):
            if part.kind in {"share", "fraction"} and whole.kind == "amount" and _like(amount, whole):
                ratio = max(part.values) / (100 if part.kind == "share" else 1)
                product = max(whole.values) * ratio
                # `More than` would let in too much here.
                yield from (product, max(whole.values) - product) if amount.how <= {"about"} else ()
    for other in known:
        if other.kind == "fraction" and amount.kind == "fraction":
            yield 1 - max(other.values)


def _alike(a: Amount, b: Amount) -> bool:
    """Whether two amounts are of one unit, which large ones need to name only once: `7 million euros and 2 million`."""
    return same_unit(a, b) or (None in {a.unit, b.unit} and min(max(a.values), max(b.values)) >= LARGE)


def _tally(amount: Amount, a: Amount, b: Amount) -> bool:
    """Whether two counts stand side by side, so that a small number can be their difference: `71 votes to 62`."""
    return (
        amount.unit is None
        and amount.kind == a.kind == "amount"
        and a.unit is None
        and min(max(a.values), max(b.values)) > SMALL
        and abs(a.start - b.start) <= BESIDE
    )


def _in_one_unit(amount: Amount, a: Amount, b: Amount) -> Iterator[float]:
    """Sums and differences of amounts in different units: four centimetres less than 6.93 metres."""
    scales = [SCALES.get(str(x.unit)) for x in (amount, a, b)]
    if a.unit == b.unit or None in scales or len({scale[0] for scale in scales if scale}) != 1:
        return
    own, x, y = (scale[1] for scale in scales if scale)
    for sign in (1, -1):
        yield abs(max(a.values) * x + sign * max(b.values) * y) / own


def _like(amount: Amount, other: Amount) -> bool:
    """Whether the one may be made of the other: points of percentages, or the same unit."""
    if other.kind == "share":
        tenths = amount.kind == "share" and _TENTHS.search(amount.text) is not None
        return tenths or amount.unit == "point" or (amount.unit is None and amount.kind == "amount")
    if amount.unit is None and amount.kind == "amount" and max(amount.values) <= SMALL:
        return amount.counter != "" and amount.counter == other.counter
    return amount.kind == other.kind and (same_unit(amount, other) or amount.unit is None)


def _ratio(amount: Amount, known: list[Amount]) -> bool:
    """40 % for 1.6 of 4.1, a third for 32 of 96."""
    if amount.kind not in {"share", "fraction"}:
        return False
    own = max(amount.values) / (100 if amount.kind == "share" else 1)
    small_rest = amount.kind == "fraction" and amount.how and own <= SMALL_REST
    if small_rest and any(
        other.kind == "share" and share_may_stand_for(own, 1 - max(other.values) / 100, amount.how) for other in known
    ):
        return True
    for a, b in combinations(known, 2):
        low, high = sorted((max(a.values), max(b.values)))
        if (
            a.kind != "amount"
            or b.kind != "amount"
            or not _same_or_bare(amount, a, b)
            or high < 8
            or abs(a.start - b.start) > FAR
        ):
            continue
        if amount.kind == "fraction" and share_may_stand_for(own, low / high, amount.how):
            return True
        exact = round(low / high, max(2, figures(own)))
        if isclose(exact, own, rel_tol=1e-9) or may_stand_for(own, low / high, amount.how, plain=False):
            return True
    return False


def _same_or_bare(amount: Amount, a: Amount, b: Amount) -> bool:
    """Whether two amounts are alike, the second of them perhaps without its unit: `60 euros now, 180 later`."""
    bare = amount.kind == "fraction" and abs(a.start - b.start) <= 2 * BESIDE and a.unit is not None and b.unit is None
    return same_unit(a, b) or (bare and str(a.unit).isupper() and not b.counter)


def _part(amount: Amount, stated: Numbers, known: list[Amount]) -> bool:
    """`One in five`, `every fifth`, `3 out of 10`, `zwei von drei`: two numbers that make a share of the source."""
    own = max(amount.values)
    if amount.kind != "amount" or not own.is_integer() or not 2 <= own <= 100:
        return False
    shares = [
        max(other.values) / (100 if other.kind == "share" else 1)
        for other in known
        if other.kind in {"share", "fraction"}
    ]
    if not shares:
        return False
    ratios = {1 / own} if own <= SMALL and amount.unit is None else set()
    for other in stated.amounts:
        gap = stated.text[amount.end : other.start] or stated.text[other.end : amount.start]
        if other is not amount and other.kind == "amount" and _BETWEEN.fullmatch(gap):
            low, high = sorted((own, max(other.values)))
            ratios = {low / high} if 0 < low < high <= 100 else ratios
    return any(share_may_stand_for(ratio, share, amount.how) for ratio in ratios for share in shares)


def _pair(amount: Amount, stated: Numbers, known: list[Amount]) -> bool:
    """Two, where the source says it without a number: both, bilateral, 双方, an Arabic dual.

    Only when the source has no other small number that the sentence leaves out, which would be the right one.
    """
    if amount.values != {2.0} or amount.unit is not None or amount.kind != "amount":
        return False
    return not any(
        max(other.values) <= 100
        and other.unit is None
        and other.kind == "amount"
        and not any(close(other.values, said.values) for said in stated.amounts)
        for other in known
    )
