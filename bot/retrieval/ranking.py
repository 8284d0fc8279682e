"""A question's scores over the paragraphs: meaning first, made fair between languages; words within each language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.embeddings import Matrix
from bot.retrieval.channel import Channel
from bot.retrieval.ground import Ground
from bot.retrieval.lexicon import lexical_scores
from bot.retrieval.recipe import SHIPPED, Recipe

Scores = NDArray[np.float32]
"""One number a paragraph."""

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
    """The paragraphs that were scored, ascending: all, or of a large corpus the candidates and the background."""
    allowed: NDArray[np.bool_]
    """Which of them may be returned."""
    background: NDArray[np.bool_]
    """Which of them the scores are measured against."""
    scores: Scores
    """Final scores, comparable between languages; -inf where the filters leave a paragraph out."""
    dense: Scores
    """Scores by meaning alone."""
    similarity: Mapping[Channel, Scores]
    """Fair cosine of the paragraph's best unit, by channel."""
    units: Mapping[Channel, tuple[NDArray[np.int64], Scores]]
    """By channel, the units of the scored paragraphs, ascending, and their fair cosines."""
    lexical: Scores
    """Standardised BM25."""
    held: Scores
    """Share of the question's words that the paragraph holds, by rarity."""
    agreement: float
    """How far the second space agrees with the primary one on this question, 0 to 1; NaN without a second."""
    nearest: Mapping[str, float]
    """Plain cosine of the question and the nearest text, by space: whether the corpus is about such things at all."""


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
    rows = _candidates(ground, wanted, bm25, allowed, recipe) if ground.coarse else np.arange(len(ground))
    group, background, permitted = ground.group[rows], ground.background[rows], allowed[rows]
    if ground.coarse:
        background = np.isin(rows, ground.sample, assume_unique=True)

    def standard(scores: Scores, floor: float = 1e-6) -> Scores:
        return standardise(scores, group, len(ground.groups), background, floor)

    units, similarity, nearest = _similarities(ground, wanted, rows, permitted)
    dense, agreement = _blend(ground.spaces[0], similarity, standard if recipe.standardise else None, background)
    lexical = standard(bm25[rows], floor=1.0)
    eligible = permitted & ground.background[rows]
    scores = _within_language(dense, dense + recipe.lexical * lexical, group, eligible)
    scores = scores + recipe.lift * np.clip((held[rows] - 0.75) / 0.25, 0, 1)
    scores = np.where(permitted, scores, -np.inf).astype(np.float32)
    return Ranking(
        rows, permitted, background, scores, dense, similarity, units, lexical, held[rows], agreement, nearest
    )  # fmt: skip


def standardise(
    scores: Scores, group: NDArray[np.int32], count: int, background: NDArray[np.bool_], floor: float = 1e-6
) -> Scores:
    """Measure each score against those of its own language: subtract their mean, divide by their spread.

    The best of each language is not part of the background, or the only paragraph of a language would be its own; and
    languages of a few paragraphs are taken to be spread much like the whole corpus.
    """
    values, groups = scores[background].astype(np.float64), group[background]
    best = np.full(count, -np.inf)
    np.maximum.at(best, groups, values)
    rest = values < best[groups]
    values, groups = (values[rest], groups[rest]) if rest.any() else (values, groups)
    sizes = np.bincount(groups, minlength=count)
    common = values.mean()
    mean = (np.bincount(groups, values, count) + PRIOR * common) / (sizes + PRIOR)
    squares = np.bincount(groups, (values - mean[groups]) ** 2, count)
    spread = np.sqrt((squares + PRIOR * squares.sum() / len(values)) / (sizes + PRIOR))
    return np.asarray((scores - mean[group]) / (spread[group] + floor), np.float32)


def _candidates(
    ground: Ground, wanted: Mapping[Channel, Matrix], bm25: Scores, allowed: NDArray[np.bool_], recipe: Recipe
) -> NDArray[np.int64]:
    """Of a large corpus, the paragraphs worth scoring exactly, and those that stand for the background."""
    similarity = {}
    for channel, question in wanted.items():
        fair = ground.fairness[channel].foreign(question[None])[0]
        similarity[channel] = _best_of(ground, channel, ground.coarse[channel].scores(fair))
    background = np.zeros(len(ground), bool)
    background[ground.sample] = True

    def standard(scores: Scores) -> Scores:
        return standardise(scores, ground.group, len(ground.groups), background)

    dense, _ = _blend(ground.spaces[0], similarity, standard if recipe.standardise else None, background)
    found = np.zeros(len(ground), bool)
    found[_top(np.where(allowed, dense, -np.inf), CANDIDATES)] = True
    found[_top(np.where(allowed, bm25, -np.inf), LEXICAL_CANDIDATES)] = True
    return np.flatnonzero((found & allowed) | background)


def _top(scores: Scores, count: int) -> NDArray[np.int64]:
    return np.argpartition(-scores, min(count, len(scores)) - 1)[:count]


def _best_of(ground: Ground, channel: Channel, scores: Scores) -> Scores:
    units = ground.units[channel]
    best = np.full(len(ground), -1.0, np.float32)
    best[units.paragraph] = np.maximum.reduceat(scores, units.start)
    return best


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


def _blend(
    primary: str,
    similarity: Mapping[Channel, Scores],
    standard: Callable[[Scores], Scores] | None,
    background: NDArray[np.bool_],
) -> tuple[Scores, float]:
    """Add up the channels; a second space counts as far as it agrees with the primary one on this very question.

    A model that does not know the question's language ranks at random, so its scores are unrelated to the other's;
    that shows without a list of languages.
    """
    channels = {channel: standard(scores) if standard else scores for channel, scores in similarity.items()}
    dense = np.sum([scores for (space, _), scores in channels.items() if space == primary], axis=0)
    agreement = np.nan
    for channel, scores in channels.items():
        if channel[0] != primary:
            agreement = max(0.0, _correlation(dense[background], scores[background]))
            dense = dense + min(1.0, 2 * agreement) * scores
    return np.asarray(dense, np.float32), agreement


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
