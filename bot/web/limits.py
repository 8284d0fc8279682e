"""How many questions the server takes: a fair queue for work, and a rate for each address."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.web.problems import ProblemError

ADDRESSES = 10_000
"""Addresses whose rate is remembered; the longest unseen is forgotten first."""


class Queue:
    """First come, first served: some questions are worked on, some wait, the rest are refused."""

    def __init__(self, *, concurrent: int, waiting: int) -> None:
        self.concurrent = concurrent
        """Questions worked on at once."""
        self.waiting = waiting
        """Most questions that wait."""
        self.inside = 0
        """Questions being worked on or waiting now."""
        self._turns = asyncio.Semaphore(concurrent)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn and hold it.

        Raises:
            ProblemError: 503 when too many wait already.
        """
        if self.inside >= self.concurrent + self.waiting:
            raise ProblemError(503, "Too many questions are waiting; try again in a moment.", {"Retry-After": "5"})
        self.inside += 1
        try:
            async with self._turns:
                yield
        finally:
            self.inside -= 1


class Rate:
    """A token bucket for each address: a minute's worth of questions at once, refilled steadily."""

    def __init__(self, *, per_minute: int, what: str = "questions") -> None:
        self.per_minute = per_minute
        """Questions a minute, and the size of the bucket."""
        self.what = what
        """What is counted, as the reader is told."""
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str, now: float | None = None) -> None:
        """Count one question.

        Args:
            address: Who asks.
            now: Seconds on a monotonic clock.

        Raises:
            ProblemError: 429 when the address asks faster than allowed.
        """
        now = time.monotonic() if now is None else now
        tokens, last = self._buckets.pop(address, (float(self.per_minute), now))
        tokens = min(float(self.per_minute), tokens + (now - last) * self.per_minute / 60)
        allowed = tokens >= 1
        self._buckets[address] = (tokens - 1 if allowed else tokens, now)
        while len(self._buckets) > ADDRESSES:
            self._buckets.popitem(last=False)
        if not allowed:
            wait = max(1, round((1 - tokens) * 60 / self.per_minute))
            raise ProblemError(
                429, f"This address asks more than {self.per_minute} {self.what} a minute; wait {wait} s.",
                {"Retry-After": str(wait)},
            )  # fmt: skip
