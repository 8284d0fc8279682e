"""The gate: one verdict with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from eval.gate import codes
from eval.gate.baseline import Baseline, make_baseline
from eval.gate.compare import Comparison, Comparisons, compare
from eval.gate.thresholds import Floor, Thresholds
from eval.measures.figures import Figure
from eval.measures.results import Results

Held = Literal["held", "missed", "cannot tell", "not asked"]


@dataclass(frozen=True, slots=True)
class FloorResult:
    """A floor and what was measured."""

    floor: Floor
    """What was asked for."""
    figure: Figure | None
    """What was measured; None when no question counts."""
    held: Held
    """`cannot tell`: too few questions and not clearly missed; `not asked`: the slice was left out of this run."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says."""

    code: int
    """Exit code: see `eval.gate.codes`."""
    reasons: tuple[str, ...]
    """Why it does not pass, one sentence each; empty when it does."""
    notes: tuple[str, ...]
    """What a reader should know all the same."""
    floors: tuple[FloorResult, ...]
    """Every floor."""
    comparisons: Comparisons | None
    """With the baseline; None when there is none to compare with."""
    worse: tuple[Comparison, ...]
    """The comparisons that fail."""

    @property
    def passed(self) -> bool:
        """Whether the run passes."""
        return self.code == codes.PASSED


def decide(results: Results, thresholds: Thresholds, baseline: Baseline | None) -> Verdict:
    """Apply the gate to a run.

    A quote that is not in its paragraph fails at once. Then, in this order: an infrastructure error makes the run
    void, a missed floor or a regression fails it, and too few questions leave it open.
    """
    floors = tuple(_check(floor, results) for floor in thresholds.floor)
    comparisons, notes = _compare(results, thresholds, baseline)
    worse = tuple(item for item in comparisons.items if item.p <= thresholds.alpha) if comparisons else ()
    quotes = [o.id for o in results.outcomes if (v := o.value("quote_exact")) is not None and v < 1]
    down = [o.id for o in results.outcomes if o.record.failure is not None and o.record.failure.infrastructure]

    failed = []
    if quotes:
        failed.append(f"{_count(quotes, 'answer')} with a quote that is not in its paragraph: {_names(quotes)}")
    failed += [_missed(result) for result in floors if result.held == "missed"]
    failed += [_regressed(item) for item in worse]
    open_questions = [_untold(result) for result in floors if result.held == "cannot tell"]
    least = thresholds.min_questions
    if comparisons is not None and comparisons.shared < least:
        open_questions.append(f"{comparisons.shared} questions are shared with the baseline, {least} are needed")
    if down and not quotes:
        reasons = [f"{_count(down, 'question')} could not be asked ({_causes(results, down)}): run again with --resume"]
        code, reasons = codes.INFRASTRUCTURE, reasons + failed
    elif failed:
        code, reasons = codes.FAILED, failed
    elif open_questions:
        code, reasons = codes.TOO_FEW, open_questions
    else:
        code, reasons = codes.PASSED, []
    return Verdict(code, tuple(reasons), tuple(notes), floors, comparisons, worse)


def _compare(
    results: Results, thresholds: Thresholds, baseline: Baseline | None
) -> tuple[Comparisons | None, list[str]]:
    if baseline is None:
        return None, ["there is no baseline to compare with: make one with --update-baseline"]
    if baseline.model != results.header.model:
        note = (
            f"the baseline was made with {baseline.model!r} and this run with {results.header.model!r}: "
            "only the floors apply; give --baseline FILE for a baseline of this model"
        )
        return None, [note]
    ids = {outcome.id for outcome in results.outcomes}
    if results.header.split != "all":
        baseline = baseline.restricted(ids)
    correct = thresholds.correction == "holm" or (thresholds.correction == "auto" and results.header.model != "quote")
    comparisons = compare(baseline, make_baseline(results), alpha=thresholds.alpha, correct=correct)
    notes = []
    if comparisons.changed:
        notes.append(f"{_count(comparisons.changed, 'golden question')} changed since the baseline and not compared")
    if comparisons.added or comparisons.removed:
        notes.append(f"{comparisons.added} questions are new and {comparisons.removed} gone since the baseline")
    return comparisons, notes


def _check(floor: Floor, results: Results) -> FloorResult:
    figure = results.slices.get(floor.slice, {}).get(floor.measure)
    if figure is None or figure.value is None:
        return FloorResult(floor, None, "not asked" if _left_out(floor, results) else "cannot tell")
    if floor.at_least is not None:
        missed, clearly = figure.value < floor.at_least - 1e-9, figure.high is not None and figure.high < floor.at_least
    else:
        most = floor.at_most if floor.at_most is not None else 0.0
        missed, clearly = figure.value > most + 1e-9, figure.low is not None and figure.low > most
    if figure.n < floor.min_n and not clearly:
        return FloorResult(floor, figure, "cannot tell")
    return FloorResult(floor, figure, "missed" if missed else "held")


def _left_out(floor: Floor, results: Results) -> bool:
    """Whether the slice is absent because only one split was asked."""
    asked = results.header.split
    return asked != "all" and floor.slice.startswith("split") and asked not in floor.slice


def _missed(result: FloorResult) -> str:
    figure = result.figure
    assert figure is not None and figure.value is not None  # noqa: S101, PT018 - a missed floor has a figure
    return f"floor missed: {result.floor.name}, measured {figure.value:.3f} (n = {figure.n})"


def _untold(result: FloorResult) -> str:
    n = result.figure.n if result.figure else 0
    return f"too few questions for {result.floor.name}: n = {n}, {result.floor.min_n} are needed"


def _regressed(item: Comparison) -> str:
    return (
        f"{item.measure.name} is worse than the baseline: {item.before:.3f} to {item.after:.3f}, {len(item.lost)} lost "
        f"and {len(item.gained)} gained of {item.n}, p = {item.p:.4f}; lost: {_names(item.lost)}"
    )


def _causes(results: Results, ids: list[str]) -> str:
    failures = (outcome.record.failure for outcome in results.outcomes if outcome.id in set(ids))
    return ", ".join(sorted({failure.type for failure in failures if failure is not None}))


def _count(items: list[str] | tuple[str, ...], noun: str) -> str:
    return f"{len(items)} {noun}{'' if len(items) == 1 else 's'}"


def _names(ids: list[str] | tuple[str, ...], most: int = 20) -> str:
    more = f" and {len(ids) - most} more" if len(ids) > most else ""
    return ", ".join(ids[:most]) + more
