"""Is every name of a sentence in its source? Places and bodies by what they name, other names by spelling and sound."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import regex

from bot.citations.facts.lexicon import fold
from bot.citations.facts.names import (
    Name,
    find_names,
    mentions,
    plain_tokens,
    same_name,
    same_script_match,
    sounds_like,
)
from bot.citations.meaning import Cover, Reading

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

_ALPHABETIC: Final = regex.compile(r"[\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\p{Devanagari}\p{Bengali}]{3}")
_KATAKANA: Final = regex.compile(r"[\p{Katakana}ー]{3,}")
_LATIN: Final = regex.compile(r"\p{Latin}")


def foreign_name(sentence: Reading, covered: Cover, paragraph: str, *, language: str, same: bool) -> str | None:
    """Return which name of the sentence the paragraph does not hold, in one phrase, or None.

    Args:
        sentence: the sentence read.
        covered: how the chosen words of the source cover it.
        paragraph: the whole paragraph: a name may stand a few sentences before the words that support.
        language: of the sentence; German writes every noun like a name.
        same: whether both are in one language.
    """
    folded, tokens = _source(paragraph)
    for name in find_names(sentence.text):
        words = [i for i, word in enumerate(sentence.words) if word.start < name.end and name.start < word.end]
        nearness = float(min(covered.best[i] for i in words)) if words else 1.0
        if name.key is not None:
            if (
                nearness < KNOWN
                and not mentions(name.key, folded)
                and not same_script_match(name.text, folded, tokens)
                and not _is_taken_over(name.text, paragraph)
            ):
                return f"{name.text!r} is not in the source"
        elif _is_foreign(name, sentence, nearness, paragraph, folded, tokens, _limits(language, same)):
            return f"{name.text!r} is not in the source"
    return None


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
    return same_script_match(name.text, folded, tokens) or (name.key is not None and mentions(name.key, folded))


def _is_foreign(
    name: Name,
    sentence: Reading,
    nearness: float,
    paragraph: str,
    folded: str,
    tokens: frozenset[str],
    limits: tuple[float, float],
) -> bool:
    first = not any(c.isalnum() for c in sentence.text[: name.start])
    weight = sum(word.weight for word in sentence.words if word.start < name.end and name.start < word.end)
    if weight < (17 if first else 11.5) or same_script_match(name.text, folded, tokens):
        return False
    if _shares_script(name.text, paragraph):
        return nearness < limits[0]
    alphabetic = bool(_ALPHABETIC.search(paragraph))
    limit = SOUND_ALPHABETIC if alphabetic else limits[1]
    return nearness < limit and weight >= 16 and sounds_like(name.text, paragraph) < (0.7 if alphabetic else 0.6)


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
