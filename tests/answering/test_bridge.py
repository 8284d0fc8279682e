"""One loop of our own serves threads and other loops, and leaving early cancels the work."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from bot.answering.bridge import aiterate, iterate


class Source:
    def __init__(self, count: int = 3, fail: bool = False) -> None:
        self.count = count
        self.fail = fail
        self.closed = threading.Event()

    async def items(self) -> AsyncIterator[int]:
        try:
            for item in range(self.count):
                yield item
                await asyncio.sleep(0)
            if self.fail:
                raise KeyError("source")
        finally:
            self.closed.set()


def test_items_come_in_order() -> None:
    source = Source()
    assert list(iterate(source.items)) == [0, 1, 2]
    assert source.closed.is_set()


def test_an_error_is_raised_where_the_items_are_read() -> None:
    with pytest.raises(KeyError, match="source"):
        list(iterate(Source(fail=True).items))


def test_leaving_early_closes_the_source() -> None:
    source = Source(10**9)
    items = iterate(source.items)
    assert next(items) == 0
    items.close()  # type: ignore[attr-defined]
    assert source.closed.wait(2)


def test_other_loops_read_the_same_way() -> None:
    async def read(source: Source) -> list[int]:
        return [item async for item in aiterate(source.items)]

    assert asyncio.run(read(Source())) == [0, 1, 2]
    assert asyncio.run(read(Source())) == [0, 1, 2]
    with pytest.raises(KeyError):
        asyncio.run(read(Source(fail=True)))


def test_cancelling_the_reader_closes_the_source() -> None:
    source = Source(10**9)

    async def cancel() -> None:
        async def read() -> None:
            async for _ in aiterate(source.items):
                pass

        task = asyncio.create_task(read())
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert source.closed.wait(2)
