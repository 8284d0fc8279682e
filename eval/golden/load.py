"""Reading golden files: one question a line, every mistake named with its file and line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from bot.errors import UsageError
from eval.golden.models import Question

DEFAULT_GOLDEN = Path(__file__).resolve().parent
"""The folder with the golden questions about the seeds."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a golden file, read or not."""

    file: Path
    """The golden file."""
    number: int
    """Line number, from 1."""
    question: Question | None
    """The question, or None when the line is wrong."""
    error: str = ""
    """What is wrong, or an empty string."""

    @property
    def place(self) -> str:
        """`file:line`, as editors understand it."""
        return f"{self.file.name}:{self.number}"


def golden_files(path: Path) -> list[Path]:
    """The golden files at a path: itself, or every `*.jsonl` directly in a folder, sorted.

    Raises:
        UsageError: there is none.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path] if path.is_file() else []
    if not files:
        raise UsageError(f"no golden questions at {str(path)!r}: give a .jsonl file or a folder that holds some")
    return files


def read_lines(path: Path) -> Iterator[Line]:
    """Every non-blank line of the golden files at a path; wrong lines carry their error instead of a question.

    Raises:
        UsageError: there is no golden file, or one is not UTF-8.
    """
    for file in golden_files(path):
        try:
            text = file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise UsageError(f"golden file {str(file)!r} is not UTF-8 ({error.reason}): save it as UTF-8") from error
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                yield _parse(file, number, line)


def _parse(file: Path, number: int, line: str) -> Line:
    try:
        return Line(file, number, Question.model_validate_json(line))
    except ValidationError as error:
        return Line(file, number, None, "; ".join(_describe(item) for item in error.errors(include_url=False)))


def _describe(item: object) -> str:
    details = dict(item) if isinstance(item, dict) else {}
    where = ".".join(str(part) for part in details.get("loc", ()))
    message = str(details.get("msg", "")).removeprefix("Value error, ")
    return f"{where}: {message}" if where else message


def load_golden(path: Path = DEFAULT_GOLDEN) -> tuple[Question, ...]:
    """The questions at a path, in file order.

    Raises:
        UsageError: nothing there, or a line does not follow the schema, or an id occurs twice.
    """
    questions: dict[str, Question] = {}
    for line in read_lines(path):
        if line.question is None:
            raise UsageError(f"{line.place} is not a golden question ({line.error}): run `pinpoint eval golden check`")
        if line.question.id in questions:
            raise UsageError(f"{line.place} repeats the id {line.question.id!r}: give every question its own id")
        questions[line.question.id] = line.question
    return tuple(questions.values())
