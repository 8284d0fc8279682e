"""Dates in a text, however they are written: 2025-11-01, Nov 1 2025, 1er novembre 2025, 2025年11月1日."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import regex

from bot.citations.facts.digits import CJK, read_cjk
from bot.citations.facts.lexicon import candidates, cldr


@dataclass(frozen=True, slots=True)
class Date:
    """A date or a part of one."""

    year: int | None
    """Year, or None when not written."""
    months: frozenset[int]
    """What the month may be (`03/04` has two readings); empty when not written."""
    days: frozenset[int]
    """What the day may be; empty when not written."""
    start: int
    """Where it stands in the folded text."""
    end: int
    """Where it ends there."""


_ISO: Final = regex.compile(r"(?<![\d.-])(?P<y>[12]\d{3})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?![\d-]|[./]\d)")
_SLASHED: Final = regex.compile(
    r"(?<![\d.,/-])(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<y>[12]\d{3}|\d{2})(?![\d-]|[.,/]\d)"
)
_EAST: Final = regex.compile(
    rf"(?:(?P<y>[12]\d{{3}}|[{CJK}]{{4}})\s?[年년]\s?)?(?P<m>\d{{1,2}}|[{CJK}]{{1,3}})\s?[月월]"
    rf"(?:\s?(?P<d>\d{{1,2}}|[{CJK}]{{1,3}})\s?[日号일])?"
    rf"|(?P<y2>[12]\d{{3}}|[{CJK}]{{4}})\s?[年년](?!\s?[间間]|\s?동안)"
    rf"|(?<![\d{CJK}月월])(?P<d2>[12]?\d|3[01])\s?[日일](?!\s?[间間당]|\s?동안|\p{{Han}}元|あたり|当たり|当|につき|平均)"
)
_VIETNAMESE: Final = regex.compile(
    r"(?:ngày\s)?(?:(?P<d>\d{1,2})\s(?:tháng|thg)\s(?P<m>\d{1,2})|(?P<d2>\d{1,2})/(?P<m2>\d{1,2}))(?:,?\s(?:năm\s)?(?P<y>[12]\d{3}))?"
    r"|(?:tháng|thg)\s(?P<m3>\d{1,2})(?:(?:,?\snăm\s|,?\s|/)(?P<y3>[12]\d{3}))?"
)
_ERA: Final = regex.compile(
    rf"(?P<era>令和|平成|昭和|大正|明治|民国|พ\.?\s?ศ\.?|พุทธศักราช)\s?(?P<n>\d{{1,4}}|元|[{CJK}]{{1,4}})\s?年?(?!\d)"
    r"(?:(?P<m>\d{1,2})\s?月(?:(?P<d>\d{1,2})\s?日)?)?"
)
_ERAS: Final = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "民国": 1911}
"""The year before an era's first; the Thai one runs 543 years ahead."""
_YEAR: Final = regex.compile(
    r"(?<![\d.,/$€£¥\p{L}-])(?P<y>1[0-9]\d{2}|20\d{2})(?!\d|[.,]\d|\s?(?:%|°|km|m\b|kg|\$|€))(?=$|\D)"
)
_DAY: Final = r"(?<!\d)(?P<{0}>[12]?\d|3[01])(?:st|nd|rd|th|er|\.|º|°|-?го|-?е)?"
_OF: Final = r"[\s,.]{1,2}(?:(?:de|of|del|di|do|en|of the|को|من|năm|de la|d')[\s]?)?"
_YEAR_AFTER: Final = r"(?:[\s,.]{{1,3}}(?:(?:de|del|of|do|di|الموافق|في|năm|de l'an|года)\s)?(?P<{0}>[12]\d{{3}}))"


_DECLINED: Final = (
    dict.fromkeys(("hu", "fi", "tr", "et"), r"'?\p{L}{0,7}")
    | dict.fromkeys(("pl", "cs", "sk", "hr", "sr", "el", "lt", "lv", "sl"), r"\p{L}{0,2}")
    | dict.fromkeys(("uk", "ru", "bg", "be", "mk"), r"(?:[аеуьяюиі]|[оеіё]м|[её]ві|ові|ят)?")
)
"""Languages that decline the names of months, and what may follow a name there."""
_ENDINGS: Final = frozenset("аяьеоiaeuyąęοσυηςľńř")
"""Last letters that the cases of such a name exchange: `марта`, `марте`."""
_PREFIXED: Final = {"he": r"[ומבלכהש]{0,2}", "ar": r"[وبفلك]{0,2}"}
"""Languages that write `in` and `from` before the name as one word."""
_UNSPACED: Final = frozenset(["th", "lo", "km", "my"])


