"""`pinpoint eval retrieval` and `pinpoint eval calibrate`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.embeddings import Embedder

SquadFiles = Annotated[
    list[Path], typer.Option("--squad", help="SQuAD-format file of one language; repeat for a mixed corpus.")
]
Seeds = Annotated[str, typer.Option("--seeds", help="Comma-separated; each makes one mix.")]
Sample = Annotated[int, typer.Option("--sample", min=1, help="Ask every so manieth question.")]


def retrieval_command(
    squad: SquadFiles,
    seeds: Seeds = "0,1,2",
    sample: Sample = 1,
    leave_out: Annotated[
        float, typer.Option("--leave-out", min=0, max=0.95, help="Also remove this share and measure the confidence.")
    ] = 0.0,
    ablation: Annotated[bool, typer.Option("--ablation", help="Also measure the method step by step.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure retrieval on a mixed-language corpus, beside the usual LangChain recipes on the same embeddings."""
    from eval.retrieval.bench import Plan, run
    from eval.retrieval.squad import read_squad

    plan = Plan(_seeds(seeds), sample, leave_out, ablation)
    result = run([read_squad(path) for path in squad], plan, cached_embedders(), say)
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
        return
    from rich.console import Console

    from eval.retrieval.report import tables

    console = Console(width=None if sys.stdout.isatty() else 150)
    for table in tables(result):
        console.print(table)


def calibrate_command(
    squad: SquadFiles,
    seeds: Seeds = "0,1,2,3",
    sample: Sample = 3,
    leave_out: Annotated[float, typer.Option("--leave-out", min=0.05, max=0.95, help="Share removed.")] = 0.5,
    out: Annotated[
        Path | None, typer.Option("--out", help="Where to write; default: the calibration that ships.")
    ] = None,
) -> None:
    """Fit the confidence anew: every pair of the given languages, with questions whose paragraph was removed."""
    from eval.retrieval.calibrate import calibrate
    from eval.retrieval.squad import read_squad

    calibration = calibrate(
        [read_squad(path) for path in squad], _seeds(seeds), sample, leave_out, cached_embedders(), say,
        names=[path.name for path in squad],
    )  # fmt: skip
    target = out or Path(__file__).resolve().parents[2] / "bot" / "retrieval" / "calibration.json"
    target.write_text(calibration.to_json(), "utf-8")
    typer.echo(json.dumps(dict(calibration.provenance), ensure_ascii=False, indent=2))


def register(eval_app: typer.Typer) -> None:
    """Add the commands to `pinpoint eval`."""
    eval_app.command("retrieval")(retrieval_command)
    eval_app.command("calibrate")(calibrate_command)


def _seeds(text: str) -> tuple[int, ...]:
    try:
        seeds = tuple(int(part) for part in text.split(","))
    except ValueError:
        raise UsageError(f"--seeds {text!r} is not a list of whole numbers such as 0,1,2") from None
    return tuple(dict.fromkeys(seeds))


def cached_embedders() -> Mapping[str, Embedder]:
    """The embedders that the settings name, by space; what they embedded once is remembered across runs."""
    from bot.embeddings import open_cache
    from bot.index.spaces import space_embedders
    from bot.settings import Settings
    from eval.retrieval.cached import cached

    settings = Settings.load()
    cache = open_cache(settings)
    return {space: cached(embedder, cache) for space, embedder in space_embedders(settings).items()}


def say(message: str) -> None:
    """Tell on standard error how a measurement gets on."""
    sys.stderr.write(f"{message}\n")
