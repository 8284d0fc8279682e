"""A deterministic embedder without a model, for tests and for trying things out: shared character trigrams are near."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from bot.embeddings.base import Matrix, normalised


class HashingEmbedder:
    """Hashes the character trigrams of a text into 64 numbers. `history` lists every text embedded, in order."""

    def __init__(self, name: str = "hashing", dim: int = 64, max_tokens: int = 200) -> None:
        self.name = name
        self.dim = dim
        self.max_tokens = max_tokens
        self.batch_size = 64
        self.history: list[str] = []

    def count_tokens(self, text: str) -> int:
        """Words, or every fourth character where words are not spaced."""
        return max(len(text.split()), len(text) // 4)

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Embed questions, shape (len(texts), dim)."""
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Embed passages, shape (len(texts), dim)."""
        self.history += texts
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Matrix:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            padded = f" {text.lower()} "
            for i in range(len(padded) - 2):
                code = crc32(padded[i : i + 3].encode())
                row[code % self.dim] += 1 if code & 0x10000 else -1
            if not row.any():
                row[0] = 1
        return normalised(vectors)
