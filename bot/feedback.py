"""Verdicts of readers on answers, kept in SQLite until someone turns them into golden questions."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from bot.types import Answer

Verdict = Literal["up", "down"]
"""Whether the reader found the answer good."""

COMMENT_CHARS = 2_000
"""Longest comment that is kept."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY,
    answer_id TEXT NOT NULL,
    reader TEXT NOT NULL,
    surface TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('up', 'down')),
    comment TEXT NOT NULL DEFAULT '',
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    model TEXT NOT NULL,
    prompt_version TEXT NOT NULL,
    version TEXT NOT NULL,
    created REAL NOT NULL,
    UNIQUE (answer_id, reader, surface)
)
"""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One reader's verdict on one answer."""

    answer: Answer
    """The answer as it was shown, with its question."""
    verdict: Verdict
    """Good or not."""
    comment: str
    """What the reader added, or an empty string."""
    surface: str
    """Where it was given: `web`, `slack`."""
    reader: str
    """Who gave it: a conversation or a Slack user; one verdict each, the last one counts."""
    version: str
    """Version of Pinpoint that answered."""
    created: float
    """Seconds since 1970."""


class FeedbackStore:
    """The file `feedback.sqlite` below the data folder; safe to use from several threads and processes."""

    def __init__(self, data: Path) -> None:
        self.path = data / "feedback.sqlite"
        """Where the verdicts are."""

    def save(
        self, answer: Answer, verdict: Verdict, *, comment: str = "", surface: str = "web", reader: str = ""
    ) -> None:
        """Keep a verdict; the same reader's earlier one on the same answer is replaced."""
        with self._open() as database:
            database.execute(
                "INSERT INTO feedback (answer_id, reader, surface, verdict, comment, question, answer, model, "
                "prompt_version, version, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (answer_id, reader, surface) DO UPDATE SET verdict = excluded.verdict, "
                "comment = CASE excluded.comment WHEN '' THEN comment ELSE excluded.comment END, "
                "created = excluded.created",
                (
                    answer.id, reader, surface, verdict, comment[:COMMENT_CHARS], answer.question,
                    answer.model_dump_json(), answer.model, answer.prompt_version, version("pinpoint-qa"), time.time(),
                ),
            )  # fmt: skip

    def remove(self, answer_id: str, *, surface: str = "web", reader: str = "") -> None:
        """Take a verdict back."""
        with self._open() as database:
            database.execute(
                "DELETE FROM feedback WHERE answer_id = ? AND reader = ? AND surface = ?", (answer_id, reader, surface)
            )

    def __iter__(self) -> Iterator[Feedback]:
        """Go through all verdicts, oldest first."""
        if not self.path.exists():
            return
        with self._open() as database:
            rows = database.execute(
                "SELECT answer, verdict, comment, surface, reader, version, created FROM feedback ORDER BY created, id"
            ).fetchall()
        for answer, verdict, comment, surface, reader, made_by, created in rows:
            yield Feedback(
                Answer.model_validate_json(answer), verdict, comment, surface, reader, made_by, float(created)
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self.path, timeout=10)
        try:
            with database:
                database.execute(_SCHEMA)
                yield database
        finally:
            database.close()
