"""Remembers what the planted changes do not change, so that all of them take minutes and not an hour.

Embedding a text, checking a sentence against a paragraph, searching for a question (outside the changes to retrieval
itself) and quoting from what was found (in the changes to what comes after) are functions of their input alone; each is
computed once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np

from bot.citations import Checker
from bot.embeddings import Embedder, Matrix
from bot.pinpoint import Pinpoint
from bot.types import Draft, Retrieval


@contextmanager
def remembering(embedders: Sequence[Embedder]) -> Iterator[None]:
    """Embed each text and check each sentence once."""
    memories = [_Vectors(embedder) for embedder in {id(e): e for e in embedders}.values()]
    for memory in memories:
        memory.install()
    try:
        with mock.patch.object(Checker, "check", _once(Checker.check)):
            yield
    finally:
        for memory in memories:
            memory.remove()


@contextmanager
def searches(known: dict[Any, Retrieval]) -> Iterator[None]:
    """Search for each question once, as long as the index and the options are the same."""
    original = Pinpoint.search

    def search(self: Pinpoint, question: str, **options: Any) -> Retrieval:
        key = (question, *sorted((name, str(value)) for name, value in options.items()))
        if key not in known:
            known[key] = original(self, question, **options)
        return known[key]

    with mock.patch.object(Pinpoint, "search", search):
        yield


@contextmanager
def drafts(known: dict[int, tuple[Retrieval, Draft]]) -> Iterator[None]:
    """Quote once for each remembered search; a changed retrieval is another object and is quoted anew."""
    original = Pinpoint._quoted  # noqa: SLF001 - what is remembered is inside

    def quoted(self: Pinpoint, retrieval: Retrieval) -> Draft:
        if id(retrieval) not in known:
            known[id(retrieval)] = (retrieval, original(self, retrieval))
        return known[id(retrieval)][1]

    with mock.patch.object(Pinpoint, "_quoted", quoted):
        yield


def _once(check: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[tuple[Any, ...], Any] = {}

    def remembered(self: Checker, *texts: Any, **more: Any) -> Any:
        key = (*texts, *sorted(more.items()))
        if key not in known:
            known[key] = check(self, *texts, **more)
        return known[key]

    return remembered


class _Vectors:
    """Vectors by text in front of one embedder."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[tuple[str, str], Matrix] = {}
        self._lock = threading.Lock()
        self._original = {name: getattr(embedder, name) for name in ("embed_queries", "embed_passages")}

    def install(self) -> None:
        for name in self._original:
            setattr(self._embedder, name, self._remembered(name))

    def remove(self) -> None:
        for name in self._original:
            delattr(self._embedder, name)

    def _remembered(self, name: str) -> Callable[[Sequence[str]], Matrix]:
        def embed(texts: Sequence[str]) -> Matrix:
            missing = [text for text in dict.fromkeys(texts) if (name, text) not in self._known]
            if missing:
                vectors = self._original[name](missing)
                with self._lock:
                    self._known |= {(name, text): vector for text, vector in zip(missing, vectors, strict=True)}
            return np.stack([self._known[name, text] for text in texts]) if texts else self._original[name](texts)

        return embed
