"""Runs the golden questions once as the product is and once for every planted change, and applies the gate to each."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.errors import UsageError
from bot.settings import Settings
from bot.types import Draft, Retrieval
from eval.gate.baseline import Baseline, make_baseline, read_baseline
from eval.gate.decide import Verdict, decide
from eval.gate.thresholds import Thresholds, read_thresholds
from eval.golden import DEFAULT_GOLDEN, Question
from eval.measures.results import Results, evaluate
from eval.measures.slices import ALL
from eval.run.ask import Ask, ask_all
from eval.run.execute import read_questions
from eval.run.product import SEEDS, Product, open_product
from eval.run.records import Header, Run
from eval.selftest import faults_found, faults_said, harmless, scripted
from eval.selftest.memory import drafts, remembering, searches
from eval.selftest.plant import Change, unchanged
from eval.selftest.table import Bite, replace_table

FAULTS: tuple[Change, ...] = (*faults_found.FAULTS, *faults_said.FAULTS, *scripted.FAULTS)
"""Every planted fault."""

_AFTER_QUOTING = {"quoting", "citations", "answer", "harmless"}
"""Stages whose changes lie after the choice of what to quote."""


def selftest(only: Sequence[str] = (), *, write: Path | None = None, as_json: bool = False) -> bool:
    """Plant every change, print a table, and tell whether the gate was right every time.

    Args:
        only: names of changes; all when empty.
        write: Markdown document whose table is replaced.
        as_json: print JSON in place of the table.

    Raises:
        UsageError: a name is unknown.
    """
    changes = choose(only)
    console = Console(stderr=as_json, width=150)
    bites = list(run_changes(changes, read_questions([DEFAULT_GOLDEN]), console))
    wrong = [bite for bite in bites if not bite.right]
    if as_json:
        sys.stdout.write(json.dumps([{**asdict(b), "right": b.right} for b in bites], ensure_ascii=False) + "\n")
    faults = sum(bite.fault for bite in bites)
    console.print(
        f"{faults} faults, {sum(b.fault and b.right for b in bites)} caught; {len(bites) - faults} harmless changes, "
        f"{sum(not b.fault and b.right for b in bites)} passed; {sum(b.seconds for b in bites):.0f} s"
    )
    if write is not None and not only:
        replace_table(write, bites)
    return not wrong


def choose(only: Sequence[str]) -> tuple[Change, ...]:
    """The changes of these names, or all.

    Raises:
        UsageError: a name is unknown.
    """
    every = (*FAULTS, *harmless.CHANGES)
    known = {change.name for change in every}
    if unknown := sorted(set(only) - known):
        raise UsageError(f"no fault or change is called {unknown[0]!r}: choose from {', '.join(sorted(known))}")
    return tuple(change for change in every if not only or change.name in only)


def run_changes(
    changes: Sequence[Change], questions: Sequence[Question], console: Console, *, base: Settings | None = None
) -> Iterator[Bite]:
    """Ask all questions as the product is and for each change, and apply the gate.

    The product as it is is compared with the committed baseline, each change with the product as it is.

    Args:
        changes: what to plant.
        questions: golden questions.
        console: where to print each line.
        base: settings to start from; read from the environment when left out.

    Yields:
        What the gate said, the product as it is first.
    """
    from bot.embeddings import make_embedder
    from bot.index.spaces import space_embedders

    product = open_product(SEEDS, model="quote", base=base)
    thresholds = read_thresholds()
    embedders = [make_embedder(product.settings), *space_embedders(product.settings).values()]
    nothing = Change("nothing", "harmless", "The product as it is, against the committed baseline.", unchanged)
    with remembering(embedders):
        started = time.perf_counter()
        known: dict[Any, Retrieval] = {}
        quoted: dict[int, tuple[Retrieval, Draft]] = {}
        with searches(known), drafts(quoted):
            control = _results(unchanged(product), product, questions)
        yield _judged(nothing, decide(control, thresholds, read_baseline()), started, console)
        baselines = {"quote": make_baseline(control)}
        for change in changes:
            kind = "model" if change.stage == "model" else "quote"
            with _remembered(change, known, quoted):
                if kind not in baselines:
                    baselines[kind] = make_baseline(_results(scripted.obedient(product), product, questions))
                yield _bite(change, product, questions, thresholds, baselines[kind], console)


@contextmanager
def _remembered(
    change: Change, known: dict[Any, Retrieval], quoted: dict[int, tuple[Retrieval, Draft]]
) -> Iterator[None]:
    """Remember what the change leaves alone."""
    with ExitStack() as stack:
        if not change.anew:
            stack.enter_context(searches(known))
            if change.stage in _AFTER_QUOTING:
                stack.enter_context(drafts(quoted))
        yield


def _bite(
    change: Change,
    product: Product,
    questions: Sequence[Question],
    thresholds: Thresholds,
    baseline: Baseline,
    console: Console,
) -> Bite:
    started = time.perf_counter()
    asked = questions[::-1] if change.backwards else questions
    results = _results(change.plant(product), product, asked, jobs=change.jobs)
    floors = thresholds if change.stage != "model" else thresholds.model_copy(update={"floor": ()})
    return _judged(change, decide(results, floors, baseline), started, console)


def _judged(change: Change, verdict: Verdict, started: float, console: Console) -> Bite:
    bite = Bite(
        change.name,
        change.stage,
        change.what,
        change.stage != "harmless",
        verdict.code,
        _causes(verdict),
        round(time.perf_counter() - started, 1),
    )
    _print(bite, console)
    return bite


def _results(
    planted: AbstractContextManager[Ask], product: Product, questions: Sequence[Question], *, jobs: int = 2
) -> Results:
    with planted as ask:
        records = ask_all(questions, ask, product.sources, key=lambda _: "", jobs=jobs)
    run = Run(header=Header(model="quote", questions=len(questions)), records=records)
    return evaluate(run, only={ALL, *(floor.slice for floor in read_thresholds().floor)})


def _causes(verdict: Verdict) -> tuple[str, ...]:
    causes = ["exact quotes"] if any("with a quote that is not" in reason for reason in verdict.reasons) else []
    causes += [item.measure.name for item in verdict.worse]
    causes += [f"floor {r.floor.measure}" for r in verdict.floors if r.held == "missed"]
    return tuple(dict.fromkeys(causes))


def _print(bite: Bite, console: Console) -> None:
    sign = "[green]✓[/]" if bite.right else "[red]✗[/]"
    caught = ", ".join(bite.caught_by[:4]) + (" …" if len(bite.caught_by) > 4 else "")
    console.print(f"{sign} {bite.name:28} exit {bite.code}  {bite.seconds:5.1f} s  {caught}", highlight=False)
