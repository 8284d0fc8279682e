"""Scores to passages: the order readers see, and the sentences that matched."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.ground import Ground
from bot.retrieval.ranking import Ranking
from bot.types import Passage, Span

NOTICE_MARGIN = 2.0
"""By how much a notice, byline or caption has to beat content: such lines come first only when they are asked for."""


def reading_order(ground: Ground, ranking: Ranking) -> NDArray[np.int64]:
    """Positions in the ranking, best first: each text once, headings last, notices only where they stand out."""
    at = np.flatnonzero(ranking.allowed)
    _, first = np.unique(ground.twin[ranking.rows[at]], return_index=True)
    at = at[np.sort(first)]
    rows = ranking.rows[at]
    scores = ranking.scores[at] - NOTICE_MARGIN * ground.notice[rows]
    return at[np.lexsort((-scores, ground.heading[rows]))]


def passages(
    ground: Ground, ranking: Ranking, order: NDArray[np.int64], allowed: NDArray[np.bool_]
) -> tuple[Passage, ...]:
    """Make passages of the chosen positions.

    Args:
        ground: what was searched.
        ranking: the scores.
        order: positions in the ranking, best first.
        allowed: which of all paragraphs the filters permit: only those are named as other places of a text.
    """
    found = []
    for position in order:
        row = int(ranking.rows[position])
        paragraph = ground.paragraph(row)
        sentences = _sentences(ground, ranking, row)
        twins = np.flatnonzero((ground.twin == ground.twin[row]) & allowed)
        found.append(
            Passage(
                paragraph,
                float(ranking.scores[position]),
                max(sentences, key=lambda entry: entry[1])[0] if sentences else Span(0, len(paragraph.text)),
                tuple(ground.paragraph(int(twin)).key for twin in twins if twin != row),
                sentences,
            )
        )
    return tuple(found)


def _sentences(ground: Ground, ranking: Ranking, row: int) -> tuple[tuple[Span, float], ...]:
    """The sentences of a paragraph with their fair scores, in standard deviations over all sentences, spaces added."""
    found: dict[tuple[int, int], float] = {}
    for channel, (places, scores) in ranking.units.items():
        if channel[1] != 1:
            continue
        mine, _, _ = ground.units[channel].of(np.array([row]))
        weight = ranking.trust(channel[0])
        mean, spread = ranking.spread[channel]
        values = weight * (scores[np.searchsorted(places, mine)] - mean) / spread
        for unit, value in zip(mine, values, strict=True):
            span = ground.span(channel, int(unit))
            found[span] = found.get(span, 0.0) + float(value)
    return tuple((Span(*span), value) for span, value in sorted(found.items()))
