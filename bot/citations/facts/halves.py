"""Halves added to a number and nouns for numbers: `an hour and a half`, `zweieinhalb Jahre`, `两年半`, `two dozen`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import regex

from bot.citations.facts import units
from bot.citations.facts.amount import Amount
from bot.citations.facts.digits import CJK, read_cjk, read_digits
from bot.citations.facts.lexicon import candidates, fold, table

_NEAR: Final = 30
"""How many characters before a half its number may stand: `two hundred and twenty`."""
_WORDS: Final = regex.compile(r"[\p{L}\p{M}']+")
_COMPOUND: Final = regex.compile(
    r"(?<!\p{L})(\p{L}{2,12})(?:einhalb|ënhalf|ëneenhalf|enhalf|eneenhalf|apůl|ipol)(?!\p{L}{3})"
)
"""German, Dutch and Slavic numbers with a half inside: `zweieinhalb`."""
_ONE: Final = frozenset(["a", "an", "one", "un", "une", "uno", "una", "um", "uma", "ein", "eine", "einen", "einem"]) | {
    "een", "en", "ett", "et", "o", "1", "один", "одна", "одну", "jeden", "jedna", "jedną", "egy", "bir", "ένα", "μία",
    "một", "satu", "एक",
}  # fmt: skip
"""One and the indefinite article."""
_SADHE: Final = regex.compile(r"(?:साढ़े|साढ़े|সাড়ে|ساڑھے)\s(?P<n>\d{1,3}|[\p{L}\p{M}]+)")
"""Hindi, Bengali and Urdu put the half before the number."""


def read_halves(text: str, language: str) -> list[Amount]:
    """Find numbers with a half, and a half of a unit."""
    found = [*_added(text, language), *_whole_words(text, language)]
    taken = [(amount.start, amount.end) for amount in found]
    for match in _half(language).finditer(text):
        end = match.end()
        gap = regex.compile(r"\s?").match(text, end)
        read = units.units(language).at(text, gap.end() if gap else end)
        if read and str(read[1]) not in {"percent", "point", "times"} and not _overlaps(taken, match.start(), end):
            found.append(_amount(0.5, str(read[1]), match.start(), read[0], text))
    return found


def _added(text: str, language: str) -> list[Amount]:
    """`Two and a half hours`, `two hours and a half`, `an hour and a half`, `2年半`."""
    found = []
    wide = language[:2] in {"zh", "ja", "ko", "th"}
    for match in _and_half(language).finditer(text):
        end, unit, start = match.end(), None, match.start()
        gap = len(text[:start]) - len(text[:start].rstrip(" -"))
        at = start - min(gap, 1)
        if before := units.units(language).before(text, at):
            at, unit = before[0], str(before[1])
        elif wide and text[at - 1 : at] in {"个", "個"}:
            at -= 1
        number = _number_before(text, at, language)
        if number is None and (unit is None or wide):
            continue
        if wide and unit is None and text[at:start].strip() == "":
            continue  # `一半` is a half, not one and a half
        if unit is None:
            gap = 1 if text[end : end + 1] in {" ", "-"} else 0
            if after := units.units(language).at(text, end + gap):
                end, unit = after[0], str(after[1])
        begin, value = number or (at, 1.0)
        found.append(_amount(value + 0.5, unit, begin, end, text))
    return found


def _number_before(text: str, end: int, language: str) -> tuple[int, float] | None:
    """The number that ends here: where it starts, and its value."""
    window = text[max(0, end - _NEAR) : end]
    base = end - len(window)
    if match := regex.search(r"(?<![\d.,])\d{1,9}\s?-?$", window):
        read = read_digits(match[0].strip(" -"), language)
        return (base + match.start(), read[0]) if read else None
    if match := regex.search(rf"[{CJK}]{{1,6}}$", window):
        value = read_cjk(match[0])
        return (base + match.start(), value) if value else None
    lexicon = units.number_words(language)
    words = list(_WORDS.finditer(window.rstrip(" -")))[-3:]
    if not words or words[-1].end() < len(window.rstrip(" -")):
        return None
    for index in range(len(words)):
        if value := lexicon.get(" ".join(word[0] for word in words[index:])):
            return base + words[index].start(), float(value)
    return (base + words[-1].start(), 1.0) if words[-1][0] in _ONE else None


def _whole_words(text: str, language: str) -> list[Amount]:
    """`Anderthalb`, `полтора`, `zweieinhalb`, `साढ़े तीन`."""
    lexicon = units.number_words(language)
    values = _single(language)
    found = []
    spans: list[tuple[int, int, float]] = []
    if values:
        union = "|".join(regex.escape(word) for word in sorted(values, key=len, reverse=True))
        spans += [
            (match.start(), match.end(), values[match[0]])
            for match in regex.finditer(rf"(?<![\p{{L}}\p{{M}}])(?:{union})(?![\p{{L}}\p{{M}}])", text)
        ]
    for match in _COMPOUND.finditer(text):
        if (value := lexicon.get(match[1])) and not any(start == match.start() for start, _, _ in spans):
            spans.append((match.start(), match.end(), value + 0.5))
    for match in _SADHE.finditer(text):
        value = int(match["n"]) if match["n"].isdecimal() else lexicon.get(match["n"], 0)
        spans += [(match.start(), match.end(), value + 0.5)] if value else []
    for start, end, number in spans:
        gap = 1 if text[end : end + 1] in {" ", "-"} else 0
        after = units.units(language).at(text, end + gap)
        kind = after is not None and after[1] == "times"
        found.append(
            _amount(
                number, str(after[1]) if after and not kind else None, start, after[0] if after else end, text, kind
            )
        )
    return found


def read_groups(text: str, language: str) -> list[Amount]:
    """Find nouns for numbers: `a dozen`, `zwei Dutzend`, `une vingtaine`; `dozens` alone is no exact number."""
    words = _groups(language)
    found = []
    for match in _union(tuple(words)).finditer(text):
        value = float(words[match[0]])
        start = len(text[: match.start()].rstrip(" -"))
        number = _number_before(text, start, language)
        firm = number is not None or not match[0].endswith(("s", "e", "ens", "a", "en"))
        begin, count = number or (match.start(), 1.0)
        amount = Amount(
            frozenset({value * count}), "amount", None, firm, begin, match.end(), text[begin : match.end()],
            how=frozenset() if value == 12 else frozenset({"about"}),
        )  # fmt: skip
        found.append(amount)
    return found


def _amount(value: float, unit: str | None, start: int, end: int, text: str, times: bool = False) -> Amount:
    return Amount(frozenset({value}), "times" if times else "amount", unit, True, start, end, text[start:end])


def _overlaps(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(a < end and start < b for a, b in taken)


@lru_cache(maxsize=64)
def _and_half(language: str) -> regex.Pattern[str]:
    return _union(tuple(_listed("and half", language)))


@lru_cache(maxsize=64)
def _half(language: str) -> regex.Pattern[str]:
    return _union(tuple(word for word in _listed("half", language) if not regex.search(r"\p{Han}", word)))


@lru_cache(maxsize=64)
def _single(language: str) -> dict[str, float]:
    return {
        fold(word): float(value)
        for code in candidates(language)
        for word, value in table("hedges")["one and a half"].get(code, {}).items()
    }


@lru_cache(maxsize=64)
def _groups(language: str) -> Mapping[str, float]:
    return {
        fold(word): float(value)
        for code in candidates(language)
        for word, value in table("hedges")["groups"].get(code, {}).items()
    }


def _listed(name: str, language: str) -> list[str]:
    return [fold(word) for code in candidates(language) for word in table("hedges")[name].get(code, ())]


@lru_cache(maxsize=256)
def _union(words: tuple[str, ...]) -> regex.Pattern[str]:
    if not words:
        return regex.compile(r"(?!)")
    union = "|".join(regex.escape(word) for word in sorted(words, key=len, reverse=True))
    if units.is_wide(words[0]):
        return regex.compile(f"(?:{union})")
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?:{union})(?:(?<=['-])|(?![\p{{L}}\p{{M}}]))")
