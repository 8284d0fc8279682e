"""`pinpoint eval practice`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from eval.practice.measure import Row


def practice_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure finding and declining on six corpora of our own that are neither the seeds nor a benchmark."""
    from eval.practice.measure import measure
    from eval.retrieval.cli import cached_embedders, say

    rows = measure(cached_embedders(), say)
    names = list(dict.fromkeys(row.corpus for row in rows))
    table = {name: summary([row for row in rows if row.corpus == name]) for name in names} | {"all": summary(rows)}
    if as_json:
        typer.echo(json.dumps(table))
        return
    from rich.console import Console
    from rich.table import Table

    shown = Table("corpus", *COLUMNS)
    for name, figures in table.items():
        shown.add_row(name, *(_cell(figures[column]) for column in COLUMNS))
    Console(width=None if sys.stdout.isatty() else 150).print(shown)


_ANSWERABLE, _CROSS, _UNANSWERABLE, _FOREIGN = (
    lambda row: row.scope == "answerable",
    lambda row: row.scope == "answerable" and row.cross,
    lambda row: row.scope == "unanswerable",
    lambda row: row.scope == "out_of_scope",
)


def _within(rank: int) -> Callable[[Row], bool]:
    return lambda row: row.rank is not None and row.rank <= rank


COLUMNS: dict[str, tuple[Callable[[Row], bool], Callable[[Row], bool]]] = {
    "hit@1": (_ANSWERABLE, _within(1)),
    "hit@5": (_ANSWERABLE, _within(5)),
    "hit@10": (_ANSWERABLE, _within(10)),
    "cross hit@5": (_CROSS, _within(5)),
    "first citation right": (lambda row: row.scope == "answerable" and row.answered, lambda row: row.right),
    "answered": (_ANSWERABLE, lambda row: row.answered),
    "unanswerable declined": (_UNANSWERABLE, lambda row: not row.answered),
    "out of scope declined": (_FOREIGN, lambda row: not row.answered),
}
"""Which questions a column is about, and what counts."""


def summary(rows: Sequence[Row]) -> dict[str, tuple[int, int]]:
    """By column, how many of how many."""
    return {
        column: (sum(counts(row) for row in rows if about(row)), sum(about(row) for row in rows))
        for column, (about, counts) in COLUMNS.items()
    }


def _cell(figure: tuple[int, int]) -> str:
    return f"{figure[0] / figure[1]:.3f} ({figure[0]}/{figure[1]})" if figure[1] else "-"


def register(eval_app: typer.Typer) -> None:
    """Add the command to `pinpoint eval`."""
    eval_app.command("practice")(practice_command)
