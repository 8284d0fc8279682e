"""`pinpoint check`: citations of a text are looked up in the corpus that answers come from."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.index import sync
from bot.settings import Settings
from tests.index.here import check_here


def test_citations_are_looked_up_in_the_folder_that_was_indexed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.index.build.check_apart", check_here)
    monkeypatch.setenv("PINPOINT_EMBEDDINGS", "hashing")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "one.txt").write_text("The Rhine rises in the Alps.\n", "utf-8")
    sync(Settings.load(corpus=tmp_path / "mine"))
    text = tmp_path / "text.md"
    text.write_text("The Rhine rises in the Alps [one.txt ¶1].\n", "utf-8")
    result = CliRunner().invoke(app, ["check", str(text)])
    assert (result.exit_code, result.stdout[:4]) == (0, "ok  ")


def test_the_end_of_a_batch_says_what_failed(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text('{"id": 1, "sentence": "It is red.", "paragraph": "It is red."}\n{"id": 2}\n[]\n', "utf-8")
    result = CliRunner().invoke(app, ["check", "--batch", str(pairs)])
    assert result.exit_code == 0
    assert "pinpoint: 3 lines, 2 failed (lines 2, 3;" in result.stderr
