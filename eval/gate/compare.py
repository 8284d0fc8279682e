"""Compares two runs question by question and names what flipped."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from eval.gate.baseline import PAIRED, Baseline
from eval.measures.registry import Measure
from eval.stats.intervals import seed_of
from eval.stats.paired import holm, mcnemar, paired_bootstrap
from eval.stats.power import Detectable, detectable

_SMALL = 1e-9


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure in both runs, over the questions that both have."""

    measure: Measure
    """What is compared."""
    n: int
    """Questions to which it applies in both."""
    before: float
    """Value in the old run, over those questions."""
    after: float
    """Value in the new run."""
    lost: tuple[str, ...]
    """Questions that became worse."""
    gained: tuple[str, ...]
    """Questions that became better."""
    p: float
    """One-sided p-value that the new run is worse, corrected when asked for."""
    alpha: float
    """Level of the test."""

    @property
    def detectable(self) -> Detectable:
        """What so many questions can show."""
        return detectable(self.n, self.alpha)

    @property
    def delta(self) -> float:
        """New less old."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Every paired measure of two runs."""

    items: tuple[Comparison, ...]
    """In the order of the report."""
    shared: int
    """Questions in both runs, unchanged."""
    changed: tuple[str, ...]
    """Questions whose golden entry changed, which are not compared."""
    added: int
    """Questions only in the new run."""
    removed: int
    """Questions only in the old run."""


def compare(before: Baseline, after: Baseline, *, alpha: float = 0.05, correct: bool = False) -> Comparisons:
    """Compare a new run with an old one.

    Args:
        before: the old run.
        after: the new run.
        alpha: level used for what can be detected.
        correct: apply Holm's correction over the measures.
    """
    both = sorted(before.questions.keys() & after.questions.keys())
    changed = tuple(key for key in both if before.questions[key].hash != after.questions[key].hash)
    same = [key for key in both if key not in set(changed)]
    items = [item for measure in PAIRED if (item := _compare(measure, before, after, same, alpha)) is not None]
    if correct:
        adjusted = holm([item.p for item in items])
        items = [_with_p(item, p) for item, p in zip(items, adjusted, strict=True)]
    return Comparisons(
        items=tuple(items),
        shared=len(same),
        changed=changed,
        added=len(after.questions.keys() - before.questions.keys()),
        removed=len(before.questions.keys() - after.questions.keys()),
    )


def _compare(measure: Measure, before: Baseline, after: Baseline, keys: list[str], alpha: float) -> Comparison | None:
    ids, old, new = [], [], []
    for key in keys:
        first, second = before.questions[key].counts.get(measure.name), after.questions[key].counts.get(measure.name)
        if first and second and first[1] and second[1]:
            ids.append(key)
            old.append(first)
            new.append(second)
    if not ids:
        return None
    a, b = np.array(old), np.array(new)
    delta = b[:, 0] / b[:, 1] - a[:, 0] / a[:, 1]
    if measure.binary:
        right_before, right_after = a[:, 0] >= a[:, 1] - _SMALL, b[:, 0] >= b[:, 1] - _SMALL
        lost, gained = right_before & ~right_after, right_after & ~right_before
        p = mcnemar(int(lost.sum()), int(gained.sum()))
    else:
        lost, gained = delta < -_SMALL, delta > _SMALL
        p = paired_bootstrap(a, b, seed=seed_of("paired", measure.name, len(ids))) if lost.any() else 1.0
    return Comparison(
        measure=measure,
        n=len(ids),
        before=float(a[:, 0].sum() / a[:, 1].sum()),
        after=float(b[:, 0].sum() / b[:, 1].sum()),
        lost=tuple(key for key, flag in zip(ids, lost, strict=True) if flag),
        gained=tuple(key for key, flag in zip(ids, gained, strict=True) if flag),
        p=round(p, 6),
        alpha=alpha,
    )


def _with_p(item: Comparison, p: float) -> Comparison:
    return replace(item, p=round(p, 6))
