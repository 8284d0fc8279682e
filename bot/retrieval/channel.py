"""One way to look at the paragraphs: whole or by sentence, through one embedding model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.embeddings import Matrix
from bot.retrieval.fairness import Fairness

Channel = tuple[str, int]
"""A space and a level: 0 for whole paragraphs, 1 for single sentences."""

SHORT = 64
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

    @cached_property
    def stop(self) -> NDArray[np.int64]:
        """One past the last unit of each of those paragraphs."""
        return np.append(self.start[1:], len(self.unit))

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
        begins = self.start[at[having]]
        sizes = self.stop[at[having]] - begins
        starts = np.cumsum(sizes) - sizes
        places = np.repeat(begins - starts, sizes) + np.arange(int(sizes.sum()))
        return places, starts, having


@dataclass(frozen=True)
class Coarse:
    """Shortened fair vectors of a channel's units: quick to score, nearly right."""

    vectors: Matrix
    """Shape (units, SHORT or less)."""
    basis: Matrix
    """What shortens a fair vector, shape (dim, SHORT or less)."""
    start: NDArray[np.int64]
    """Where the units of each paragraph begin."""
    paragraph: NDArray[np.int64]
    """Those paragraphs, ascending."""

    @classmethod
    def of(cls, vectors: Matrix, units: ChannelUnits, fairness: Fairness, rows: NDArray[np.int64] | None) -> Coarse:
        """Shorten vectors to their principal components.

        Args:
            vectors: of all units, as stored.
            units: of the channel.
            fairness: of the channel.
            rows: paragraphs to keep, ascending; None keeps all.
        """
        step = max(1, len(vectors) // 10_000)
        some = fairness.passages(vectors[::step], units.group[::step])
        _, directions = np.linalg.eigh(some.T @ some)
        basis = np.ascontiguousarray(directions[:, ::-1][:, :SHORT], np.float32)
        shape = fairness.damping @ basis
        places, start, paragraph = np.arange(len(vectors)), units.start, units.paragraph
        if rows is not None:
            places, start, having = units.of(rows)
            paragraph = rows[having]
        out = np.empty((len(places), basis.shape[1]), np.float32)
        for begin in range(0, len(places), 8192):
            part = places[begin : begin + 8192]
            centred = vectors[part] - fairness.means[units.group[part]]
            out[begin : begin + len(part)] = (centred @ shape) / units.length[part, None]
        return cls(out, basis, start, paragraph)

    def scores(self, fair_question: Matrix) -> NDArray[np.float32]:
        """Fair cosine of every unit, nearly."""
        # einsum, not BLAS: its threads wait for each other longer than this takes as soon as the machine is busy.
        return np.asarray(np.einsum("ij,j->i", self.vectors, fair_question @ self.basis), np.float32)
