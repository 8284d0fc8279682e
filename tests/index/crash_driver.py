"""Kills indexing at random moments, many times, and looks at the index after each. Run by `test_crash.py`.

    python -m tests.index.crash_driver FOLDER KILLS SEED

Everything heavy is imported once; each run is a forked child, so that a round takes a fraction of a second. Prints one
line of JSON: how many kills, how many hit a run in its middle, the worst self-recall, and what went wrong.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import chromadb
import chromadb.config  # noqa: F401
import numpy as np

import bot.index.build as build
from bot.corpus import parse_document
from bot.corpus.text import search_text
from bot.index.read import Index, open_index
from bot.settings import Settings
from tests.index.here import check_here

FILES, LINES = 4, 4


def in_child(action: Callable[[], Any]) -> int:
    """Start a child that runs the action; its process id."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        action()
        status = 0
    except BaseException:  # noqa: BLE001 - a child must end here, whatever happens
        traceback.print_exc()
    finally:
        os._exit(status)


def write_corpus(folder: Path, state: int) -> None:
    """One file changes with the state, one comes and goes, one is renamed, the others stay."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for file in range(FILES):
        version = state if file == 0 else 0
        name = f"file{file}.txt" if file != 1 else f"renamed{state % 3}.txt"
        lines = [
            f"File {file} says number {line} of version {version}. And it adds {line * 7 + file}."
            for line in range(LINES)
        ]
        (folder / name).write_text("\n\n".join(lines), "utf-8")
    if state % 2:
        (folder / "odd.txt").write_text(f"Only odd states such as {state} have this file.", "utf-8")


def state_of(index: Index) -> int | str:
    """The state of the corpus the index is of, or what makes it a mixture."""
    versions = {int(p.text.split("version ")[1].split(".")[0]) for p in index.file_paragraphs("file0.txt")}
    if len(versions) != 1:
        return f"versions {versions}"
    state = versions.pop()
    wanted = {f"file{n}.txt" for n in range(FILES) if n != 1} | {f"renamed{state % 3}.txt"}
    wanted |= {"odd.txt"} if state % 2 else set()
    found = {info.file for info in index.files}
    return state if found == wanted else f"state {state} with files {sorted(found)}"


def inspect(settings: Settings, allowed: set[int], result: Path) -> None:
    """Open the index, ask every vector for itself, and note state and recall."""
    index = open_index(settings)
    state = state_of(index)
    rows = index.units.rows(index.primary)
    vectors = index.vectors(index.primary)
    hits = 0
    for unit, row in enumerate(rows):
        units, _ = index.query(index.primary, vectors[row], 1, int(index.units.level[unit]))
        hits += bool(len(units)) and rows[units[0]] == row
    assert np.isfinite(vectors).all()
    result.write_text(json.dumps({"state": state, "fine": state in allowed, "recall": hits / len(rows)}))


def main(folder: str, kills: str, seed: str) -> None:
    base = Path(folder)
    chance = random.Random(int(seed))
    settings = Settings.load(corpus=base / "corpus", data=base / "data", embeddings="hashing")
    build.check_apart = check_here
    search_text(parse_document("warm.txt", b"Warm up.").paragraphs[0].text)
    wrong: list[str] = []

    def run(state: int) -> float:
        write_corpus(base / "corpus", state)
        started = time.monotonic()
        if os.waitpid(in_child(lambda: build.sync(settings)), 0)[1] != 0:
            wrong.append(f"the run for state {state} failed")
        return time.monotonic() - started

    def look(allowed: set[int]) -> dict[str, Any]:
        result = base / "result.json"
        result.unlink(missing_ok=True)
        status = os.waitpid(in_child(lambda: inspect(settings, allowed, result)), 0)[1]
        if status != 0:
            return {"state": None, "fine": False, "recall": 0.0, "status": status}
        return dict(json.loads(result.read_text()))

    run(0)
    usual = max(run(1), run(2))
    before, recalls, hit = 2, [], 0
    for kill in range(int(kills)):
        state = before + 1 + kill % 2
        write_corpus(base / "corpus", state)
        shutil.rmtree(base / "data" / "cache", ignore_errors=True)
        child = in_child(lambda: build.sync(settings))
        time.sleep(chance.uniform(0, usual * 1.1))
        os.kill(child, signal.SIGKILL)
        hit += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        seen = look({before, state})
        recalls.append(seen["recall"])
        if not seen["fine"] or seen["recall"] < 0.999:
            wrong.append(f"after kill {kill}: {seen}, expected state {before} or {state}")
        if seen["fine"]:
            before = seen["state"]
        if kill % 5 == 4:  # the next run finishes the job
            run(state)
            seen = look({state})
            if not seen["fine"]:
                wrong.append(f"after finishing kill {kill}: {seen}, expected state {state}")
            before = state
    left = sum(path.is_dir() for path in (base / "data" / "index").iterdir())
    result = {"kills": int(kills), "hit": hit, "recall": min(recalls), "wrong": wrong, "generations": left}
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
