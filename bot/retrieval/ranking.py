"""A question's scores over all paragraphs: meaning first, made fair between languages; words within each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.embeddings import Matrix
from bot.retrieval.ground import Channel, Ground
from bot.retrieval.lexicon import lexical_scores
from bot.retrieval.recipe import SHIPPED, Recipe

Scores = NDArray[np.float32]
"""One number a paragraph."""

PRIOR = 5.0
"""Paragraphs' worth of belief that a language's scores are spread like the corpus's; for languages of a few texts."""


@dataclass(frozen=True)
class Ranking:
    """What the scoring of one question found."""

    scores: Scores
    """Final scores, comparable between languages; -inf where the filters leave a paragraph out."""
    dense: Scores
    """Scores by meaning alone."""
    channels: Mapping[Channel, Scores]
    """Standardised scores of each channel."""
    similarity: Mapping[Channel, Scores]
    """Fair cosines of each channel."""
    best_unit: Mapping[Channel, Scores]
    """Fair cosine of every unit of each channel."""
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
    """Score every paragraph for a question.

    Args:
        ground: what is searched.
        question: as it is asked.
        vectors: the question's vector in each space, shape (dim,).
        allowed: which paragraphs may be found.
        recipe: the steps to take.
    """
    units, similarity, nearest = _similarities(ground, vectors, allowed)
    evidence = ~(ground.heading | ground.notice)
    background = evidence if evidence.any() else np.ones(len(ground), bool)
    channels = {
        channel: _standardise(scores, ground.group, len(ground.groups), background) if recipe.standardise else scores
        for channel, scores in similarity.items()
        if (recipe.sentences or channel == (ground.spaces[0], 0)) and (recipe.second or channel[0] == ground.spaces[0])
    }
    dense, agreement = _blend(ground, channels, background)
    bm25, held = lexical_scores(ground.lexicons, question, ground.group, len(ground.groups))
    lexical = _standardise(bm25, ground.group, len(ground.groups), background, floor=1.0)
    scores = _within_language(dense, dense + recipe.lexical * lexical, ground.group, allowed & background)
    scores = scores + recipe.lift * np.clip((held - 0.75) / 0.25, 0, 1)
    scores = np.where(allowed, scores, -np.inf).astype(np.float32)
    return Ranking(scores, dense, channels, similarity, units, lexical, held, agreement, nearest)


def _similarities(
    ground: Ground, vectors: Mapping[str, Matrix], allowed: NDArray[np.bool_]
) -> tuple[dict[Channel, Scores], dict[Channel, Scores], dict[str, float]]:
    """Fair cosines of units and of paragraphs' best units, by channel; plain cosine of the nearest unit, by space."""
    by_unit, by_paragraph, nearest = {}, {}, {}
    for space, question in vectors.items():
        levels = [level for level in (0, 1) if (space, level) in ground.units]
        if not levels:
            continue
        probes = [ground.fairness[space, level].probe(question) for level in levels]
        columns = np.stack([*(probe for probe, _ in probes), question], axis=1)
        products = np.concatenate([stored @ columns for stored in ground.stored[space]])
        for column, (level, (_, offsets)) in enumerate(zip(levels, probes, strict=True)):
            units = ground.units[space, level]
            scores = (products[units.row, column] - offsets[units.group]) / units.length
            best = np.full(len(ground), -1.0, np.float32)
            best[units.paragraph] = np.maximum.reduceat(scores, units.start)
            by_unit[space, level], by_paragraph[space, level] = scores, best
        plain = np.full(len(ground), -1.0, np.float32)
        plain[units.paragraph] = np.maximum.reduceat(products[units.row, -1], units.start)
        nearest[space] = float(plain[allowed].max())
    return by_unit, by_paragraph, nearest


def _standardise(
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


def _blend(ground: Ground, channels: Mapping[Channel, Scores], background: NDArray[np.bool_]) -> tuple[Scores, float]:
    """Add up the channels; a second space counts as far as it agrees with the primary one on this very question.

    A model that does not know the question's language ranks at random, so its scores are unrelated to the other's;
    that shows without a list of languages.
    """
    primary = ground.spaces[0]
    dense = np.sum([scores for (space, _), scores in channels.items() if space == primary], axis=0)
    agreement = np.nan
    for channel, scores in channels.items():
        if channel[0] != primary:
            agreement = max(0.0, _correlation(dense[background], scores[background]))
            dense = dense + min(1.0, 2 * agreement) * scores
    return dense.astype(np.float32), agreement


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
