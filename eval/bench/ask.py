"""A whole warm `pinpoint ask` process, against a bare script that only embeds and queries Chroma."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from eval.bench import Row, bare
from eval.run.product import SEEDS

RUNS = 7
QUESTION = "What share of global AI patents does China hold?"


def measure() -> Iterable[Row]:
    """One row: medians of alternating runs, after one of each that is not counted."""
    from bot.index import sync
    from bot.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        data, store = Path(folder) / "data", Path(folder) / "bare"
        sync(Settings.load(corpus=SEEDS, data=data))
        bare.build(store, SEEDS)
        environment = {
            **os.environ,
            "PINPOINT_DATA": str(data),
            "PINPOINT_CORPUS": str(SEEDS),
            "PINPOINT_MODEL": "quote",
        }
        ours = [sys.executable, "-c", "from bot.cli import main; main()", "ask", QUESTION]
        theirs = [sys.executable, str(Path(bare.__file__)), str(store), QUESTION]
        times: dict[str, list[float]] = {"ours": [], "theirs": []}
        for i in range(RUNS + 1):
            for name, command in (("ours", ours), ("theirs", theirs)):
                seconds = _run(command, environment)
                if i:
                    times[name].append(seconds)
    spread = f"medians of {RUNS}; ours {min(times['ours']):.2f} to {max(times['ours']):.2f} s"
    yield Row(
        name="`pinpoint ask`, whole process, warm",
        value=statistics.median(times["ours"]),
        unit="s",
        baseline=statistics.median(times["theirs"]),
        compared="script over chromadb and the same embedder",
        target="≤ 1.6 ×",
        note=spread,
    )


def _run(command: list[str], environment: dict[str, str]) -> float:
    started = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, check=False, text=True)
    seconds = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(f"{command[-2:]!r} left with {done.returncode}: {done.stderr.strip()[-300:]}")
    return seconds
