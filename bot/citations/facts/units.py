"""What may stand beside a number: percentages, units, currencies and magnitudes, in any of the languages known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

import regex

from bot.citations.facts.lexicon import candidates, cldr, extra, fold, table

_FACTORS: Final[Mapping[str, Mapping[str, float]]] = {
    "meter": {
        "millimeter": 0.001,
        "centimeter": 0.01,
        "kilometer": 1000.0,
        "meter": 1,
        "micrometer": 1e-06,
        "nanometer": 1e-09,
    },
    "gram": {
        "milligram": 0.001,
        "kilogram": 1000.0,
        "tonne": 1000000.0,
        "metric-ton": 1000000.0,
        "ton": 1000000.0,
        "microgram": 1e-06,
        "gram": 1,
    },
    "liter": {
        "milliliter": 0.001,
        "liter": 1,
        "centiliter": 0.01,
    },
    "watt": {
        "watt": 1,
        "kilowatt": 1000.0,
        "megawatt": 1000000.0,
        "gigawatt": 1000000000.0,
    },
    "square-meter": {
        "hectare": 10000.0,
        "square-kilometer": 1000000.0,
        "square-meter": 1,
        "square-centimeter": 0.0001,
    },
    "second": {
        "minute": 60,
        "hour": 3600,
        "second": 1,
    },
    "day": {
        "day": 1,
        "week": 7,
    },
    "month": {
        "month": 1,
        "year": 12,
        "decade": 120,
        "century": 1200,
    },
    "watt-hour": {
        "kilowatt-hour": 1000.0,
        "megawatt-hour": 1000000.0,
        "gigawatt-hour": 1000000000.0,
        "terawatt-hour": 1000000000000.0,
    },
    "hertz": {
        "kilohertz": 1000.0,
        "megahertz": 1000000.0,
        "gigahertz": 1000000000.0,
        "hertz": 1,
    },
    "joule": {
        "joule": 1,
        "kilojoule": 1000.0,
    },
    "calorie": {
        "calorie": 1,
        "kilocalorie": 1000.0,
    },
    "byte": {
        "kilobyte": 1000.0,
        "megabyte": 1000000.0,
        "gigabyte": 1000000000.0,
        "terabyte": 1000000000000.0,
        "byte": 1,
    },
}
SCALES: Final[Mapping[str, tuple[str, float]]] = {
    unit: (base, factor) for base, units in _FACTORS.items() for unit, factor in units.items()
}
"""Units that convert exactly into a base unit: (base, factor)."""

COINS: Final = frozenset(["krone", "peso", "pound", "riyal", "dinar", "rupee"])
"""Currencies that are named without their country."""
_ALIASES: Final = {"metric-ton": "tonne", "ton": "tonne", "degree": "celsius"}
_NO_UNITS: Final = frozenset(
    [
        "in",
        "a",
        "an",
        "at",
        "le",
        "la",
        "et",
        "on",
        "to",
        "no",
        "is",
        "as",
        "den",
        "mi",
        "bar",
        "as",
        "fl",
        "pt",
        "dr",
        "ai",
        "au",
        "al",
        "ha",
    ]
) - {"ha"}
_WIDE: Final = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]")
_LETTER: Final = regex.compile(r"[\p{L}\p{M}]")


def is_wide(text: str) -> bool:
    """Whether the script writes words without spaces, so that a word may start anywhere."""
    return bool(_WIDE.match(text))


class Words:
    """A set of spellings with meanings, looked up at a place in a text, longest first."""

    def __init__(self, meanings: Mapping[str, str | int | float]) -> None:
        self._meanings = meanings
        self._lengths = sorted({len(word) for word in meanings}, reverse=True)

    def at(self, text: str, start: int) -> tuple[int, str | int | float] | None:
        """Return (end, meaning) of the longest spelling that starts here and ends at a word's end."""
        for length in self._lengths:
            word = text[start : start + length]
            if len(word) == length and word in self._meanings and self._ends(text, word, start + length):
                return start + length, self._meanings[word]
        return None

    def before(self, text: str, end: int) -> tuple[int, str | int | float] | None:
        """Return (start, meaning) of the longest spelling that ends here and starts at a word's start."""
        for length in self._lengths:
            start = end - length
            if start >= 0 and (word := text[start:end]) in self._meanings and self._starts(text, word, start):
                return start, self._meanings[word]
        return None

    @staticmethod
    def _ends(text: str, word: str, end: int) -> bool:
        # `l'année` is no litre.
        return (
            end >= len(text)
            or bool(_WIDE.match(word[-1]))
            or not _LETTER.match(word[-1])
            or not _LETTER.match(text[end])
        ) and not (len(word) == 1 and text[end : end + 1] == "'")

    @staticmethod
    def _starts(text: str, word: str, start: int) -> bool:
        return (
            start == 0 or bool(_WIDE.match(word[0])) or not _LETTER.match(word[0]) or not _LETTER.match(text[start - 1])
        )


_STEPS: Final = {"kilo": ("mega", "giga", "tera"), "k": ("m", "g", "t"), "кило": ("мега", "гига", "тера")} | {
    "kíló": ("mega", "giga", "tera"), "quilo": ("mega", "giga", "tera"), "chilo": ("mega", "giga", "tera"),
    "кіло": ("мега", "гіга", "тера"), "к": ("м", "г", "т"), "κιλο": ("μεγα", "γιγα", "τερα"),
    "キロ": ("メガ", "ギガ", "テラ"), "킬로": ("메가", "기가", "테라"), "千": ("兆", "吉", "太"),
    "किलो": ("मेगा", "गीगा", "टेरा"), "กิโล": ("เมกะ", "กิกะ", "เทระ"), "کیلو": ("مگا", "گیگا", "ترا"),
}  # fmt: skip
"""How a spelling of a thousand begins, and of its next three steps."""


