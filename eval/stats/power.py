"""How small a regression can this many questions show?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.stats import binom

from eval.stats.paired import critical_losses


@dataclass(frozen=True, slots=True)
class Detectable:
    """The smallest regression a paired test on `n` questions can tell from noise."""

    n: int
    """Questions in both runs."""
    losses: int
    """Fewest lost questions that fail the gate when none is gained."""
    drop: float
    """The same as a share of the questions; above 1 when no loss at all can be told."""
    likely_drop: float | None
    """Smallest true drop found with probability .8 when outputs are deterministic; None when there is none."""
    likely_drop_churn: float | None
    """The same when 2 % of the questions also flip each way by chance, as with a sampled model."""


def power(n: int, drop: float, *, churn: float = 0.0, alpha: float = 0.05) -> float:
    """Probability that the exact one-sided McNemar test finds a drop.

    Args:
        n: questions.
        drop: net share of the questions lost.
        churn: share of the questions gained by chance, and lost in addition to the drop.
        alpha: level of the test.
    """
    lose, gain = drop + churn, churn
    total = 0.0
    for gains in range(min(n, 60) + 1):
        chance = float(binom.pmf(gains, n, gain))
        if chance < 1e-9:
            if gains > n * gain:
                break
            continue
        rest = n - gains
        share = min(1.0, lose / (1 - gain)) if gain < 1 else 0.0
        total += chance * float(binom.sf(_critical(gains, alpha) - 1, rest, share))
    return total


@cache
def _critical(gains: int, alpha: float) -> int:
    return critical_losses(gains, alpha)


def smallest_drop(n: int, *, churn: float = 0.0, alpha: float = 0.05, wanted: float = 0.8) -> float | None:
    """The smallest drop, in steps of half a point, that is found with the wanted probability; None when none is."""
    for drop in np.arange(0.005, 1.0 - churn, 0.005):
        if power(n, float(drop), churn=churn, alpha=alpha) >= wanted:
            return round(float(drop), 3)
    return None


@cache
def detectable(n: int, alpha: float = 0.05) -> Detectable:
    """Describe what `n` paired questions can show."""
    losses = critical_losses(0, alpha)
    return Detectable(
        n=n,
        losses=losses,
        drop=losses / n if n else float("inf"),
        likely_drop=smallest_drop(n, alpha=alpha) if n else None,
        likely_drop_churn=smallest_drop(n, churn=0.02, alpha=alpha) if n else None,
    )
