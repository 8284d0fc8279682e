"""`pinpoint eval golden check`, `pinpoint eval golden schema` and `pinpoint eval add`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.settings import Settings
from eval.golden.load import DEFAULT_GOLDEN

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
"""The corpus the shipped questions are about."""

GoldenPath = Annotated[Path, typer.Option("--golden", help="A .jsonl file, or a folder of them.")]
CorpusPath = Annotated[
    Path | None, typer.Option("--corpus", help="The folder the questions are about; default: the indexed one.")
]


def check_command(
    golden: GoldenPath = DEFAULT_GOLDEN,
    corpus: CorpusPath = None,
    hints: Annotated[
        bool, typer.Option("--hints", help="Also list paragraphs that hold an answer string and are not gold.")
    ] = False,
) -> None:
    """Prove that golden questions fit their corpus. Exit 0 when they do, 1 when not, 2 on wrong usage."""
    from bot.corpus import load_corpus
    from eval.golden.check import check

    report = check(golden, load_corpus(_corpus(golden, corpus)))
    for title in ("kind", "scope", "split", "language", "cross", "property"):
        counts = report.counts[title]
        typer.echo(f"{title:9} " + "  ".join(f"{name} {number}" for name, number in sorted(counts.items())))
    for finding in report.hints if hints else ():
        typer.echo(f"hint  {finding.place}  {finding.id}: {finding.message}")
    for finding in report.errors:
        typer.echo(f"error {finding.place}  {finding.id or '-'}: {finding.message}")
    verdict = "ok" if report.ok else f"{len(report.errors)} errors"
    typer.echo(f"{len(report.questions)} questions, {verdict}")
    if not report.ok:
        raise typer.Exit(1)


def schema_command() -> None:
    """Print the JSON Schema of one line of a golden file."""
    from eval.golden.models import Question

    typer.echo(json.dumps(Question.model_json_schema(), indent=2, ensure_ascii=False))


def add_command(
    golden: Annotated[Path, typer.Option("--golden", help="The .jsonl file to append to; made when missing.")],
    corpus: CorpusPath = None,
) -> None:
    """Add one golden question. Asks, shows candidate paragraphs and near-duplicates, checks, appends."""
    from bot.corpus import load_corpus
    from eval.golden.add import Terminal, add_question
    from eval.golden.candidates import ranker
    from eval.golden.sources import Sources

    settings = Settings.load()
    sources = Sources(load_corpus(_corpus(golden, corpus)))
    added = add_question(golden, sources, Terminal(), rank=ranker(sources, settings))
    typer.echo(f"added {added.id} to {golden} (split {added.split})")


def _corpus(golden: Path, corpus: Path | None) -> Path:
    """The corpus given; else the seeds for the shipped questions, else the one the answers come from."""
    if corpus is None and golden.resolve() == DEFAULT_GOLDEN and SEEDS.is_dir():
        return SEEDS
    if corpus is not None:
        return corpus
    from bot.index import corpus_folder

    return corpus_folder(Settings.load())


def register(eval_app: typer.Typer) -> None:
    """Add the commands to `pinpoint eval`."""
    golden_app = typer.Typer(help="Golden questions: check them, print their schema.", no_args_is_help=True)
    golden_app.command("check")(check_command)
    golden_app.command("schema")(schema_command)
    eval_app.add_typer(golden_app, name="golden")
    eval_app.command("add")(add_command)
