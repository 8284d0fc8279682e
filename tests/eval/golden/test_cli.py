"""`pinpoint eval golden` and `pinpoint eval add` in the terminal."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bot.corpus import Corpus
from bot.errors import UsageError
from bot.index import sync
from bot.settings import Settings
from eval.golden import Question
from eval.golden.cli import register
from eval.run.product import data_folder
from tests.eval.golden.conftest import Writer
from tests.index.here import check_here


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    register(app)
    return app


def test_a_good_set_exits_0_with_its_counts(app: typer.Typer, corpus: Corpus, write: Writer, line: Any) -> None:
    result = CliRunner().invoke(app, ["golden", "check", "--golden", str(write(line)), "--corpus", str(corpus.root)])
    assert result.exit_code == 0
    assert "same_language 1" in result.stdout
    assert "1 questions, ok" in result.stdout


def test_a_bad_set_exits_1_and_names_line_and_id(app: typer.Typer, corpus: Corpus, write: Writer, line: Any) -> None:
    golden = write({**line, "source_languages": ["fr"]})
    result = CliRunner().invoke(app, ["golden", "check", "--golden", str(golden), "--corpus", str(corpus.root)])
    assert result.exit_code == 1
    assert "error set.jsonl:1  en-tea-harvest: source_languages" in result.stdout


def test_nothing_to_check_is_wrong_usage(app: typer.Typer, corpus: Corpus, tmp_path: Path) -> None:
    arguments = ["golden", "check", "--golden", str(tmp_path / "no.jsonl"), "--corpus", str(corpus.root)]
    result = CliRunner().invoke(app, arguments)
    assert isinstance(result.exception, UsageError)
    assert result.exception.exit_code == 2


def test_the_shipped_set_is_checked_against_the_seeds_from_any_folder(app: typer.Typer) -> None:
    assert CliRunner().invoke(app, ["golden", "check"]).exit_code == 0


def test_the_schema_is_that_of_a_question(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["golden", "schema"])
    assert json.loads(result.stdout) == Question.model_json_schema()


def test_add_shows_candidates_and_appends(
    app: typer.Typer, corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINPOINT_EMBEDDINGS", "hashing")
    monkeypatch.setenv("PINPOINT_DATA", str(tmp_path / "data"))
    golden = tmp_path / "set.jsonl"
    answers = ["How many teas are there?", "en", "", "", "Forty.", "tea.txt#2", "40 kinds", "", "", ""]
    arguments = ["add", "--golden", str(golden), "--corpus", str(corpus.root)]
    result = CliRunner().invoke(app, arguments, input="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    assert "tea.txt#2 (en): The tea house" in result.stdout
    assert golden.read_text(encoding="utf-8").count("\n") == 1


def test_questions_of_ones_own_are_about_the_folder_that_was_indexed(
    app: typer.Typer, corpus: Corpus, write: Writer, line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.index.build.check_apart", check_here)
    monkeypatch.setenv("PINPOINT_EMBEDDINGS", "hashing")
    sync(Settings.load(corpus=corpus.root))
    result = CliRunner().invoke(app, ["golden", "check", "--golden", str(write(line))])
    assert "1 questions, ok" in result.stdout


def test_a_run_over_another_corpus_leaves_the_index_that_answers_alone(
    corpus: Corpus, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.index.build.check_apart", check_here)
    settings = Settings.load(embeddings="hashing")
    sync(settings.model_copy(update={"corpus": corpus.root}))
    assert data_folder(settings, corpus.root) == settings.data
    assert data_folder(settings, seeds) != settings.data
