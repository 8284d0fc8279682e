"""The commands under `pinpoint eval`; other areas of `eval` add theirs in `<area>/cli.py`."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from eval.commands import AREAS, Asked, Gate, do_compare, do_harvest, do_run, do_score, do_selftest
from eval.report.write import Wanted

Split = Literal["dev", "test", "all"]

_Thresholds = Annotated[Path | None, typer.Option("--thresholds", help="Floors; default: those beside the golden set.")]
_Baseline = Annotated[Path | None, typer.Option("--baseline", help="Run to compare with; default: the one beside it.")]
_Out = Annotated[Path | None, typer.Option("--out", help="Folder for answers and every report.")]
_Summary = Annotated[
    Path | None, typer.Option("--summary", envvar="GITHUB_STEP_SUMMARY", help="File that Markdown is appended to.")
]
_Junit = Annotated[Path | None, typer.Option("--junit", help="File for JUnit XML.")]
_Html = Annotated[Path | None, typer.Option("--html", help="File for the HTML page.")]
_Json = Annotated[bool, typer.Option("--json", help="Print the measures and the verdict as JSON.")]
_Gate = Annotated[bool, typer.Option("--gate/--no-gate", help="Apply floors and baseline, or only report.")]
_Update = Annotated[bool, typer.Option("--update-baseline", help="Write the baseline anew and show what changed.")]


def run_default(*, update_baseline: bool = False) -> None:
    """The shipped questions about the seeds, quoting, with the gate."""
    from eval.golden import DEFAULT_GOLDEN
    from eval.run.product import SCRATCH, SEEDS

    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    wanted = Wanted(out=SCRATCH / "latest", summary=Path(summary) if summary else None)
    asked = Asked(golden=(DEFAULT_GOLDEN,), corpus=SEEDS, model="quote")
    do_run(asked, wanted, Gate(), update_baseline=update_baseline)


def _run(
    golden: Annotated[
        list[Path] | None, typer.Option("--golden", help="Golden file or folder; may be repeated.")
    ] = None,
    corpus: Annotated[Path | None, typer.Option("--corpus", help="Folder of documents; default: seeds.")] = None,
    split: Annotated[Split, typer.Option("--split", help="Which questions to ask.")] = "all",
    model: Annotated[str | None, typer.Option("--model", help="`provider:name`, or `quote`.")] = None,
    judge: Annotated[str | None, typer.Option("--judge", help="`provider:name` of a model that judges too.")] = None,
    out: _Out = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=64, help="Questions asked at once.")] = 2,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Ask only the first questions.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Take up what an interrupted run left in --out.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask again what is in the cache of answers.")] = False,
    thresholds: _Thresholds = None,
    baseline: _Baseline = None,
    gate: _Gate = True,
    update_baseline: _Update = False,
    summary: _Summary = None,
    junit: _Junit = None,
    html: _Html = None,
    as_json: _Json = False,
) -> None:
    """Ask golden questions and measure the answers."""
    from eval.golden import DEFAULT_GOLDEN
    from eval.run.product import SEEDS

    asked = Asked(
        golden=tuple(golden or [DEFAULT_GOLDEN]),
        corpus=corpus or SEEDS,
        split=split,
        model=model,
        judge=judge,
        jobs=jobs,
        limit=limit,
        resume=resume,
        fresh=fresh,
    )
    wanted = Wanted(out=out, summary=summary, junit=junit, html=html)
    do_run(asked, wanted, Gate(gate, thresholds, baseline), as_json=as_json, update_baseline=update_baseline)


def _score(
    answers: Annotated[Path, typer.Argument(help="answers.jsonl of a run, or its folder.")],
    out: _Out = None,
    thresholds: _Thresholds = None,
    baseline: _Baseline = None,
    gate: Annotated[bool, typer.Option("--gate/--no-gate", help="Apply floors and baseline too.")] = False,
    summary: _Summary = None,
    junit: _Junit = None,
    html: _Html = None,
    as_json: _Json = False,
) -> None:
    """Measure recorded answers again. The same answers give the same bytes."""
    wanted = Wanted(out=out, summary=summary, junit=junit, html=html)
    do_score(answers, wanted, Gate(gate, thresholds, baseline), as_json=as_json)


def _compare(
    before: Annotated[Path, typer.Argument(help="Answers or baseline of the old run.")],
    after: Annotated[Path, typer.Argument(help="Answers or baseline of the new run.")],
    as_json: _Json = False,
) -> None:
    """Compare two runs question by question. Exit 1 when the second is worse."""
    do_compare(before, after, as_json=as_json)


def _harvest(
    out: Annotated[Path, typer.Option("--out", help="File for the candidates.")] = Path("candidates.jsonl"),
    feedback: Annotated[
        Path | None, typer.Option("--feedback", help="Stored feedback; default: the web's own.")
    ] = None,
) -> None:
    """Turn readers' verdicts into golden questions. They are candidates, for a person to confirm."""
    do_harvest(feedback, out)


def _selftest(
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Name of a fault or change; may be repeated.")
    ] = None,
    write: Annotated[Path | None, typer.Option("--write", help="Document whose table is replaced.")] = None,
    as_json: _Json = False,
) -> None:
    """Plant faults and see that the gate bites. It must fail for each, and for no harmless change."""
    do_selftest(only or [], write=write, as_json=as_json)


def build() -> typer.Typer:
    """The whole group, with the commands that other areas add."""
    app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    app.command("run")(_run)
    app.command("score")(_score)
    app.command("compare")(_compare)
    app.command("harvest")(_harvest)
    app.command("selftest")(_selftest)
    for area in AREAS:
        name = f"eval.{area}.cli"
        if find_spec(f"eval.{area}") is not None and find_spec(name) is not None:
            cast("object", import_module(name).register(app))
    return app
