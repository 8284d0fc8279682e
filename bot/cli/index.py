"""`pinpoint index`: bring the index up to date with a folder of documents."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.index import Progress, SyncReport


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("index")(index)


def index(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]",
            help="Folder of documents; when left out PINPOINT_CORPUS, or the folder indexed last, or seeds.",
        ),
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Begin anew: after a change of embeddings, or when the index is damaged.")
    ] = False,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Fail at once when another process is indexing, instead of waiting.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")] = False,
) -> None:
    """Index a folder, or bring its index up to date.

    Only what changed since the last run is embedded. Progress and files that cannot be read are reported on standard
    error, one sentence each; the result is printed on standard output. Questions can be asked meanwhile: they are
    answered from the last complete index until the new one is ready.
    """
    from bot.index.build import sync
    from bot.settings import Settings

    settings = Settings.load(corpus=folder)
    progress = _progress()
    try:
        report = sync(settings, progress=progress, rebuild=rebuild, wait=not no_wait)
    finally:
        progress.stop()
    for problem in report.problems:
        print(f"pinpoint: {problem.message}", file=sys.stderr)
    if report.skipped:
        print(f"pinpoint: {_skipped(report.skipped)}", file=sys.stderr)
    print(_as_json(report) if as_json else _as_text(report))


def _as_text(report: SyncReport) -> str:
    size = f"{_count(report.files, 'file')}, {_count(report.paragraphs, 'paragraph')}"
    if not report.changed:
        return f"Nothing has changed: {size} ({report.seconds:.2f} s)."
    changes = [f"{_count(report.embedded, 'text')} embedded", f"{report.reused} reused"]
    if report.added:
        changes.append(f"{_count(report.added, 'file')} new or changed")
    if report.removed:
        changes.append(f"{_count(report.removed, 'file')} removed")
    if report.problems:
        changes.append(_count(len(report.problems), "problem"))
    return f"Indexed {size} from {report.root} in {report.seconds:.1f} s: {', '.join(changes)}."


def _skipped(files: Sequence[str]) -> str:
    named = ", ".join(map(repr, files[:5])) + (", …" if len(files) > 5 else "")
    return f"{_count(len(files), 'file')} left aside, of kinds that are not read (see docs/operations.md): {named}"


def _as_json(report: SyncReport) -> str:
    import json
    from dataclasses import asdict

    return json.dumps(asdict(report), ensure_ascii=False)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


class _Lines:
    """Progress where nobody watches a terminal: a line now and then."""

    def __init__(self) -> None:
        self._total = self._done = 0
        self._started = self._last = time.monotonic()

    def start(self, total: int) -> None:
        """So many texts have to be embedded or looked up."""
        self._total, self._done = total, 0
        self._started = self._last = time.monotonic()
        self.say(f"{_count(total, 'text')} to embed")

    def advance(self, count: int) -> None:
        """So many more are done; said every ten seconds."""
        self._done += count
        now = time.monotonic()
        if now - self._last >= 10 and self._done < self._total:
            self._last = now
            rate = self._done / (now - self._started)
            left = (self._total - self._done) / rate
            self.say(f"{self._done:,} of {self._total:,} texts embedded, {rate:.1f} a second, {left:.0f} s left")

    def say(self, message: str) -> None:
        """Something a reader wants to know."""
        print(f"pinpoint: {message}", file=sys.stderr, flush=True)

    def stop(self) -> None:
        """Nothing to tidy up."""


class _Bar:
    """Progress on a terminal: a bar with rate and time left."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task("Embedding", total=None, visible=False, rate="")
        self._started = time.monotonic()
        self._done = 0

    def start(self, total: int) -> None:
        """So many texts have to be embedded or looked up."""
        self._started, self._done = time.monotonic(), 0
        self._progress.reset(self._task, total=total, visible=True)
        self._progress.start()

    def advance(self, count: int) -> None:
        """So many more are done."""
        self._done += count
        rate = self._done / max(time.monotonic() - self._started, 1e-9)
        self._progress.update(self._task, advance=count, rate=f"{rate:.1f}/s")

    def say(self, message: str) -> None:
        """Something a reader wants to know."""
        self._progress.console.print(f"pinpoint: {message}", markup=False, highlight=False)

    def stop(self) -> None:
        """Take the bar away."""
        self._progress.stop()


def _progress() -> _Bar | _Lines:
    return _Bar() if sys.stderr.isatty() else _Lines()


if TYPE_CHECKING:
    _checked: tuple[type[Progress], type[Progress]] = (_Bar, _Lines)
