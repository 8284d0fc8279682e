"""multilingual-e5-small for many texts at once: the bundled engine's weights, through numpy's matrix products.

The engine starts at once and is right for one question, but spends several times the processor time that a
paragraph needs. Here the weights are expanded once, half a second, and each layer is a few large products. Vectors
differ from the engine's by its rounding of activations to 8 bits (cosine above .9998 on the seeds), so that both may
meet in one search.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np

from bot.embeddings.base import Matrix
from bot.embeddings.e5_weights import Floats, WeightsFile, expand

_TOKENS = 768
"""Tokens in one pass: enough to keep the products busy, little enough for the processor's cache."""


@dataclass(frozen=True)
class _Layer:
    qkv: Floats
    qkv_bias: Floats
    out: Floats
    out_bias: Floats
    norm1: tuple[Floats, Floats]
    up: Floats
    up_bias: Floats
    down: Floats
    down_bias: Floats
    norm2: tuple[Floats, Floats]


class E5Batch:
    """The model, loaded from the engine's weights file."""

    def __init__(self, weights: Path) -> None:
        """Read and expand the weights: about a third of a second, 100 MB.

        Raises:
            ValueError: when the file is not laid out as expected.
            OSError: when it cannot be read.
        """
        file = WeightsFile(weights.read_bytes())
        self._tokenizer = file.tokenizer
        self._heads = file.heads
        self._eps = file.eps
        self._window = file.positions - 2
        self._words = file.blocks("emb.word", file.width)
        self._positions = file.floats("emb.pos").reshape(-1, file.width) + file.floats("emb.type")[: file.width]
        self._norm = file.floats("emb.ln.w"), file.floats("emb.ln.b")
        self._layers = [self._layer(file, f"l{n}.") for n in range(file.layers)]
        self.width = file.width

    @staticmethod
    def _layer(file: WeightsFile, at: str) -> _Layer:
        width, wide = file.width, file.hidden
        weights = [file.matrix(f"{at}{name}.w", width) for name in "qkv"]
        biases = [file.floats(f"{at}{name}.b") for name in "qkv"]
        return _Layer(
            qkv=np.ascontiguousarray(np.concatenate(weights, axis=0).T),
            qkv_bias=np.concatenate(biases),
            out=np.ascontiguousarray(file.matrix(f"{at}ao.w", width).T),
            out_bias=file.floats(f"{at}ao.b"),
            norm1=(file.floats(f"{at}aln.w"), file.floats(f"{at}aln.b")),
            up=np.ascontiguousarray(file.matrix(f"{at}fi.w", width).T),
            up_bias=file.floats(f"{at}fi.b"),
            down=np.ascontiguousarray(file.matrix(f"{at}fo.w", wide).T),
            down_bias=file.floats(f"{at}fo.b"),
            norm2=(file.floats(f"{at}oln.w"), file.floats(f"{at}oln.b")),
        )

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(_cores(), thread_name_prefix="e5-batch")

    def count_tokens(self, text: str, prefix: str) -> int:
        """Tokens the model reads, with prefix and marks."""
        return len(self._tokenizer.encode(prefix + text)) + 2

    def embed(self, texts: Sequence[str], prefix: str) -> Matrix:
        """Vectors of texts, shape (len(texts), 384), each of length 1.

        Args:
            texts: of any length; what is longer than the model reads is averaged over windows, as the engine does.
            prefix: `query: ` or `passage: `.
        """
        tokens = list(self._pool.map(lambda text: self._tokenizer.encode(prefix + text), texts))
        windows = [
            (place, ids[start : start + self._window])
            for place, ids in enumerate(tokens)
            for start in range(0, max(len(ids), 1), self._window)
        ]
        windows.sort(key=lambda window: -len(window[1]))
        sums = np.zeros((len(texts), self.width), dtype=np.float32)
        with _one_thread_each:
            batches = list(_batches(windows))
            for batch, means in zip(batches, self._pool.map(self._forward, batches), strict=True):
                for (place, ids), mean in zip(batch, means, strict=True):
                    sums[place] += mean * max(len(ids), 1)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        return np.asarray(sums / np.where(lengths > 0, lengths, 1), dtype=np.float32)

    def _forward(self, batch: Sequence[tuple[int, list[int]]]) -> Floats:
        """Mean of the last layer over the tokens of each window, shape (len(batch), 384)."""
        bos, eos, pad = self._tokenizer.bos, self._tokenizer.eos, self._tokenizer.pad
        lengths = np.array([len(ids) + 2 for _, ids in batch])
        longest = int(lengths.max())
        ids = np.full((len(batch), longest), pad)
        for row, (_, content) in zip(ids, batch, strict=True):
            row[: len(content) + 2] = [bos, *content, eos]
        inside = np.arange(longest) < lengths[:, None]
        bias = np.where(inside, np.float32(0), np.float32(-1e9))[:, None, None, :]
        x = expand(self._words[ids.reshape(-1)]).reshape(len(batch), longest, self.width)
        x += self._positions[:longest]
        x = _normalise(cast("Floats", x.reshape(-1, self.width)), *self._norm, self._eps)
        for layer in self._layers:
            qkv: Floats = x @ layer.qkv
            qkv += layer.qkv_bias
            attended: Floats = self._attend(qkv, bias, len(batch), longest) @ layer.out
            attended += layer.out_bias
            attended += x
            x = _normalise(attended, *layer.norm1, self._eps)
            wide: Floats = x @ layer.up
            wide += layer.up_bias
            _gelu(wide)
            out: Floats = wide @ layer.down
            out += layer.down_bias
            out += x
            x = _normalise(out, *layer.norm2, self._eps)
        x = x.reshape(len(batch), longest, self.width)
        return np.asarray(np.einsum("blh,bl->bh", x, (inside / lengths[:, None]).astype(np.float32)), np.float32)

    def _attend(self, qkv: Floats, bias: Floats, count: int, longest: int) -> Floats:
        size = self.width // self._heads
        split = qkv.reshape(count, longest, 3, self._heads, size).transpose(2, 0, 3, 1, 4)
        q, k, v = (np.ascontiguousarray(part) for part in split)
        q *= np.float32(size**-0.5)
        scores = q @ k.transpose(0, 1, 3, 2)
        scores += bias
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        return np.ascontiguousarray((scores @ v).transpose(0, 2, 1, 3)).reshape(-1, self.width)


