"""How alike two questions are written: Dice overlap of character trigrams, the same for every script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eval.golden.models import Question, primary
from eval.golden.text import normalise

NEAR_DUPLICATE = 0.75
"""From this similarity on two questions in one language count as the same question."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions and how alike they are."""

    first: Question
    """The one that comes first in the file."""
    second: Question
    """The other."""
    similarity: float
    """0 to 1, where 1 means the same trigrams."""


def trigrams(text: str) -> frozenset[str]:
    """The character trigrams of the normalised text, with its edges."""
    padded = f"  {''.join(char for char in normalise(text) if char.isalnum() or char == ' ')} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def dice(first: frozenset[str], second: frozenset[str]) -> float:
    """Twice the shared trigrams over all of both, 0 to 1."""
    total = len(first) + len(second)
    return 2 * len(first & second) / total if total else 0.0


def asked(question: Question) -> str:
    """What decides whether two questions are the same: the question after the user's earlier turns."""
    return " ".join([*(turn.content for turn in question.history if turn.role == "user"), question.question])


def near_duplicates(questions: Sequence[Question], *, threshold: float = NEAR_DUPLICATE) -> list[Pair]:
    """Pairs of questions in one language that are written almost alike, most alike first."""
    grams = [trigrams(asked(question)) for question in questions]
    pairs = [
        Pair(first, questions[j], similarity)
        for i, first in enumerate(questions)
        for j in range(i + 1, len(questions))
        if primary(first.language) == primary(questions[j].language)
        and (similarity := dice(grams[i], grams[j])) >= threshold
    ]
    return sorted(pairs, key=lambda pair: (-pair.similarity, pair.first.id, pair.second.id))


def nearest(text: str, questions: Iterable[Question], *, limit: int = 5) -> list[tuple[float, Question]]:
    """The questions written most like a text, most alike first, each with its similarity."""
    grams = trigrams(text)
    scored = [(dice(grams, trigrams(asked(question))), question) for question in questions]
    return sorted(scored, key=lambda item: (-item[0], item[1].id))[:limit]
