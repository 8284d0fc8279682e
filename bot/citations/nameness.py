"""How likely each word of a text is a name, from its vector alone: also where no capital letter tells."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from bot.citations.facts.lexicon import table
from bot.citations.meaning import Reading
from bot.embeddings.e5_weights import Floats


def nameness(reading: Reading) -> Floats:
    """The probability, 0 to 1, that each word is part of a name: one row a word, shape (n,).

    A logistic model on the vectors of the bundled encoder (`python -m eval.citations.nameness` fits it). Words
    from another source of vectors all get 1: nothing is known about them.
    """
    weights, bias = _model()
    if not reading.words or reading.vectors.shape[1] != len(weights):
        return np.ones(len(reading.words), np.float32)
    return np.asarray(1 / (1 + np.exp(-(reading.vectors @ weights + bias))), np.float32)


@lru_cache(maxsize=1)
def _model() -> tuple[Floats, float]:
    model = table("nameness")
    return np.asarray(model["weights"], np.float32), float(model["bias"])
