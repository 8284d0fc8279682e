"""The running server, quoting: fifty askers at once, memory over many questions, and how soon the chat page is usable.

`python -m eval.bench.web [QUESTIONS]` prints the same rows; the default is enough to see memory grow if it does.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue

import httpx

from eval.bench import Row, Skipped
from eval.run.product import SEEDS

ASKERS = 50
EACH = 4
SEQUENTIAL = 40
QUESTIONS = 2_000
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ASKED = (
    "What share of global AI patents does China hold?",
    "誰警告有些國家會被遠遠拋在後面?",
    "Combien d'utilisateurs l'IA générative compte-t-elle en Chine ?",
    "Wann fand das Treffen der Minister in Nanning statt?",
    "博览会上的智能翻译系统支持几种语言？",
    "How is AI used to sort durians?",
    "Who will host APEC in 2026?",
)


@dataclass
class Served:
    """A server that runs."""

    url: str
    """Its address, without a final slash."""
    pid: int
    """Its process."""
    printed: float
    """When it said that it is ready, in seconds of `time.perf_counter`."""
    page: float | None = None
    """When the chat page could be typed into, or None when no browser looked."""

    @property
    def megabytes(self) -> float:
        """Resident memory."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def served(data: Path, *, look: bool = False) -> Iterator[Served]:
    """Run `pinpoint serve` over the seeds in a process of its own."""
    command = [sys.executable, "-c", "from bot.cli import main; main()", "serve", "--host", "127.0.0.1", "--port", "0"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PINPOINT_", "OPENAI_"))}
    environment = {**kept, "PINPOINT_CORPUS": str(SEEDS), "PINPOINT_DATA": str(data), "PINPOINT_RATE_LIMIT": "1000000"}
    with _browser(look=look) as usable:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
        try:
            line = _line(process, 600)
            printed = time.perf_counter()
            url = line.rsplit(" ", 1)[-1].strip().rstrip("/")
            yield Served(url, process.pid, printed, usable(url))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _line(process: subprocess.Popen[str], seconds: float) -> str:
    lines: Queue[str] = Queue()
    stdout = process.stdout
    assert stdout is not None  # noqa: S101  for the type checker
    threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True).start()
    try:
        return lines.get(timeout=seconds)
    except Empty:
        raise Skipped(f"the server was not ready after {seconds:.0f} s") from None


@contextmanager
def _browser(*, look: bool) -> Iterator[Callable[[str], float | None]]:
    """Start Chromium beforehand, so that only the page counts; gives a function from address to moment."""
    if not look or not CHROMIUM.exists():
        yield lambda _url: None
        return
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        yield lambda _url: None
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        page = browser.new_page()

        def usable(url: str) -> float:
            page.goto(url + "/")
            page.locator("#pp-box textarea").fill("x")
            return time.perf_counter()

        yield usable
        browser.close()


async def _ask(client: httpx.AsyncClient, number: int) -> float:
    begun = time.perf_counter()
    response = await client.post("/api/ask", json={"question": ASKED[number % len(ASKED)]})
    response.raise_for_status()
    return time.perf_counter() - begun


async def _sequential(url: str, count: int) -> float:
    """Questions a second, one after another."""
    async with httpx.AsyncClient(base_url=url, timeout=300) as client:
        for number in range(len(ASKED)):
            await _ask(client, number)
        begun = time.perf_counter()
        for number in range(count):
            await _ask(client, number)
        return count / (time.perf_counter() - begun)


async def _together(url: str, askers: int, each: int) -> tuple[float, list[float]]:
    """Questions a second and the seconds each took, many asking at once, each its next when answered."""
    limits = httpx.Limits(max_connections=askers)
    async with httpx.AsyncClient(base_url=url, timeout=300, limits=limits) as client:

        async def asker(start: int) -> list[float]:
            return [await _ask(client, start + step) for step in range(each)]

        begun = time.perf_counter()
        taken = await asyncio.gather(*(asker(number) for number in range(askers)))
        seconds = time.perf_counter() - begun
    times = [one for per_asker in taken for one in per_asker]
    return len(times) / seconds, times


def measure(questions: int = QUESTIONS) -> Iterable[Row]:
    """Start the server once on a new index, then ask."""
    with tempfile.TemporaryDirectory(prefix="pinpoint-bench-") as folder:
        data = Path(folder)
        with served(data):
            pass  # makes the index
        with served(data, look=True) as server:
            seconds = None if server.page is None else server.page - server.printed
        if seconds is not None:
            yield Row("chat page usable after ready", seconds, "s", target="≤ 2 s", note="a new browser page, once")
        with served(data) as server:
            one = asyncio.run(_sequential(server.url, SEQUENTIAL))
            rate, times = asyncio.run(_together(server.url, ASKERS, EACH))
            percentiles = statistics.quantiles(times, n=20, method="inclusive")
            fair = f"median {statistics.median(times):.2f} s, slowest {max(times):.2f} s"
            yield Row(
                f"throughput, {ASKERS} asking at once", rate, "questions/s", one, "one after another",
                target="≥ 1 ×", note=f"{len(times)} questions, no error",
            )  # fmt: skip
            yield Row(
                f"95th percentile, {ASKERS} asking at once", percentiles[-1], "s", ASKERS / one,
                f"{ASKERS} questions one after another", note=fair,
            )  # fmt: skip
            before = server.megabytes
            asyncio.run(_together(server.url, 8, questions // 8))
            after = server.megabytes
            yield Row(
                f"memory after {questions:,} more questions", after, "MB", before, "memory before them",
                target="≤ 1.1 ×",
            )  # fmt: skip


if __name__ == "__main__":
    for row in measure(int(sys.argv[1]) if len(sys.argv) > 1 else QUESTIONS):
        print(
            json.dumps({"name": row.name, "value": row.value, "unit": row.unit, "ratio": row.ratio, "note": row.note})
        )
