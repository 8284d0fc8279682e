"""One writer at a time, and no generation deleted while somebody reads it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import IndexLocked

try:
    import fcntl
except ImportError:  # Windows, where a file that is open cannot be deleted anyway
    fcntl = None  # type: ignore[assignment]


@contextmanager
def writing(folder: Path, *, wait: bool = True, say: Callable[[str], None] | None = None) -> Iterator[None]:
    """Hold the writer's lock of a folder. The system lets go of it when the process ends, however it ends.

    Args:
        folder: where the index lies.
        wait: whether to wait for another writer.
        say: told, once, who is being waited for.

    Raises:
        IndexLocked: when another process writes and `wait` is off; the message says who and since when.
        OSError: when the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "lock")
    owner = folder / "lock-owner.json"
    try:
        lock.acquire(blocking=False)
    except Timeout:
        who = _holder(owner)
        if not wait:
            raise IndexLocked(f"{who} is indexing; wait for it, or run `pinpoint index` without --no-wait") from None
        if say:
            say(f"waiting for {who}, which is indexing")
        lock.acquire(poll_interval=0.1)
    try:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        owner.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}), "utf-8")
        yield
    finally:
        with suppress(OSError):
            owner.unlink(missing_ok=True)
        lock.release()


def _holder(owner: Path) -> str:
    try:
        who = json.loads(owner.read_text("utf-8"))
        return f"process {who['pid']} on {who['host']} (since {who['since']})"
    except (OSError, ValueError, KeyError):
        return "another process"


class ReadLock:
    """Marks a generation as being read, until closed or forgotten."""

    def __init__(self, folder: Path) -> None:
        """Take the lock; where the system has none, do without.

        Raises:
            OSError: when the folder is gone.
        """
        self._file = os.open(folder / "in-use", os.O_RDONLY)
        if fcntl is not None:
            with suppress(OSError):  # a file system without locks
                fcntl.flock(self._file, fcntl.LOCK_SH)

    def close(self) -> None:
        """Let go."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def is_read(folder: Path) -> bool:
    """Whether a process, this one included, reads the generation in a folder."""
    try:
        file = os.open(folder / "in-use", os.O_RDONLY)
    except OSError:
        return False
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(file)
    return False
