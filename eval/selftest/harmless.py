"""Changes that must not fail the gate."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest import mock

from bot.pinpoint import Pinpoint
from bot.types import Answer
from eval.golden import Question
from eval.run.ask import Ask
from eval.run.product import Product
from eval.selftest.plant import Change, Plant, asking, over, searching, unchanged


@contextmanager
def _debug_log(product: Product) -> Iterator[Ask]:
    """Everything is logged, to nowhere."""
    logger = logging.getLogger("bot")
    handler, level = logging.NullHandler(), logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield asking(product.bot)
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)


@contextmanager
def _renamed(product: Product) -> Iterator[Ask]:
    """A method of the product has another name, and the old one leads to it."""
    original = Pinpoint._quoted  # noqa: SLF001 - changes are planted inside
    with (
        mock.patch.object(Pinpoint, "_words_from_sources", original, create=True),
        mock.patch.object(Pinpoint, "_quoted", lambda self, retrieval: self._words_from_sources(retrieval)),
    ):
        yield asking(product.bot)


def _settings(**values: object) -> Plant:
    """Settings that decide nothing about an answer's words."""

    @contextmanager
    def plant(product: Product) -> Iterator[Ask]:
        changed = replace(product, settings=product.settings.model_copy(update=values))
        yield asking(over(changed))

    return plant


@contextmanager
def _anonymous(product: Product) -> Iterator[Ask]:
    """The product makes up the ids, and the answer comes back through JSON."""
    ask = asking(product.bot)

    def asked(question: Question) -> Answer:
        return Answer.model_validate_json(ask(question.model_copy(update={"id": "any"})).model_dump_json())

    yield asked


_SHIFTED = searching(
    lambda found: replace(found, passages=tuple(replace(p, score=p.score + 3) for p in found.passages))
)

CHANGES: tuple[Change, ...] = (
    Change(
        "order", "harmless", "The questions are asked in reverse order.", unchanged, backwards=True, anew=True,
    ),
    Change("concurrency", "harmless", "Eight questions are asked at once.", unchanged, jobs=8, anew=True),
    Change("one-at-a-time", "harmless", "One question is asked at a time.", unchanged, jobs=1, anew=True),
    Change("log-level", "harmless", "Everything is logged.", _debug_log),
    Change("renamed", "harmless", "A method has another name.", _renamed),
    Change(
        "irrelevant-settings", "harmless", "Address, port, deadline and price are set otherwise.",
        _settings(host="0.0.0.0", port=9999, deadline=90.0, price_prompt=1.0), anew=True,  # noqa: S104 - nothing listens
    ),
    Change(
        "public-url", "harmless", "Citations get permanent links.", _settings(public_url="https://docs.example.org")
    ),
    Change("scores-shifted", "harmless", "Ranking scores are counted from another zero.", _SHIFTED),
    Change("ids", "harmless", "Answers have other ids and come back through JSON.", _anonymous),
)  # fmt: skip
"""Each must pass."""
