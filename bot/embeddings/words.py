"""A vector for each word piece of a text, kept small: what late interaction compares.

The last layer of multilingual-e5-small gives 384 numbers a token. A fixed basis, learnt once from text in twenty
languages (`python -m eval.retrieval.basis`), keeps the 96 directions in which tokens differ most, and eight bits hold
each number: a paragraph of a hundred tokens takes 10 kB.
"""

from __future__ import annotations

import functools
import io
import threading
from collections import OrderedDict
from collections.abc import Sequence
from importlib.resources import files
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from bot.embeddings.base import Matrix, Role, normalised
from bot.embeddings.cache import EmbeddingCache, text_key
from bot.embeddings.e5_encoder import Encoder

Words = NDArray[np.int8]
"""Vectors of a text's tokens, shape (tokens, 96), in units of 1/254 of a token's length."""

WIDTH = 96
"""Numbers kept of a token's vector."""
STEPS = 254.0
"""Whole numbers to a length of 1; what is beyond half a length either way is clipped."""
_LONGEST = 4096
"""Tokens read of a text: what follows in a longer one is not compared."""
_BATCH = 16
_REMEMBERED = 4000


@runtime_checkable
class WordEmbedder(Protocol):
    """An embedder that also reads single words. Thread-safe."""

    @property
    def words_name(self) -> str:
        """Model, layer and basis: vectors may be compared only when this is equal."""

    def embed_words(self, texts: Sequence[str], role: Role) -> list[Words]:
        """Vectors of the tokens of each text, in its context."""


class WordStore:
    """Token vectors of passages: remembered, else from the cache, else made. Thread-safe."""

    def __init__(self, embedder: WordEmbedder, cache: EmbeddingCache | None = None) -> None:
        self._embedder = embedder
        self._cache = cache
        self._memory: OrderedDict[bytes, Words] = OrderedDict()
        self._lock = threading.Lock()

    def question(self, text: str) -> Matrix:
        """Token vectors of a question, shape (tokens, 96)."""
        return self._embedder.embed_words([text], "query")[0].astype(np.float32)

    def passages(self, texts: Sequence[str]) -> list[Words]:
        """Token vectors of passages. What the cache lacks is made and not written: reading leaves no trace."""
        keys = [text_key(text) for text in texts]
        with self._lock:
            found = {key: self._memory[key] for key in keys if key in self._memory}
        if len(found) < len(set(keys)):
            found |= self._stored([key for key in keys if key not in found])
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
            found |= dict(zip(missing, self._embedder.embed_words(list(missing.values()), "passage"), strict=True))
        with self._lock:
            for key in keys:
                self._memory[key] = found[key]
                self._memory.move_to_end(key)
            while len(self._memory) > _REMEMBERED:
                self._memory.popitem(last=False)
        return [found[key] for key in keys]

    def keep(self, texts: Sequence[str]) -> int:
        """Write what the cache lacks of these texts to it; how many that were."""
        wanted = {text_key(text): text for text in texts}
        stored = self._stored(list(wanted))
        missing = [key for key in wanted if key not in stored] if self._cache else []
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            made = self._embedder.embed_words([wanted[key] for key in batch], "passage")
            if self._cache:
                self._cache.put_blobs(
                    self._embedder.words_name, "passage",
                    {key: words.tobytes() for key, words in zip(batch, made, strict=True)},
                )  # fmt: skip
        return len(missing)

    def _stored(self, keys: Sequence[bytes]) -> dict[bytes, Words]:
        if self._cache is None:
            return {}
        blobs = self._cache.get_blobs(self._embedder.words_name, "passage", keys)
        width = basis().shape[1]
        return {
            key: np.frombuffer(blob, np.int8).reshape(-1, width)
            for key, blob in blobs.items()
            if len(blob) % width == 0
        }


def read_words(encoder: Encoder, texts: Sequence[str], prefix: str) -> list[Words]:
    """Token vectors of texts through the encoder, without the prefix's own; what is too long is read in windows."""
    windows, owners = [], []
    for owner, text in enumerate(texts):
        pieces = encoder.tokenizer.split(prefix + text)
        skipped = sum(end <= len(prefix) for _, (_, end) in pieces)
        ids = [token for token, _ in pieces[:_LONGEST]]
        for start in range(0, max(len(ids), 1), encoder.window):
            windows.append(ids[start : start + encoder.window])
            owners.append((owner, skipped if start == 0 else 0))
    found: list[list[Matrix]] = [[] for _ in texts]
    for (owner, skipped), states in zip(owners, encoder.states(windows), strict=True):
        found[owner].append(states[1 + skipped : -1])
    return [_small(np.concatenate(parts)) for parts in found]


def read_question(encoder: Encoder, text: str, prefix: str) -> tuple[Matrix, Words] | None:
    """A question's vector, of length 1, and its tokens', from one pass; None when it is longer than a window."""
    pieces = encoder.tokenizer.split(prefix + text)
    if len(pieces) > encoder.window:
        return None
    states = encoder.states([[token for token, _ in pieces]])[0]
    skipped = sum(end <= len(prefix) for _, (_, end) in pieces)
    return normalised(states.mean(axis=0, keepdims=True)), _small(states[1 + skipped : -1])


def _small(states: Matrix) -> Words:
    lengths = np.linalg.norm(states, axis=1, keepdims=True)
    short = (states / np.where(lengths > 0, lengths, 1)) @ basis()
    return np.clip(np.round(short * STEPS), -127, 127).astype(np.int8)


@functools.cache
def basis() -> Matrix:
    """What shortens a token's vector, shape (384, 96)."""
    data = (files("bot.embeddings") / "data" / "token_basis.npy").read_bytes()
    return np.ascontiguousarray(np.load(io.BytesIO(data)), np.float32)