def _energies(words: Iterable[str]) -> dict[str, str]:
    """Spellings of the watt-hours that CLDR leaves out, made of those of the kilowatt-hour."""
    made = {}
    for word in words:
        start = max((start for start in _STEPS if word.startswith(start)), key=len, default="")
        steps = zip(("mega", "giga", "tera"), _STEPS.get(start, ()), strict=False)
        for name, written in [("kilo", start), *steps]:
            spelling = written + word.removeprefix(start)
            made.update(dict.fromkeys((spelling, spelling.replace("-", " ")), f"{name}watt-hour"))
    return made


_AMERICAN: Final = regex.compile(
    r"\bu\.?s\b|usd|us-|am[eé]ri[ck]|америк|америч|сша|estadouni|stati uniti|états|美|米|미국|أمر|أمي|mỹ"
    r"|dolar as|สหรัฐ|अमेरिक|^ドル$|^달러$"
)
"""What makes a dollar one of the United States, where `dollar` alone may be of another country."""


def _units(language: str) -> dict[str, str | int | float]:
    known: dict[str, str | int | float] = {}
    own = {*candidates(language), "en"}
    for group in (cldr()["currencies"], cldr()["units"]):
        for code in sorted(group, key=lambda code: code not in own):
            each = table("time")["per"].get(code, {})
            for word, meaning in group[code].items():
                if word in each and regex.search("[ ']", word):
                    continue  # `al mese` makes a rate
                # `time` is an hour in Danish only, and `bis` no unit in German.
                foreign = language and code not in own and len(word) < 5 and word.isascii() and word.isalpha()
                if foreign or word in _NO_UNITS:
                    continue
                if len(word) > 1 or not word.isascii() or word == "$":
                    known.setdefault(word, _ALIASES.get(meaning, meaning))
    for meaning, words in extra()["units"].items():
        known.update({fold(word): meaning for word in words})
    known.update(_energies([word for word, meaning in known.items() if meaning == "kilowatt-hour"]))
    known.update({word: "US$" for word, meaning in known.items() if meaning == "USD" and _AMERICAN.search(word)})
    known.update({fold(word): "percent" for word in extra()["percent"]})
    known.update({fold(word): "point" for word in extra()["points"]})
    return known


@lru_cache(maxsize=64)
def units(language: str = "") -> Words:
    """Units, currencies and ways of writing percent: those of all languages, less short words foreign to this one."""
    return Words(_units(language))


@lru_cache(maxsize=64)
def magnitudes(language: str) -> Words:
    """Words such as `billion` in this language: meaning the power of ten."""
    return Words(_magnitudes(candidates(language)))


@lru_cache(maxsize=1)
def any_magnitudes() -> Words:
    """The same for all languages at once, where they do not contradict each other."""
    merged: dict[str, set[float]] = {}
    for language in {*cldr()["magnitudes"], *extra()["magnitudes"]}:
        for word, power in _magnitudes((language,)).items():
            if len(word) > 2 or not word.isascii():
                merged.setdefault(word, set()).add(float(power))
    return Words({word: powers.pop() for word, powers in merged.items() if len(powers) == 1})


def _magnitudes(languages: Iterable[str]) -> dict[str, str | int | float]:
    known: dict[str, str | int | float] = {}
    for language in languages:
        for source in (extra()["magnitudes"], cldr()["magnitudes"]):
            for word, power in source.get(language, {}).items():
                if power > 0:
                    known.setdefault(fold(word), power)
    return known


@lru_cache(maxsize=64)
def own_words(kind: str, language: str) -> Words:
    """Our own list of this kind (`fractions`, `multiples`) for the language."""
    words: dict[str, str | int | float] = {}
    for code in candidates(language):
        words.update({fold(word): value for word, value in extra()[kind].get(code, {}).items()})
    return Words(words)


@lru_cache(maxsize=64)
def number_words(language: str) -> Mapping[str, int]:
    """Cardinal and ordinal words of the language, from 2 on."""
    words: dict[str, int] = {}
    for code in candidates(language):
        for word, value in table("spelled").get(code, {}).items():
            if len(word) > 2 or not word.isalpha() or is_wide(word):
                words.setdefault(word, value)
        words.update({word.replace("-", " "): value for word, value in cldr()["words"].get(code, {}).items()})
        words.update({fold(word).replace("-", " "): value for word, value in extra()["words"].get(code, {}).items()})
    return words


@lru_cache(maxsize=64)
def doubtful_words(language: str) -> frozenset[str]:
    """Number words that often mean something else, such as French `neuf` (new)."""
    return frozenset(fold(word) for code in candidates(language) for word in extra()["doubtful"].get(code, ()))


def to_base(value: float, unit: str | None) -> tuple[float, str | None]:
    """Convert to the base unit, so that 1.5 km equals 1500 m."""
    if unit is not None and unit in SCALES:
        base, factor = SCALES[unit]
        return float(f"{value * factor:.10g}"), base
    return value, unit
