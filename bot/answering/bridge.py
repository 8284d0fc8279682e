"""One event loop of our own, so that synchronous and asynchronous callers share one implementation and its connections.

Model clients keep connections that belong to the loop that opened them. All model work therefore runs on this loop,
whoever asks: a script, a web server's loop, several threads at once.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import queue
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, TypeVar

T = TypeVar("T")
_END = object()

_lock = threading.Lock()
_running: tuple[int, asyncio.AbstractEventLoop, threading.Thread] | None = None


def own_loop() -> asyncio.AbstractEventLoop:
    """The loop, started in a daemon thread at first use and again after a fork."""
    global _running  # noqa: PLW0603  one loop a process is the point
    with _lock:
        if _running is None or _running[0] != os.getpid():
            loop = asyncio.new_event_loop()
            thread = threading.Thread(target=loop.run_forever, name="pinpoint-loop", daemon=True)
            thread.start()
            _running = (os.getpid(), loop, thread)
        return _running[1]


@atexit.register
def _stop() -> None:
    if _running is not None and _running[0] == os.getpid():
        _, loop, thread = _running
        asyncio.run_coroutine_threadsafe(_finish(), loop)
        thread.join(timeout=2)
        if not thread.is_alive():
            loop.close()


async def _finish() -> None:
    """Let what closes connections come to its end, for a second at most, then stop the loop."""
    loop = asyncio.get_running_loop()
    if others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others, timeout=1)
    loop.stop()


async def _pump(make: Callable[[], AsyncIterator[T]], put: Callable[[Any], None]) -> None:
    iterator = make()
    try:
        async for item in iterator:
            put(item)
    except Exception as error:  # noqa: BLE001  carried to the caller's thread and raised there
        put(_Raised(error))
    finally:
        close = getattr(iterator, "aclose", None)
        if close is not None:
            await close()
        put(_END)


class _Raised:
    def __init__(self, error: Exception) -> None:
        self.error = error


def iterate(make: Callable[[], AsyncIterator[T]]) -> Iterator[T]:
    """Run an asynchronous iterator on our loop and yield its items here; stopping early cancels it."""
    items: queue.SimpleQueue[Any] = queue.SimpleQueue()
    future = asyncio.run_coroutine_threadsafe(_pump(make, items.put), own_loop())
    try:
        while (item := items.get()) is not _END:
            if isinstance(item, _Raised):
                raise item.error
            yield item
    finally:
        future.cancel()


async def aiterate(make: Callable[[], AsyncIterator[T]]) -> AsyncGenerator[T, None]:
    """The same for a caller in another loop: cancelling the caller cancels the work on ours."""
    here = asyncio.get_running_loop()
    items: asyncio.Queue[Any] = asyncio.Queue()

    def put(item: Any) -> None:
        if not here.is_closed():
            here.call_soon_threadsafe(items.put_nowait, item)

    future = asyncio.run_coroutine_threadsafe(_pump(make, put), own_loop())
    try:
        while (item := await items.get()) is not _END:
            if isinstance(item, _Raised):
                raise item.error
            yield item
    finally:
        future.cancel()


def result(make: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run one coroutine on our loop and wait for what it returns."""
    return asyncio.run_coroutine_threadsafe(make(), own_loop()).result()


async def aresult(make: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """The same for a caller in another loop: cancelling the caller cancels the work on ours."""
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(make(), own_loop()))
