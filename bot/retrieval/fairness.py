"""Vectors made comparable across languages: every language's own direction is taken out before texts are compared.

An embedding places languages apart, so a text in the question's language is near whatever it says. Subtracting from
each vector the mean of its language leaves what the text says (Libovický, Rosa and Fraser 2020, "On the Language
Neutrality of Pre-trained Multilingual Representations"). Two refinements were measured to help: directions with far
more variance than the average one, which carry the corpus's common topic, are damped (a soft form of "All-but-the-Top",
Mu and Viswanath 2018), and the result gets length 1 again, so that short sentences far from everything gain nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.embeddings import Matrix, normalised

PRIOR = 10.0
"""Texts' worth of belief that a language's mean is the corpus's mean; matters for languages of a few texts only."""
DAMPING = 10.0
"""A direction keeps its full weight until its variance reaches about this many times the average one."""
SAMPLE = 20_000
"""Most vectors that the covariance is computed from: evenly spaced rows, so that the result does not vary."""


@dataclass(frozen=True)
class Fairness:
    """What has to be known of a corpus to compare texts of its languages; a few matrices, whatever its size."""

    means: Matrix
    """Mean vector of each language group, shrunk to the corpus's mean, shape (groups, dim)."""
    damping: Matrix
    """Symmetric matrix that damps dominant directions, shape (dim, dim)."""

    @classmethod
    def fit(
        cls, vectors: Matrix, groups: NDArray[np.integer], count: int, *, centre: bool = True, damp: bool = True
    ) -> Fairness:
        """Learn from the corpus's own vectors; no text has to be embedded again when some are added or removed.

        Args:
            vectors: shape (n, dim), n at least 1.
            groups: language group of each row, from 0 to `count` - 1.
            count: number of language groups.
            centre: without it nothing is subtracted.
            damp: without it every direction keeps its weight.
        """
        sizes = np.bincount(groups, minlength=count).astype(np.float64)
        sums = np.zeros((count, vectors.shape[1]))
        for group in np.flatnonzero(sizes):
            sums[group] = vectors[groups == group].sum(0, dtype=np.float64)
        common = sums.sum(0) / sizes.sum()
        means = ((sums + PRIOR * common) / (sizes + PRIOR)[:, None]).astype(np.float32)
        if not centre:
            means[:] = 0
        step = max(1, len(vectors) // SAMPLE)
        damping = (
            _damping(vectors[::step] - means[groups[::step]]) if damp else np.eye(vectors.shape[1], dtype=np.float32)
        )
        return cls(means, damping)

    @cached_property
    def _directions(self) -> Matrix:
        return normalised(self.means)

    def passages(self, vectors: Matrix, groups: NDArray[np.integer]) -> Matrix:
        """Fair vectors of texts of the corpus, each of length 1: their inner products compare across languages."""
        return normalised((vectors - self.means[groups]) @ self.damping)

    def foreign(self, vectors: Matrix) -> Matrix:
        """Fair vectors of texts whose language the corpus may lack: each is centred on the mean nearest to it."""
        nearest = np.argmax(vectors @ self._directions.T, axis=1)
        return normalised((vectors - self.means[nearest]) @ self.damping)

    def probe(self, question: Matrix) -> tuple[Matrix, Matrix]:
        """Turn a question into a linear probe, so that stored vectors can be scored as they are.

        Returns:
            The probe v, shape (dim,), and its product with each language's mean, shape (groups,): the fair similarity
            of the question and a vector x of language l is (x·v - offset[l]) / length(x), with `lengths` of x.
        """
        fair = self.foreign(question[None])[0]
        v = self.damping @ fair
        return v, self.means @ v

    def lengths(self, vectors: Matrix, groups: NDArray[np.integer]) -> NDArray[np.float32]:
        """Length of each vector after centring and damping, shape (n,); in blocks, so that memory stays small."""
        out = np.empty(len(groups), np.float32)
        for start in range(0, len(groups), 4096):
            part = slice(start, start + 4096)
            out[part] = np.linalg.norm((vectors[part] - self.means[groups[part]]) @ self.damping, axis=1)
        return np.asarray(np.maximum(out, 1e-6), np.float32)


def language_group(tag: str) -> str:
    """Which texts share a background: the primary language, so that both Chinese scripts are one."""
    return tag.split("-", maxsplit=1)[0].lower()


def group_codes(tags: Sequence[str]) -> tuple[list[str], NDArray[np.int32]]:
    """Names of the language groups in order, and the group of each tag."""
    names = sorted({language_group(tag) for tag in tags})
    places = {name: place for place, name in enumerate(names)}
    return names, np.array([places[language_group(tag)] for tag in tags], np.int32)


def _damping(centred: Matrix) -> Matrix:
    covariance = centred.T @ centred / max(len(centred), 1)
    variances, directions = np.linalg.eigh(covariance.astype(np.float64))
    relative = np.maximum(variances, 0) / max(float(variances.mean()), 1e-12)
    return np.asarray((directions * (1 + relative / DAMPING) ** -0.5) @ directions.T, np.float32)
