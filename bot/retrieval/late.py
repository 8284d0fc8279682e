"""Late interaction: the best candidates looked at again, word by word.

One vector for a whole text blurs what it says in passing. Here each word of the question looks for the word of the
paragraph that is nearest to it in its context, and the mean of these similarities scores the paragraph (MaxSim:
Khattab and Zaharia 2020, "ColBERT"). As with whole texts, every language's mean is subtracted first, so that words meet
across languages. The order of the candidates is that of a weighted sum of this, of the score that found them and of
their best sentences' fair cosines, each standardised over the candidates.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.corpus.text import search_text
from bot.embeddings import Matrix, normalised
from bot.embeddings.words import STEPS, WIDTH, Words, WordStore
from bot.errors import ModelError
from bot.index import Index
from bot.retrieval.fairness import group_codes
from bot.retrieval.ground import Ground
from bot.retrieval.ranking import Ranking

_log = logging.getLogger(__name__)

CANDIDATES = 20
"""Paragraphs that are looked at again."""
FOUND = 0.4
"""Weight of the score that found the candidates, where what the words told weighs 1."""
SENTENCE = 0.4
"""Weight of the best sentence's fair cosine in each space; that of a second one as far as it agrees with the first.

Both were chosen on questions about 45 documents of our own, beside the practice corpora; .3 to .6 measure alike.
"""
SAMPLE = 40
"""Paragraphs of each language that its mean is computed from, evenly spaced."""
PRIOR = 400.0
"""Words' worth of belief that a language's mean is that of all languages; for languages of a few texts."""


@dataclass(frozen=True)
class WordEvidence:
    """What the words of the best candidates told."""

    first: NDArray[np.int64]
    """The candidates: positions, in the order they came in."""
    near: NDArray[np.float64]
    """Of each, the mean over the question's words of the fair cosine of the nearest word."""
    held: float
    """The same when each word may find its nearest in any of them."""
    plain: float
    """The best of `near` by plain cosine, which tells a question about something else altogether."""

    def reordered(self, ranking: Ranking, order: NDArray[np.int64]) -> tuple[NDArray[np.int64], Ranking]:
        """Put the candidates into a better order.

        Args:
            ranking: the scores that found them.
            order: of all positions, which begins with the candidates.

        Returns:
            The new order, and the ranking with scores that follow it.
        """
        if len(self.first) < 2:
            return order, ranking
        # In the order that was given, which may put a notice behind what scores less.
        found = np.minimum.accumulate(ranking.scores[self.first].astype(np.float64))
        total = FOUND * _standing(found) + _standing(self.near)
        for (space, level), similarity in ranking.similarity.items():
            if level == 1:
                total += SENTENCE * ranking.trust(space) * _standing(similarity[self.first].astype(np.float64))
        total = found.mean() + total * max(float(found.std()), 1e-6)
        best = np.argsort(-total, kind="stable")
        rest = order[len(self.first) :]
        scores = ranking.scores.astype(np.float64)
        scores[self.first] = total
        scores[rest] = np.minimum(scores[rest], total.min())
        return np.concatenate([self.first[best], rest]), replace(ranking, scores=scores.astype(np.float32))


