"""Weighs how well the words of a sentence are covered by its source: one probability from a few measures."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Final

import numpy as np

from bot.citations.meaning import Cover, Reading

HEAVY: Final = 12.0
"""Words that say at least this much (in nats) must be covered."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The measures, each between 0 and 1."""

    same: bool
    """Whether both texts are in one language: nearness is then higher throughout."""
    closeness: float
    """Mean nearness of all words, weighted by how much they say."""
    weakest: float
    """Nearness of the heavy word that is covered worst."""
    weak: float
    """Mean nearness of the two heavy words covered worst."""
    low: float
    """Nearness below which a fifth of the heavy words lie."""
    worst: str
    """The heavy word that is covered worst."""

    @classmethod
    def of(cls, sentence: Reading, covered: Cover, *, same: bool) -> Evidence:
        """Measure how a source covers a sentence."""
        heavy = [
            i
            for i, word in enumerate(sentence.words)
            if word.weight >= HEAVY and not any(c.isdecimal() for c in word.text)
        ] or list(range(len(sentence.words)))
        values = covered.best[heavy]
        ordered = np.sort(values)
        return cls(
            same=same,
            closeness=covered.closeness,
            weakest=float(ordered[0]),
            weak=float(ordered[:2].mean()),
            low=float(np.quantile(values, 0.2)),
            worst=sentence.words[heavy[int(values.argmin())]].text,
        )

    @property
    def complaint(self) -> str:
        """What is wrong, in one phrase."""
        if self.closeness < _FAR[self.same]:
            return "the paragraph says something else"
        return f"nothing in the source answers to {self.worst!r}"


_FAR: Final = {True: 0.76, False: 0.64}

# Logistic regression on the `dev` pairs of eval/citations, the threshold where one right sentence in 25 is lost.
_WEIGHTS: Final = {
    True: (-18.8, 12.7, 3.9, 5.7, 4.0),
    False: (-12.3, 8.8, 3.5, 4.3, 5.5),
}


def plausibility(evidence: Evidence) -> float:
    """The probability, 0 to 1, that the source covers the sentence."""
    bias, *weights = _WEIGHTS[evidence.same]
    measures = (evidence.closeness, evidence.weakest, evidence.weak, evidence.low)
    return 1 / (1 + exp(-(bias + sum(w * m for w, m in zip(weights, measures, strict=True)))))
