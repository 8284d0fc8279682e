"""What a run leaves behind: one self-contained record a question, and a header that says how they were made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import UsageError
from bot.types import Answer
from eval.golden import Question

FORMAT = 1
"""Version of the file format."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Failure(_Record):
    """A sample that gave no answer."""

    type: str = Field(description="Class of the exception.")
    message: str = Field(description="Its message.")
    traceback: str = Field(description="Where it came from.")
    infrastructure: bool = Field(description="True when a server, key, limit or index failed, and not the product.")


class Source(_Record):
    """A paragraph as the corpus has it, read by the evaluation itself and not through the index."""

    text: str = Field(description="The original text.")
    language: str = Field(description="BCP 47.")


class Judgement(_Record):
    """What a judge model said of one answer; None where it gave no usable verdict."""

    model: str = Field(description="`provider:name` of the judge.")
    faithful: bool | None = Field(description="Whether every statement follows from the cited paragraphs.")
    correct: bool | None = Field(description="Whether the answer states the wanted facts and nothing against them.")
    reason: str = Field("", description="The judge's words.")


class Recorded(_Record):
    """One question, what was answered, and everything needed to score it again elsewhere."""

    question: Question
    key: str = Field("", description="Hash of everything that decides the answer.")
    answer: Answer | None = None
    failure: Failure | None = None
    sources: dict[str, Source] = Field(
        default_factory=dict, description="Gold and cited paragraphs by `file#number`; a missing one does not exist."
    )
    judgement: Judgement | None = None

    def source(self, file: str, paragraph: int) -> Source | None:
        """The paragraph as the corpus has it, or None when there is no such paragraph."""
        return self.sources.get(source_key(file, paragraph))


class Header(_Record):
    """How the answers were made."""

    format: int = FORMAT
    model: str = Field("quote", description="`quote`, or `provider:name`.")
    prompt_version: str = ""
    embeddings: str = ""
    index: str = Field("", description="Hash of the indexed paragraphs and the embedding model.")
    code: str = Field("", description="Hash of the product's source and prompts.")
    corpus: str = Field("", description="Hash of the corpus's paragraphs.")
    golden: str = Field("", description="Hash of the golden questions asked.")
    split: str = "all"
    questions: int = 0
    made: str = Field("", description="UTC time, ISO 8601.")
    seconds: float = Field(0.0, description="Wall-clock time of the run, cached answers included.")
    reused: int = Field(0, description="Answers taken from the cache or from an earlier part of the run.")


class Run(_Record):
    """A header and its records, in the order of the golden file."""

    header: Header
    records: tuple[Recorded, ...]


def source_key(file: str, paragraph: int) -> str:
    """How a paragraph is named in `Recorded.sources`."""
    return f"{file}#{paragraph}"


def write_run(path: Path, run: Run) -> None:
    """Write a run as JSON Lines: the header, then one record a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"run": run.header.model_dump(mode="json")}, ensure_ascii=False, sort_keys=True)]
    lines += [encode(record) for record in run.records]
    scratch = path.with_name(path.name + ".new")
    scratch.write_text("\n".join(lines) + "\n", encoding="utf-8")
    scratch.replace(path)


def encode(record: Recorded) -> str:
    """One line of an answers file, the same for the same record."""
    return json.dumps(record.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)


def read_run(path: Path) -> Run:
    """Read an answers file.

    Raises:
        UsageError: it is missing, or not made by `pinpoint eval run`.
    """
    if path.is_dir():
        path /= "answers.jsonl"
    if not path.is_file():
        raise UsageError(f"no recorded answers at {str(path)!r}: give the answers.jsonl of `pinpoint eval run`")
    header = Header()
    records: list[Recorded] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            if number == 1 and line.startswith('{"run"'):
                header = Header.model_validate(json.loads(line)["run"])
            else:
                records.append(Recorded.model_validate_json(line))
        except (ValidationError, ValueError) as error:
            first = str(error).splitlines()[0]
            raise UsageError(
                f"{path.name}:{number} is not a recorded answer ({first}): make it anew with `pinpoint eval run`"
            ) from error
    return Run(header=header, records=tuple(records))


def in_order(records: Iterable[Recorded], questions: Sequence[Question]) -> tuple[Recorded, ...]:
    """The records in the order of the questions, whatever order they were finished in."""
    place = {question.id: i for i, question in enumerate(questions)}
    return tuple(sorted(records, key=lambda record: place[record.question.id]))
