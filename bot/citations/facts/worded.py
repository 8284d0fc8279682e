"""Numbers written in words: `twenty-five thousand`, `dreimal`, `two thirds`, `a million`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import regex

from bot.citations.facts import units
from bot.citations.facts.amount import Amount, dress, magnitude
from bot.citations.facts.digits import tidy
from bot.citations.facts.lexicon import candidates

_TIMES: Final = regex.compile(
    r"(\p{L}{3,16}?)(?:mal|fache?[nrs]?|(?P<unit>jähr|monat|wöch|tägi?|stünd|minüt)ig\p{L}{0,3}|(?:köpf|prozent|stöck|teil|seit|stell|gleis)ig\p{L}{0,3})"
)
"""German numbers inside a word: `dreimal`, `achtjährig`."""
_WORD: Final = regex.compile(r"[\p{L}\p{M}']+")
_PART: Final = regex.compile(
    r"\s(?:of|des?|du|del|della?|dello|delle|degli|dei|der|do|da|dos|das|d'|от|van|av|af|din|dintre|dari|của|số|των|του|της|από|از|من|מ|wa|ya|sa|ng)\b"
)
_LAST_WORD: Final = regex.compile(r"([\p{L}\p{M}']+|\d+)[\s-]{1,2}$")
_ONE: Final = frozenset(
    [
        "a",
        "one",
        "un",
        "une",
        "ein",
        "eine",
        "einem",
        "einer",
        "einen",
        "uno",
        "una",
        "um",
        "uma",
        "одна",
        "одну",
        "एक",
        "satu",
        "ένα",
        "o",
        "bir",
        "jedna",
        "jedną",
        "ett",
        "een",
        "en",
    ]
)
_JOINERS: Final = frozenset(["and", "y", "e", "et", "und", "و", "og", "och", "en", "i", "и"])


def bare_magnitudes(text: str, language: str) -> list[Amount]:
    """A magnitude without a number: `a million`, `مليار`; surely one only after `one`."""
    found = []
    words = units.magnitudes(language)
    for match in _WORD.finditer(text):
        read = words.at(text, match.start())
        if read and read[0] == match.end() and float(read[1]) >= 6:
            before = _LAST_WORD.search(text, max(0, match.start() - 12), match.start())
            firm = bool(before and before[1] in _ONE)
            found.append(
                dress(text, frozenset({10.0 ** float(read[1])}), match.start(), match.end(), firm, False, language)
            )
    return found


def word_numbers(text: str, language: str) -> list[Amount]:
    """Find cardinal and ordinal words with the magnitude and unit that follow them."""
    lexicon = units.number_words(language)
    if language.split("-", maxsplit=1)[0] in {"th", "lo", "km", "my"}:
        return _unspaced_words(text, language, lexicon)
    tokens = [(match.start(), match.end(), match[0]) for match in _WORD.finditer(text)]
    found: list[Amount] = []
    index = 0
    while index < len(tokens):
        taken, value = _word_number(tokens, index, lexicon, language)
        if not taken:
            if inner := _inside(tokens[index][0], tokens[index][2], lexicon, language):
                found.append(
                    dress(text, frozenset({float(inner[1])}), inner[0], tokens[index][1], False, False, language)
                )
            index += 1
            continue
        start, end = tokens[index][0], tokens[index + taken - 1][1]
        inside = _TIMES.fullmatch(tokens[index][2]) if taken == 1 else None
        kind = (
            "times" if inside and inside[0].endswith(("mal", "fach", "fache", "fachen", "facher", "faches")) else None
        )
        doubtful = taken == 1 and tokens[index][2] in units.doubtful_words(language)
        amount = dress(text, frozenset({value}), start, end, not doubtful, False, language)
        found.append(replace(amount, kind="times", unit=None) if kind else amount)
        index += taken
    return found


_CLITICS: Final = {
    "ar": ("وب", "فب", "ول", "وال", "بال", "لل", "ال", "و", "ف", "ب", "ل", "ك"),
    "he": ("וב", "ול", "ומ", "שב", "ב", "ל", "מ", "ה", "ו", "ש", "כ"),
    "fa": ("و",),
}
"""What these languages write onto the front of a word."""


_ARTICLES: Final = {
    "en": ("a", "an", "one"), "fr": ("un", "une"), "de": ("ein", "eine", "einem", "einer", "einen", "eines"),
    "es": ("un", "una"), "pt": ("um", "uma"), "it": ("un", "uno", "una", "un'"), "ca": ("un", "una"),
    "gl": ("un", "unha"), "ro": ("un", "o", "unui", "unei"), "nl": ("een",), "sv": ("en", "ett"), "da": ("en", "et"),
    "nb": ("en", "et", "ei"),
    "el": ("ένα", "έναν", "μία", "μια", "ενός", "μιας"), "hu": ("egy",), "tr": ("bir",), "vi": ("một",), "fa": ("یک",),
    "hi": ("एक",), "bn": ("এক",), "ur": ("ایک",), "id": ("satu",), "ms": ("satu",), "fil": ("isang",), "fi": ("yksi",),
}  # fmt: skip
"""What may say *one* before a unit."""
_BARE: Final = frozenset(
    ["ru", "uk", "be", "bg", "sr", "hr", "sl", "mk", "pl", "cs", "sk", "lt", "lv", "et", "fi", "ar", "he", "id", "ms"]
) | {"sw"}
"""Languages that say a single span without *one*: `год назад`."""
_SPANS: Final = frozenset(["second", "minute", "hour", "day", "week", "month", "year", "decade", "century"])


def single_spans(text: str, language: str) -> list[Amount]:
    """Find single spans of time, which are not surely counted: `a year earlier`, `eine Woche`, `un decennio`."""
    articles = {word for code in candidates(language) for word in _ARTICLES.get(code, ())}
    bare = language.partition("-")[0] in _BARE
    found = []
    for match in _WORD.finditer(text) if articles or bare else ():
        word = match[0]
        if bare and (read := units.units(language).at(text, match.start())) and str(read[1]) in _SPANS:
            found.append(Amount(frozenset({1.0}), "amount", str(read[1]), False, match.start(), read[0], word))
            continue
        head = word.partition("'")[0] + "'" if "'" in word else word
        if head not in articles:
            continue
        end = match.start() + len(head) + (head == word)
        if (read := units.units(language).at(text, end)) and str(read[1]) in _SPANS:
            one, start = frozenset({1.0}), match.start()
            found.append(Amount(one, "amount", str(read[1]), False, start, read[0], text[start:end]))
    return found


def _inside(start: int, word: str, lexicon: Mapping[str, int], language: str) -> tuple[int, int] | None:
    """A number word with more written onto it: `ketiganya`, `Siebenmeterpunkt`, `بأربع`; where it starts, its value."""
    for clitic in _CLITICS.get(language.split("-", maxsplit=1)[0], ()):
        if word.startswith(clitic) and (value := lexicon.get(word[len(clitic) :])):
            return start + len(clitic), value
    for length in range(min(len(word) - 1, 16), 3, -1):
        if value := lexicon.get(word[:length]):
            return start, value
    return None


def _word_number(
    tokens: list[tuple[int, int, str]], index: int, lexicon: Mapping[str, int], language: str
) -> tuple[int, float]:
    """Read a number in words that starts at a token: how many tokens it takes, and its value."""
    total = current = 0.0
    taken = at = 0
    while index + at < len(tokens):
        width, value = _longest(tokens, index + at, lexicon)
        if width:
            tens = 20 <= current % 100 <= 90 and current % 10 == 0 and value < 10
            if taken and current and not (current >= 100 > value or tens or (value == 100 and current < 100)):
                break
            current = current * 100 if value == 100 and 0 < current < 100 else current + value
            at += width
            taken = at
            continue
        word = tokens[index + at][2]
        if not taken and (times := _TIMES.fullmatch(word)) and times[1] in lexicon:
            return 1, float(lexicon[times[1]])
        power = units.magnitudes(language).at(word, 0)
        if taken and power and power[0] == len(word):
            total += (current or 1) * 10.0 ** float(power[1])
            current = 0.0
            at += 1
            taken = at
        elif taken and word in _JOINERS:
            at += 1
        else:
            break
    return taken, tidy(total + current)


def _longest(tokens: list[tuple[int, int, str]], index: int, lexicon: Mapping[str, int]) -> tuple[int, int]:
    for width in range(min(5, len(tokens) - index), 0, -1):
        phrase = " ".join(word for _, _, word in tokens[index : index + width])
        if phrase in lexicon:
            return width, lexicon[phrase]
    return 0, 0


def _unspaced_words(text: str, language: str, lexicon: Mapping[str, int]) -> list[Amount]:
    words = units.Words(dict(lexicon))
    found: list[Amount] = []
    at = 0
    while at < len(text):
        read = words.at(text, at) if "\u0e00" <= text[at] <= "\u0eff" else None
        if read is None:
            at += 1
            continue
        end, power = magnitude(text, read[0], language)
        firm = power > 0 or read[0] - at > 4
        found.append(dress(text, frozenset({tidy(float(read[1]) * 10**power)}), at, end, firm, False, language))
        at = end
    return found


def fractions(text: str, language: str) -> list[Amount]:
    """Find fractions and multiples: `two thirds`, `half`, `threefold`."""
    found: list[Amount] = []
    for kind, name in (("fraction", "fractions"), ("times", "multiples")):
        words = units.own_words(name, language)
        at = 0
        for match in _WORD.finditer(text):
            if match.start() < at:
                continue
            places = range(match.start(), match.end()) if units.is_wide(match[0]) else (match.start(),)
            for place in places:
                if read := words.at(text, place):
                    at = read[0]
                    start, above = _numerator(text, place, language) if kind == "fraction" else (place, None)
                    if above is None and text[place:at] in units.number_words(language):
                        break
                    value = frozenset({tidy(float(read[1]) * (above or 1))})
                    firm = above is not None and (above > 1 or bool(_PART.match(text, at)))
                    unit = _unit_of(text, at, language) if firm and kind == "fraction" else None
                    found.append(
                        Amount(value, "amount", unit[1], True, start, unit[0], text[start:at])
                        if unit
                        else Amount(value, kind, None, firm, start, at, text[start:at])  # type: ignore[arg-type]
                    )
                    break
    return found


def _unit_of(text: str, at: int, language: str) -> tuple[int, str] | None:
    """The unit that a fraction is of, and where it ends: `three quarters of a percentage point`."""
    part = _PART.match(text, at)
    if part is None:
        return None
    articles = {word for code in candidates(language) for word in _ARTICLES.get(code, ())}
    word = _WORD.match(text, part.end() + 1)
    if word is None or word[0] not in articles:
        return None
    read = units.units(language).at(text, word.end() + 1)
    return (read[0], str(read[1])) if read and str(read[1]) not in {"percent", "times"} else None


def _numerator(text: str, place: int, language: str) -> tuple[int, float | None]:
    """The number before a fraction's name: 2 for `two thirds`, 1 for `one third` and `a third`."""
    before = _LAST_WORD.search(text, max(0, place - 24), place)
    if before is None:
        return place, None
    word = before[1].rpartition("'")[2]
    if word in _ONE:
        return before.end(1) - len(word), 1.0
    value = units.number_words(language).get(word)
    if value is None and word.isdecimal() and len(word) < 3:
        value = int(word)
    return (before.start(1), float(value)) if value is not None and value < 10 else (place, None)
