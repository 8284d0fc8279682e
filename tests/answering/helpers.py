"""Builders and stand-ins for the tests of answering."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bot.types import Paragraph, Passage, Retrieval, Span


def paragraph(text: str, *, file: str = "a.txt", number: int = 1, language: str = "en", **more: object) -> Paragraph:
    """A paragraph that starts its file."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    values = {"kind": "text", "headings": (), "start": 0, "end": len(text)} | more
    return Paragraph(file=file, number=number, text=text, language=language, hash=digest, **values)  # type: ignore[arg-type]


def passage(text: str, *, score: float = 1.0, span: tuple[int, int] | None = None, **more: object) -> Passage:
    """A passage whose matching span is the whole text unless told."""
    start, end = span or (0, len(text))
    return Passage(paragraph(text, **more), score, Span(start, end))  # type: ignore[arg-type]


def retrieval(
    question: str, passages: Sequence[Passage], *, language: str = "en", confidence: float = 0.9, threshold: float = 0.5
) -> Retrieval:
    """A retrieval that is confident unless told."""
    return Retrieval(question, language, tuple(passages), confidence, threshold)


class FakeRetriever:
    """Returns the same passages for every question and keeps a history of the calls."""

    def __init__(self, passages: Sequence[Passage], *, confidence: float = 0.9) -> None:
        self.passages = tuple(passages)
        self.confidence = confidence
        self.calls: list[dict[str, object]] = []

    def retrieve(
        self,
        question: str,
        *,
        k: int = 10,
        language: str | None = None,
        files: Sequence[str] | None = None,
        **more: object,
    ) -> Retrieval:
        self.calls.append({"question": question, "k": k, "language": language, "files": files} | more)
        kept = [p for p in self.passages if files is None or p.paragraph.file in files]
        return retrieval(question, kept[:k], language=language or "en", confidence=self.confidence)
