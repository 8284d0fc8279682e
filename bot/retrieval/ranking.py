"""A question's scores over the paragraphs: meaning first, made fair between languages; words within each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.embeddings import Matrix
from bot.retrieval.channel import Channel
from bot.retrieval.ground import Ground
from bot.retrieval.lexicon import lexical_scores
from bot.retrieval.recipe import SHIPPED, Recipe

Scores = NDArray[np.float32]
"""One number a paragraph."""
Floats = NDArray[np.float64]

PRIOR = 5.0
"""Paragraphs' worth of belief that a language's scores are spread like the corpus's; for languages of a few texts."""
CANDIDATES = 300
"""Paragraphs of a large corpus that are scored exactly for their meaning."""
LEXICAL_CANDIDATES = 60
"""Paragraphs of a large corpus that are scored exactly for their words."""


@dataclass(frozen=True)
class Ranking:
    """What the scoring of one question found; every array has one entry for each of `rows`."""

    rows: NDArray[np.int64]
    """The paragraphs that were scored, ascending: all, or of a large corpus the candidates."""
    allowed: NDArray[np.bool_]
    """Which of them may be returned."""
    scores: Scores
    """Final scores, comparable between languages; -inf where the filters leave a paragraph out."""
    dense: Scores
    """Scores by meaning alone."""
    similarity: Mapping[Channel, Scores]
    """Fair cosine of the paragraph's best unit, by channel."""
    units: Mapping[Channel, tuple[NDArray[np.int64], Scores]]
    """By channel, the units of the scored paragraphs, ascending, and their fair cosines."""
    spread: Mapping[Channel, tuple[float, float]]
    """Mean and spread of the fair cosines of all units, by channel."""
    lexical: Scores
    """Standardised BM25."""
    held: Scores
    """Share of the question's words that the paragraph holds, by rarity."""
    agreement: float
    """How far the second space agrees with the primary one on this question, 0 to 1; NaN without a second."""
    variety: float
    """How much the paragraphs differ in fair cosine."""
    nearest: Mapping[str, float]
    """Plain cosine of the question and the nearest text, by space: whether the corpus is about such things at all."""

    def trust(self, space: str) -> float:
        """What a space's opinion weighs: 1 for the primary one, for a second as far as it agrees with it."""
        first = next(iter(self.similarity), (space, 0))[0]
        return 1.0 if space == first else _trust(self.agreement)

    def joined(self, others: Sequence[Ranking]) -> Ranking:
        """This ranking with the mean of its scores and those of the same question in other words.

        A paragraph that another ranking did not score counts there as its lowest.
        """
        if not others:
            return self
        total = self.scores.astype(np.float64)
        for other in others:
            at = np.minimum(np.searchsorted(other.rows, self.rows), len(other.rows) - 1)
            known = (other.rows[at] == self.rows) & np.isfinite(other.scores[at])
            lowest = float(other.scores[np.isfinite(other.scores)].min())
            total += np.where(known, other.scores[at], lowest)
        return replace(self, scores=np.where(self.allowed, total / (1 + len(others)), -np.inf).astype(np.float32))


def rank(
    ground: Ground,
    question: str,
    vectors: Mapping[str, Matrix],
    allowed: NDArray[np.bool_],
    recipe: Recipe = SHIPPED,
) -> Ranking:
    """Score the paragraphs for a question.

    Args:
        ground: what is searched.
        question: as it is asked.
        vectors: the question's vector in each space whose model can read it, shape (dim,).
        allowed: which paragraphs may be found.
        recipe: the steps to take.
    """
    wanted = {
        channel: vectors[channel[0]]
        for channel in ground.units
        if channel[0] in vectors
        and (recipe.sentences or channel[1] == 0)
        and (recipe.second or channel[0] == ground.spaces[0])
    }
    bm25, held = lexical_scores(ground.lexicons, question, ground.group, len(ground.groups))
    lexical = standardise(bm25, ground.group, _usual(ground, bm25, np.arange(len(ground))), floor=1.0)
    rows = np.arange(len(ground))
    preview = _preview(ground, wanted) if ground.coarse else None
    if preview is not None:
        rows = _candidates(preview.dense(ground, recipe), bm25, allowed)
    group, permitted = ground.group[rows], allowed[rows]
    units, similarity, nearest = _similarities(ground, wanted, rows, permitted)
    view = preview or View.of(ground, similarity, rows, {channel: scores for channel, (_, scores) in units.items()})
    dense = view.blend(ground, similarity, rows, recipe)
    eligible = permitted & ground.background[rows]
    scores = _within_language(dense, dense + recipe.lexical * lexical[rows], group, eligible)
    scores = _with_names(scores, held[rows], permitted, recipe)
    scores = np.where(permitted, scores, -np.inf).astype(np.float32)
    return Ranking(
        rows, permitted, scores, dense, similarity, units, view.spread, lexical[rows], held[rows], view.agreement,
        view.variety, nearest,
    )  # fmt: skip


