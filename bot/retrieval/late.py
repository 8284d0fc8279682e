"""Late interaction: the best candidates looked at again, word by word.

One vector for a whole text blurs what it says in passing. Here each word of the question looks for the word of the
paragraph that is nearest to it in its context, and the mean of these similarities scores the paragraph (MaxSim:
Khattab and Zaharia 2020, "ColBERT"). As with whole texts, every language's mean is subtracted first, so that words meet
across languages. The score and the one that found the candidates are each standardised over the candidates and added.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.corpus.text import search_text
from bot.embeddings import Matrix, normalised
from bot.embeddings.words import STEPS, WordStore
from bot.errors import ModelError
from bot.index import Index
from bot.retrieval.fairness import group_codes
from bot.retrieval.ground import Ground

_log = logging.getLogger(__name__)

CANDIDATES = 20
"""Paragraphs that are looked at again."""
SAMPLE = 40
"""Paragraphs of each language that its mean is computed from, evenly spaced."""
PRIOR = 400.0
"""Words' worth of belief that a language's mean is that of all languages; for languages of a few texts."""


class LateInteraction:
    """Puts the best candidates of one ground into a better order. Thread-safe."""

    def __init__(self, ground: Ground, words: WordStore) -> None:
        """Take what is searched; the means of its languages are learnt when they are first needed, then kept."""
        self._ground = ground
        self._words = words
        self._means: Matrix | None = None

    def reordered(
        self, question: str, order: NDArray[np.int64], rows: NDArray[np.int64], scores: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Put the first of an order into a better one.

        Args:
            question: as it is asked.
            order: positions in `rows` and `scores`, best first, headings last.
            rows: paragraphs of the ground.
            scores: what found them, comparable between languages.

        Returns:
            The new order, and new scores that follow it.
        """
        first = order[: min(CANDIDATES, int((~self._ground.heading[rows[order]]).sum()))]
        if len(first) < 2:
            return order, scores
        try:
            seen = self._similarity(question, rows[first])
        except ModelError as error:
            _log.warning("passages are not looked at word by word: %s", error)
            return order, scores
        found = scores[first].astype(np.float64)
        # In the order that was given, which may put a notice behind what scores less.
        found = np.minimum.accumulate(found)
        spread = max(float(found.std()), 1e-6)
        total = found + spread * (seen - seen.mean()) / max(float(seen.std()), 1e-6)
        best = np.argsort(-total, kind="stable")
        changed = scores.astype(np.float64)
        changed[first] = total
        rest = order[len(first) :]
        changed[rest] = np.minimum(changed[rest], total.min())
        return np.concatenate([first[best], rest]), changed.astype(np.float32)

    def _similarity(self, question: str, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Mean over the question's words of how near the nearest word of each paragraph is."""
        asked = self._words.question(search_text(question)) / STEPS
        texts = [search_text(self._ground.paragraph(int(row)).text) for row in rows]
        read = self._words.passages(texts)
        if not len(asked):
            return np.zeros(len(rows))
        means = self._language_means()
        own = int(np.argmax(normalised(means) @ asked.mean(0)))
        asked = normalised(asked - means[own])
        return np.array([self._nearest(asked, words / STEPS, means[self._ground.group[row]])
                         for words, row in zip(read, rows, strict=True)])  # fmt: skip

    @staticmethod
    def _nearest(asked: Matrix, words: Matrix, mean: Matrix) -> float:
        if not len(words):
            return -1.0
        return float((asked @ normalised(words - mean).T).max(axis=1).mean())

    def _language_means(self) -> Matrix:
        """Mean token vector of each language group, shrunk to the mean of all, shape (groups, 96)."""
        if self._means is None:
            sums, counts = np.zeros(()), np.zeros(())
            for index in self._ground.indexes:
                name = f"word-sums-1-{SAMPLE}"
                parts = index.derived(name, lambda index=index: self._sums(index))  # type: ignore[misc]
                names, _ = group_codes(_tags(index))
                places = [self._ground.groups.index(group) for group in names]
                if not sums.ndim:
                    sums = np.zeros((len(self._ground.groups), parts["sums"].shape[1]))
                    counts = np.zeros(len(self._ground.groups))
                sums[places] += parts["sums"]
                counts[places] += parts["counts"]
            common = sums.sum(0) / max(float(counts.sum()), 1.0)
            self._means = np.asarray((sums + PRIOR * common) / (counts + PRIOR)[:, None], np.float32)
        return self._means

    def _sums(self, index: Index) -> Mapping[str, NDArray[Any]]:
        names, groups = group_codes(_tags(index))
        sums: list[NDArray[np.float64]] = []
        counts = []
        for group in range(len(names)):
            rows = np.flatnonzero(groups == group)
            rows = rows[np.unique(np.linspace(0, len(rows) - 1, min(SAMPLE, len(rows))).astype(int))]
            read = self._words.passages([search_text(index.paragraphs[int(row)].text) for row in rows])
            words = np.concatenate(read)
            sums.append(words.sum(0, dtype=np.float64) / STEPS)
            counts.append(len(words))
        return {"sums": np.stack(sums), "counts": np.array(counts, np.float64)}


def _tags(index: Index) -> list[str]:
    return [index.languages[code] for code in index.paragraph_columns["language"]]
