"""Two runs side by side: what changed, and which questions flipped."""

from __future__ import annotations

import json

from rich.console import Console
from rich.table import Table

from eval.gate.compare import Comparisons
from eval.report.words import powers


def print_comparison(console: Console, comparisons: Comparisons, *, alpha: float = 0.05) -> None:
    """Print a table of measures and the questions that flipped."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Measure")
    for title in ("before", "after", "change", "lost", "gained", "n", "p (worse)"):
        table.add_column(title, justify="right")
    for item in comparisons.items:
        style = "red" if item.p <= alpha else "green" if item.delta > 0 else None
        cells = (f"{item.before:.3f}", f"{item.after:.3f}", f"{item.delta:+.3f}")
        flips = (str(len(item.lost)), str(len(item.gained)), str(item.n), f"{item.p:.4f}")
        table.add_row(item.measure.title, *cells, *flips, style=style)
    console.print(table)
    for item in comparisons.items:
        for word, ids in (("lost", item.lost), ("gained", item.gained)):
            if ids:
                console.print(f"{item.measure.title}, {word}: {', '.join(ids)}", highlight=False, markup=False)
    parts = [f"{comparisons.shared} questions in both"]
    parts += [f"{len(comparisons.changed)} changed and left out"] if comparisons.changed else []
    parts += (
        [f"{comparisons.added} new", f"{comparisons.removed} gone"] if comparisons.added + comparisons.removed else []
    )
    console.print(", ".join(parts), highlight=False)
    if comparisons.items:
        console.print(powers(max((i.detectable for i in comparisons.items), key=lambda d: d.n)), style="dim")


def comparison_json(comparisons: Comparisons) -> str:
    """The comparison for machines."""
    items = [
        {
            "measure": item.measure.name, "n": item.n, "before": round(item.before, 6), "after": round(item.after, 6),
            "p": item.p, "lost": item.lost, "gained": item.gained,
        }
        for item in comparisons.items
    ]  # fmt: skip
    tree = {"shared": comparisons.shared, "changed": comparisons.changed, "measures": items}
    return json.dumps(tree, ensure_ascii=False, sort_keys=True)
