"""Is every name of a sentence in its source? Places and bodies by what they name, other names by spelling and sound."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import regex
from anyascii import anyascii

from bot.citations.facts.lexicon import cldr, fold
from bot.citations.facts.names import (
    Name,
    find_names,
    has_sound,
    mentions,
    plain_tokens,
    same_name,
    same_script_match,
    sounds_like,
)
from bot.citations.meaning import Cover, Reading
from bot.citations.nameness import nameness
from bot.embeddings.e5_weights import Floats

KNOWN: Final = 0.88
"""Nearness from which even a known name counts as said in other words."""
SPELT_SAME: Final = 0.72
"""Nearness below which a name that the source does not spell is foreign to it, in one language."""
SPELT_CROSS: Final = 0.46
"""The same across languages written in one script."""
SOUND: Final = 0.55
"""Nearness below which a name is foreign to a source in another script that does not sound like it."""

EXCHANGED: Final = 0.72
"""Nearness below which a name that stands for another in the source is not its translation."""

SOUNDS: Final = 0.8
"""Likeness of sound from which what is spelt like a known name may be another one: `マルタ` is Malta and Marta."""

SOUND_ALPHABETIC: Final = 0.66
"""The same where the other script is an alphabet, so that sound tells more."""

NAME: Final = 0.6
"""Probability from which a word without a capital counts as a name."""
LIKELY: Final = 0.3
"""Probability below which a capital makes no name."""
SURE: Final = 0.85
"""Probability from which a word surely is a name."""
UNSPELT: Final = 0.85
"""The same in a script without capitals, whose names are few signs long and near to each other."""
SPELT_ALIKE: Final = 0.8
"""Nearness below which a sure name is foreign that its own language does not spell in the source."""
SPELT_APART: Final = 0.6
"""Nearness below which what is probably a name is foreign when the source does not spell it."""
NO_NAME: Final = 0.15
"""Probability below which not even a known spelling is one: Polish `Kary` (fines) is no city."""
NAMED: Final = 0.62
"""Nearness from which two names in different scripts may be one."""
DECLINED: Final = 0.65
"""The nearness that takes the place of `EXCHANGED` in German, which compounds its names."""

_SCRIPTS: Final = {
    name: regex.compile(pattern)
    for name, pattern in {
        "Latin": r"\p{Latin}",
        "Cyrillic": r"\p{Cyrillic}",
        "Greek": r"\p{Greek}",
        "Arabic": r"\p{Arabic}",
        "Hebrew": r"\p{Hebrew}",
        "Devanagari": r"\p{Devanagari}",
        "Bengali": r"\p{Bengali}",
        "Thai": r"\p{Thai}",
        "Hangul": r"\p{Hangul}",
        "Kana": r"[\p{Hiragana}\p{Katakana}ー]",
        "Han": r"\p{Han}",
    }.items()
}
_ALPHABETS: Final = frozenset({"Latin", "Cyrillic", "Greek", "Arabic", "Hebrew", "Devanagari", "Bengali"})
_UNMARKED: Final = regex.compile(
    r"[\p{Han}\p{Katakana}\p{Hangul}\p{Thai}\p{Arabic}\p{Hebrew}\p{Devanagari}\p{Bengali}\p{Tamil}\p{Telugu}ー]"
)
"""Scripts without capitals."""
_PINYIN: Final = regex.compile(
    r"(?:(?:(?:[bpmfdtnlgkhjqxzcsryw]|zh|ch|sh)?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|a|e|i|o|u))){2,6}"
)
_ALPHABETIC: Final = regex.compile(r"[\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\p{Devanagari}\p{Bengali}]{3}")
_KATAKANA: Final = regex.compile(r"[\p{Katakana}ー]{3,}")
_LATIN: Final = regex.compile(r"\p{Latin}")


def foreign_name(
    sentence: Reading, source: Reading, covered: Cover, paragraph: str, *, language: str, same: bool
) -> tuple[str | None, bool]:
    """Return which name of the sentence the paragraph does not hold, in one phrase, or None; and whether it is known.

    Args:
        sentence: the sentence read.
        source: the chosen words of the source, likewise.
        covered: how the one covers the other.
        paragraph: the whole paragraph: a name may stand a few sentences before the words that support.
        language: of the sentence; German writes every noun like a name.
        same: whether both are in one language.
    """
    folded, tokens = _source(paragraph)
    likely, likely_there = nameness(sentence), nameness(source)
    found = find_names(sentence.text, adjectives=True)
    for name in [*found, *_unwritten(sentence, likely, found)]:
        words = [i for i, word in enumerate(sentence.words) if word.start < name.end and name.start < word.end]
        if not words:
            continue
        use = _Use(
            name,
            weight=sum(sentence.words[i].weight for i in words),
            nearness=float(min(covered.best[i] for i in words)),
            nearest=float(max(covered.best[i] for i in words)),
            likely=float(max(likely[i] for i in words)),
            counterpart=float(max(likely_there[int(covered.nearest[i])] for i in words)),
            first=not any(c.isalnum() for c in sentence.text[: name.start]),
        )
        if name.key is not None:
            if _is_elsewhere(use, paragraph, folded, tokens):
                return f"{name.text!r} is not in the source", True
        elif same_script_match(name.text, folded, tokens) or _is_month(name.text):
            continue
        elif _is_foreign(use, paragraph, tokens, language=language, same=same):
            return f"{name.text!r} is not in the source", False
    return None, False


@dataclass(frozen=True, slots=True)
class _Use:
    """A name in a sentence and how its source takes it up."""

    name: Name
    weight: float
    """How much its words say, in nats."""
    nearness: float
    """Of its word that is covered worst."""
    nearest: float
    """Of its word that is covered best."""
    likely: float
    """Probability that it is a name at all."""
    counterpart: float
    """Probability that what it is aligned with in the source is a name."""
    first: bool
    """Whether it starts the sentence, where every word has a capital."""


def _unwritten(sentence: Reading, likely: Floats, found: list[Name]) -> list[Name]:
    """Names in scripts that do not mark them: runs of words that the model takes for names."""
    names: list[Name] = []
    for word, chance in zip(sentence.words, likely, strict=True):
        if chance < NAME or not _UNMARKED.match(word.text) or any(c.isdecimal() for c in word.text):
            continue
        if any(name.start < word.end and word.start < name.end for name in found):
            continue
        if names and names[-1].end == word.start:
            names[-1] = Name(sentence.text[names[-1].start : word.end], names[-1].start, word.end, None)
        else:
            names.append(Name(word.text, word.start, word.end, None))
    return [name for name in names if len(name.text) > 1]


def _is_elsewhere(use: _Use, paragraph: str, folded: str, tokens: frozenset[str]) -> bool:
    """Whether a known name is another than any in the source."""
    name = use.name
    if use.nearness >= KNOWN or use.likely < NO_NAME:
        return False
    if name.key is not None and mentions(name.key, folded, adjectives=True):
        return False
    if same_script_match(name.text, folded, tokens) or _is_taken_over(name.text, paragraph):
        return False
    # A name that the tables lack in the other script: `Haifa`, `חיפה`.
    unknown = not _shares_script(name.text, paragraph) and use.nearness >= NAMED and use.counterpart >= SURE
    return not unknown or any(other.key is not None for other in find_names(paragraph, adjectives=True))


def misplaced_name(sentence: Reading, nearest: Reading, covered: Cover, paragraph: str) -> str | None:
    """Return which name is said of another: absent from the nearest sentence, which names someone else in its place.

    Args:
        sentence: the sentence read.
        nearest: the one sentence of the source that is nearest to it.
        covered: how that one covers it.
        paragraph: the whole paragraph, which names it somewhere else.
    """
    near, ours, whole = _source(nearest.text), _source(sentence.text), _source(paragraph)
    others = [name for name in find_names(nearest.text) if _is_proper(name, nearest.text) and not _holds(name, *ours)]
    for name in find_names(sentence.text) if others else ():
        if not _is_proper(name, sentence.text) or _holds(name, *near) or not _holds(name, *whole):
            continue
        for index, word in enumerate(sentence.words):
            if word.start < name.end and name.start < word.end and covered.best[index] < KNOWN:
                place = nearest.words[int(covered.nearest[index])]
                for other in others:
                    if other.start < place.end and place.start < other.end and _sort(other) == _sort(name):
                        return f"the source says it of {other.text!r}, not of {name.text!r}"
    return None


def exchanged_name(sentence: Reading, source: Reading, covered: Cover, paragraph: str) -> str | None:
    """Return which name stands where the source has another one: both written as names in one script, spelt apart.

    Args:
        sentence: the sentence read, not in a language that writes every noun like a name.
        source: the chosen words of the source, likewise.
        covered: how the one covers the other.
        paragraph: the whole paragraph.
    """
    whole, ours = _source(paragraph), _source(sentence.text)
    theirs = [name for name in find_names(source.text) if _is_proper(name, source.text) and not _holds(name, *ours)]
    for name in find_names(sentence.text) if theirs else ():
        if name.key is not None or _holds(name, *whole) or not _shares_script(name.text, paragraph):
            continue
        for index, word in enumerate(sentence.words):
            if (
                word.start < name.end
                and name.start < word.end
                and covered.best[index] < EXCHANGED
                and word.weight >= 14
            ):
                place = source.words[int(covered.nearest[index])]
                for other in theirs:
                    overlaps = other.start < place.end and place.start < other.end
                    if overlaps and not same_name(name.text, other.text):
                        return f"the source has {other.text!r} where the sentence has {name.text!r}"
    return None


def _sort(name: Name) -> str:
    """Country, city, body or unknown."""
    if name.key is None:
        return "unknown"
    return "body" if ":" in name.key else "city" if name.key.isdecimal() else "country"


def _is_proper(name: Name, text: str) -> bool:
    """Whether it surely is a name: known, or written with a capital inside a sentence."""
    inside = any(c.isalnum() for c in text[: name.start])
    return name.key is not None or (inside and len(name.text) > 3)


def _holds(name: Name, folded: str, tokens: frozenset[str]) -> bool:
    return same_script_match(name.text, folded, tokens) or (
        name.key is not None and mentions(name.key, folded, adjectives=True)
    )


def _is_foreign(use: _Use, paragraph: str, tokens: frozenset[str], *, language: str, same: bool) -> bool:
    """Whether a name that no table knows, and that the source does not spell, is foreign to it."""
    name, here, limits = use.name.text, _script(use.name.text), _limits(language, same)
    there = _scripts(paragraph)
    if here in there:
        if _UNMARKED.match(name):
            return use.nearness < UNSPELT if same else use.nearest < EXCHANGED
        if any(same_name(name, token) for token in tokens):
            return False
        near = DECLINED if language.startswith("de") else SPELT_ALIKE if same else EXCHANGED
        if (use.likely >= SURE and use.nearness < near) or (use.likely >= NAME and use.nearness < SPELT_APART):
            return True
        certain = use.likely >= LIKELY and use.weight >= (17 if use.first else 11.5)
        return certain and use.nearness < limits[0]
    return here != "Han" and _is_foreign_sound(use, here, there, paragraph, limits[1])


def _is_foreign_sound(use: _Use, here: str, there: frozenset[str], paragraph: str, limit: float) -> bool:
    """The same across scripts, where only sound can tell."""
    name = use.name.text
    if here == "Latin" and "Han" in there and "Kana" not in there:
        return use.likely >= SURE and use.nearness < SOUND_ALPHABETIC and not _spells(name, paragraph)
    if here == "Kana":
        return use.likely >= SURE and use.nearest < SOUND
    sound = sounds_like(name, paragraph)
    if here in _ALPHABETS and there & _ALPHABETS:
        if not has_sound(name):
            return False
        near = (use.nearness < NAMED and sound < 0.95) or (use.nearness < SOUND_ALPHABETIC and sound < 0.75)
        if use.likely >= SURE and near:
            return True
    alphabetic = bool(_ALPHABETIC.search(paragraph))
    limit = SOUND_ALPHABETIC if alphabetic else limit
    told = use.likely >= LIKELY and use.nearness < limit and use.weight >= (17 if use.first else 16)
    return told and sound < (0.7 if alphabetic else 0.6)


def _spells(name: str, paragraph: str) -> bool:
    """Whether Chinese text holds the syllables of a name written in pinyin; true of a name that is not pinyin."""
    plain = regex.sub(r"[^a-z]", "", anyascii(name).lower())
    return not _PINYIN.fullmatch(plain) or plain in _romanised(paragraph)


@lru_cache(maxsize=256)
def _romanised(paragraph: str) -> str:
    return str(regex.sub(r"[^a-z]", "", anyascii(paragraph).lower()))


@lru_cache(maxsize=1024)
def _is_month(word: str) -> bool:
    folded = fold(word).strip(".")
    return any(folded in months for months in cldr()["months"].values())


def _script(text: str) -> str:
    """The script a name is written in, by its first letter."""
    for name, pattern in _SCRIPTS.items():
        if pattern.match(text):
            return name
    return "other"


@lru_cache(maxsize=512)
def _scripts(paragraph: str) -> frozenset[str]:
    """The scripts that a fifth of a paragraph's letters, or more, are written in."""
    letters = sum(c.isalpha() for c in paragraph) or 1
    return frozenset(name for name, pattern in _SCRIPTS.items() if len(pattern.findall(paragraph)) >= 0.2 * letters)


def _is_taken_over(name: str, paragraph: str) -> bool:
    """Whether what is spelt like a known name in katakana is a word of the paragraph's: `マルタ` is Malta and Marta."""
    latin = bool(_KATAKANA.fullmatch(name)) and not _shares_script(name, paragraph)
    return latin and bool(_LATIN.search(paragraph)) and sounds_like(name, paragraph) >= SOUNDS


def _limits(language: str, same: bool) -> tuple[float, float]:
    """Nearness below which an unspelt name is foreign: in the source's script, in another script."""
    if language.startswith(("de", "lb")):
        return (SPELT_SAME - 0.07 if same else 0.0), SOUND
    return (SPELT_SAME if same else SPELT_CROSS), SOUND


@lru_cache(maxsize=512)
def _source(paragraph: str) -> tuple[str, frozenset[str]]:
    return fold(paragraph), plain_tokens(paragraph)


def _shares_script(name: str, paragraph: str) -> bool:
    latin = len(_LATIN.findall(paragraph))
    return bool(_LATIN.match(name)) == (latin > len(paragraph) / 3)
