"""How likely each word of a text denies, or is denied, from its vector alone: also in languages that no list knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from bot.citations.facts.lexicon import table
from bot.citations.meaning import Reading
from bot.embeddings.e5_weights import Floats

KINDS: Final = ("plain", "any", "head")


@dataclass(frozen=True, slots=True)
class Denials:
    """Probabilities, 0 to 1, one for each word."""

    plain: Floats
    """That it is a negation such as `not`, `sans`, `なかった`."""
    any: Floats
    """That it is one of these or a word that denies by its meaning: `refuse`, `closed`, `exempt`."""
    head: Floats
    """That a negation beside it denies it."""


def denials(reading: Reading) -> Denials:
    """Read the negations of a text.

    Three logistic models on the vectors of the bundled encoder, fitted on the words that the lists of negations find
    (`python -m eval.citations.fit`). Words from another source of vectors all get 0: nothing is known about them.
    """
    weights, biases = _models()
    if not reading.words or reading.vectors.shape[1] != len(weights):
        nothing = np.zeros(len(reading.words), np.float32)
        return Denials(nothing, nothing, nothing)
    chances = 1 / (1 + np.exp(-(reading.vectors @ weights + biases)))
    return Denials(chances[:, 0], chances[:, 1], chances[:, 2])


@lru_cache(maxsize=1)
def _models() -> tuple[Floats, Floats]:
    """Weights, shape (384, 3), and biases, shape (3,)."""
    models = [table("denial")[kind] for kind in KINDS]
    weights = np.array([model["weights"] for model in models], np.float32).T
    return weights, np.array([model["bias"] for model in models], np.float32)
