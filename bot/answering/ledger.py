"""What questions may spend: tokens of one question, tokens of a day shared by all processes, and their cost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.errors import BudgetExceeded
from bot.settings import Settings
from bot.types import Usage

FILE = "usage.sqlite3"
"""Name of the day's ledger below the data folder."""


@dataclass
class Spending:
    """What one question has spent so far."""

    settings: Settings
    """Limits and prices."""
    prompt_tokens: int = 0
    """Tokens sent."""
    completion_tokens: int = 0
    """Tokens written."""
    _reserved: int = field(default=0)

    @property
    def left(self) -> int | None:
        """Tokens the question may still spend; None without a limit."""
        limit = self.settings.question_token_limit
        return None if limit is None else max(0, limit - self.prompt_tokens - self.completion_tokens)

    def reserve(self, prompt_tokens: int, completion_tokens: int) -> None:
        """Set aside what a request may cost at most.

        Raises:
            BudgetExceeded: when it would pass the limit of the question or of the day.
        """
        wanted = prompt_tokens + completion_tokens
        if self.left is not None and wanted > self.left:
            raise BudgetExceeded(
                f"the question would pass the limit of {self.settings.question_token_limit} tokens; "
                "raise PINPOINT_QUESTION_TOKEN_LIMIT"
            )
        limit = self.settings.daily_token_limit
        if limit is not None:
            with _ledger(self.settings) as database:
                if _today(database) + wanted > limit:
                    raise BudgetExceeded(
                        f"today's limit of {limit} tokens is reached; raise PINPOINT_DAILY_TOKEN_LIMIT or wait until "
                        "midnight UTC"
                    )
                _add(database, wanted)
        self._reserved += wanted

    def settle(self, prompt_tokens: int, completion_tokens: int) -> None:
        """Replace what was set aside by what was spent; called once after each request, failed ones included."""
        self.prompt_tokens += prompt_tokens
        self.completion_tokens += completion_tokens
        if self.settings.daily_token_limit is not None:
            with _ledger(self.settings) as database:
                _add(database, prompt_tokens + completion_tokens - self._reserved)
        self._reserved = 0

    def usage(self) -> Usage:
        """The tokens, and their cost when both prices are configured."""
        prices = self.settings.price_prompt, self.settings.price_completion
        cost = None
        if prices[0] is not None or prices[1] is not None:
            cost = (self.prompt_tokens * (prices[0] or 0) + self.completion_tokens * (prices[1] or 0)) / 1_000_000
        return Usage(prompt_tokens=self.prompt_tokens, completion_tokens=self.completion_tokens, cost=cost)


def spent_today(settings: Settings) -> int:
    """Tokens of today (UTC) in the ledger, by all processes that share the data folder."""
    with _ledger(settings) as database:
        return _today(database)


@contextmanager
def _ledger(settings: Settings) -> Iterator[sqlite3.Connection]:
    """The ledger inside one exclusive transaction: two processes never count past each other."""
    settings.data.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(settings.data / FILE, timeout=10, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        database.execute("CREATE TABLE IF NOT EXISTS spent (day TEXT PRIMARY KEY, tokens INTEGER NOT NULL)")
        yield database
        database.execute("COMMIT")


def _day() -> str:
    return datetime.now(UTC).date().isoformat()


def _today(database: sqlite3.Connection) -> int:
    row = database.execute("SELECT tokens FROM spent WHERE day = ?", (_day(),)).fetchone()
    return int(row[0]) if row else 0


def _add(database: sqlite3.Connection, tokens: int) -> None:
    database.execute(
        "INSERT INTO spent VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET tokens = tokens + excluded.tokens",
        (_day(), tokens),
    )
