"""multilingual-e5-small for many texts at once, by the encoder in numpy on all cores.

The engine starts at once and is right for one question, but spends several times the processor time that a
paragraph needs. Vectors differ from the engine's by its rounding of activations to 8 bits (cosine above .9998 on the
seeds), so that both may meet in one search.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import numpy as np

from bot.embeddings.base import Matrix
from bot.embeddings.e5_encoder import Encoder
from bot.embeddings.e5_weights import Floats

_TOKENS = 768
"""Tokens in one pass: enough to keep the products busy, little enough for the processor's cache."""


class E5Batch:
    """Embeds texts with the encoder, several passes at a time."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._encode = encoder.tokenizer.encode

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(_cores(), thread_name_prefix="e5-batch")

    def count_tokens(self, text: str, prefix: str) -> int:
        """Tokens the model reads, with prefix and marks."""
        return len(self._encode(prefix + text)) + 2

    def embed(self, texts: Sequence[str], prefix: str) -> Matrix:
        """Vectors of texts, shape (len(texts), 384), each of length 1.

        Args:
            texts: of any length; what is longer than the model reads is averaged over windows, as the engine does.
            prefix: `query: ` or `passage: `.
        """
        tokens = list(self._pool.map(lambda text: self._encode(prefix + text), texts))
        window = self._encoder.window
        windows = [
            (place, ids[start : start + window])
            for place, ids in enumerate(tokens)
            for start in range(0, max(len(ids), 1), window)
        ]
        windows.sort(key=lambda window: -len(window[1]))
        sums = np.zeros((len(texts), self._encoder.width), dtype=np.float32)
        batches = list(_batches(windows))
        for batch, means in zip(batches, self._pool.map(self._means, batches), strict=True):
            for (place, ids), mean in zip(batch, means, strict=True):
                sums[place] += mean * max(len(ids), 1)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        return np.asarray(sums / np.where(lengths > 0, lengths, 1), dtype=np.float32)

    def _means(self, batch: Sequence[tuple[int, list[int]]]) -> list[Floats]:
        """Mean of the last layer over the tokens of each window."""
        return [states.mean(axis=0) for states in self._encoder.states([ids for _, ids in batch])]


def _batches(windows: Sequence[tuple[int, list[int]]]) -> Iterator[list[tuple[int, list[int]]]]:
    """Windows, longest first, in groups that fill a pass."""
    batch: list[tuple[int, list[int]]] = []
    for window in windows:
        if batch and (len(batch) + 1) * (len(batch[0][1]) + 2) > _TOKENS:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
