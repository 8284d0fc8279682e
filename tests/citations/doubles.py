"""Passages and a checker for tests: it counts its calls and accepts what shares most of its words."""

from __future__ import annotations

from bot.citations import Checker, Verdict
from bot.citations.tokens import SpelledWords
from bot.types import Draft, Paragraph, Passage, Span


def passage(text: str, number: int = 1, file: str = "a.txt") -> Passage:
    paragraph = Paragraph(file, number, text, 0, len(text), "en", "text", (), "0123456789ab")
    return Passage(paragraph, 1.0, Span(0, len(text)))


def draft(text: str, *texts: str, **changes: object) -> Draft:
    passages = tuple(passage(words, number) for number, words in enumerate(texts, start=1))
    fields = {"language": "en", "model": "test:model"} | changes
    return Draft(text=text, passages=passages, **fields)


def spelled() -> Checker:
    """The real check over vectors from spelling: quick, and right where sentence and source share words."""
    return Checker(words=SpelledWords())


class Always:
    """Supports every sentence with the whole paragraph."""

    def __init__(self, *, supported: bool = True) -> None:
        self.supported = supported
        self.history: list[tuple[str, str]] = []

    def check(self, sentence: str, paragraph: str) -> Verdict:
        self.history.append((sentence, paragraph))
        end = len(paragraph)
        return Verdict(self.supported, 0, end, paragraph, None if self.supported else "no", 1.0)
