"""`pinpoint eval evidence`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def evidence_command(
    squad: Annotated[list[Path], typer.Option("--squad", help="SQuAD-format file of one language; repeat.")],
    seeds: Annotated[str, typer.Option("--seeds", help="Comma-separated; each makes one mix.")] = "0,1",
    sample: Annotated[int, typer.Option("--sample", min=1, help="Ask every so manieth question.")] = 6,
    leave_out: Annotated[float, typer.Option("--leave-out", min=0.05, max=0.95, help="Share removed.")] = 0.5,
    out: Annotated[Path | None, typer.Option("--out", help="Where to write the fit; default: nowhere.")] = None,
) -> None:
    """Measure when quoting declines, and fit it anew, on mixes from which paragraphs or sentences were removed."""
    from eval.evidence.fit import measure
    from eval.retrieval.cli import _embedders as embedders
    from eval.retrieval.cli import _say as say
    from eval.retrieval.cli import _seeds as read_seeds

    fitted, report = measure(squad, read_seeds(seeds), sample, leave_out, embedders(), say)
    if out is not None:
        out.write_text(fitted.to_json(), "utf-8")
    typer.echo(json.dumps(report, indent=2))


def register(eval_app: typer.Typer) -> None:
    """Add the command to `pinpoint eval`."""
    eval_app.command("evidence")(evidence_command)
