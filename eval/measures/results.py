"""The result of a run: figures over all questions and by slice, and every question's outcome."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from eval.measures.figures import Figure, figures
from eval.measures.outcome import Outcome
from eval.measures.score import score
from eval.measures.slices import ALL, split_up
from eval.run.records import Header, Run

Figures = Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that reports and the gate look at."""

    header: Header
    """How the answers were made."""
    slices: Mapping[str, Figures]
    """Figures by slice; `all` holds every question."""
    sizes: Mapping[str, int]
    """Questions in each slice."""
    outcomes: tuple[Outcome, ...]
    """One a question, in the order of the golden file."""

    @property
    def figures(self) -> Figures:
        """Over all questions."""
        return self.slices.get(ALL, {})

    def outcome(self, question_id: str) -> Outcome | None:
        """The outcome of one question."""
        return next((outcome for outcome in self.outcomes if outcome.id == question_id), None)


def evaluate(run: Run, *, only: Collection[str] | None = None) -> Results:
    """Score a run and add it up; the same recorded answers give the same result, digit by digit.

    Args:
        run: recorded answers.
        only: slices to add up, when not all are wanted.
    """
    outcomes = score(run.records)
    parts = {name: part for name, part in split_up(outcomes).items() if only is None or name in only}
    return Results(
        header=run.header,
        slices={name: figures(part, name) for name, part in parts.items()},
        sizes={name: len(part) for name, part in parts.items()},
        outcomes=outcomes,
    )


def as_json(results: Results) -> str:
    """The measures alone, as text that is byte-identical for the same recorded answers."""
    tree: dict[str, Any] = {
        "questions": len(results.outcomes),
        "slices": {
            name: {"questions": results.sizes[name], "figures": {f.name: asdict(f) for f in found.values()}}
            for name, found in results.slices.items()
        },
        "outcomes": {outcome.id: outcome_values(outcome) for outcome in results.outcomes},
    }
    return json.dumps(tree, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def outcome_values(outcome: Outcome) -> dict[str, list[float]]:
    """Numerator and denominator of each measure of one question."""
    return {name: [round(c.numerator, 6), round(c.denominator, 6)] for name, c in sorted(outcome.counts.items())}
