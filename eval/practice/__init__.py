"""Six small corpora of our own with questions, on other subjects and in other languages than the seeds.

What has to be chosen by looking at results is chosen here, so that neither the seeds nor a benchmark decides it; see
README.md beside this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.corpus import load_corpus
from bot.corpus.records import Document
from eval.golden.load import load_golden
from eval.golden.models import Question

FOLDER = Path(__file__).resolve().parent
"""Where the corpora are, each with `docs/` and `questions.jsonl`."""


@dataclass(frozen=True, slots=True)
class Practice:
    """A corpus and the questions about it."""

    name: str
    """Name of its folder."""
    documents: tuple[Document, ...]
    """Its files."""
    questions: tuple[Question, ...]
    """Questions with an answer in it, questions on its subject without one, and questions about something else."""


@cache
def corpora() -> tuple[Practice, ...]:
    """All of them, by name."""
    return tuple(
        Practice(folder.name, tuple(load_corpus(folder / "docs").documents), load_golden(folder / "questions.jsonl"))
        for folder in sorted(FOLDER.iterdir())
        if (folder / "questions.jsonl").is_file()
    )
