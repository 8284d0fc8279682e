"""Builds `spelled.json` and `time.json` in `bot/citations/data/`: number words, and words for parts of a day and year.

Run `python -m eval.citations.spelled` after an update of Unicode CLDR. Number words come from its rules for spelling
out (RBNF, through PyICU), which know genders and cases; the rest through babel. Both are needed only here.
"""

from __future__ import annotations

import json
import re
import unicodedata
from itertools import product
from typing import Any, Final

from eval.citations.lexicon import LOCALES, OUT, clean

MOST: Final = 1000
"""Numbers below this are spelt out; what is above is put together from them."""
_UNSPELLED: Final = {"zh", "zh-Hant", "ja"}
"""Languages whose numerals are read by rule."""


def spelled() -> dict[str, dict[str, int]]:
    """Every way to spell the numbers from 2 on, by language: cardinal and ordinal, in each gender and case known."""
    import icu

    found: dict[str, dict[str, int]] = {}
    english = icu.RuleBasedNumberFormat(icu.URBNFRuleSetTag.SPELLOUT, icu.Locale("en")).format(25)
    for name in LOCALES:
        key = name.replace("_", "-")
        rules = icu.RuleBasedNumberFormat(icu.URBNFRuleSetTag.SPELLOUT, icu.Locale(name))
        if key in _UNSPELLED or (rules.format(25) == english and key != "en"):
            continue
        words: dict[str, int] = {}
        sets = [rules.getRuleSetName(index) for index in range(rules.getNumberOfRuleSetNames())]
        sets = [rule for rule in sets if "year" not in rule and "financial" not in rule]
        for rule in sorted(sets, key=lambda rule: ("ordinal" in rule, len(rule))):
            plain = rule in {"%spellout-numbering", "%spellout-cardinal"}
            for value in range(2, MOST):
                if not (plain or value <= 100 or value % 100 == 0):
                    continue
                word = clean(rules.format(value, rule))
                if (value <= 100 or value % 100 == 0 or " " not in word) and not any(c.isdigit() for c in word):
                    for variant in _variants(word, key):
                        words.setdefault(variant, value)
        found[key] = words
    return found


def _variants(word: str, language: str) -> set[str]:
    """The word, and what its language also writes for it."""
    word = re.sub(r"\s+", " ", word.replace("-", " "))
    if language == "ar":
        # Tens end in -una, and in -ina after a preposition or as an object; `and` is written onto the next word.
        # The teens turn about with the gender of what is counted.
        oblique = re.sub("ون(?= |$)", "ين", word)
        found = {word, oblique, re.sub("^(.*)ة عشر$", r"\1 عشرة", word), word.replace("مائة", "مئة")}
        if word == "إحدى عشر":
            found |= {"إحدى عشرة", "أحد عشر"}
        if word == "اثنا عشر":
            found |= {"اثنتا عشرة", "اثني عشر", "اثنتي عشرة"}
        return found
    if language == "fil":
        return {"".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))}
    if language == "uk":
        return {word, word.replace("ʼ", "'")}
    if language == "ro":
        return {word, word.replace("ş", "ș").replace("ţ", "ț")}
    return {word}


def parts() -> dict[str, dict[str, dict[str, Any]]]:
    """Names of weekdays, halves of a day, quarters, and what says `per` week: `{kind: {language: {word: meaning}}}`."""
    from babel import Locale

    tables: dict[str, dict[str, dict[str, Any]]] = {"weekdays": {}, "halves": {}, "quarters": {}, "per": {}}
    for name in LOCALES:
        locale, key = Locale.parse(name), name.replace("_", "-")
        tables["weekdays"][key] = {clean(word): number for number, word in locale.days["format"]["wide"].items()}
        tables["halves"][key] = _halves(locale)
        if word := _shared(locale.quarters["format"]["wide"]):
            tables["quarters"][key] = {word: 3}
        tables["per"][key] = _per(locale)
    return tables


def _halves(locale: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for context, width in product(("format", "stand-alone"), ("wide", "abbreviated", "narrow")):
        for period, word in locale.day_periods.get(context, {}).get(width, {}).items():
            half = {"am": "am", "pm": "pm", "mor": "am", "aft": "pm", "eve": "pm"}.get(period[:3].rstrip("12"))
            if half and len(cleaned := clean(word)) > 1:
                found.setdefault(cleaned, half)
    return found


def _shared(names: Any) -> str:
    """The noun in `1st quarter` to `4th quarter`: the longest run of letters that all four share."""
    runs = [set(re.findall(r"[^\W\d_]+", clean(name))) for name in names.values()]
    common = set.intersection(*runs)
    if common:
        return str(max(common, key=len))
    first, *rest = (clean(str(name)) for name in names.values())
    pieces = {first[a:b] for a in range(len(first)) for b in range(a + 2, len(first) + 1)}
    return max((piece for piece in pieces if all(piece in other for other in rest)), key=len, default="").strip()


def _per(locale: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for unit in ("second", "minute", "hour", "day", "week", "month", "year"):
        for length in ("long", "short"):
            pattern = locale._data["unit_patterns"].get(f"duration-{unit}", {}).get(length, {})  # noqa: SLF001
            word = pattern.get("per", "")
            word = clean(word.replace("{0}", " "))
            if word.strip("/ ") and len(word) > 2:
                found.setdefault(word, unit)
    return found


if __name__ == "__main__":
    for target, table in (("spelled", spelled()), ("time", parts())):
        OUT.with_name(f"{target}.json").write_text(
            json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n", encoding="utf-8"
        )
