"""Is every name of a sentence in its source? Places and bodies by what they name, other names by spelling and sound."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import regex

from bot.citations.facts.lexicon import fold
from bot.citations.facts.names import Name, find_names, mentions, plain_tokens, same_script_match, sounds_like
from bot.citations.meaning import Cover, Reading

KNOWN: Final = 0.88
"""Nearness from which even a known name counts as said in other words."""
SPELT_SAME: Final = 0.72
"""Nearness below which a name that the source does not spell is foreign to it, in one language."""
SPELT_CROSS: Final = 0.56
"""The same across languages written in one script."""
SOUND: Final = 0.55
"""Nearness below which a name is foreign to a source in another script that does not sound like it."""

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
            if nearness < KNOWN and not mentions(name.key, folded) and not same_script_match(name.text, folded, tokens):
                return f"{name.text!r} is not in the source"
        elif _is_foreign(name, sentence, nearness, paragraph, folded, tokens, _limits(language, same)):
            return f"{name.text!r} is not in the source"
    return None


def misplaced_name(sentence: Reading, nearest: str, window: str) -> str | None:
    """Return which name is said of another: absent from the nearest sentence, which names someone else in its place.

    Args:
        sentence: the sentence read.
        nearest: the one sentence of the source that is nearest to it.
        window: the sentences of the source that hold all its facts.
    """
    near, wide, ours = _source(nearest), _source(window), _source(sentence.text)
    others = [name for name in find_names(nearest) if _is_proper(name, nearest) and not _holds(name, *ours)]
    if not others:
        return None
    for name in find_names(sentence.text):
        if _is_proper(name, sentence.text) and not _holds(name, *near) and _holds(name, *wide):
            return f"the source says it of {others[0].text!r}, not of {name.text!r}"
    return None


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
    return nearness < limits[1] and weight >= 16 and sounds_like(name.text, paragraph) < 0.6


def _limits(language: str, same: bool) -> tuple[float, float]:
    """Nearness below which an unspelt name is foreign: in the source's script, in another script."""
    if language.startswith(("de", "lb")):
        return (SPELT_SAME - 0.1 if same else 0.0), SOUND
    return (SPELT_SAME if same else SPELT_CROSS), SOUND


@lru_cache(maxsize=512)
def _source(paragraph: str) -> tuple[str, frozenset[str]]:
    return fold(paragraph), plain_tokens(paragraph)


def _shares_script(name: str, paragraph: str) -> bool:
    latin = len(_LATIN.findall(paragraph))
    return bool(_LATIN.match(name)) == (latin > len(paragraph) / 3)
