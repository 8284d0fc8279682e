"""How a fault or a change gets into the product, and out again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal
from unittest import mock

from bot.pinpoint import Pinpoint
from bot.types import Answer, Draft, Message, Passage, Retrieval
from eval.golden import Question
from eval.run.ask import Ask
from eval.run.product import Product

Stage = Literal[
    "corpus", "retrieval", "understanding", "abstention", "quoting", "citations", "answer", "model", "harmless"
]
Plant = Callable[[Product], AbstractContextManager[Ask]]
"""Puts a change into the product for the length of a `with` block and gives a way to ask the product so changed."""


@dataclass(frozen=True, slots=True)
class Change:
    """A planted fault, or a harmless change."""

    name: str
    """Short, for `--only`."""
    stage: Stage
    """Where in the product it is planted."""
    what: str
    """What goes wrong, one sentence."""
    plant: Plant
    """How."""
    jobs: int = 2
    """Questions asked at once."""
    backwards: bool = False
    """Ask the questions in reverse order."""
    anew: bool = False
    """Search anew and not from memory: for changes inside retrieval, or in how the product runs."""


def asking(bot: Pinpoint) -> Ask:
    """Ask a product golden questions."""

    def ask(question: Question) -> Answer:
        history = [Message(turn.role, turn.content) for turn in question.history]
        return bot.ask(question.question, history=history, id=question.id)

    return ask


def over(product: Product, **parts: Any) -> Pinpoint:
    """A product over the same index and settings, with parts of it exchanged."""
    return Pinpoint(product.settings, index=product.bot.index, **parts)


def searching(change: Callable[[Retrieval], Retrieval]) -> Plant:
    """Change what retrieval hands to the rest of the product."""

    @contextmanager
    def plant(product: Product) -> Iterator[Ask]:
        original = Pinpoint.search

        def search(self: Pinpoint, *args: Any, **options: Any) -> Retrieval:
            return change(original(self, *args, **options))

        with mock.patch.object(Pinpoint, "search", search):
            yield asking(product.bot)

    return plant


def passages(change: Callable[[tuple[Passage, ...]], Sequence[Passage]]) -> Plant:
    """Change the ranked passages only."""
    return searching(lambda found: replace(found, passages=tuple(change(found.passages))))


def drafting(change: Callable[[Retrieval, Draft], Draft]) -> Plant:
    """Change what is quoted, before it is checked."""

    @contextmanager
    def plant(product: Product) -> Iterator[Ask]:
        original = Pinpoint._quoted  # noqa: SLF001 - faults are planted inside

        def quoted(self: Pinpoint, retrieval: Retrieval) -> Draft:
            return change(retrieval, original(self, retrieval))

        with mock.patch.object(Pinpoint, "_quoted", quoted):
            yield asking(product.bot)

    return plant


def answering(change: Callable[[Answer], Answer]) -> Plant:
    """Change the checked answer on its way out."""

    @contextmanager
    def plant(product: Product) -> Iterator[Ask]:
        original = Pinpoint._answer  # noqa: SLF001 - faults are planted inside

        def answer(self: Pinpoint, *args: Any) -> Any:
            made, checked = original(self, *args)
            return change(made), checked

        with mock.patch.object(Pinpoint, "_answer", answer):
            yield asking(product.bot)

    return plant


def patching(target: str, new: Any, *, fresh: bool = False) -> Plant:
    """Replace one name in a module of the product.

    Args:
        target: dotted name of what is replaced.
        new: what takes its place.
        fresh: prepare the index for retrieval anew, because what is replaced is used there.
    """

    @contextmanager
    def plant(product: Product) -> Iterator[Ask]:
        with mock.patch(target, new):
            yield asking(over(product) if fresh else product.bot)

    return plant


def unchanged(product: Product) -> AbstractContextManager[Ask]:
    """The product as it is."""

    @contextmanager
    def plant() -> Iterator[Ask]:
        yield asking(product.bot)

    return plant()
