"""Adds outcomes up to figures, each with the number of questions and a 95 % interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from eval.measures.outcome import Count, Outcome
from eval.measures.registry import MEASURES, Measure
from eval.stats.agreement import auroc, kappa
from eval.stats.intervals import (
    RESAMPLES,
    Floats,
    Interval,
    bootstrap,
    percentiles,
    ratio,
    resample_sums,
    seed_of,
    wilson,
)

_DIGITS = 6
"""Decimals kept: far below any interval, far above the noise of summing in another order."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure over one slice."""

    name: str
    """Of the measure."""
    value: float | None
    """None when it is undefined, as with no question to count."""
    n: int
    """Questions that count."""
    low: float | None
    """Lower bound of the 95 % interval."""
    high: float | None
    """Upper bound of the 95 % interval."""


def figures(outcomes: Sequence[Outcome], slice_name: str = "all") -> dict[str, Figure]:
    """Every measure that applies to at least one of the outcomes, in the order of the report."""
    means = _means(outcomes, slice_name)
    found = {}
    for measure in MEASURES:
        figure = means.get(measure.name) if measure.shape == "mean" else _figure(measure, outcomes, slice_name)
        if figure is not None:
            found[measure.name] = figure
    return found


def _figure(measure: Measure, outcomes: Sequence[Outcome], slice_name: str) -> Figure | None:
    if measure.shape == "proportion":
        columns = _columns(measure, outcomes)
        right, of = columns.sum(axis=0)
        n = int(np.count_nonzero(columns[:, 1]))
        return make(measure.name, right / of, n, wilson(right, int(of))) if n else None
    seed = seed_of(measure.name, slice_name, len(outcomes))
    if measure.shape == "derived":
        return _DERIVED[measure.name.split("_")[0]](measure, outcomes, seed)
    return _latency(measure, outcomes, seed)


def _means(outcomes: Sequence[Outcome], slice_name: str) -> dict[str, Figure]:
    """All means at once: the same draws of questions serve every measure."""
    measures = [measure for measure in MEASURES if measure.shape == "mean"]
    tables = {measure.name: _columns(measure, outcomes) for measure in measures}
    tables = {name: table for name, table in tables.items() if table[:, 1].any()}
    if not tables:
        return {}
    sums = resample_sums(np.hstack(list(tables.values())), seed=seed_of("means", slice_name, len(outcomes)))
    found = {}
    for i, (name, table) in enumerate(tables.items()):
        total, of = table.sum(axis=0)
        interval = percentiles(ratio(sums[:, 2 * i : 2 * i + 2]))
        found[name] = make(name, total / of, int(np.count_nonzero(table[:, 1])), interval)
    return found


def _columns(measure: Measure, outcomes: Sequence[Outcome]) -> Floats:
    """Numerator and denominator of each outcome, zeros where the measure does not apply; shape (outcomes, 2)."""
    none = Count(0.0, 0.0)
    counts = [outcome.counts.get(measure.name, none) for outcome in outcomes]
    pairs = [(c.numerator if c.denominator else 0.0, c.denominator) for c in counts]
    return np.array(pairs, dtype=np.float64).reshape(-1, 2)


def make(name: str, value: float, n: int, interval: Interval) -> Figure:
    """A figure with numbers rounded, and what is not finite left out."""
    return Figure(name, _rounded(value), n, _rounded(interval.low), _rounded(interval.high))


def _rounded(value: float) -> float | None:
    return round(float(value), _DIGITS) if math.isfinite(value) else None


def _abstention(measure: Measure, outcomes: Sequence[Outcome], seed: int) -> Figure | None:
    kind, scope = measure.name.split("_", 1)
    rows = []
    for outcome in outcomes:
        question, done = outcome.record.question, outcome.record.answer is not None
        if question.scope not in {"answerable", scope}:
            continue
        abstained, wanted = done and not outcome.answered, question.scope == scope
        rows.append((abstained and wanted, abstained and not wanted, wanted and not abstained, wanted))
    columns = np.array(rows, dtype=np.float64)
    if not rows or not columns[:, 3].any() or columns[:, 3].all():
        return None
    if kind == "precision":
        right, wrong = columns[:, 0].sum(), columns[:, 1].sum()
        value = right / (right + wrong) if right + wrong else math.nan
        return make(measure.name, value, int(right + wrong), wilson(right, int(right + wrong)))
    value = float(_f1(columns.sum(axis=0, keepdims=True))[0])
    return make(measure.name, value, len(rows), bootstrap(columns, _f1, seed=seed))