def _normalise(x: Floats, weight: Floats, bias: Floats, eps: float) -> Floats:
    """Layer normalisation of the rows, in place."""
    x -= x.mean(axis=1, keepdims=True)
    scale = np.einsum("ij,ij->i", x, x)
    x *= (1 / np.sqrt(scale / x.shape[1] + eps))[:, None]
    x *= weight
    x += bias
    return x


def _gelu(x: Floats) -> None:
    """X * Phi(x), in place, with Phi through tanh (Hendrycks and Gimpel 2016), as much at a time as the cache holds."""
    for start in range(0, len(x), 32):
        part = x[start : start + 32]
        inner = part * part
        inner *= np.float32(0.044715 * 0.7978845608)
        inner += np.float32(0.7978845608)
        inner *= part
        np.tanh(inner, out=inner)
        inner += 1
        inner *= 0.5
        part *= inner


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


class _OneThreadEach:
    """Lets every thread of ours multiply alone: the library's own threads would get into each other's way.

    The limit holds for the whole process, so the first to come sets it and the last to go lifts it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._limit: Any = None

    def __enter__(self) -> None:
        from threadpoolctl import threadpool_limits

        with self._lock:
            if self._inside == 0:
                self._limit = threadpool_limits(limits=1, user_api="blas")
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._limit.restore_original_limits()


_one_thread_each = _OneThreadEach()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
