"""The space in which words are compared by what they mean here, whatever their language.

A linear map of the vectors of two layers, fitted on words that translations and paraphrases align (relevant component
analysis, Bar-Hillel et al. 2003): directions in which words that mean the same differ, such as their language, count
little. `python -m eval.citations.sense` fits it.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import numpy as np

from bot.citations.tokens import unit
from bot.embeddings.e5_weights import Floats
from bot.threads import one_thread_each


def senses(vectors: Floats, deep: Floats) -> Floats:
    """Map words into the space.

    Args:
        vectors: a row for each word from the middle layer, of length 1.
        deep: the same from the last layer.

    Returns:
        A row for each word, shape (n, 256), of length 1.
    """
    return mapped(vectors, deep, _space())


def mapped(vectors: Floats, deep: Floats, space: Floats) -> Floats:
    """The same by a given map, shape (2 * 384 + 1, 256)."""
    with one_thread_each:
        return unit(np.hstack([vectors, deep]) @ space[:-1] + space[-1])


@lru_cache(maxsize=1)
def _space() -> Floats:
    """The map, shape (2 * 384 + 1, 256); its last row is added."""
    with files("bot.citations").joinpath("data/sense.npy").open("rb") as file:
        return np.asarray(np.load(file), np.float32)
