"""What every job has at hand: the settings, what answers, the way to Slack, and the table in a thread of its own."""

from __future__ import annotations

import asyncio
import os
import socket
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from bot.slack.client import Client, Identity
from bot.slack.jobs import Taken
from bot.slack.store import Store
from bot.slack.trouble import Once, Trouble
from bot.types import Answer, Message

if TYPE_CHECKING:
    from bot.settings import Settings

T = TypeVar("T")

QUIET = 0.15
"""Seconds without a request before work is begun: whoever waits for an acknowledgement comes first."""
LONGEST_QUIET = 2.0
"""Most seconds that work waits for such a pause."""


class Asker(Protocol):
    """What answers the questions."""

    async def ask(
        self, question: str, *, history: Sequence[Message] = (), files: Sequence[str] | None = None
    ) -> Answer:
        """Answer a question in its turn."""
        ...

    async def index(self) -> Any:
        """The current index."""
        ...


class Desk:
    """The means of one process, shared by all its jobs."""

    def __init__(self, settings: Settings, asker: Asker) -> None:
        self.settings = settings
        """The settings in use."""
        self.asker = asker
        """What answers."""
        self.client = Client(settings)
        """The way to Slack."""
        self.store = Store(settings.data)
        """The table."""
        self.once = Once()
        """Log lines that repeat."""
        self.identity: Identity | None = None
        """Who the token is, once Slack has told."""
        self.turns = asyncio.Semaphore(settings.max_concurrent)
        """Questions answered at once."""
        self.refused_until = 0.0
        """Monotonic time until which the token is taken for refused."""
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="slack-table")
        self._background: set[asyncio.Task[Any]] = set()
        self._arriving = 0
        self._arrived = -1e9

    async def table(self, call: Callable[..., T], *args: Any, **more: Any) -> T:
        """Run a call on the table in its thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(call, *args, **more))

    @contextmanager
    def arriving(self) -> Iterator[None]:
        """Hold work back while a request is read, written down and acknowledged."""
        self._arriving += 1
        self._arrived = time.monotonic()
        try:
            yield
        finally:
            self._arriving -= 1
            self._arrived = time.monotonic()

    async def quiet(self) -> None:
        """Wait for a pause between requests, for a moment."""
        until = time.monotonic() + LONGEST_QUIET
        while time.monotonic() < until and self._busy():  # noqa: ASYNC110  a pause is no event, it has to last
            await asyncio.sleep(QUIET / 3)

    def _busy(self) -> bool:
        return self._arriving > 0 or time.monotonic() - self._arrived < QUIET

    def spawn(self, work: Awaitable[Any]) -> None:
        """Do something on the side that nobody waits for; a refusal of Slack is one log line."""

        async def run() -> None:
            try:
                await work
            except Trouble as trouble:
                self.once.warn(str(trouble), str(trouble))

        task = asyncio.ensure_future(run())
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def holds(self, taken: Taken) -> bool:
        """Whether a job is still ours, and its question unchanged."""
        return await self.table(self.store.holds, self._owner, taken.job.key, taken.revision)

    async def posted(self, taken: Taken) -> None:
        """Write down what has been posted for a job."""
        await self.table(self.store.posted, self._owner, taken.job.key, dict(taken.sent))
