"""How far two raters agree beyond chance, and how well a score separates two groups."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata


def kappa(a: Sequence[bool], b: Sequence[bool]) -> float:
    """Cohen's kappa of two raters who say yes or no; NaN when it is undefined (both constant and equal, or no items).

    Source: J. Cohen (1960), A coefficient of agreement for nominal scales, Educ. Psychol. Meas. 20.
    """
    n = len(a)
    if n == 0 or n != len(b):
        return math.nan
    observed = sum(x == y for x, y in zip(a, b, strict=True)) / n
    yes_a, yes_b = sum(a) / n, sum(b) / n
    expected = yes_a * yes_b + (1 - yes_a) * (1 - yes_b)
    return math.nan if expected == 1 else (observed - expected) / (1 - expected)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Probability that a random positive scores above a random negative, ties half; NaN when a group is empty."""
    if not positive or not negative:
        return math.nan
    ranks = rankdata(np.concatenate([np.asarray(positive, float), np.asarray(negative, float)]))
    n, m = len(positive), len(negative)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))
