"""Faults in what is read, found and understood: corpus, retrieval, follow-ups, abstention."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

from bot.corpus.text import search_text
from bot.pinpoint import PASSAGES, Pinpoint
from bot.retrieval import Retriever
from bot.retrieval.recipe import Recipe
from bot.types import Message, Passage, Retrieval
from eval.run.ask import Ask
from eval.run.product import Product
from eval.selftest.plant import Change, Plant, asking, over, passages, patching, searching


def _renumbered(number: Any) -> Plant:
    def change(found: tuple[Passage, ...]) -> Sequence[Passage]:
        return [replace(p, paragraph=replace(p.paragraph, number=number(p.paragraph.number))) for p in found]

    return passages(change)


def _normalised(found: tuple[Passage, ...]) -> Sequence[Passage]:
    changed = []
    for passage in found:
        text = search_text(passage.paragraph.text)
        span = replace(passage.span, end=min(passage.span.end, len(text)))
        changed.append(replace(passage, paragraph=replace(passage.paragraph, text=text), span=span))
    return changed


@contextmanager
def _one_file_missing(product: Product) -> Iterator[Ask]:
    """As if the second file had never been indexed."""
    original = Pinpoint.search
    kept = [info.file for info in product.bot.index.files]
    kept.pop(min(1, len(kept) - 1))

    def search(self: Pinpoint, question: str, **options: Any) -> Retrieval:
        return original(self, question, **{**options, "files": kept})

    with mock.patch.object(Pinpoint, "search", search):
        yield asking(product.bot)


def _recipe(**steps: Any) -> Plant:
    """Retrieval with steps left out."""

    @contextmanager
    def plant(product: Product) -> Iterator[Ask]:
        retriever = Retriever(product.bot.index, settings=product.settings, recipe=Recipe(**steps))
        yield asking(over(product, retriever=retriever))

    return plant


@contextmanager
def _own_language_only(product: Product) -> Iterator[Ask]:
    """Only paragraphs in the question's language, when there are any."""
    original = Retriever.retrieve
    held = {info.language.split("-")[0] for info in product.bot.index.files}

    def retrieve(self: Retriever, question: str, *, language: str | None = None, **options: Any) -> Retrieval:
        own = (language or "en").split("-")[0]
        only = {"languages": [own]} if own in held else {}
        return original(self, question, language=language, **{**options, **only})

    with mock.patch.object(Retriever, "retrieve", retrieve):
        yield asking(product.bot)


@contextmanager
def _neighbour(product: Product) -> Iterator[Ask]:
    """The paragraph after the one that matched."""
    index = product.bot.index

    def change(found: Retrieval) -> Retrieval:
        moved = []
        for passage in found.passages:
            after = index.paragraph(passage.paragraph.file, passage.paragraph.number + 1) or passage.paragraph
            moved.append(replace(passage, paragraph=after, span=replace(passage.span, start=0, end=len(after.text))))
        return replace(found, passages=tuple(moved))

    with searching(change)(product) as ask:
        yield ask


@contextmanager
def _stale_question(product: Product) -> Iterator[Ask]:
    """Every question is searched for with the words of the first one."""
    original = Retriever.retrieve
    first: list[str] = []

    def retrieve(self: Retriever, question: str, **options: Any) -> Retrieval:
        first.append(question)
        return replace(original(self, first[0], **options), question=question)

    with mock.patch.object(Retriever, "retrieve", retrieve):
        yield asking(product.bot)


@contextmanager
def _headings_first(product: Product) -> Iterator[Ask]:
    """Headings, bylines and captions come before the text under them."""
    original = Pinpoint.search

    def search(self: Pinpoint, question: str, *, k: int = PASSAGES, **options: Any) -> Retrieval:
        found = original(self, question, k=1000, **options)
        ordered = sorted(found.passages, key=lambda p: p.paragraph.kind not in {"heading", "byline", "caption"})
        return replace(found, passages=tuple(ordered[:k]))

    with mock.patch.object(Pinpoint, "search", search):
        yield asking(product.bot)


def _threshold(change: Callable[[float], float]) -> Plant:
    """Quoting declines below another probability."""

    @contextmanager
    def plant(product: Product) -> Iterator[Ask]:
        original = Pinpoint.search

        def search(self: Pinpoint, question: str, **options: Any) -> Retrieval:
            found = original(self, question, **options)
            moved = change(found.threshold)
            return replace(found, threshold=moved, lacking=found.lacking and moved > 0)

        with mock.patch.object(Pinpoint, "search", search):
            yield asking(product.bot)

    return plant


def _previous_question(question: str, history: Sequence[Message], **_: Any) -> str:
    earlier = [message.content for message in history if message.role == "user"]
    return earlier[-1] if earlier else question


FAULTS: tuple[Change, ...] = (
    Change("file-not-indexed", "corpus", "One of the files is left out of the index.", _one_file_missing),
    Change("paragraph-off-by-one", "corpus", "Paragraphs are numbered one too high.", _renumbered(lambda n: n + 1)),
    Change(
        "blank-lines-counted", "corpus", "Blank lines count as paragraphs.", _renumbered(lambda n: 2 * n - 1)
    ),
    Change("text-normalised", "corpus", "What is cited is the text prepared for search.", passages(_normalised)),
    Change(
        "language-fairness-off", "retrieval", "Scores of different languages are compared as they are.",
        _recipe(centre=False, damp=False, standardise=False), anew=True,
    ),
    Change(
        "own-language-only", "retrieval", "Only the question's own language is searched.", _own_language_only, anew=True
    ),
    Change("words-only", "retrieval", "Shared words outweigh meaning.", _recipe(lexical=50.0), anew=True),
    Change("ranking-reversed", "retrieval", "The passages are returned worst first.", passages(lambda p: p[::-1])),
    Change(
        "headings-first", "retrieval", "Headings and bylines come before evidence.",
        _headings_first,
    ),
    Change("duplicates", "retrieval", "The best passage fills every place.", passages(lambda p: p[:1] * len(p))),
    Change("k-truncated", "retrieval", "Only two passages are returned.", passages(lambda p: p[:2])),
    Change("best-lost", "retrieval", "The first passage is dropped.", passages(lambda p: p[1:])),
    Change("neighbour-returned", "retrieval", "The paragraph after the right one is returned.", _neighbour),
    Change("stale-question", "retrieval", "Every question is searched as the first one.", _stale_question, anew=True),
    Change(
        "history-ignored", "understanding", "A follow-up is searched for without the conversation.",
        patching("bot.pinpoint.make_standalone", lambda question, _history, **_: question),
    ),
    Change(
        "history-only", "understanding", "A follow-up is answered with the question before it.",
        patching("bot.pinpoint.make_standalone", _previous_question),
    ),
    Change(
        "language-always-english", "understanding", "Every question is taken for English.",
        patching("bot.pinpoint.question_language", lambda _question, _history=(): "en"),
    ),
    Change("never-abstains", "abstention", "Every question is answered.", _threshold(lambda _: -1.0)),
    Change("always-abstains", "abstention", "No question is answered.", _threshold(lambda _: 2.0)),
    Change(
        "threshold-raised", "abstention", "The threshold moves half of the way to one.",
        _threshold(lambda t: t + (1 - t) / 2),
    ),
    Change("threshold-lowered", "abstention", "The threshold is halved.", _threshold(lambda t: t / 2)),
    Change(
        "confidence-inverted", "abstention", "Sure and unsure are mixed up.",
        searching(lambda found: replace(found, confidence=1 - found.confidence)),
    ),
)  # fmt: skip
"""In the order of the pipeline."""