@lru_cache(maxsize=64)
def _months(language: str) -> tuple[dict[str, int], regex.Pattern[str]] | None:
    names: dict[str, int] = {}
    for code in (*candidates(language), "en"):
        for name, number in cldr()["months"].get(code, {}).items():
            if not any(c.isdigit() for c in name):
                names.setdefault(name, number)
    names.update(
        {"يناير": 1, "فبراير": 2, "مارس": 3, "أبريل": 4, "مايو": 5, "يونيو": 6, "يوليو": 7, "أغسطس": 8, "سبتمبر": 9}
    )
    names.update({"kanunu": 12, "sept": 9, "كانون الثاني": 1, "شباط": 2, "آذار": 3, "نيسان": 4, "أيار": 5, "حزيران": 6})
    names.update({"تموز": 7, "آب": 8, "أيلول": 9, "تشرين الأول": 10, "تشرين الثاني": 11, "كانون الأول": 12})
    if not names:
        return None
    code = language.split("-", maxsplit=1)[0]
    if code in _DECLINED:
        names |= {name[:-1]: number for name, number in names.items() if len(name) > 4 and name[-1] in _ENDINGS} | names
    one = "|".join(regex.escape(name) for name in sorted(names, key=len, reverse=True))
    apart = "" if code in _UNSPACED else r"(?<!\p{L})"
    if code in _UNSPACED:
        month = rf"(?:{one})\.?"
    else:
        prefix, suffix = _PREFIXED.get(code, ""), _DECLINED.get(code, "")
        long = "|".join(
            regex.escape(name) for name in sorted(names, key=len, reverse=True) if len(name) > (3 if suffix else 4)
        )
        month = rf"(?<![\p{{L}}\p{{M}}]){prefix}(?:{one}|(?:{long}){suffix})(?![\p{{L}}\p{{M}}])\.?"
    pattern = regex.compile(
        rf"{_DAY.format('d1')}{_OF}(?P<m1>{month}){_YEAR_AFTER.format('y1')}?"
        rf"|(?P<m2>{month})[\s]{_DAY.format('d2')}(?![\d%:]){_YEAR_AFTER.format('y2')}?"
        rf"|(?P<m3>{month}){_YEAR_AFTER.format('y3')}"
        rf"|{apart}(?P<m4>{month})"
    )
    return names, pattern


_COMMON: Final = frozenset(
    [
        "may",
        "mar",
        "mai",
        "sept",
        "dec",
        "oct",
        "jan",
        "set",
        "mart",
        "ago",
        "ene",
        "abr",
        "out",
        "dez",
        "fev",
        "mei",
        "mag",
        "lug",
        "apr",
        "jun",
        "jul",
    ]
)


_MAY: Final = frozenset(["may", "mai", "mei"])
"""A whole name that is another word too, unless a word such as `in` stands before it."""
_IN: Final = regex.compile(
    r"(?<!\p{L})(?:in|by|of|since|until|till|from|last|next|this|early|late|mid|im|bis|seit|ab|vom|anfang|mitte|ende|en|em|de|"
    r"depuis|dès|fin|début|mi|desde|até|vanaf|sinds|eind|begin|tot|i|w)[\s\-]$"
)


def read_dates(text: str, language: str) -> tuple[Date, ...]:
    """Find the dates in a folded text, in order; a bare year is a date too."""
    found: list[Date] = []
    taken = [False] * (len(text) + 1)

    def add(match: regex.Match[str], year: str | None, months: set[int], days: set[int]) -> None:
        if any(taken[match.start() : match.end()]):
            return
        if any(not 1 <= m <= 12 for m in months) or any(not 1 <= d <= 31 for d in days):
            return
        value = _year(year)
        found.append(Date(value, frozenset(months), frozenset(days), match.start(), match.end()))
        taken[match.start() : match.end()] = [True] * (match.end() - match.start())

    _of_eras(text, add)
    for match in _ISO.finditer(text):
        add(match, match["y"], {int(match["m"])}, {int(match["d"])})
    for match in _SLASHED.finditer(text):
        pairs = {
            (int(match[x]), int(match[y]))
            for x, y in (("a", "b"), ("b", "a"))
            if int(match[y]) <= 12 and int(match[x]) <= 31
        }
        if pairs:
            add(match, match["y"], {m for _, m in pairs}, {d for d, _ in pairs})
    for match in _EAST.finditer(text):
        month, day = _numeral(match["m"]), _numeral(match["d"] or match["d2"])
        add(match, match["y"] or match["y2"], {month} if month else set(), {day} if day else set())
    if language.startswith("vi"):
        for match in _VIETNAMESE.finditer(text):
            month, day = match["m"] or match["m2"] or match["m3"], match["d"] or match["d2"]
            add(match, match["y"] or match["y3"], {int(month)}, {int(day)} if day else set())
    _named(text, language, add)
    for match in _YEAR.finditer(text):
        add(match, match["y"], set(), set())
    return tuple(sorted(found, key=lambda date: date.start))


def _of_eras(text: str, add: object) -> None:
    """Years counted from the start of an era: `令和5年`, `民國112年`, `พ.ศ. 2566`."""
    for match in _ERA.finditer(text):
        number = 1 if match["n"] == "元" else _numeral(match["n"])
        if number:
            months = {int(match["m"])} if match["m"] else set()
            days = {int(match["d"])} if match["d"] else set()
            add(match, f"{number + _ERAS.get(match['era'], -543):04}", months, days)  # type: ignore[operator]


def _named(text: str, language: str, add: object) -> None:
    months = _months(language)
    if months is None:
        return
    names, pattern = months
    for match in pattern.finditer(text):
        name = (match["m1"] or match["m2"] or match["m3"] or match["m4"]).rstrip(".")
        number = _month(name, names)
        if number is None or (match["m4"] and (name in _COMMON or len(name) <= 3)):
            own = any(name in cldr()["months"].get(code, {}) for code in candidates(language))
            if name not in _MAY or not own or not _IN.search(text, max(0, match.start() - 10), match.start()):
                continue
        day = match["d1"] or match["d2"]
        year = match["y1"] or match["y2"] or match["y3"]
        add(match, year, {number}, {int(day)} if day else set())  # type: ignore[operator]


def _month(name: str, names: dict[str, int]) -> int | None:
    """The month behind a name that may carry a prefix (`ממאי`) or an ending (`januárjában`)."""
    for start in range(3):
        for end in range(len(name), max(start + 2, len(name) - 8), -1):
            number = names.get(name[start:end]) or names.get(name[start:end] + ".")
            if number is not None:
                return number
    return None


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    if text.isdecimal():
        return int(text) + (2000 if len(text) == 2 else 0)
    value = read_cjk(text)
    return int(value) if value is not None else None


def _numeral(text: str | None) -> int | None:
    value = read_cjk(text) if text else None
    return int(value) if value is not None else None
