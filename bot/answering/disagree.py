"""Finds sources that give another value for what was asked."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.evidence import Asked, fits, is_empty, numbers_of
from bot.answering.select import Candidate
from bot.citations.facts.amounts import Amount
from bot.types import Retrieval

BEHIND = 4.5
"""By how much a sentence may stay behind the best one and still speak of the same, in the unit of scores."""
NEAR = 0.5
"""Least nearness of such a sentence, as a share of that of the best one."""
MOST = 2
"""Other values shown at most."""
_TOLERANCE = 0.005


def other_values(retrieval: Retrieval, asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Sentences of other files that answer a question for a number with another number of the same sort.

    Args:
        retrieval: The passages.
        asked: What the question needs.
        candidates: Best first, at least one.
    """
    best = candidates[0]
    if asked.measure is None or best.kind < 1.0:
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
        if len(amounts) == 1 and all(_differ(amounts, other) for other in seen):
            found.append(candidate)
            seen.append(amounts)
            files.add(file)
    return found


def _amounts(retrieval: Retrieval, asked: Asked, candidate: Candidate) -> list[Amount]:
    language = retrieval.passages[candidate.passage].paragraph.language
    numbers = numbers_of(candidate.text, language).amounts
    return [amount for amount in numbers if not is_empty(amount) and fits(amount, asked.measure)]


def _differ(some: Sequence[Amount], others: Sequence[Amount]) -> bool:
    return not any(_same(a, b) for a in some for b in others)


def _same(a: Amount, b: Amount) -> bool:
    return any(abs(x - y) <= _TOLERANCE * max(abs(x), abs(y), 1e-9) for x in a.values for y in b.values)
