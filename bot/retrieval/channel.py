"""One way to look at the paragraphs: whole or by sentence, through one embedding model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.embeddings import Matrix
from bot.retrieval.fairness import Fairness

Channel = tuple[str, int]
"""A space and a level: 0 for whole paragraphs, 1 for single sentences."""

SHORT = 96
"""Numbers that are kept of a vector to find candidates: the directions in which the corpus differs most."""


@dataclass(frozen=True)
class ChannelUnits:
    """The units of a channel, ordered by paragraph."""

    unit: NDArray[np.int64]
    """Row of each in its index's `units`."""
    row: NDArray[np.int64]
    """Row of its vector, all indexes' vectors taken one after the other."""
    group: NDArray[np.int32]
    """Its language group."""
    length: NDArray[np.float32]
    """Length of its fair vector before it is given length 1."""
    start: NDArray[np.int64]
    """Where the units of each paragraph that has any begin."""
    paragraph: NDArray[np.int64]
    """Those paragraphs, ascending."""

    def of(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The units of some paragraphs.

        Args:
            rows: paragraphs, ascending.

        Returns:
            The units; where those of each paragraph that has any begin among them; and the positions of these
            paragraphs in `rows`.
        """
        at = np.minimum(np.searchsorted(self.paragraph, rows), len(self.paragraph) - 1)
        having = np.flatnonzero(self.paragraph[at] == rows)
        stops = np.append(self.start[1:], len(self.unit))
        begins, sizes = self.start[at[having]], (stops - self.start)[at[having]]
        starts = np.cumsum(sizes) - sizes
        places = np.repeat(begins - starts, sizes) + np.arange(int(sizes.sum()))
        return places, starts, having


@dataclass(frozen=True)
class Coarse:
    """Shortened fair vectors of all units of a channel."""

    vectors: Matrix
    """Shape (units, SHORT or less)."""
    basis: Matrix
    """What shortens a fair vector, shape (dim, SHORT or less)."""

    @classmethod
    def of(cls, vectors: Matrix, group: NDArray[np.int32], lengths: NDArray[np.float32], fairness: Fairness) -> Coarse:
        """Shorten the stored vectors of a channel to their principal components."""
        step = max(1, len(vectors) // 10_000)
        some = fairness.passages(vectors[::step], group[::step])
        _, directions = np.linalg.eigh(some.T @ some)
        basis = np.ascontiguousarray(directions[:, ::-1][:, :SHORT], np.float32)
        shape = fairness.damping @ basis
        out = np.empty((len(vectors), basis.shape[1]), np.float32)
        for start in range(0, len(vectors), 8192):
            part = slice(start, start + 8192)
            out[part] = ((vectors[part] - fairness.means[group[part]]) @ shape) / lengths[part, None]
        return cls(out, basis)

    def scores(self, fair_question: Matrix) -> NDArray[np.float32]:
        """Fair cosine of every unit, nearly."""
        return np.asarray(self.vectors @ (fair_question @ self.basis), np.float32)
