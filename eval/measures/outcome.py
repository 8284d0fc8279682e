"""What became of one question, measure by measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from eval.run.records import Recorded


@dataclass(frozen=True, slots=True)
class Count:
    """A question's share of a measure: the measure is the sum of numerators over the sum of denominators."""

    numerator: float
    """What was right, or the value."""
    denominator: float = 1.0
    """How much was asked for; 0 when the measure does not apply to the question."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One scored question."""

    record: Recorded
    """What was asked and answered."""
    counts: Mapping[str, Count]
    """By measure; one that does not apply is absent."""
    problems: tuple[str, ...] = field(default=())
    """What went wrong, one short phrase each, for people."""

    @property
    def id(self) -> str:
        """The question's id."""
        return self.record.question.id

    @property
    def answered(self) -> bool:
        """Whether the status is `answered`."""
        return self.record.answer is not None and self.record.answer.status == "answered"

    def value(self, name: str) -> float | None:
        """The question's own value of a measure, or None when it does not apply."""
        count = self.counts.get(name)
        return count.numerator / count.denominator if count and count.denominator else None


def proportion(right: bool) -> Count:
    """One trial."""
    return Count(float(right))
