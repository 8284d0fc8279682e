"""The benchmark's figures as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

_COLUMNS = (
    ("overall", "hit@1"), ("overall", "hit@5"), ("overall", "hit@10"), ("overall", "mrr"), ("overall", "ndcg@10"),
    ("same", "hit@1"), ("same", "hit@5"), ("cross", "hit@1"), ("cross", "hit@5"),
)  # fmt: skip


def tables(result: Mapping[str, Any]) -> list[Table]:
    """One table of systems, one of pairs, one of the confidence, and one of the steps when they were measured."""
    systems: Mapping[str, Any] = result["systems"]
    out = [_measures("Systems (95 % interval)", systems, intervals=True)]
    pairs = Table(title="hit@1 and hit@5 by question and paragraph language")
    pairs.add_column("pair")
    for name in systems:
        pairs.add_column(name, justify="right")
    for pair in systems["pinpoint"]["pairs"]:
        cells = [systems[name]["pairs"][pair] for name in systems]
        pairs.add_row(pair, *(f"{_cell(cell['hit@1'])} {_cell(cell['hit@5'])}" for cell in cells))
    out.append(pairs)
    if systems["pinpoint"]["auroc"] is not None:
        doubt = Table(title="Is the answer in the corpus?")
        for title in ("system", "AUROC", "precision", "recall", "unanswerable rejected"):
            doubt.add_column(title, justify="left" if title == "system" else "right")
        for name, values in systems.items():
            found = values.get("answerability")
            if found:
                keys = ("auroc", "precision", "recall", "rejected")
                doubt.add_row(name, *(_cell(found.get(key)) for key in keys))
        out.append(doubt)
    if "ablation" in result:
        out.append(_measures("Steps", result["ablation"], intervals=False))
    return out


def _measures(title: str, systems: Mapping[str, Any], *, intervals: bool) -> Table:
    table = Table(title=title)
    table.add_column("")
    shown = [(group, name) for group, name in _COLUMNS if any(values[group]["n"] for values in systems.values())]
    for group, name in shown:
        table.add_column(f"{group}\n{name}", justify="right")
    for system, values in systems.items():
        cells = []
        for group, name in shown:
            cell = _cell(values[group][name])
            if intervals and name in values[group]["interval"]:
                low, high = values[group]["interval"][name]
                cell += f"\n{_cell(low)}-{_cell(high)}"
            cells.append(cell)
        table.add_row(system, *cells)
    return table


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".removeprefix("0") if value < 1 else "1.00"