def _with_names(scores: Scores, held: Scores, permitted: NDArray[np.bool_], recipe: Recipe) -> Scores:
    """Lift paragraphs that hold all of the question's words, and when they are few, at least one of them to the top.

    A question that is only a name says little to an embedding model, and everything to whoever wrote the name down.
    """
    lifted = scores + recipe.lift * np.clip((held - 0.75) / 0.25, 0, 1)
    complete = permitted & (held > 0.99)
    if recipe.lift and 0 < complete.sum() <= max(3, 0.02 * len(scores)):
        lifted[complete] += max(0.0, float(lifted[permitted].max() - lifted[complete].max())) + 0.01
    return np.asarray(lifted, np.float32)


def standardise(scores: Scores, group: NDArray[np.int32], usual: tuple[Floats, Floats], floor: float = 1e-6) -> Scores:
    """Measure each score against those of its own language: subtract their mean, divide by their spread."""
    mean, spread = usual
    return np.asarray((scores - mean[group]) / (spread[group] + floor), np.float32)


@dataclass(frozen=True)
class View:
    """What is usual for a question: how scores lie in each language, and how far two models agree."""

    usual: Mapping[Channel, tuple[Floats, Floats]]
    """Mean and spread of each language's scores, by channel."""
    spread: Mapping[Channel, tuple[float, float]]
    """Mean and spread of the scores of all units, by channel."""
    agreement: float
    """Correlation of the second space with the primary one, at least 0; NaN without a second."""
    variety: float
    """Spread of the paragraphs' fair cosines."""
    similarity: Mapping[Channel, tuple[NDArray[np.int64], Scores]]
    """By channel, paragraphs and their fair cosines."""

    @classmethod
    def of(
        cls,
        ground: Ground,
        similarity: Mapping[Channel, Scores],
        rows: NDArray[np.int64] | Mapping[Channel, NDArray[np.int64]],
        units: Mapping[Channel, Scores],
    ) -> View:
        """From the scores of all paragraphs, or of those that stand for them."""
        at = rows if isinstance(rows, Mapping) else dict.fromkeys(similarity, rows)
        usual = {channel: _usual(ground, scores, at[channel]) for channel, scores in similarity.items()}
        spread = {channel: (float(s.mean()), max(float(s.std()), 1e-6)) for channel, s in units.items()}
        last = (ground.spaces[0], 1) if (ground.spaces[0], 1) in similarity else (ground.spaces[0], 0)
        variety = float(similarity[last][ground.background[at[last]]].std())
        view = cls(usual, spread, np.nan, variety, {c: (at[c], s) for c, s in similarity.items()})
        return replace(view, agreement=view._agreement(ground))

    def dense(self, ground: Ground, recipe: Recipe) -> Scores:
        """Scores of all paragraphs by the primary space alone."""
        mine = {c: scores for c, (_, scores) in self.similarity.items() if c[0] == ground.spaces[0]}
        return self.blend(ground, mine, np.arange(len(ground)), recipe)

    def blend(
        self, ground: Ground, similarity: Mapping[Channel, Scores], rows: NDArray[np.int64], recipe: Recipe
    ) -> Scores:
        """Add up the channels; a second space counts as far as it agrees with the primary one on this very question.

        A model that does not know the question's language ranks at random, so its scores are unrelated to the other's;
        that shows without a list of languages.
        """
        total = np.zeros(len(rows), np.float32)
        for channel, scores in similarity.items():
            weight = 1.0 if channel[0] == ground.spaces[0] else _trust(self.agreement)
            fair = standardise(scores, ground.group[rows], self.usual[channel]) if recipe.standardise else scores
            total += weight * fair
        return total

    def _agreement(self, ground: Ground) -> float:
        first, second = np.zeros(len(ground), np.float32), np.zeros(len(ground), np.float32)
        both = ground.background.copy()
        others = 0
        for channel, (rows, scores) in self.similarity.items():
            fair = standardise(scores, ground.group[rows], self.usual[channel])
            covered = np.zeros(len(ground), bool)
            covered[rows] = True
            both &= covered
            if channel[0] == ground.spaces[0]:
                first[rows] += fair
            else:
                second[rows] += fair
                others += 1
        return max(0.0, _correlation(first[both], second[both])) if others and both.any() else np.nan


def _trust(agreement: float) -> float:
    """How much a second space counts that agrees so far with the primary one, 0 to 1."""
    return min(1.0, 2 * agreement)


