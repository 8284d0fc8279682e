"""Speed, each figure beside its baseline; `python -m eval.bench` runs every module here that has `measure`.

A module offers `measure() -> Iterable[Row]`; one that cannot run here raises `Skipped` with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass


class Skipped(Exception):
    """A benchmark cannot run on this machine; the message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure and what it is compared with."""

    name: str
    """What was measured."""
    value: float
    """Ours."""
    unit: str
    """Of both values, such as `s` or `paragraphs/s`."""
    baseline: float | None = None
    """The same work done barely, or None when there is nothing to compare with."""
    compared: str = ""
    """What the baseline is."""
    target: str = ""
    """What was promised, such as `≤ 1.6 ×`."""
    note: str = ""
    """How it was measured: runs, spread."""

    @property
    def ratio(self) -> float | None:
        """Ours over the baseline."""
        return self.value / self.baseline if self.baseline else None
