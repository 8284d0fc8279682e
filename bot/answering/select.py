"""Ranks sentences of the retrieved passages by how well they answer: near in meaning, right in kind, on topic."""

from __future__ import annotations

from dataclasses import dataclass

from bot.answering.evidence import Asked, evidence, names_present, read_asked
from bot.corpus.sentences import split_sentences
from bot.types import Passage, Retrieval, Span

MOST_PASSAGES = 8
"""Passages whose sentences are looked at."""
SENTENCE = 0.4
"""Weight of how near a sentence is; unit: a standard deviation of such scores over the corpus."""
KIND = 3.0
"""Weight of holding what the question asks for, in the unit of passage scores."""
NAMES = 2.0
"""Weight of mentioning what the question names, in the unit of passage scores."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be quoted."""

    passage: int
    """Index of its passage in the retrieval, from 0."""
    span: Span
    """Where it stands in the paragraph."""
    text: str
    """The sentence, word for word."""
    near: float
    """How near it is to the question in meaning."""
    kind: float
    """How far it holds what the question asks for, 0 to 1; see `evidence`."""
    names: float | None
    """Share of the question's names its paragraph mentions, or None."""
    places: float | None
    """The same for places and bodies that are known in many languages."""
    score: float
    """All together; only the order is meaningful."""


def rank_sentences(retrieval: Retrieval) -> tuple[Asked, list[Candidate]]:
    """What the question needs, and the sentences of the best passages, the one that answers best first."""
    asked = read_asked(retrieval.question, retrieval.language)
    found: list[Candidate] = []
    texts = [passage.paragraph.text for passage in retrieval.passages]
    mentioned, places = names_present(asked, texts), names_present(asked, texts, known=True)
    for index, passage in enumerate(retrieval.passages[:MOST_PASSAGES]):
        text, language = passage.paragraph.text, passage.paragraph.language
        names = mentioned[index]
        for span, near in sentences_of(passage):
            words = text[span.start : span.end]
            kind = evidence(asked, words, language)
            score = passage.score + SENTENCE * near + KIND * kind + NAMES * (names if names is not None else 0.0)
            found.append(Candidate(index, span, words, near, kind, names, places[index], score))
    return asked, sorted(found, key=lambda candidate: -candidate.score)


def sentences_of(passage: Passage) -> list[tuple[Span, float]]:
    """The sentences of a passage with their nearness; without scores, the span that matched is the nearest."""
    if passage.sentences:
        return [(span, near) for span, near in passage.sentences if span.end > span.start]
    spans = split_sentences(passage.paragraph.text, passage.paragraph.language)
    matched = passage.span
    return [(span, 1.0 if span.start < matched.end and matched.start < span.end else 0.0) for span in spans]
