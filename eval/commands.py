"""What the commands under `pinpoint eval` do, apart from their options."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from eval.gate import codes

if TYPE_CHECKING:
    from eval.gate.baseline import Baseline
    from eval.gate.decide import Verdict
    from eval.measures.results import Results
    from eval.report.write import Wanted
    from eval.run.records import Run

AREAS = ("golden", "retrieval", "practice", "citations")
"""Other areas that may add commands."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is about."""

    golden: tuple[Path, ...]
    """Golden files or folders."""
    corpus: Path
    """Folder of documents."""
    split: str = "all"
    """`dev`, `test` or `all`."""
    model: str | None = None
    """`provider:name`, `quote`, or None for the configured one."""
    judge: str | None = None
    """`provider:name` of a judge."""
    jobs: int = 2
    """Questions asked at once."""
    limit: int | None = None
    """Only the first so many questions."""
    resume: bool = False
    """Take up an interrupted run."""
    fresh: bool = False
    """Leave the cache of answers alone."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What a run is held against."""

    apply: bool = True
    """Whether the gate decides, or figures are only reported."""
    thresholds: Path | None = None
    """Floors; those beside the golden set when None."""
    baseline: Path | None = None
    """Run to compare with; the one beside the golden set when None."""


def do_run(asked: Asked, wanted: Wanted, gate: Gate, *, as_json: bool = False, update_baseline: bool = False) -> None:
    """Ask, measure, report, and leave with the gate's code."""
    from eval.measures.results import evaluate
    from eval.run.execute import read_questions

    questions = read_questions(asked.golden, asked.split)[: asked.limit]
    results = evaluate(_ask(asked, questions, wanted.out))
    thresholds, baseline = _beside(asked.golden[0], gate)
    if update_baseline:
        _update_baseline(results, baseline, partial=asked.split != "all" or asked.limit is not None)
    verdict = _decide(results, thresholds, baseline, must=gate.thresholds is not None) if gate.apply else None
    _report(results, verdict, wanted, as_json=as_json)


def _ask(asked: Asked, questions: tuple[object, ...], out: Path | None) -> Run:
    from eval.run.cache import AnswerCache
    from eval.run.execute import execute
    from eval.run.product import SCRATCH, open_product

    product = open_product(asked.corpus, model=asked.model)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with AnswerCache(SCRATCH / "answers.sqlite3") as cache, Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Asking", total=len(questions))
        run = execute(
            product, questions, split=asked.split, out=out, jobs=asked.jobs, resume=asked.resume,  # type: ignore[arg-type]
            cache=None if asked.fresh else cache, progress=lambda done, _all, _record: bar.update(task, completed=done),
        )  # fmt: skip
        if asked.judge is not None:
            from eval.run.judge import judge_run

            run = judge_run(run, asked.judge, product.settings, out=out, jobs=asked.jobs)
    return run


def do_score(answers: Path, wanted: Wanted, gate: Gate, *, as_json: bool = False) -> None:
    """Measure recorded answers and report."""
    from eval.golden import DEFAULT_GOLDEN
    from eval.measures.results import evaluate
    from eval.run.records import read_run

    results = evaluate(read_run(answers))
    asked = gate.apply or gate.thresholds is not None or gate.baseline is not None
    thresholds, baseline = _beside(DEFAULT_GOLDEN, gate)
    verdict = _decide(results, thresholds, baseline, must=gate.thresholds is not None) if asked else None
    _report(results, verdict, wanted, as_json=as_json)


def do_compare(before: Path, after: Path, *, as_json: bool = False) -> None:
    """Print what changed between two runs; leave with 1 when the second is worse."""
    from eval.gate.compare import compare
    from eval.report.comparison import comparison_json, print_comparison

    old, new = _read_side(before), _read_side(after)
    comparisons = compare(old, new)
    if as_json:
        sys.stdout.write(comparison_json(comparisons) + "\n")
    else:
        print_comparison(Console(), comparisons)
    worse = any(item.p <= 0.05 for item in comparisons.items)
    _leave(codes.FAILED if worse else codes.PASSED if comparisons.shared else codes.TOO_FEW)


