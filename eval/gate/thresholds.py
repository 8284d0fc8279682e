"""Reads `thresholds.toml`: the floors a run must reach, and how the comparison with the baseline is made."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.errors import UsageError
from eval.measures.registry import BY_NAME

SHIPPED = Path(__file__).parent.parent / "thresholds.toml"
"""The floors for the golden set about the seeds."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Floor(_Record):
    """A value that one measure of one slice must reach."""

    measure: str = Field(description="Name of a measure.")
    slice: str = Field("all", description="Name of a slice, such as `split:test` or `kind:typo`.")
    at_least: float | None = Field(None, description="The lowest value that passes.")
    at_most: float | None = Field(None, description="The highest value that passes.")
    min_n: int = Field(20, ge=1, description="Questions below which only a clear miss counts.")
    why: str = Field("", description="Where the number comes from.")

    @model_validator(mode="after")
    def _known(self) -> Floor:
        if self.measure not in BY_NAME:
            raise ValueError(f"unknown measure {self.measure!r}; known: {', '.join(BY_NAME)}")
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError(f"the floor of {self.measure!r} needs either at_least or at_most")
        return self

    @property
    def name(self) -> str:
        """Measure, slice and bound, for people."""
        bound = f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"
        return f"{self.measure} {bound}" + ("" if self.slice == "all" else f" on {self.slice}")


class Thresholds(_Record):
    """What the gate asks for."""

    alpha: float = Field(0.05, gt=0, lt=0.5, description="Level of each paired test.")
    min_questions: int = Field(20, ge=5, description="Fewest questions in both runs for a comparison.")
    correction: Literal["auto", "none", "holm"] = Field(
        "auto", description="Holm's correction over the measures; `auto`: only for a model, whose answers vary."
    )
    floor: tuple[Floor, ...] = Field((), description="The floors.")


def read_thresholds(path: Path = SHIPPED) -> Thresholds:
    """Read a thresholds file.

    Raises:
        UsageError: it is missing, not TOML, or asks for something unknown.
    """
    try:
        return Thresholds.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise UsageError(
            f"no thresholds at {str(path)!r}: give --thresholds FILE, or --no-gate to only report"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"thresholds file {str(path)!r} is not TOML ({error}): correct it") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        message = str(first["msg"]).removeprefix("Value error, ")
        raise UsageError(f"thresholds file {str(path)!r} is not valid at {where!r}: {message}") from None
