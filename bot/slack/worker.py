"""Takes on jobs from the table and sees each one through: progress, answer, update; once, whatever dies meanwhile."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import sys
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from bot.slack.desk import Asker, Desk
from bot.slack.jobs import Job, Offer, Taken
from bot.slack.share import Share
from bot.slack.store import TRIES
from bot.slack.trouble import Trouble
from bot.slack.words import guess_language
from bot.slack.work import Work

if TYPE_CHECKING:
    from bot.settings import Settings

log = logging.getLogger("bot.slack")

LEASE = 30.0
"""Seconds after which a job of a dead process is taken over."""
AT_ONCE = 256
"""Jobs a process has taken on at one time; most of them wait for their turn to be answered."""
LOOK = 1.0
"""Seconds between looks for jobs that are due or orphaned; a new one is seen to at once."""
REFUSED = 60.0
"""Seconds in which no job is tried after Slack has refused the token."""
SWITCH = 0.001
"""Seconds after which Python lets another thread on: answering must not hold up the thread that acknowledges."""


class Worker(Desk):
    """One process's hands: a loop that takes jobs, and a pulse that keeps them."""

    def __init__(self, settings: Settings, asker: Asker, *, lease: float = LEASE) -> None:
        super().__init__(settings, asker)
        self._lease = lease
        self._wake = asyncio.Event()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._pruned = -1e9
        self._stopping = False
        self._offers: list[tuple[Offer, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def offer(self, event: str, job: Job, *, join: bool = False) -> bool:
        """Write down an event and its job; those that come at the same time are written together.

        Returns:
            Whether it is new.
        """
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._offers.append((Offer(event, job, join), done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        new = await done
        if new:
            self._wake.set()
        return new

    async def _write(self) -> None:
        while self._offers:
            offers, self._offers = self._offers, []
            try:
                results = await self.table(self.store.offer_all, [offer for offer, _ in offers])
            except Exception as error:  # noqa: BLE001  each request that waits for it fails, and Slack comes again
                for _, done in offers:
                    if not done.done():
                        done.set_exception(error)
                continue
            for (_, done), new in zip(offers, results, strict=True):
                if not done.done():
                    done.set_result(new)

    def start(self) -> None:
        """Begin to work; once."""
        if not self._tasks:
            sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH))
            self._tasks = [asyncio.create_task(self._look()), asyncio.create_task(self._pulse())]
            self.spawn(self._learn())
            self.spawn(guess_language("What is this?"))  # loads what tells languages before the first command

    async def stop(self) -> None:
        """Stop, and give back what is not done, so that the next process goes on at once."""
        self._stopping = True
        for task in [*self._tasks, *self._running.values(), *self._background]:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._running.values(), *self._background, return_exceptions=True)
        await self.table(self.store.release, self._owner)
        await self.table(self.store.close)
        self._thread.shutdown()
        await self.client.close()

    def wake(self) -> None:
        """There is something new to do."""
        self._wake.set()

    async def _learn(self) -> None:
        self.identity = await self.client.identity()
        log.info("Slack: %s", self.identity)

    async def _look(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                await self._take()
            except sqlite3.Error as error:
                self.once.warn("table", f"{str(self.store.path)!r} cannot be used ({error}); trying again")
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self._wake.wait()

    async def _take(self) -> None:
        await self.quiet()
        if time.monotonic() - self._pruned > 3_600:
            self._pruned = time.monotonic()
            await self.table(self.store.prune)
        for key in await self.table(self.store.give_up):
            log.warning("the job %s is given up after %d tries", key, TRIES)
        most = AT_ONCE - len(self._running)
        for taken in await self.table(self.store.take, self._owner, lease=self._lease, most=most):
            task = asyncio.create_task(self._see_through(taken))
            self._running[taken.job.key] = task
            task.add_done_callback(partial(self._ended, taken.job.key))

    def _ended(self, key: str, task: asyncio.Task[None]) -> None:
        if self._running.get(key) is task:
            del self._running[key]
        self.wake()

    async def _pulse(self) -> None:
        while not self._stopping:
            await asyncio.sleep(self._lease / 4)
            if self._running:
                try:
                    await self.table(self.store.renew, self._owner, lease=self._lease)
                except sqlite3.Error as error:
                    self.once.warn("table", f"{str(self.store.path)!r} cannot be used ({error}); trying again")

    async def _see_through(self, taken: Taken) -> None:
        """Do one job to its end, and write down how it ended."""
        key = taken.job.key
        work = Share(self, taken) if taken.job.kind == "share" else Work(self, taken)
        try:
            await work.run()
        except Trouble as trouble:
            await self._in_trouble(taken, trouble)
        except Exception:
            log.exception("the job %s ended by a bug", key)
            await self.table(self.store.finish, self._owner, key, taken.revision, state="failed")
        else:
            await self.table(self.store.finish, self._owner, key, taken.revision)

    async def _in_trouble(self, taken: Taken, trouble: Trouble) -> None:
        key = taken.job.key
        if trouble.sort == "later":
            pause = max(trouble.pause, min(2.0**taken.tries, 60.0))
            self.once.warn(f"{trouble.method} {trouble.code} later", f"{trouble}; trying again in {pause:.0f} s")
            await self.table(self.store.later, self._owner, key, pause)
            return
        if trouble.sort == "token" and trouble.code != "missing_scope":
            self.refused_until = time.monotonic() + REFUSED
        self.once.warn(f"{trouble} {taken.job.channel}", f"{trouble} (conversation {taken.job.channel or 'unknown'})")
        await self.table(self.store.finish, self._owner, key, taken.revision, state="failed")
