"""The encoder of multilingual-e5-small in numpy, from the bundled engine's own weights (BERT, Devlin et al. 2019).

The weights are expanded once a process, a third of a second and 100 MB, and each layer is a few large products over
the tokens of many texts. It serves the embedding of texts, late interaction, and the words that the citation check
aligns.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bot.embeddings.e5_weights import Floats, WeightsFile, expand, weights_path
from bot.threads import one_thread_each

_TOKENS = 4096
"""Most tokens in one pass, unless a single text has more: 25 MB for the widest product."""


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


class Encoder:
    """The model with its tokenizer. It only reads its weights, so calls from several threads are safe."""

    def __init__(self, file: WeightsFile) -> None:
        self.tokenizer = file.tokenizer
        """Splits texts into the tokens the model knows."""
        self.width = file.width
        """Numbers in the vector of a token."""
        self.window = file.positions - 2
        """Most tokens of a text read at once, without begin and end."""
        self._heads = file.heads
        self._eps = file.eps
        self._words = file.blocks("emb.word", file.width)
        self._positions = file.floats("emb.pos").reshape(-1, file.width) + file.floats("emb.type")[: file.width]
        self._norm = file.floats("emb.ln.w"), file.floats("emb.ln.b")
        self._layers = [self._layer(file, f"l{n}.") for n in range(file.layers)]

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

    def states(
        self, texts: Sequence[Sequence[int]], *, depth: int | None = None, beside: int | None = None
    ) -> list[Floats]:
        """Read texts of at most `window` tokens; begin and end are added here.

        Args:
            texts: token numbers.
            depth: layers to go through; all when left out.
            beside: an earlier layer whose vectors are to stand before those of the last.

        Returns:
            For each text the vectors of its tokens, shape (len(text) + 2, width), or twice the width with `beside`.
        """
        found: list[Floats] = []
        for few in _passes(texts):
            found += self._pass(few, depth, beside)
        return found

    def _pass(self, texts: Sequence[Sequence[int]], depth: int | None, beside: int | None) -> list[Floats]:
        rows = [[self.tokenizer.bos, *text, self.tokenizer.eos] for text in texts]
        edges = list(pairwise(np.cumsum([0, *map(len, rows)]).tolist()))
        x = expand(self._words[np.concatenate(rows)])
        x += self._positions[np.concatenate([np.arange(len(row)) for row in rows])]
        x = _normalise(x, *self._norm, self._eps)
        with one_thread_each:
            for number, layer in enumerate(self._layers[:depth], start=1):
                attended: Floats = self._attend(x @ layer.qkv + layer.qkv_bias, edges) @ layer.out
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
                if number == beside:
                    earlier = x
        if beside is not None:
            x = np.hstack([earlier, x])
        return [x[start:end] for start, end in edges]

    def _attend(self, qkv: Floats, edges: Sequence[tuple[int, int]]) -> Floats:
        """Each token looks at the tokens of its own text."""
        size = self.width // self._heads
        q, k, v = qkv.reshape(len(qkv), 3, self._heads, size).transpose(1, 2, 0, 3)
        q = q * np.float32(size**-0.5)
        seen = np.empty((len(qkv), self.width), np.float32)
        for start, end in edges:
            scores = q[:, start:end] @ k[:, start:end].transpose(0, 2, 1)
            scores -= scores.max(axis=-1, keepdims=True)
            np.exp(scores, out=scores)
            scores /= scores.sum(axis=-1, keepdims=True)
            seen[start:end] = (scores @ v[:, start:end]).transpose(1, 0, 2).reshape(end - start, self.width)
        return seen


def _passes(texts: Sequence[Sequence[int]]) -> Iterator[Sequence[Sequence[int]]]:
    """Texts, in order, in groups small enough for the memory whatever the caller brings."""
    start = tokens = 0
    for place, text in enumerate(texts):
        if place > start and tokens + len(text) > _TOKENS:
            yield texts[start:place]
            start, tokens = place, 0
        tokens += len(text)
    if len(texts):
        yield texts[start:]


def shared_encoder() -> Encoder:
    """The one encoder of this process.

    Raises:
        OSError: when the bundled weights are missing or cannot be read.
        ValueError, KeyError: when they are laid out in a way this program does not know.
    """
    with _loading:
        return _load()


@functools.cache
def _load() -> Encoder:
    return Encoder(WeightsFile(weights_path()))


_loading = threading.Lock()


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
