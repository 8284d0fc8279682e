"""Finds sources that give another value for what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import regex

from bot.answering.evidence import Asked, fits, is_empty, numbers_of
from bot.answering.select import Candidate
from bot.citations.facts.amounts import Amount
from bot.citations.facts.lexicon import fold
from bot.citations.facts.names import Name, find_names
from bot.citations.meaning import Reading, read_words
from bot.corpus.text import search_text
from bot.types import Retrieval

BEHIND = 4.5
"""By how much a sentence may stay behind the best one and still speak of the same, in the unit of scores."""
NEAR = 0.5
"""Least nearness of such a sentence, as a share of that of the best one."""
LEAST_NEAR = 2.5
"""Least nearness of the best sentence: an answer far from the question is not to be contradicted.

The other sentence has no such floor: across languages some are far throughout, and its figure must be said of the same.
"""
MOST = 2
"""Other values shown at most."""
ALIKE_SAME: Final = 0.75
"""Least nearness of what two figures are said of, within a language."""
ALIKE_ACROSS: Final = 0.65
"""The same across languages, where nearness is smaller throughout."""
AROUND: Final = 6
"""Words before a figure, and after it, that tell what it is said of."""
TELLS: Final = 11.0
"""Least that such a word says, in nats."""
HEAVIEST: Final = 18.0
"""Most that one word counts."""
_DIGIT = regex.compile(r"\d")
_TOLERANCE = 0.005


def other_values(retrieval: Retrieval, asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Sentences of other files that answer a question for a number with another number of the same sort.

    Args:
        retrieval: The passages.
        asked: What the question needs.
        candidates: Best first, at least one.
    """
    best = candidates[0]
    if asked.measure is None or best.kind < 1.0 or best.near < LEAST_NEAR:
        return []
    seen = [_amounts(retrieval, asked, best)]
    files = {retrieval.passages[best.passage].paragraph.file}
    found: list[Candidate] = []
    for candidate in candidates[1:]:
        if best.score - candidate.score > BEHIND or len(found) == MOST:
            break
        file = retrieval.passages[candidate.passage].paragraph.file
        if file in files or candidate.kind < 1.0 or candidate.near < NEAR * best.near:
            continue
        if (candidate.names or 0.0) < (best.names or 0.0) - 0.05:
            continue
        amounts = _amounts(retrieval, asked, candidate)
        # Each sentence has its own figure for one thing: with several a coincidence is likelier than a contradiction.
        if (
            len(amounts) == 1
            and all(_differ(amounts, other) for other in seen)
            and _one_subject(retrieval, best, seen[0], candidate, amounts)
        ):
            found.append(candidate)
            seen.append(amounts)
            files.add(file)
    return found


def _one_subject(
    retrieval: Retrieval, best: Candidate, figures: Sequence[Amount], other: Candidate, others: Sequence[Amount]
) -> bool:
    """Whether two figures are said of one thing: the words around one have their like in the other sentence.

    A bank's credit and a state's fund are both sums of money for the same end, and do not contradict each other.
    """
    here, there = read_words([search_text(best.text), search_text(other.text)])
    languages = {retrieval.passages[c.passage].paragraph.language.partition("-")[0] for c in (best, other)}
    alike = max(_cover(here, figures, there), _cover(there, others, here))
    return alike >= (ALIKE_SAME if len(languages) == 1 else ALIKE_ACROSS)


def _cover(reading: Reading, figures: Sequence[Amount], other: Reading) -> float:
    """Mean nearness of the words around a figure to the nearest word of another text, by how much they say."""
    folded = reading.text.casefold()
    places = [at for figure in figures if (at := folded.find(figure.text.strip())) >= 0]
    told = [i for i, word in enumerate(reading.words) if word.weight >= TELLS and not _DIGIT.search(word.text)]
    around = {
        index
        for at in places
        for index in (
            *[i for i in told if reading.words[i].end <= at][-AROUND:],
            *[i for i in told if reading.words[i].start > at][:AROUND],
        )
    }
    chosen = sorted(around) or told
    if not chosen or not other.words:
        return 0.0
    nearest = (reading.vectors[chosen] @ other.vectors.T).max(axis=1)
    weights = np.array([min(reading.words[index].weight, HEAVIEST) for index in chosen])
    return float((nearest * weights).sum() / weights.sum())


def _amounts(retrieval: Retrieval, asked: Asked, candidate: Candidate) -> list[Amount]:
    """The numbers of the right sort in a sentence; of several, the one beside what the question names."""
    language = retrieval.passages[candidate.passage].paragraph.language
    numbers = numbers_of(candidate.text, language).amounts
    amounts = [amount for amount in numbers if not is_empty(amount) and fits(amount, asked.measure)]
    keys = {name.key for name in asked.names if name.key is not None}
    places = [name for name in find_names(fold(candidate.text)) if name.key in keys] if len(amounts) > 1 else []
    if not places:
        return amounts
    return [min(amounts, key=lambda amount: min(_apart(name, amount) for name in places))]


def _apart(name: Name, amount: Amount) -> int:
    """Characters between a name and a number; a number follows its name more often than it precedes it."""
    return amount.start - name.end if amount.start >= name.end else 2 * (name.start - amount.end) + 2


def _differ(some: Sequence[Amount], others: Sequence[Amount]) -> bool:
    return not any(_same(a, b) for a in some for b in others)


def _same(a: Amount, b: Amount) -> bool:
    return any(abs(x - y) <= _TOLERANCE * max(abs(x), abs(y), 1e-9) for x in a.values for y in b.values)
