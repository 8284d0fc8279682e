"""Is one run worse than another on the same questions? Exact McNemar when binary, else paired bootstrap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import binom

from eval.stats.intervals import Floats, resample_sums


def mcnemar(losses: int, gains: int) -> float:
    """Exact one-sided McNemar test that the new run is worse.

    Source: Q. McNemar (1947), Psychometrika 12; exact form by the binomial distribution of the discordant pairs.

    Args:
        losses: questions right before and wrong now.
        gains: questions wrong before and right now.

    Returns:
        The probability of at least this many losses among the flips if both directions were equally likely.
    """
    if losses == 0:
        return 1.0
    return float(binom.sf(losses - 1, losses + gains, 0.5))


def critical_losses(gains: int, alpha: float) -> int:
    """The fewest losses that `mcnemar` calls worse, given the gains: 5 without a gain and 9 with two, at .05."""
    losses = 1
    while mcnemar(losses, gains) > alpha:
        losses += 1
    return losses


def paired_bootstrap(before: Floats, after: Floats, *, seed: int, resamples: int = 10_000) -> float:
    """One-sided paired bootstrap that the new run's ratio of sums is lower.

    Source: P. Koehn (2004), Statistical significance tests for machine translation evaluation, EMNLP.

    Args:
        before: shape (questions, 2), numerator and denominator of each question in the old run.
        after: the same for the new run, same order of questions.
        seed: of the generator.
        resamples: how many draws.

    Returns:
        The share of resamples in which the new run is no worse (with the usual one added), and never less than the
        smallest value that an exact test of signs could give: the bootstrap alone calls four changed questions of
        forty significant.
    """
    changed = int(np.count_nonzero((before != after).any(axis=1)))
    if not changed:
        return 1.0
    sums = resample_sums(np.hstack([before, after]), seed=seed, resamples=resamples)
    usable = sums[(sums[:, 1] > 0) & (sums[:, 3] > 0)]
    if not len(usable):
        return 1.0
    delta = usable[:, 2] / usable[:, 3] - usable[:, 0] / usable[:, 1]
    return max(0.5**changed, float((1 + np.count_nonzero(delta >= -1e-12)) / (1 + len(usable))))


def holm(values: Sequence[float]) -> list[float]:
    """Holm's step-down adjustment of p-values for several tests at once.

    Source: S. Holm (1979), A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6.
    """
    order = sorted(range(len(values)), key=lambda i: values[i])
    adjusted = [1.0] * len(values)
    running = 0.0
    for rank, i in enumerate(order):
        running = max(running, min(1.0, values[i] * (len(values) - rank)))
        adjusted[i] = running
    return adjusted
