"""Answers without a model: the sentences that answer, copied word for word, in reading order, each with its marker."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.disagree import other_values
from bot.answering.evidence import Asked
from bot.answering.phrases import phrases
from bot.answering.select import Candidate, rank_sentences
from bot.types import Draft, Retrieval

MOST_SENTENCES = 3
"""Sentences quoted from one paragraph at most."""
CLOSE = 1.0
"""By how much a further sentence of the same paragraph may stay behind the best one, in the unit of scores."""
NEAR = 0.5
"""Least nearness of a further sentence, as a share of that of the best one."""
HOLDS = 0.7
"""Evidence of the kind asked for from which a sentence counts as holding it."""
COMPLETES = 5.0
"""The same for another paragraph that mentions names of the question which the best one lacks."""


def quote(retrieval: Retrieval) -> Draft:
    """Quote what answers the question, or decline.

    Args:
        retrieval: The question and its passages, best first.
    """
    said = phrases(retrieval.language)
    asked, candidates = rank_sentences(retrieval)
    answers = retrieval.answerable and not retrieval.lacking
    chosen = _choose(asked, candidates) if answers and candidates else []
    differing = other_values(retrieval, asked, candidates) if chosen else []
    if differing:
        chosen = [chosen[0], *differing]
    return Draft(
        text=compose(chosen),
        passages=retrieval.passages,
        language=retrieval.language,
        model="quote",
        declined=not chosen,
        lead=(said.disagreement if differing else said.lead) if chosen else None,
        disagreement=bool(differing),
    )


def _choose(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best sentence, those close to it in its paragraph, and one elsewhere that completes it."""
    best = candidates[0]
    close = [
        c
        for c in candidates
        if c.passage == best.passage and best.score - c.score <= CLOSE and c.near >= NEAR * best.near
    ]
    # Beside a sentence that holds what was asked for, one that does not adds nothing.
    chosen = [c for c in close if c.kind >= min(best.kind, HOLDS)][:MOST_SENTENCES]
    if best.names is not None and best.names < 1.0 and len(asked.names) > 1:
        others = [
            c
            for c in candidates
            if c.passage != best.passage
            and best.score - c.score <= COMPLETES
            and c.names is not None
            and best.names + c.names > 0.95
            and c.names > 0
            and c.kind >= best.kind
        ]
        chosen += others[:1]
    return chosen


def compose(candidates: Sequence[Candidate]) -> str:
    """The sentences as one text: paragraphs in order of rank, one a line; inside a paragraph in reading order."""
    paragraphs: dict[int, list[Candidate]] = {}
    for candidate in candidates:
        paragraphs.setdefault(candidate.passage, []).append(candidate)
    lines = []
    for passage, sentences in paragraphs.items():
        ordered = sorted(sentences, key=lambda candidate: candidate.span.start)
        lines.append(" ".join(f"{' '.join(sentence.text.split())} [{passage + 1}]" for sentence in ordered))
    return "\n".join(lines)
