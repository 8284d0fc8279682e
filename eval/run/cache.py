"""Answers kept by the hash of everything that decides them."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Self

from pydantic import ValidationError

from bot.types import Answer


class AnswerCache:
    """A table of answers in SQLite; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._store = sqlite3.connect(path, check_same_thread=False, timeout=30)
        with self._lock, self._store:
            self._store.execute("PRAGMA journal_mode=WAL")
            self._store.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT NOT NULL)")

    def get(self, key: str) -> Answer | None:
        """The answer under a key; None when there is none, or one of another version of the schema."""
        with self._lock:
            row = self._store.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
        try:
            return Answer.model_validate_json(row[0]) if row else None
        except ValidationError:
            return None

    def put(self, key: str, answer: Answer) -> None:
        """Keep an answer."""
        with self._lock, self._store:
            self._store.execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", (key, answer.model_dump_json()))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