def _usual(ground: Ground, scores: Scores, rows: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Mean and spread of each language's scores.

    The best of each language is not part of them, or the only paragraph of a language would be its own background; and
    languages of a few paragraphs are taken to be spread much like the whole corpus.
    """
    count = len(ground.groups)
    background = ground.background[rows]
    values, groups = scores[background].astype(np.float64), ground.group[rows[background]]
    if not len(values):
        values, groups = scores.astype(np.float64), ground.group[rows]
    best = np.full(count, -np.inf)
    np.maximum.at(best, groups, values)
    rest = values < best[groups]
    values, groups = (values[rest], groups[rest]) if rest.any() else (values, groups)
    sizes = np.bincount(groups, minlength=count)
    common = values.mean()
    mean = (np.bincount(groups, values, count) + PRIOR * common) / (sizes + PRIOR)
    squares = np.bincount(groups, (values - mean[groups]) ** 2, count)
    spread = np.sqrt((squares + PRIOR * squares.sum() / len(values)) / (sizes + PRIOR))
    return mean, spread


def _preview(ground: Ground, wanted: Mapping[Channel, Matrix]) -> View:
    """A quick look at a large corpus through shortened vectors."""
    similarity, rows, units = {}, {}, {}
    for channel, question in wanted.items():
        coarse = ground.coarse[channel]
        units[channel] = coarse.scores(ground.fairness[channel].foreign(question[None])[0])
        best = np.maximum.reduceat(units[channel], coarse.start)
        if channel[0] == ground.spaces[0]:
            similarity[channel] = _spread(best, coarse.paragraph, len(ground))
            rows[channel] = np.arange(len(ground))
        else:
            similarity[channel], rows[channel] = best, coarse.paragraph
    return View.of(ground, similarity, rows, units)


def _candidates(dense: Scores, bm25: Scores, allowed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Of a large corpus, the paragraphs worth scoring exactly."""
    found = np.zeros(len(dense), bool)
    found[_top(np.where(allowed, dense, -np.inf), CANDIDATES)] = True
    found[_top(np.where(allowed, bm25, -np.inf), LEXICAL_CANDIDATES)] = True
    return np.flatnonzero(found & allowed)


def _top(scores: Scores, count: int) -> NDArray[np.int64]:
    return np.argpartition(-scores, min(count, len(scores)) - 1)[:count]


def _similarities(
    ground: Ground, wanted: Mapping[Channel, Matrix], rows: NDArray[np.int64], allowed: NDArray[np.bool_]
) -> tuple[dict[Channel, tuple[NDArray[np.int64], Scores]], dict[Channel, Scores], dict[str, float]]:
    """Fair cosines of units and of paragraphs' best units, by channel; plain cosine of the nearest unit, by space."""
    by_unit, by_paragraph = {}, {}
    nearest: dict[str, float] = {}
    everything: dict[str, Matrix] = {}
    probes = {channel: ground.fairness[channel].probe(question) for channel, question in wanted.items()}
    for channel, question in wanted.items():
        space, units = channel[0], ground.units[channel]
        if len(rows) == len(ground):
            if space not in everything:
                levels = [probes[other][0] for other in wanted if other[0] == space]
                everything[space] = ground.products(space, np.stack([question, *levels], axis=1))
            column = 1 + [other for other in wanted if other[0] == space].index(channel)
            products = everything[space][units.row][:, [0, column]]
            places, starts, having = np.arange(len(units.row)), units.start, units.paragraph
        else:
            places, starts, having = units.of(rows)
            products = ground.products(space, np.stack([question, probes[channel][0]], axis=1), units.row[places])
        if not len(places):
            continue
        scores = (products[:, 1] - probes[channel][1][units.group[places]]) / units.length[places]
        by_unit[channel] = places, scores
        by_paragraph[channel] = _spread(np.maximum.reduceat(scores, starts), having, len(rows))
        plain = _spread(np.maximum.reduceat(products[:, 0], starts), having, len(rows))
        nearest[space] = max(float(plain[allowed].max()), nearest.get(space, -1.0))
    return by_unit, by_paragraph, nearest


def _spread(values: Scores, at: NDArray[np.int64], size: int) -> Scores:
    out = np.full(size, -1.0, np.float32)
    out[at] = values
    return out


def _correlation(a: Scores, b: Scores) -> float:
    a, b = a - a.mean(), b - b.mean()
    return float(a @ b) / max(float(np.sqrt((a @ a) * (b @ b))), 1e-9)


def _within_language(dense: Scores, mixed: Scores, group: NDArray[np.int32], eligible: NDArray[np.bool_]) -> Scores:
    """Let lexical evidence reorder each language, and no language pass another by it.

    A question shares words with its own language only; what they bring there is evidence about which paragraph, not
    about which language. So each language is shifted until its best score is what it was by meaning alone.
    """
    out = mixed.copy()
    for code in np.unique(group[eligible]):
        mine = eligible & (group == code)
        out[group == code] += dense[mine].max() - mixed[mine].max()
    return out
