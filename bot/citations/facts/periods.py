"""Spans of years in a text: centuries, decades, quarters and halves of a year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import regex

from bot.citations.facts import units
from bot.citations.facts.dates import Date
from bot.citations.facts.digits import CJK, read_cjk
from bot.citations.facts.lexicon import candidates, cldr, extra, fold, table


@dataclass(frozen=True, slots=True)
class Period:
    """A century or a decade."""

    firsts: frozenset[int]
    """The years it may begin with: `the 80s` are of any century."""
    length: int
    """Its years: 100 or 10."""
    start: int
    """Where it stands in the folded text."""
    end: int
    """Where it ends there."""
    text: str
    """As written, folded."""

    def holds(self, year: int) -> bool:
        """Whether the year lies in it; the year that closes a century is in both."""
        return any(first <= year <= first + self.length - (self.length < 100) for first in self.firsts)

    def meets(self, other: Period) -> bool:
        """Whether the other one is the same, or a part of it."""
        return self.length >= other.length and any(self.holds(first + 5) for first in other.firsts)


_ROMAN: Final = {"i": 1, "v": 5, "x": 10}
_NUMERAL: Final = r"(?P<n>\d{1,2}|[ivx]{1,6})"
_MARK: Final = (
    r"(?:\s?(?:st|nd|rd|th|er|e|ème|eme|º|°|ª|\.º|\.|-?й|-?го|-?м|-?е|-?ом|-?a|-?ο[ςσυ]?|-?ου"
    r"|'?inci|'?uncu|'?üncü|'?ıncı))?"
)
_CENTURY_CJK: Final = regex.compile(
    rf"(?:第\s?)?(?P<n>\d{{1,2}}|[{CJK}]{{1,3}})\s?(?:世纪|세기)(?:\s?(?P<d>\d0|[{CJK}]{{1,2}})\s?年代)?"
)
_DECADE: Final = regex.compile(
    r"(?<![\d.,])'?(?P<y>(?:1[0-9]|20)?\d0)(?:'?s(?!\p{L})|er(?!\p{L})|-?х(?!\p{L})|-(?:talet|luvu\p{L}*|as|es|luku)\p{L}*|-?tallet|-?årene|"
    r"'?l[ae]r\p{L}*|\.?\s?(?:años|anos)?\s?(?:年代|년대)|'erne|-?(?:тих|ті|те)(?!\p{L})|\.\slet(?:ech|a)?(?!\p{L})|\.\slét(?:a)?(?!\p{L}))"
)


def read_periods(text: str, language: str) -> tuple[Period, ...]:
    """Find centuries and decades in a folded text."""
    found: list[Period] = []
    for match in _CENTURY_CJK.finditer(text):
        number = read_cjk(match["n"])
        if number and 1 <= number <= 30:
            first = int(number - 1) * 100
            decade = read_cjk(match["d"]) if match["d"] else None
            years = (first + int(decade), 10) if decade is not None else (first, 100)
            found.append(Period(frozenset({years[0]}), years[1], match.start(), match.end(), match[0]))
    found += _centuries(text, language, found)
    for pattern in (_DECADE, _decade_after()):
        for match in pattern.finditer(text):
            if any(other.start < match.end() and match.start() < other.end for other in found):
                continue
            year = int(match["y"])
            if year < 100 and pattern is not _DECADE and language[:2] in {"id", "pl", "sv"}:
                continue
            if year >= 100 and year % 100 == 0 and regex.search(r"-?(?:tal|luvu|luku|årene)", match[0]):
                # `1800-talet` is the century, but `1900-talet` may be its first decade.
                found.append(Period(frozenset({year}), 100, match.start(), match.end(), match[0]))
                continue
            firsts = {year} if year >= 100 else {century + year for century in (1700, 1800, 1900, 2000)}
            found.append(Period(frozenset(firsts), 10, match.start(), match.end(), match[0]))
    found += _worded(text, language)
    return tuple(found)


def _worded(text: str, language: str) -> list[Period]:
    """`The eighties`, `jaren tachtig`, `anni ottanta`."""
    lexicon = units.number_words(language)
    found = []
    for match in _decade_words().finditer(text):
        value = lexicon.get(match["word"] or f"{match['stem']}y")
        if value and 20 <= value <= 90 and value % 10 == 0:
            firsts = frozenset(century + value for century in (1700, 1800, 1900, 2000))
            found.append(Period(firsts, 10, match.start(), match.end(), match[0]))
    return found


@lru_cache(maxsize=1)
def _decade_words() -> regex.Pattern[str]:
    union = "|".join(regex.escape(fold(word)) for word in ("années", "años", "anos", "anni", "anii", "anys", "jaren"))
    return regex.compile(
        rf"(?<!\p{{L}})(?:(?:{union})\s(?P<word>[\p{{L}}\-]{{4,16}})|(?P<stem>\p{{L}}{{4,6}})ies)(?!\p{{L}})"
    )


def _centuries(text: str, language: str, known: list[Period]) -> list[Period]:
    found = []
    for match in _century_words().finditer(text):
        if any(other.start < match.end() and match.start() < other.end for other in known):
            continue
        read = _before(text, match.start(), language) or _behind(text, match.end(), language)
        if read and 1 <= read[1] <= 30:
            start, number, end = read
            span = (min(start, match.start()), max(match.end(), end))
            found.append(Period(frozenset({(number - 1) * 100}), 100, span[0], span[1], text[slice(*span)]))
    return found


def _before(text: str, end: int, language: str) -> tuple[int, int, int] | None:
    """A numeral or ordinal before the word: (start, value, end). A plain small number counts centuries instead."""
    if match := regex.search(
        rf"(?<![\p{{L}}\d.,]){_NUMERAL}(?P<mark>{_MARK})[\s\-]{{0,2}}$", text[max(0, end - 16) : end]
    ):
        value = _numeral(match["n"])
        if value and (match["mark"].strip() or not match["n"].isdecimal() or value > 11):
            return max(0, end - 16) + match.start(), value, end
    lexicon = units.number_words(language)
    words = list(regex.finditer(r"[\p{L}\p{M}']+", text[max(0, end - 40) : end]))[-3:]
    for index in range(len(words)):
        phrase = " ".join(word[0] for word in words[index:])
        value = lexicon.get(phrase)
        if value and (value > 11 or phrase in _ordinals(language)):
            return max(0, end - 40) + words[index].start(), value, end
    return None


def _behind(text: str, start: int, language: str) -> tuple[int, int, int] | None:
    if match := regex.match(
        rf"\s?(?:thứ\s|ke-?\s?|ที่\s?|ה-)?{_NUMERAL}{_MARK}(?![\p{{L}}\d])", text[start : start + 16]
    ):
        value = _numeral(match["n"])
        return (start, value, start + match.end()) if value else None
    lexicon = units.number_words(language)
    words = list(regex.finditer(r"[\p{L}\p{M}']+", text[start : start + 40]))[:3]
    for width in range(len(words), 0, -1):
        phrase = " ".join(word[0] for word in words[:width])
        if value := lexicon.get(phrase) or lexicon.get(phrase.removeprefix("ال").replace(" ال", " ")):
            return start, value, start + words[width - 1].end()
    return None


def _numeral(text: str) -> int | None:
    if text.isdecimal():
        return int(text)
    values = [_ROMAN[letter] for letter in text]
    total = sum(-v if any(w > v for w in values[i + 1 : i + 2]) else v for i, v in enumerate(values))
    return total if total > 0 else None


@lru_cache(maxsize=64)
def _ordinals(language: str) -> frozenset[str]:
    """Words that are ordinals: they are not the shortest spelling of their value."""
    lexicon = units.number_words(language)
    shortest: dict[int, int] = {}
    for word, value in lexicon.items():
        shortest[value] = min(len(word), shortest.get(value, 99))
    return frozenset(word for word, value in lexicon.items() if len(word) > shortest[value])


@lru_cache(maxsize=1)
def _decade_after() -> regex.Pattern[str]:
    """`Années 1980`, `anni '80`: the years are named before their number."""
    union = "|".join(regex.escape(fold(word)) for word in table("hedges")["decade"])
    return regex.compile(rf"(?<!\p{{L}})(?:{union})\s?'?(?P<y>(?:1[0-9]|20)?\d0)(?!\d|[.,]\d)(?:-?an)?")


@lru_cache(maxsize=1)
def _century_words() -> regex.Pattern[str]:
    words = {word for group in cldr()["units"].values() for word, unit in group.items() if unit == "century"}
    words |= {fold(word) for word in extra()["units"]["century"]}
    words |= {fold(word) for word in table("hedges")["century"]}
    words = {word for word in words if len(word) > 3 and not regex.search(r"[\p{Han}\p{Hangul}]", word)}
    union = "|".join(regex.escape(word) for word in sorted(words, key=len, reverse=True))
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?:{union})(?![\p{{L}}\p{{M}}])")


_NEAR_YEAR: Final = regex.compile(
    r"[\s,.]{0,2}(?:\p{L}{1,5}\s){0,2}(?P<y>[12]\d{3})(?!\d)|(?:\s?\p{L}{1,3}\s)?(?P<no>(?!))"
)
_YEAR_AHEAD: Final = regex.compile(r"(?<!\d)(?P<y>[12]\d{3})\s?(?:年|년|[\p{L}.']{0,6})?\s?(?:第|の)?\s?$")


def read_quarters(text: str, language: str) -> tuple[Date, ...]:
    """Find quarters and halves of a year; each is a date that may be any of its months."""
    found = []
    for match in _quarter(language).finditer(text):
        number = _which(match, language)
        if number is None or not 1 <= number <= 4:
            continue
        months = frozenset(range(3 * number - 2, 3 * number + 1))
        found.append(_dated(text, match.start(), match.end(), months))
    for match in _semester().finditer(text):
        number = units.number_words(language).get(match["n"]) or {"1": 1, "2": 2, "i": 1, "ii": 2}.get(
            match["n"].rstrip(".ºoe")
        )
        half = 2 if number == 2 else 1 if number == 1 or match["n"][:4] in _FIRST else None
        if half:
            found.append(_dated(text, match.start(), match.end(), frozenset(range(6 * half - 5, 6 * half + 1))))
    for match in _half_year().finditer(text):
        months = frozenset(range(1, 7) if match["first"] else range(7, 13))
        date = _dated(text, match.start(), match.end(), months)
        if date.year is not None or "年" in match[0] or "기" in match[0]:
            found.append(date)
    return tuple(date for date in found if date.start >= 0)


@lru_cache(maxsize=1)
def _half_year() -> regex.Pattern[str]:
    first, second = (
        "|".join(regex.escape(fold(word)) for word in table("hedges")[name]) for name in ("first half", "second half")
    )
    return regex.compile(rf"(?P<first>{first})|(?P<second>{second})")


@lru_cache(maxsize=1)
def _semester() -> regex.Pattern[str]:
    union = "|".join(regex.escape(fold(word)) for word in table("hedges")["half-year"])
    return regex.compile(rf"(?P<n>\p{{L}}{{4,12}}|[12]\.?[ºoe]?|i{{1,2}})\s(?:{union})(?!\p{{L}})")


_FIRST: Final = frozenset(["prim", "erst", "pier", "prvn", "перв", "перш", "első", "förs", "førs"])
"""How the ordinal of one begins, which is in no list of number words."""


def _dated(text: str, start: int, end: int, months: frozenset[int]) -> Date:
    """The year beside it is taken in."""
    if after := _NEAR_YEAR.match(text, end):
        return Date(int(after["y"]), months, frozenset(), start, after.end())
    if before := _YEAR_AHEAD.search(text[max(0, start - 12) : start]):
        return Date(int(before["y"]), months, frozenset(), max(0, start - 12) + before.start(), end)
    return Date(None, months, frozenset(), start, end)


@lru_cache(maxsize=64)
def _quarter(language: str) -> regex.Pattern[str]:
    nouns = {noun for code in candidates(language) for noun in table("time")["quarters"].get(code, {}) if len(noun) > 1}
    nouns |= {"四半期", "季度", "季", "분기"} if language[:2] in {"zh", "ja", "ko"} else set()
    joined = "|".join(regex.escape(noun) for noun in sorted(nouns, key=len, reverse=True)) or "(?!)"
    wide = bool(nouns) and units.is_wide(next(iter(nouns)))
    numeral = (
        r"(?:第\s?)?(?P<n>[1-4]|[一二三四])\s?"
        if wide
        else rf"(?<![\p{{L}}\d])(?P<n>[1-4]|i{{1,3}}|iv|\p{{L}}{{4,14}}){_MARK}[\s\-]"
    )
    ending = "(?:的|に|の)?" if wide else r"\p{L}{0,3}(?!\p{L})"
    return regex.compile(
        rf"{numeral}(?:{joined}){ending}|(?<![\p{{L}}\d])(?:{joined}){ending}\s(?:thứ\s|ke-)?(?P<n2>[1-4]|i{{1,3}}|iv)(?![\p{{L}}\d])|(?<![\p{{L}}\d])q(?P<n3>[1-4])(?![\p{{L}}\d])"
    )


def _which(match: regex.Match[str], language: str) -> int | None:
    word = match["n"] or match["n2"] or match["n3"]
    if word.isdecimal():
        return int(word)
    if word in "一二三四":
        return "一二三四".index(word) + 1
    if regex.fullmatch(r"i{1,3}|iv", word):
        return _numeral(word)
    if word[:4] in _FIRST or word in {"first", "primer", "primo", "الأول", "birinci", "första"}:
        return 1
    return units.number_words(language).get(word) if word in _ordinals(language) else None
