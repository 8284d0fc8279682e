"""The committed run that later runs are compared with: every question's outcome, one a line for readable diffs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import UsageError
from eval.golden import Question
from eval.measures.outcome import Count, Outcome
from eval.measures.registry import MEASURES
from eval.measures.results import Results

SHIPPED = Path(__file__).parent.parent / "baseline.json"
"""The baseline of the golden set about the seeds, quoting."""

PAIRED = tuple(measure for measure in MEASURES if measure.paired)
"""Measures compared question by question."""


class BaselineQuestion(BaseModel):
    """What became of one question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hash: str = Field(description="Of the golden question: a changed question is not compared.")
    counts: dict[str, tuple[float, float]] = Field(description="Numerator and denominator by measure.")


class Baseline(BaseModel):
    """A run to compare with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(description="`quote`, or `provider:name`.")
    prompt_version: str = ""
    embeddings: str = ""
    made: str = Field("", description="UTC date.")
    figures: dict[str, float | None] = Field(description="Over all questions, for people and diffs.")
    questions: dict[str, BaselineQuestion]

    def restricted(self, ids: set[str]) -> Baseline:
        """The same with only some of the questions."""
        return self.model_copy(update={"questions": {k: v for k, v in self.questions.items() if k in ids}})


def question_hash(question: Question) -> str:
    """Hash of a golden question without the notes for people."""
    text = question.model_dump_json(exclude={"notes"})
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def make_baseline(results: Results) -> Baseline:
    """Turn a run into a baseline."""
    return Baseline(
        model=results.header.model,
        prompt_version=results.header.prompt_version,
        embeddings=results.header.embeddings,
        made=results.header.made[:10],
        figures={f.name: f.value for f in results.figures.values() if not f.name.startswith("latency")},
        questions={
            outcome.id: BaselineQuestion(hash=question_hash(outcome.record.question), counts=_counts(outcome))
            for outcome in results.outcomes
        },
    )


def _counts(outcome: Outcome) -> dict[str, tuple[float, float]]:
    return {
        measure.name: (round(count.numerator, 6), round(count.denominator, 6))
        for measure in PAIRED
        if (count := outcome.counts.get(measure.name)) is not None
    }


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write a baseline, one question a line, sorted."""
    tree = baseline.model_dump(mode="json")
    questions = tree.pop("questions")
    head = json.dumps(tree, ensure_ascii=False, indent=1)[:-2]
    lines = [f"  {json.dumps(key)}: {json.dumps(_short(questions[key]))}" for key in sorted(questions)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head + ',\n "questions": {\n' + ",\n".join(lines) + "\n }\n}\n", encoding="utf-8")


def _short(question: dict[str, object]) -> dict[str, object]:
    counts = question["counts"]
    pairs = counts.items() if isinstance(counts, Mapping) else ()
    return {"hash": question["hash"], "counts": {k: [_whole(n), _whole(d)] for k, (n, d) in pairs}}


def _whole(number: float) -> float | int:
    return int(number) if number == int(number) else number


def read_baseline(path: Path = SHIPPED) -> Baseline | None:
    """Read a baseline; None when there is none yet.

    Raises:
        UsageError: the file is not a baseline.
    """
    if not path.is_file():
        return None
    try:
        return Baseline.model_validate_json(path.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError) as error:
        raise UsageError(
            f"baseline {str(path)!r} cannot be read ({str(error).splitlines()[0]}): make it anew with "
            "`pinpoint eval --update-baseline`"
        ) from None


def count_of(pair: tuple[float, float]) -> Count:
    """A stored pair as a count."""
    return Count(*pair)
