"""Every measure: its name, what it means, how it is compared, and where the definition comes from."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

Group = Literal["retrieval", "citations", "answers", "abstention", "cost", "judge"]
Shape = Literal["proportion", "mean", "derived", "quantile"]


class Measure(BaseModel):
    """One figure of a report."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="Key in results, thresholds and baseline.")
    title: str = Field(description="What people read.")
    group: Group = Field(description="Section of the report.")
    shape: Shape = Field(
        description="`proportion` and `mean` are sums over questions of a numerator by a denominator; `derived` "
        "combines several; `quantile` is one of the values. Wilson's interval for proportions, else the bootstrap."
    )
    definition: str = Field(description="What is counted, over which questions, and how edge cases are decided.")
    source: str = Field("", description="Where the definition comes from; empty when it is this project's own.")
    paired: bool = Field(True, description="Whether the gate compares it with the baseline question by question.")
    unit: str = Field("", description="`ms`, `tokens` or empty for values from 0 to 1.")

    @field_validator("definition", "source")
    @classmethod
    def _one_line(cls, text: str) -> str:
        return " ".join(text.split())

    @property
    def binary(self) -> bool:
        """Whether a question is simply right or wrong, so that McNemar's test applies."""
        return self.shape == "proportion"


def _read() -> tuple[Measure, ...]:
    tree = tomllib.loads(Path(__file__).with_name("registry.toml").read_text(encoding="utf-8"))
    return tuple(Measure.model_validate(entry) for entry in tree["measure"])


MEASURES = _read()
"""In the order of the report."""

BY_NAME = {measure.name: measure for measure in MEASURES}