def _read_side(path: Path) -> Baseline:
    from eval.gate.baseline import make_baseline, read_baseline
    from eval.measures.results import evaluate
    from eval.run.records import read_run

    if path.suffix == ".json":
        found = read_baseline(path)
        if found is not None:
            return found
    return make_baseline(evaluate(read_run(path)))


def do_harvest(feedback: Path | None, out: Path) -> None:
    """Write candidate golden questions from feedback."""
    from bot.settings import Settings
    from eval.harvest import harvest

    count = harvest(Settings.load(), feedback, out)
    Console(stderr=True).print(f"{count} candidates in {out}: confirm each by hand before it joins the golden set")


def do_selftest(only: list[str], *, write: Path | None, as_json: bool) -> None:
    """Plant faults and see that the gate bites."""
    from eval.selftest.main import selftest

    _leave(codes.PASSED if selftest(only, write=write, as_json=as_json) else codes.FAILED)


def _beside(golden: Path, gate: Gate) -> tuple[Path, Path]:
    """Floors and baseline of a golden set: the shipped ones for the shipped set, else those in its folder."""
    from eval.gate.baseline import SHIPPED as BASELINE
    from eval.gate.thresholds import SHIPPED as THRESHOLDS
    from eval.golden import DEFAULT_GOLDEN

    folder = (golden if golden.is_dir() else golden.parent).resolve()
    if folder == DEFAULT_GOLDEN.resolve():
        return gate.thresholds or THRESHOLDS, gate.baseline or BASELINE
    return gate.thresholds or folder / "thresholds.toml", gate.baseline or folder / "baseline.json"


def _decide(results: Results, thresholds: Path, baseline: Path, *, must: bool) -> Verdict:
    """Apply the gate; a set of one's own without floors is compared with its baseline only."""
    from eval.gate.baseline import read_baseline
    from eval.gate.decide import decide
    from eval.gate.thresholds import Thresholds, read_thresholds

    asked = read_thresholds(thresholds) if must or thresholds.is_file() else Thresholds()
    return decide(results, asked, read_baseline(baseline))


def _update_baseline(results: Results, path: Path, *, partial: bool) -> None:
    from bot.errors import UsageError
    from eval.gate.baseline import make_baseline, read_baseline, write_baseline
    from eval.gate.compare import compare
    from eval.report.comparison import print_comparison

    failed = [outcome.id for outcome in results.outcomes if outcome.record.failure is not None]
    if partial or failed:
        why = f"{len(failed)} questions crashed, {failed[0]!r} first" if failed else "only a part of the set was asked"
        raise UsageError(f"the baseline {str(path)!r} is not replaced: {why}; run the whole set without a crash")
    new, old = make_baseline(results), read_baseline(path)
    write_baseline(path, new)
    console = Console(stderr=True)
    console.print(f"Baseline written to {path} ({len(new.questions)} questions)")
    if old is not None:
        print_comparison(console, compare(old, new))


def _report(results: Results, verdict: Verdict | None, wanted: Wanted, *, as_json: bool) -> NoReturn:
    from eval.measures.results import as_json as measures_json
    from eval.report.terminal import print_report
    from eval.report.write import verdict_tree, write_reports

    written = write_reports(results, verdict, wanted)
    if as_json:
        tree = {"measures": json.loads(measures_json(results)), "verdict": verdict_tree(verdict)}
        sys.stdout.write(json.dumps(tree, ensure_ascii=False, sort_keys=True) + "\n")
    else:
        width = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else 120
        print_report(Console(width=width), results, verdict)
    for path in written:
        Console(stderr=True).print(f"Written: {path}", style="dim", highlight=False)
    _leave(verdict.code if verdict is not None else codes.PASSED)


def _leave(code: int) -> NoReturn:
    raise typer.Exit(code)
