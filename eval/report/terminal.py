"""The run as tables in a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from eval.gate.decide import Verdict
from eval.measures.registry import MEASURES
from eval.measures.results import Results
from eval.report.words import GROUPS, SLICE_MEASURES, change, described, headline, interval, powers, shown

_MARK = {
    "held": "[green]held[/]",
    "missed": "[red]missed[/]",
    "cannot tell": "[yellow]cannot tell[/]",
    "not asked": "–",
}


def print_report(console: Console, results: Results, verdict: Verdict | None, *, slices: bool = True) -> None:
    """Print figures, slices, floors and the verdict.

    Args:
        console: where to.
        results: of the run.
        verdict: of the gate, or None when it was not applied.
        slices: print the tables by slice too.
    """
    console.print(described(results), highlight=False)
    console.print(_figures(results, verdict))
    if slices:
        console.print(_slices(results))
    if verdict is None:
        return
    if verdict.floors:
        console.print(_floors(verdict))
    for item in _distinct_powers(verdict):
        console.print(item, style="dim", highlight=False)
    for note in verdict.notes:
        console.print(f"Note: {note}", highlight=False, style="yellow")
    for reason in verdict.reasons:
        console.print(f"• {reason}", highlight=False, style="red", markup=False)
    console.print(headline(verdict), style="bold green" if verdict.passed else "bold red")


def _figures(results: Results, verdict: Verdict | None) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Measure")
    table.add_column("Value", justify="right")
    table.add_column("95 % interval")
    table.add_column("n", justify="right")
    compared = (
        {item.measure.name: item for item in verdict.comparisons.items} if verdict and verdict.comparisons else {}
    )
    if compared:
        table.add_column("Against the baseline")
    group = ""
    for measure in MEASURES:
        figure = results.figures.get(measure.name)
        if figure is None:
            continue
        if measure.group != group:
            group = measure.group
            table.add_row(f"[bold]{GROUPS[group]}[/]")
        row = [f"  {measure.title}", shown(figure), interval(figure), str(figure.n)]
        table.add_row(*row, *([change(compared.get(measure.name))] if compared else []))
    return table


def _slices(results: Results) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Slice")
    table.add_column("questions", justify="right")
    for name in SLICE_MEASURES:
        table.add_column(name, justify="right")
    table.add_column("abstained", justify="right")
    for name, found in results.slices.items():
        if name.startswith(("split+", "pair:")):
            continue
        abstained = found.get("abstained_unanswerable") or found.get("abstained_out_of_scope")
        table.add_row(
            name, str(results.sizes[name]), *(shown(found.get(column)) for column in SLICE_MEASURES), shown(abstained)
        )
    return table


def _floors(verdict: Verdict) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("Floor", "Measured", "n", ""):
        table.add_column(title)
    for result in verdict.floors:
        n = str(result.figure.n) if result.figure else "0"
        table.add_row(result.floor.name, shown(result.figure), n, _MARK[result.held])
    return table


def _distinct_powers(verdict: Verdict) -> list[str]:
    if verdict.comparisons is None:
        return []
    wanted = ("hit@1", "abstained_unanswerable", "abstained_out_of_scope")
    return [
        f"{item.measure.title}: {powers(item.detectable)}"
        for item in verdict.comparisons.items
        if item.measure.name in wanted
    ]
