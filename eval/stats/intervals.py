"""95 % intervals: Wilson's for proportions, a seeded bootstrap over questions for everything else."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
"""Maps column sums, shape (resamples, columns), to one value a resample, shape (resamples,)."""

RESAMPLES = 2000
"""Bootstrap resamples: the error of a 95 % bound is then a few per cent of the interval's width."""

_Z95 = 1.959963984540054
_BLOCK = 2_000_000
"""Most cells of the resampling matrix held in memory at once."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval."""

    low: float
    """Lower bound."""
    high: float
    """Upper bound."""


def wilson(successes: float, n: int) -> Interval:
    """Wilson's score interval for a proportion, which keeps its coverage near 0 and 1 where the bootstrap does not.

    Source: E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22.

    Args:
        successes: how many of the trials succeeded, 0 to n.
        n: trials; with none the interval is 0 to 1.
    """
    if n <= 0:
        return Interval(0.0, 1.0)
    p, z2 = successes / n, _Z95 * _Z95
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z95 * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Interval(max(0.0, centre - half), min(1.0, centre + half))


def seed_of(*parts: object) -> int:
    """A seed that depends on what is computed and on nothing else, so that order and concurrency change no digit."""
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:8], "big")


def resample_sums(columns: Floats, *, seed: int, resamples: int = RESAMPLES) -> Floats:
    """Sums of the columns over questions drawn with replacement.

    Args:
        columns: shape (questions, columns).
        seed: of the generator.
        resamples: how many draws.

    Returns:
        Shape (resamples, columns).
    """
    n = len(columns)
    generator = np.random.Generator(np.random.PCG64(seed))
    rows = max(1, _BLOCK // max(1, n))
    parts = []
    for start in range(0, resamples, rows):
        size = min(rows, resamples - start)
        counts = generator.multinomial(n, np.full(n, 1.0 / n), size=size)
        parts.append(counts.astype(np.float64) @ columns)
    return np.concatenate(parts)


def bootstrap(columns: Floats, statistic: Statistic, *, seed: int, resamples: int = RESAMPLES) -> Interval:
    """Percentile bootstrap over questions of a statistic of column sums.

    Source: B. Efron and R. Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.

    Args:
        columns: shape (questions, columns), one row a question.
        statistic: of the column sums; resamples where it is not finite are left out.
        seed: of the generator.
        resamples: how many draws.
    """
    if not len(columns):
        return Interval(math.nan, math.nan)
    return percentiles(statistic(resample_sums(columns, seed=seed, resamples=resamples)))


def percentiles(values: Floats) -> Interval:
    """The middle 95 % of resampled values, those that are not finite left out; NaN when none is left."""
    values = values[np.isfinite(values)]
    if not len(values):
        return Interval(math.nan, math.nan)
    low, high = np.quantile(values, [0.025, 0.975])
    return Interval(float(low), float(high))


def ratio(sums: Floats) -> Floats:
    """First column over second: a mean when the second counts the questions."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(sums[:, 0] / sums[:, 1], dtype=np.float64)