def _standing(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """In standard deviations from the mean."""
    return np.asarray((values - values.mean()) / max(float(values.std()), 1e-6))


class LateInteraction:
    """Compares words of questions with those of one ground's paragraphs. Thread-safe."""

    def __init__(self, ground: Ground, words: Sequence[WordStore]) -> None:
        """Take what is searched; the means of its languages are learnt when they are first needed, then kept.

        Args:
            ground: one or more indexes.
            words: of each index, in order.
        """
        self._ground = ground
        self.words = tuple(words)
        """Token vectors of each index, in order."""
        self._means: Matrix | None = None

    def look(self, question: str, order: NDArray[np.int64], rows: NDArray[np.int64]) -> WordEvidence | None:
        """Compare the question's words with those of the first paragraphs of an order; None when nothing can be.

        Args:
            question: as it is asked.
            order: positions in `rows`, best first, headings last.
            rows: paragraphs of the ground.
        """
        first = order[: min(CANDIDATES, int((~self._ground.heading[rows[order]]).sum()))]
        try:
            asked = self.words[0].question(search_text(question)) / STEPS if len(first) else np.zeros((0, 0))
            if not len(asked):
                return None
            read = self._read(rows[first])
            means = self._language_means()
        except ModelError as error:
            _log.warning("passages are not looked at word by word: %s", error)
            return None
        fair = normalised(asked - means[int(np.argmax(normalised(means) @ asked.mean(0)))])
        sizes = np.array([len(words) for words in read])
        words = np.concatenate(read).astype(np.float32) / np.float32(STEPS)
        near = _nearest(fair, words - means[np.repeat(self._ground.group[rows[first]], sizes)], sizes)
        plain = _nearest(normalised(asked), words, sizes)
        return WordEvidence(first, near.mean(axis=1), float(near.max(axis=0).mean()), float(plain.mean(axis=1).max()))

    def _read(self, rows: NDArray[np.int64]) -> list[Words]:
        """Token vectors of paragraphs, each through the store of its index."""
        index = np.searchsorted(self._ground.begins, rows, "right") - 1
        found: dict[int, Words] = {}
        for place, store in enumerate(self.words):
            mine = [int(row) for row in rows[index == place]]
            texts = [search_text(self._ground.paragraph(row).text) for row in mine]
            found |= dict(zip(mine, store.passages(texts), strict=True))
        return [found[int(row)] for row in rows]

    def _language_means(self) -> Matrix:
        """Mean token vector of each language group, shrunk to the mean of all, shape (groups, 96)."""
        if self._means is None:
            sums, counts = np.zeros((len(self._ground.groups), WIDTH)), np.zeros(len(self._ground.groups))
            for index, store in zip(self._ground.indexes, self.words, strict=True):
                name = f"word-sums-1-{store.name.rpartition('/')[2]}"
                parts = index.derived(name, partial(_sums, index, store))
                names, _ = group_codes(_tags(index))
                places = [self._ground.groups.index(group) for group in names]
                sums[places] += parts["sums"]
                counts[places] += parts["counts"]
            common = sums.sum(0) / max(float(counts.sum()), 1.0)
            self._means = np.asarray((sums + PRIOR * common) / (counts + PRIOR)[:, None], np.float32)
        return self._means


def _sums(index: Index, words: WordStore) -> Mapping[str, NDArray[Any]]:
    """Sum and number of the token vectors of some paragraphs of each language of an index."""
    names, groups = group_codes(_tags(index))
    sums: list[NDArray[np.float64]] = []
    counts = []
    for group in range(len(names)):
        rows = np.flatnonzero(groups == group)
        rows = rows[np.unique(np.linspace(0, len(rows) - 1, min(SAMPLE, len(rows))).astype(int))]
        tokens = np.concatenate(words.passages([search_text(index.paragraphs[int(row)].text) for row in rows]))
        sums.append(tokens.sum(0, dtype=np.float64) / STEPS)
        counts.append(len(tokens))
    return {"sums": np.stack(sums), "counts": np.array(counts, np.float64)}


def _nearest(asked: Matrix, words: Matrix, sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Cosine of each word of the question and the nearest of each text, shape (texts, words of the question).

    Args:
        asked: words of the question.
        words: words of all texts, one text after the other.
        sizes: how many are each text's; one without words is as far as can be.
    """
    near = np.full((len(sizes), len(asked)), -1.0)
    having = np.flatnonzero(sizes)
    if len(having):
        starts = (np.cumsum(sizes) - sizes)[having]
        near[having] = np.maximum.reduceat(normalised(words) @ asked.T, starts, axis=0)
    return near


def _tags(index: Index) -> list[str]:
    return [index.languages[code] for code in index.paragraph_columns["language"]]
