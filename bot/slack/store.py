"""The table of what Slack told us: each event once, each job until it is done, over processes and restarts.

A job that is being worked on carries a lease that its process renews. When the process dies the lease runs out, and
whoever looks next takes the job over: a retry of Slack, a restarted server, or another server on the same table.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from bot.slack.jobs import Job, Offer, Taken
from bot.types import Answer

KEPT_DAYS = 30
"""Days that answers, jobs and threads are kept: for edits, for verdicts and for follow-ups."""
TRIES = 5
"""Times a job is taken on before it is given up, deaths of its process included."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS jobs (
    key TEXT PRIMARY KEY,
    job TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'working', 'done', 'failed')),
    owner TEXT NOT NULL DEFAULT '',
    lease REAL NOT NULL DEFAULT 0,
    due REAL NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 0,
    sent TEXT NOT NULL DEFAULT '{}',
    at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS open_jobs ON jobs (at) WHERE state IN ('waiting', 'working');
CREATE TABLE IF NOT EXISTS threads (
    channel TEXT NOT NULL, thread TEXT NOT NULL, pane INTEGER NOT NULL, at REAL NOT NULL, PRIMARY KEY (channel, thread)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (id TEXT PRIMARY KEY, answer TEXT NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
"""


class Store:
    """The file `slack.sqlite` below the data folder; safe to use from several processes, one call at a time in each."""

    def __init__(self, data: Path) -> None:
        self.path = data / "slack.sqlite"
        """Where the table is."""
        data.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        with self._writing():
            for statement in _SCHEMA.split(";\n"):
                if statement.strip():
                    self._database.execute(statement)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that holds the write lock from its beginning, so that two processes never both claim."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield self._database
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def offer(self, event: str, job: Job, *, join: bool = False) -> bool:
        """Write down an event and its job; see `offer_all`."""
        return self.offer_all([Offer(event, job, join)])[0]

    def offer_all(self, offers: Sequence[Offer]) -> list[bool]:
        """Write down events and their jobs, all at once.

        Returns:
            For each, whether the event is new and so is its job.
        """
        with self._writing():
            return [self._offer(offer) for offer in offers]

    def _offer(self, offer: Offer) -> bool:
        now, job = time.time(), offer.job
        if self._database.execute("INSERT OR IGNORE INTO events VALUES (?, ?)", (offer.event, now)).rowcount == 0:
            return False
        if offer.join and job.thread:
            self._join(job.channel, job.thread, pane=job.pane)
        made = self._database.execute(
            "INSERT OR IGNORE INTO jobs (key, job, state, at) VALUES (?, ?, 'waiting', ?)", (job.key, job.dump(), now)
        )
        return made.rowcount == 1

    def revise(self, event: str, key: str, *, text: str | None) -> bool:
        """Note that a question was edited, or deleted; its job is done again with the new words.

        Args:
            event: Identifies the delivery.
            key: The job.
            text: The new words; None when the question is deleted.

        Returns:
            Whether there is anything to do: an unknown question or the same words are no reason.
        """
        with self._writing() as database:
            if database.execute("INSERT OR IGNORE INTO events VALUES (?, ?)", (event, time.time())).rowcount == 0:
                return False
            row = database.execute("SELECT job FROM jobs WHERE key = ?", (key,)).fetchone()
            if row is None:
                return False
            job = Job.load(row[0])
            if job.deleted or (text is not None and job.text == text):
                return False
            job = job.changed(deleted=True) if text is None else job.changed(text=text)
            database.execute(
                "UPDATE jobs SET job = ?, revision = revision + 1, tries = 0, due = 0, "
                "state = CASE state WHEN 'working' THEN 'working' ELSE 'waiting' END WHERE key = ?",
                (job.dump(), key),
            )
            return True

    def give_up(self) -> list[str]:
        """End the jobs that have been taken on too often; returns their keys."""
        now = time.time()
        spent = (
            "state IN ('waiting', 'working') AND tries >= ? AND ((state = 'waiting' AND due <= ?) "
            "OR (state = 'working' AND lease < ?))"
        )
        found = self._database.execute(f"SELECT key FROM jobs WHERE {spent}", (TRIES, now, now)).fetchall()  # noqa: S608
        if found:
            with self._writing() as database:
                database.execute(f"UPDATE jobs SET state = 'failed' WHERE {spent}", (TRIES, now, now))  # noqa: S608
        return [str(row[0]) for row in found]

    def take(self, owner: str, *, lease: float, most: int) -> list[Taken]:
        """Take on jobs that wait, and those whose process has died.

        Args:
            owner: This process.
            lease: Seconds until others may take them over.
            most: Most jobs to take.
        """
        now = time.time()
        ready = "((state = 'waiting' AND due <= ?) OR (state = 'working' AND lease < ?))"
        query = f"SELECT 1 FROM jobs WHERE state IN ('waiting', 'working') AND {ready} LIMIT 1"  # noqa: S608
        if most <= 0 or self._database.execute(query, (now, now)).fetchone() is None:
            return []
        with self._writing() as database:
            rows = database.execute(
                "SELECT key, job, revision, tries, sent FROM jobs "  # noqa: S608
                f"WHERE state IN ('waiting', 'working') AND {ready} ORDER BY at LIMIT ?",
                (now, now, most),
            ).fetchall()
            database.executemany(
                "UPDATE jobs SET state = 'working', owner = ?, lease = ?, tries = tries + 1 WHERE key = ?",
                [(owner, now + lease, row[0]) for row in rows],
            )
        return [Taken(Job.load(row[1]), row[2], row[3] + 1, json.loads(row[4])) for row in rows]

    def renew(self, owner: str, *, lease: float) -> None:
        """Say that this process is alive and still works on its jobs."""
        with self._writing() as database:
            database.execute(
                "UPDATE jobs SET lease = ? WHERE owner = ? AND state = 'working'", (time.time() + lease, owner)
            )

    def holds(self, owner: str, key: str, revision: int) -> bool:
        """Whether the job is still this process's to finish, with the same words."""
        row = self._database.execute(
            "SELECT 1 FROM jobs WHERE key = ? AND owner = ? AND state = 'working' AND revision = ?",
            (key, owner, revision),
        ).fetchone()
        return row is not None

    def posted(self, owner: str, key: str, sent: dict[str, str]) -> None:
        """Note the messages posted for a job so far."""
        with self._writing() as database:
            database.execute("UPDATE jobs SET sent = ? WHERE key = ? AND owner = ?", (json.dumps(sent), key, owner))

    def finish(self, owner: str, key: str, revision: int, *, state: str = "done") -> bool:
        """End a job; one whose question changed meanwhile waits for another turn.

        Returns:
            Whether it has ended.
        """
        with self._writing() as database:
            database.execute(
                "UPDATE jobs SET state = CASE WHEN revision = ? THEN ? ELSE 'waiting' END, owner = '' "
                "WHERE key = ? AND owner = ? AND state = 'working'",
                (revision, state, key, owner),
            )
            row = database.execute("SELECT state FROM jobs WHERE key = ?", (key,)).fetchone()
        return row is None or row[0] != "waiting"

    def later(self, owner: str, key: str, seconds: float) -> None:
        """Put a job off."""
        with self._writing() as database:
            database.execute(
                "UPDATE jobs SET state = 'waiting', owner = '', due = ? "
                "WHERE key = ? AND owner = ? AND state = 'working'",
                (time.time() + seconds, key, owner),
            )

    def release(self, owner: str) -> None:
        """Give all jobs of this process back, at the end of an orderly stop."""
        with self._writing() as database:
            database.execute(
                "UPDATE jobs SET state = 'waiting', owner = '', tries = max(tries - 1, 0) "
                "WHERE owner = ? AND state = 'working'",
                (owner,),
            )

    def join(self, channel: str, thread: str) -> None:
        """Take follow-ups in a thread for us from now on."""
        with self._writing():
            self._join(channel, thread, pane=False)

    def _join(self, channel: str, thread: str, *, pane: bool) -> None:
        self._database.execute(
            "INSERT INTO threads VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at, "
            "pane = max(pane, excluded.pane)",
            (channel, thread, int(pane), time.time()),
        )

    def thread(self, channel: str, thread: str) -> str:
        """What a thread is to us: `pane`, `joined`, or an empty string."""
        row = self._database.execute(
            "SELECT pane FROM threads WHERE channel = ? AND thread = ?", (channel, thread)
        ).fetchone()
        return "" if row is None else "pane" if row[0] else "joined"

    def keep(self, answer: Answer) -> None:
        """Keep an answer for its buttons and as history."""
        with self._writing() as database:
            database.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (answer.id, answer.model_dump_json(), time.time())
            )

    def answers(self, ids: Sequence[str]) -> dict[str, Answer]:
        """Answers by identifier, those that are still kept."""
        found = {}
        for name in ids:
            row = self._database.execute("SELECT answer FROM answers WHERE id = ?", (name,)).fetchone()
            if row is not None:
                found[name] = Answer.model_validate_json(row[0])
        return found

    def prune(self) -> None:
        """Forget what is older than `KEPT_DAYS`."""
        before = time.time() - KEPT_DAYS * 86_400
        with self._writing() as database:
            for table in ("events", "jobs", "threads", "answers"):
                database.execute(f"DELETE FROM {table} WHERE at < ?", (before,))  # noqa: S608  fixed names

    def counts(self) -> dict[str, int]:
        """Jobs by state."""
        with closing(self._database.execute("SELECT state, count(*) FROM jobs GROUP BY state")) as rows:
            return {str(state): int(count) for state, count in rows}
