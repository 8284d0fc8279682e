"""What every embedding model looks like to the rest of the program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
"""Vectors as rows, shape (n, dim)."""

Role = Literal["query", "passage"]
"""Which side of the search a text is on; some models embed the two differently."""


@runtime_checkable
class Embedder(Protocol):
    """Turns text into vectors. Thread-safe."""

    @property
    def name(self) -> str:
        """Model and version: vectors of two embedders may be compared only when their names are equal."""

    @property
    def dim(self) -> int:
        """Length of a vector; asking may load the model, or call it once."""

    @property
    def max_tokens(self) -> int:
        """Longest text that is embedded whole, in tokens of the model."""

    @property
    def batch_size(self) -> int:
        """How many texts to hand over at a time, so that progress shows and little is lost when stopped."""

    def count_tokens(self, text: str) -> int:
        """Tokens the model would read, exactly where it can tell, else an estimate from above."""

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Embed questions: float32 of shape (len(texts), dim), every row of length 1.

        Raises:
            ModelError: when the model cannot be reached, or its answer cannot be used.
        """

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Embed texts to be found: float32 of shape (len(texts), dim), every row of length 1.

        Raises:
            ModelError: when the model cannot be reached, or its answer cannot be used.
        """


def normalised(vectors: NDArray[np.floating]) -> Matrix:
    """Give every row length 1; a row of zeros stays zero."""
    rows = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.ascontiguousarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def embed(embedder: Embedder, role: Role, texts: Sequence[str]) -> Matrix:
    """Embed texts on one side of the search."""
    return embedder.embed_queries(texts) if role == "query" else embedder.embed_passages(texts)
