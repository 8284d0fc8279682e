"""Do the names and numbers of a sentence stand beside the same words as in its source, or have two changed places?"""

from __future__ import annotations

from typing import Final

import numpy as np

from bot.citations.meaning import Reading
from bot.embeddings.e5_weights import Floats

NAME: Final = 0.6
"""Probability from which a word counts as part of a name."""
TELLS: Final = 9.0
"""Words that say at least this much, in nats, tell one place of a text from another."""
FADES: Final = 0.85
"""What a word further away still counts."""
ALIKE: Final = 0.45
"""Nearness from which a name of the sentence is taken to be one of the source."""
MOST: Final = 12
"""Most names, and most numbers, that are compared."""


def displacement(sentence: Reading, source: Reading, names: Floats, source_names: Floats) -> tuple[float, float]:
    """Measure how much better the words around a name or number fit another place of the source than its own.

    Args:
        sentence: the sentence read.
        source: the chosen words of the source, likewise.
        names: the probability of each word of the sentence that it is a name.
        source_names: the same for the source.

    Returns:
        For one name or number whose neighbours stand beside another one there, and for two that have changed places:
        the gain in nearness, above 0 where another place fits better.
    """
    nearness = sentence.senses @ source.senses.T
    one = two = 0.0
    for here, there in (
        (_names(sentence, names), _names(source, source_names)),
        (_numbers(sentence), _numbers(source)),
    ):
        if not here or len(there) < 2:
            continue
        fit = np.array([[_fit(sentence, source, nearness, a, b) for b in there] for a in here])
        own = [_counterpart(sentence, source, nearness, a, there) for a in here]
        known = [(i, j) for i, j in enumerate(own) if j is not None]
        for i, j in known:
            one = max(one, float(np.delete(fit[i], j).max() - fit[i, j]))
        for at, (i, j) in enumerate(known):
            for k, m in known[at + 1 :]:
                if j != m:
                    two = max(two, float(fit[i, m] + fit[k, j] - fit[i, j] - fit[k, m]))
    return one, two


def _names(reading: Reading, names: Floats) -> list[int]:
    """The first word of each run of words that are names."""
    is_name = [
        chance >= NAME and word.weight >= TELLS and not _is_number(word.text)
        for word, chance in zip(reading.words, names, strict=True)
    ]
    return [i for i, yes in enumerate(is_name) if yes and not (i and is_name[i - 1])][:MOST]


def _numbers(reading: Reading) -> list[int]:
    return [i for i, word in enumerate(reading.words) if _is_number(word.text)][:MOST]


def _is_number(text: str) -> bool:
    return any(c.isdecimal() for c in text)


def _counterpart(sentence: Reading, source: Reading, nearness: Floats, place: int, there: list[int]) -> int | None:
    """Which of the names or numbers of the source is the same, if any."""
    text = sentence.words[place].text
    if _is_number(text):
        same = [i for i, other in enumerate(there) if source.words[other].text == text]
        return same[0] if len(same) == 1 else None
    best = int(np.argmax(nearness[place, there]))
    return best if nearness[place, there[best]] >= ALIKE else None


def _fit(sentence: Reading, source: Reading, nearness: Floats, here: int, there: int) -> float:
    """How near the words around a place of the sentence are to those around a place of the source."""
    around = [
        i
        for i in range(max(0, here - 6), min(len(sentence.words), here + 7))
        if i != here and sentence.words[i].weight >= TELLS
    ]
    if not around:
        return 0.0
    first, last = max(0, there - 8), min(len(source.words), there + 9)
    places = [j for j in range(first, last) if j != there and source.words[j].weight >= TELLS]
    if not places:
        return 0.0
    fading = np.array([FADES ** abs(j - there) for j in places])
    weights = np.array([FADES ** abs(i - here) for i in around])
    return float((nearness[np.ix_(around, places)] * fading).max(axis=1) @ weights / weights.sum())
