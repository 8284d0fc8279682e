"""Answers without a model: the sentences that answer, copied word for word, in reading order, each with its marker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.answering.phrases import phrases
from bot.answering.questions import read_question
from bot.corpus.sentences import split_sentences
from bot.types import Draft, Passage, Retrieval, Span

Score = Callable[[str, Sequence[str]], Sequence[float]]
"""Meaning of a question against sentences: one number each, higher is closer, comparable between languages."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be quoted."""

    passage: int
    """Index of its passage in the retrieval, from 0."""
    span: Span
    """Where it stands in the paragraph."""
    text: str
    """The sentence, word for word."""
    score: float
    """How well it answers; only the order is meaningful."""


def quote(retrieval: Retrieval, *, score: Score | None = None) -> Draft:
    """Quote what answers the question, or decline.

    Args:
        retrieval: The question and its passages, best first.
        score: How close sentences are to the question; without it the span that matched best is quoted.
    """
    said = phrases(retrieval.language)
    declined = Draft("", retrieval.passages, retrieval.language, "quote", declined=True)
    if not retrieval.answerable:
        return declined
    chosen = _choose(retrieval, score)
    if not chosen:
        return declined
    return Draft(
        text=compose(chosen),
        passages=retrieval.passages,
        language=retrieval.language,
        model="quote",
        lead=said.lead,
    )


def _choose(retrieval: Retrieval, score: Score | None) -> list[Candidate]:
    asked = read_question(retrieval.question, retrieval.language)
    del asked, score
    best = retrieval.passages[0]
    return [Candidate(0, best.span, best.paragraph.text[best.span.start : best.span.end], best.score)]


def compose(candidates: Sequence[Candidate]) -> str:
    """The sentences as one text: sources in order of rank, one a line; inside a source in reading order."""
    sources: dict[int, list[Candidate]] = {}
    for candidate in candidates:
        sources.setdefault(candidate.passage, []).append(candidate)
    lines = []
    for passage, sentences in sources.items():
        ordered = sorted(sentences, key=lambda candidate: candidate.span.start)
        lines.append(" ".join(f"{' '.join(sentence.text.split())} [{passage + 1}]" for sentence in ordered))
    return "\n".join(lines)


def sentences_of(passage: Passage) -> list[Span]:
    """The sentences of a passage's paragraph."""
    return split_sentences(passage.paragraph.text, passage.paragraph.language)
