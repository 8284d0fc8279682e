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
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Protocol, runtime_checkable
from zlib import crc32

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
_REMEMBERED = 64 * 2**20  # bytes


@runtime_checkable
class WordEmbedder(Protocol):
    """An embedder that also reads single words. Thread-safe."""

    @property
    def words_name(self) -> str:
        """Model, layer and basis: vectors may be compared only when this is equal."""

    def embed_words(self, texts: Sequence[str], role: Role) -> list[Words]:
        """Vectors of the tokens of each text, in its context."""


class WordStore:
    """Token vectors of passages: remembered, else from the cache, else made and cached. Thread-safe.

    Without a cache nothing is written: what is read for a conversation's uploads goes with them.
    """

    def __init__(self, embedder: WordEmbedder, cache: EmbeddingCache | None = None) -> None:
        self._embedder = embedder
        self._cache = cache
        self._memory: OrderedDict[bytes, Words] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self.name = f"{embedder.words_name}/{crc32(basis().tobytes()):08x}"
        """Model and basis: what was computed from vectors of another name is of no use."""

    def question(self, text: str) -> Matrix:
        """Token vectors of a question, shape (tokens, 96)."""
        return self._embedder.embed_words([text], "query")[0].astype(np.float32)

    def passages(self, texts: Sequence[str]) -> list[Words]:
        """Token vectors of passages."""
        keys = [text_key(text) for text in texts]
        with self._lock:
            found = {key: self._memory[key] for key in keys if key in self._memory}
        if len(found) < len(set(keys)):
            found |= self._stored([key for key in keys if key not in found])
            found |= self._made({key: text for key, text in zip(keys, texts, strict=True) if key not in found})
        with self._lock:
            for key in keys:
                self._remember(key, found[key])
        return [found[key] for key in keys]

    def keep(self, texts: Sequence[str]) -> int:
        """Write what the cache lacks of these texts to it; how many that were."""
        if self._cache is None:
            return 0
        wanted = {text_key(text): text for text in texts}
        known = self._cache.known(self.name, "passage", list(wanted))
        missing = [key for key in wanted if key not in known]
        for start in range(0, len(missing), _BATCH):
            self._made({key: wanted[key] for key in missing[start : start + _BATCH]})
        return len(missing)

    def _made(self, texts: Mapping[bytes, str]) -> dict[bytes, Words]:
        if not texts:
            return {}
        made = dict(zip(texts, self._embedder.embed_words(list(texts.values()), "passage"), strict=True))
        if self._cache is not None:
            self._cache.put_blobs(self.name, "passage", {key: words.tobytes() for key, words in made.items()})
        return made

    def _stored(self, keys: Sequence[bytes]) -> dict[bytes, Words]:
        blobs = self._cache.get_blobs(self.name, "passage", keys) if self._cache else {}
        return {
            key: np.frombuffer(blob, np.int8).reshape(-1, WIDTH)
            for key, blob in blobs.items()
            if len(blob) % WIDTH == 0
        }

    def _remember(self, key: bytes, words: Words) -> None:
        if key not in self._memory:
            self._size += words.nbytes
        self._memory[key] = words
        self._memory.move_to_end(key)
        while self._size > _REMEMBERED and len(self._memory) > 1:
            self._size -= self._memory.popitem(last=False)[1].nbytes


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
