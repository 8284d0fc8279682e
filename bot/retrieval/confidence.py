"""How sure it is that the corpus holds the answer: a calibrated probability from a few comparable features."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.ground import Ground
from bot.retrieval.late import WordEvidence
from bot.retrieval.ranking import Ranking

FEATURES = (
    "top", "lead", "spread", "crowd", "sentence", "whole", "second", "topic", "topic_second", "lexical", "agreement",
    "variety", "words", "words_held", "words_plain",
)  # fmt: skip
"""Names of the features, in the order of the coefficients; `features` explains them."""
DOWN = frozenset({"crowd"})
"""Features that can only lower the confidence; the others can only raise it."""


def features(
    ground: Ground, ranking: Ranking, order: NDArray[np.int64], look: WordEvidence | None = None
) -> NDArray[np.float64]:
    """Describe how the best paragraph stands out, in numbers that mean the same in any language.

    Args:
        ground: what was searched.
        ranking: the scores.
        order: positions in the ranking, best first, at least one.
        look: what the words of the best paragraphs told.

    Returns:
        One number for each of `FEATURES`: the best score; its lead on the second and on the mean of the next five; how
        many come close to it (logarithm of the sum of exponentials); fair cosine of its best sentence, of the whole,
        and of its best sentence as the second model sees it; the best fair cosine of any whole paragraph; plain cosine
        of the nearest sentence in the second space, which tells a question about something else altogether; lexical
        evidence; agreement of the two spaces; how much the paragraphs differ in fair cosine; and how near the
        question's words are to those of the best paragraph, to those of all candidates, and to the best by plain
        cosine. NaN for what is not known, such as the second model's opinion in a language it cannot read.
    """
    scores = ranking.scores[order].astype(np.float64)
    best, primary = int(order[0]), ground.spaces[0]
    second = ground.spaces[1] if len(ground.spaces) > 1 else ""
    rest = scores[1:6] if len(scores) > 1 else scores[:1] - 1
    whole = ranking.similarity[primary, 0]
    sentence = ranking.similarity.get((primary, 1), whole)
    return np.array([
        scores[0],
        scores[0] - rest[0],
        scores[0] - rest.mean(),
        np.log(np.exp(scores - scores[0]).sum()),
        sentence[best],
        whole[best],
        ranking.similarity[second, 1][best] if (second, 1) in ranking.similarity else np.nan,
        whole[order].max(),
        ranking.nearest.get(second, np.nan),
        ranking.lexical[best],
        ranking.agreement,
        ranking.variety,
        *((look.near.max(), look.held, look.plain) if look else (np.nan, np.nan, np.nan)),
    ])  # fmt: skip


@dataclass(frozen=True)
class Calibration:
    """A logistic model of the features, with where it comes from."""

    mean: tuple[float, ...]
    """Mean of each feature in the calibration data."""
    scale: tuple[float, ...]
    """Standard deviation of each."""
    weights: tuple[float, ...]
    """Coefficient of each standardised feature."""
    bias: float
    """Log odds at the means."""
    threshold: float
    """Probability below which the answer counts as not found."""
    provenance: Mapping[str, object]
    """Command, date, data, number of questions and measured quality."""

    def probability(self, values: NDArray[np.float64]) -> float:
        """Probability that the corpus holds the answer."""
        z = standardised(values, np.array(self.mean), np.array(self.scale)) @ np.array(self.weights)
        return float(1 / (1 + np.exp(-(self.bias + z))))

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """Read what `to_json` wrote.

        Raises:
            ValueError: when it was made for other features.
        """
        data = json.loads(text)
        if tuple(data["features"]) != FEATURES:
            raise ValueError("the calibration is for other features; run `pinpoint eval calibrate`")
        return cls(
            tuple(data["mean"]), tuple(data["scale"]), tuple(data["weights"]), data["bias"], data["threshold"],
            data["provenance"],
        )  # fmt: skip

    def to_json(self) -> str:
        """Write as JSON, rounded to what matters."""

        def rounded(numbers: tuple[float, ...]) -> list[float]:
            return [round(float(number), 4) for number in numbers]

        return json.dumps({
            "features": FEATURES, "mean": rounded(self.mean), "scale": rounded(self.scale),
            "weights": rounded(self.weights), "bias": round(self.bias, 4), "threshold": round(self.threshold, 4),
            "provenance": dict(self.provenance),
        }, indent=2, ensure_ascii=False) + "\n"  # fmt: skip


def standardised(
    values: NDArray[np.float64], mean: NDArray[np.float64], scale: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Features in standard deviations, at most 4 either way; what is not known stands at the mean."""
    return np.nan_to_num(np.clip((values - mean) / scale, -4, 4), nan=0.0)


@lru_cache(maxsize=1)
def shipped() -> Calibration:
    """The calibration that comes with the program."""
    return Calibration.from_json((files("bot.retrieval") / "calibration.json").read_text("utf-8"))
