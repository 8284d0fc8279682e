"""Whether a paragraph supports a sentence, and which of its words do: the check behind every citation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

import numpy as np

from bot.citations.agreement import disagreement
from bot.corpus.language import detect_language
from bot.corpus.sentences import split_sentences
from bot.corpus.text import search_text
from bot.embeddings import Embedder, make_embedder
from bot.embeddings.base import Matrix
from bot.settings import Settings
from bot.types import Span

MAX_SENTENCE: Final = 2_000
"""Longest sentence that is checked, in characters; a longer one is unsupported."""
MAX_SENTENCES: Final = 120
"""Sentences of a paragraph that are looked at."""
WINDOW: Final = 3
"""Most adjoining sentences of a paragraph that may support one sentence together."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one check."""

    supported: bool
    """Whether the paragraph supports the sentence."""
    start: int
    """First character of the supporting (or nearest) words in the paragraph, from 0."""
    end: int
    """One past their last character."""
    quote: str
    """The words themselves: `paragraph[start:end]`."""
    reason: str | None
    """Why not, in one phrase; None when supported."""
    score: float = 0.0
    """How close the meaning is, 0 to 1; only its order is meaningful."""


class SupportChecker(Protocol):
    """What checks a sentence against a paragraph."""

    def check(self, sentence: str, paragraph: str) -> Verdict:
        """Tell whether the paragraph supports the sentence. Never raises on any text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One to three adjoining sentences of a paragraph."""

    span: Span
    text: str


class Checker:
    """Checks by exact facts and by nearness of meaning. Deterministic and thread-safe."""

    def __init__(self, embedder: Embedder | None = None, *, threshold: float = 0.86) -> None:
        self._embedder = embedder or make_embedder(Settings(embeddings="bundled"))
        self._threshold = threshold
        self._vector = lru_cache(maxsize=4096)(self._embed)

    def check(self, sentence: str, paragraph: str) -> Verdict:
        """Tell whether the paragraph supports the sentence, and by which words.

        Args:
            sentence: one sentence, without markers.
            paragraph: the original text of a paragraph.
        """
        plain = search_text(sentence)
        if not plain or not search_text(paragraph):
            return _verdict(paragraph, Span(0, 0), "there is nothing to compare", 0.0)
        if len(sentence) > MAX_SENTENCE:
            return _verdict(paragraph, Span(0, 0), "the sentence is too long to check", 0.0)
        language, source = detect_language(sentence), detect_language(paragraph)
        best: tuple[bool, float, Span, str | None] | None = None
        for piece in pieces(paragraph, source):
            score = float(self._vector(plain) @ self._vector(search_text(piece.text)))
            reason = disagreement(sentence, language, piece.text, source)
            if reason is None and score < self._threshold:
                reason = "the paragraph says something else"
            rank = (reason is None, score)
            if best is None or rank > best[:2]:
                best = (*rank, piece.span, reason)
        if best is None:
            return _verdict(paragraph, Span(0, 0), "there is nothing to compare", 0.0)
        return _verdict(paragraph, best[2], best[3], best[1])

    def _embed(self, text: str) -> Matrix:
        return self._embedder.embed_queries([text])[0]


def pieces(paragraph: str, language: str) -> Sequence[Piece]:
    """Every run of one to three adjoining sentences."""
    spans = split_sentences(paragraph, language)[:MAX_SENTENCES]
    found = []
    for width in range(1, WINDOW + 1):
        for index in range(len(spans) - width + 1):
            span = Span(spans[index].start, spans[index + width - 1].end)
            found.append(Piece(span, paragraph[span.start : span.end]))
    return found


def _verdict(paragraph: str, span: Span, reason: str | None, score: float) -> Verdict:
    score = float(np.clip(score, 0.0, 1.0))
    return Verdict(reason is None, span.start, span.end, paragraph[span.start : span.end], reason, score)
