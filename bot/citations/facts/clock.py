"""Times of day and weekdays in a text: 5 p.m., 17 h 30, 17 Uhr, 午後5時; Tuesday, dienstags, 星期二."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import regex

from bot.citations.facts.digits import CJK, read_cjk
from bot.citations.facts.lexicon import candidates, cldr, table
from bot.citations.facts.units import number_words, units

DAY: Final = 24 * 60
"""Minutes of a day."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day."""

    minutes: frozenset[int]
    """Minutes since midnight it may be: `5:30` without more has two readings."""
    start: int
    """Where it stands in the folded text."""
    end: int
    """Where it ends there."""
    text: str
    """As written, folded."""


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week."""

    number: int
    """0 for Monday to 6 for Sunday."""
    start: int
    """Where it stands in the folded text."""
    end: int
    """Where it ends there."""
    text: str
    """As written, folded."""
    sure: bool
    """False where the name is an ordinal too: `thứ hai` is Monday and second, `Τρίτη` Tuesday and third."""


_TIME: Final = regex.compile(
    rf"(?<![\d.,:/\-])(?P<h>[01]?\d|2[0-4]|(?=[{CJK}]{{1,3}}[时点])[{CJK}]{{1,3}})"
    r"(?:(?P<colon>\s?:\s?)(?P<m>[0-5]\d)|(?P<dot>[.])(?P<m2>[0-5]\d)|(?P<hour>\s?[h时点時시]\s?)(?P<m3>[0-5]\d)(?:\s?[分분])?)?"
    r"(?![\d:]|[.,/\-]\d)"
)
_WORD: Final = regex.compile(
    r"\s?(?:uhr(?!\p{L})|[时時](?![间間代期针差])|点(?=[钟半整前后至到起开左])钟?|시(?!간|즌|\p{Hangul}{3})|o'clock|นาฬิกา|น\.(?!\p{L}))(?P<half>半|반)?"
)
"""What can only follow the hour of a clock."""
_AMPM: Final = regex.compile(r"\s?(?P<half>[ap])\.?\s?m\b\.?")
_BEFORE: Final = regex.compile(
    r"(?<![\p{L}])(?:klockan|klokken|kl|klo|um|at|à|las|alle|ore|ora|às|godz|o godzinie|saat)\.?\s$"
)
_HOUR: Final = regex.compile(
    r"\s?(?:h|hrs?|heures?|horas?|ore|uur|giờ|час(?:а|ов)?|годин[аиу]?|godzin[aey]?|hodin[auy]?|ώρα|saat|jam|pukul|बजे|টায়?|ساعة)(?![\p{L}\p{M}])"
)


def read_clocks(text: str, language: str) -> tuple[Clock, ...]:
    """Find the times of day that cannot be anything else; `17 h` and `5 часов` alone may also be lengths of time."""
    halves = _halves(language)
    found = []
    for match in _TIME.finditer(text):
        hour = read_cjk(match["h"]) if not match["h"].isdecimal() else float(match["h"])
        if hour is None or hour > 24:
            continue
        minute = int(match["m"] or match["m2"] or match["m3"] or 0)
        end, half, sure = match.end(), None, bool(match["colon"] or match["hour"])
        point = text[end : end + 1] == "点" and halves is not None and _ahead(halves, text, match.start()) is not None
        if point:
            end, sure = end + 1, True
        if word := _WORD.match(text, end - point):
            end, sure = word.end(), True
            minute = 30 if word["half"] else minute
        elif sure is False and (word := _HOUR.match(text, end)) and halves and halves.match(text, word.end()):
            end = word.end()
        if (ampm := _AMPM.match(text, end)) and not language.startswith("de"):
            half, end = f"{ampm['half']}m", ampm.end()
        elif halves and (behind := halves.match(text, end)) and (sure or " " in behind["half"] or end > match.end()):
            half, end = _half(behind["half"], language), behind.end()
        elif halves and sure and (before := _ahead(halves, text, match.start())):
            half = _half(before["half"], language)
        elif match["dot"] and not sure and not _BEFORE.search(text, max(0, match.start() - 14), match.start()):
            continue
        if half is None and not sure and (not match["dot"] or units(language).at(text, end + 1)):
            continue
        found.append(Clock(_minutes(int(hour), minute, half), match.start(), end, text[match.start() : end].strip()))
    return tuple(found)


def has_half_behind(text: str, end: int, language: str) -> bool:
    """Whether what ends here is an hour of a half of the day: `las seis de la tarde`."""
    halves = _halves(language)
    return halves is not None and halves.match(text, end) is not None


def _ahead(halves: regex.Pattern[str], text: str, start: int) -> regex.Match[str] | None:
    last = next(iter([*halves.finditer(text, max(0, start - 12), start)][::-1]), None)
    return last if last is not None and not text[last.end() : start].strip() else None


def _minutes(hour: int, minute: int, half: str | None) -> frozenset[int]:
    first = (hour % 24) * 60 + minute
    if half is None:
        return frozenset(
            {first} if hour > 12 or hour == 0 else {first, (hour % 12) * 60 + minute, (hour % 12 + 12) * 60 + minute}
        )
    base = (hour % 12) * 60 + minute if hour <= 12 else first
    return frozenset({base + (720 if half == "pm" and hour <= 12 else 0)})


@lru_cache(maxsize=64)
def _halves(language: str) -> regex.Pattern[str] | None:
    words = {word for code in candidates(language) for word in table("time")["halves"].get(code, {})}
    words = {word for word in words if len(word) > 2 or regex.search(r"[\p{Han}\p{Hangul}]", word)}
    if not words:
        return None
    union = "|".join(regex.escape(word) for word in sorted(words, key=len, reverse=True))
    return regex.compile(rf"\s{{0,2}}(?P<half>{union})(?![\p{{Latin}}\p{{Cyrillic}}])")


def _half(word: str, language: str) -> str | None:
    for code in candidates(language):
        if half := table("time")["halves"].get(code, {}).get(word):
            return str(half)
    return None


def read_weekdays(text: str, language: str) -> tuple[Weekday, ...]:
    """Find the names of weekdays, declined or not."""
    read = _weekdays(language)
    if read is None:
        return ()
    pattern, numbers = read
    ordinals = number_words(language)
    return tuple(
        Weekday(numbers[match["name"]], match.start(), match.end(), match[0], match["name"] not in ordinals)
        for match in pattern.finditer(text)
    )


_UNSPACED: Final = regex.compile(r"[\p{Han}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_DECLINING: Final = frozenset(
    ["ru", "uk", "be", "bg", "sr", "hr", "sl", "pl", "cs", "sk", "mk", "lt", "lv", "fi", "et", "hu", "tr", "az", "kk"]
) | {"el", "hy", "ka", "is"}


@lru_cache(maxsize=64)
def _weekdays(language: str) -> tuple[regex.Pattern[str], dict[str, int]] | None:
    numbers: dict[str, int] = {}
    declining = language.partition("-")[0] in _DECLINING
    own = candidates(language)[0]
    stems = {word[:-1] for word in cldr()["units"].get(own, {})}
    for code in candidates(language):
        for word, number in table("time")["weekdays"].get(code, {}).items():
            if code != own and word[:-1] in stems:
                continue  # the Bulgarian Sunday is the Russian week
            numbers.setdefault(word, number)
            short = word.removesuffix("-feira")
            if short != word and short not in {"segunda", "terça", "quarta", "quinta", "sexta"}:
                numbers.setdefault(short, number)
            if word.startswith("星期"):
                # Sunday has two characters, 日 and 天.
                for head in ("周", "礼拜", "星期"):
                    for last in {word[2:], "天" if word[2:] == "日" else word[2:]}:
                        numbers.setdefault(head + last, number)
            if word.endswith("曜日"):
                numbers.setdefault(word[:-1], number)
            if declining and code != "el" and len(word) > 4 and word[-1] in "аяеьоaeoaąęyiıηοή":
                numbers.setdefault(word[:-1], number)
    if not numbers:
        return None
    union = "|".join(regex.escape(word) for word in sorted(numbers, key=len, reverse=True))
    if _UNSPACED.search(next(iter(numbers))):
        return regex.compile(rf"(?P<name>{union})"), numbers
    ending = r"\p{L}{0,6}" if declining else r"(?:s|en|er|e|ar|arna|ene|ens)?"
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?:[ولبفב])?(?P<name>{union}){ending}(?![\p{{L}}\p{{M}}])"), numbers
