"""`pinpoint eval citations`: how many wrong citations the check takes away, and how many right ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from eval.citations.measure import (
    PAIRS,
    Count,
    Pair,
    Split,
    accept_all,
    as_json,
    lexical,
    measure,
    read_pairs,
    slices,
    table,
)

AIMS = {"number": 0.95, "negation": 0.95, "paragraph": 0.95}
"""Least share of altered sentences that must lose their citation."""
MOST_LOST = 0.10
"""Largest share of right sentences that may lose it."""


def register(eval_app: typer.Typer) -> None:
    """Add the command under `pinpoint eval`."""
    eval_app.command("citations", help="Measure the check of citations on labelled pairs.")(citations)


def citations(
    pairs: Annotated[Path, typer.Option("--pairs", help="JSON lines of pairs; default: the shipped ones.")] = PAIRS,
    split: Annotated[Split, typer.Option("--split", help="dev, dev2, heldout2, heldout3, heldout4 or all.")] = "all",
    failures: Annotated[bool, typer.Option("--failures", help="Also list every pair that was judged wrongly.")] = False,
    json_out: Annotated[bool, typer.Option("--json", help="Print the figures as one JSON object.")] = False,
) -> None:
    """Print, for every kind of change, the share that loses its citation, with Wilson intervals and a lexical baseline.

    Exit 1 when an aim of the project is missed on the chosen pairs.
    """
    from bot.citations import Checker

    chosen = read_pairs(pairs, split)
    ours = measure(chosen, accept_all(Checker()))
    baseline = measure(chosen, lexical)
    counts = table(ours)
    missed = aims_missed(counts)
    if json_out:
        found = {"pairs": len(chosen), "check": as_json(counts), "lexical": as_json(table(baseline)), "missed": missed}
        found["slices"] = {name: as_json(part) for name, part in slices(ours).items()}
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        _print(chosen, counts, table(baseline), slices(ours))
        for line in missed:
            typer.echo(f"missed: {line}")
    if failures:
        for pair, kept in ours:
            if kept != pair.supported:
                typer.echo(
                    f"{pair.split} {pair.kind} {pair.id} [{pair.language} on {pair.paragraph_language}] {pair.sentence}"
                )
    if missed:
        raise typer.Exit(1)


def aims_missed(counts: dict[str, Count]) -> list[str]:
    """The project's aims that these counts do not reach, one sentence each."""
    missed = [
        f"{kind}: {counts[kind].share:.3f} of altered sentences lose the citation, the aim is {aim}"
        for kind, aim in AIMS.items()
        if kind in counts and (counts[kind].share or 0) < aim
    ]
    lost = counts.get("right lost")
    if lost is not None and (lost.share or 0) > MOST_LOST:
        missed.append(f"right: {lost.share:.3f} of right sentences lose the citation, the aim is at most {MOST_LOST}")
    return missed


def _print(
    pairs: list[Pair], counts: dict[str, Count], baseline: dict[str, Count], parts: dict[str, dict[str, Count]]
) -> None:
    typer.echo(f"{len(pairs)} pairs; share of sentences that lose their citation, and kept citations that are right\n")
    typer.echo(f"{'':12} {'check':>20} {'95 % interval':>16} {'lexical':>9}")
    for name, count in counts.items():
        other = baseline.get(name)
        low, high = count.interval.low, count.interval.high
        lexical_share = f"{other.share:.3f}" if other and other.share is not None else "-"
        ours = f"{count.hits:>6} of {count.of:<4} {count.share or 0:6.3f}"
        typer.echo(f"{name:12} {ours}   {low:.3f} to {high:.3f} {lexical_share:>9}")
    typer.echo("")
    for name, part in parts.items():
        altered = Count(
            sum(c.hits for k, c in part.items() if k not in {"right lost", "precision", "accuracy"}),
            sum(c.of for k, c in part.items() if k not in {"right lost", "precision", "accuracy"}),
        )
        lost = part.get("right lost", Count(0, 0))
        typer.echo(
            f"{name:18} altered: {altered.hits} of {altered.of} lose it   right: {lost.hits} of {lost.of} lose it"
        )