def _f1(sums: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(2 * sums[:, 0] / (2 * sums[:, 0] + sums[:, 1] + sums[:, 2]), dtype=np.float64)


def _auroc(measure: Measure, outcomes: Sequence[Outcome], seed: int) -> Figure | None:
    scope = measure.name.split("_", 1)[1]
    scores: dict[str, list[float]] = {"answerable": [], scope: []}
    for outcome in outcomes:
        if outcome.record.answer is not None and outcome.record.question.scope in scores:
            scores[outcome.record.question.scope].append(outcome.record.answer.confidence)
    positive, negative = np.array(scores["answerable"]), np.array(scores[scope])
    if not len(positive) or not len(negative):
        return None
    generator = np.random.Generator(np.random.PCG64(seed))
    draws = [
        auroc(generator.choice(positive, len(positive)).tolist(), generator.choice(negative, len(negative)).tolist())
        for _ in range(RESAMPLES // 10)
    ]
    low, high = np.quantile(draws, [0.025, 0.975])
    value = auroc(positive.tolist(), negative.tolist())
    return make(measure.name, value, len(positive) + len(negative), Interval(float(low), float(high)))


def _kappa(measure: Measure, outcomes: Sequence[Outcome], seed: int) -> Figure | None:
    verdict = "judge_" + measure.name.split("_", 1)[1]
    against = _grounded if verdict == "judge_faithful" else _accepted
    pairs = [
        (outcome.counts[verdict].numerator > 0, own)
        for outcome in outcomes
        if verdict in outcome.counts and (own := against(outcome)) is not None
    ]
    if not pairs:
        return None
    table = np.array([(a and b, a and not b, b and not a, not a and not b) for a, b in pairs], dtype=np.float64)
    value = kappa([a for a, _ in pairs], [b for _, b in pairs])
    return make(measure.name, value, len(pairs), bootstrap(table, _kappas, seed=seed))


def _kappas(sums: Floats) -> Floats:
    both, first, second, neither = sums.T
    n = both + first + second + neither
    yes_a, yes_b = (both + first) / n, (both + second) / n
    expected = yes_a * yes_b + (1 - yes_a) * (1 - yes_b)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(((both + neither) / n - expected) / (1 - expected), dtype=np.float64)


def _grounded(outcome: Outcome) -> bool | None:
    if not outcome.answered:
        return None
    names = ("supported", "numbers_agree", "negation_agrees", "quote_exact")
    return all(outcome.value(name) in {None, 1.0} for name in names)


def _accepted(outcome: Outcome) -> bool | None:
    value = outcome.value("accepted")
    return None if value is None else value == 1.0


def _latency(measure: Measure, outcomes: Sequence[Outcome], seed: int) -> Figure | None:
    times = np.array([outcome.counts["latency"].numerator for outcome in outcomes if "latency" in outcome.counts])
    if not len(times):
        return None
    q = int(measure.name.rsplit("p", 1)[1]) / 100
    generator = np.random.Generator(np.random.PCG64(seed))
    draws = np.quantile(times[generator.integers(0, len(times), (RESAMPLES // 4, len(times)))], q, axis=1)
    low, high = np.quantile(draws, [0.025, 0.975])
    return make(measure.name, float(np.quantile(times, q)), len(times), Interval(float(low), float(high)))


_DERIVED: dict[str, Callable[[Measure, Sequence[Outcome], int], Figure | None]] = {
    "precision": _abstention,
    "f1": _abstention,
    "auroc": _auroc,
    "kappa": _kappa,
}
