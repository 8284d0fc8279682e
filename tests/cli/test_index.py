"""`pinpoint index`: results on standard output, progress and problems on standard error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.errors import CorpusError
from bot.index import sync
from bot.settings import Settings
from tests.index.conftest import check_here


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PINPOINT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PINPOINT_EMBEDDINGS", "hashing")
    monkeypatch.setattr("bot.index.build.check_apart", check_here)
    folder = tmp_path / "my documents"
    folder.mkdir()
    (folder / "one.txt").write_text("The Rhine rises in the Alps.\n")
    return folder


def test_a_first_and_a_second_run_say_what_they_did(corpus: Path) -> None:
    first = CliRunner().invoke(app, ["index", str(corpus)])
    assert first.exit_code == 0
    assert first.stdout.startswith(f"Indexed 1 file, 1 paragraph from {corpus} in ")
    assert "to embed" in first.stderr
    second = CliRunner().invoke(app, ["index"])
    assert second.stdout.startswith("Nothing has changed: 1 file, 1 paragraph")
    assert second.stderr == ""


def test_json_is_one_object_and_problems_go_to_standard_error(corpus: Path) -> None:
    (corpus / "empty.txt").write_text("")
    result = CliRunner().invoke(app, ["index", str(corpus), "--json"])
    report = json.loads(result.stdout)
    assert (report["files"], report["paragraphs"], report["changed"]) == (1, 1, True)
    assert [problem["file"] for problem in report["problems"]] == ["empty.txt"]
    assert "empty.txt" in result.stderr
    assert json.loads(CliRunner().invoke(app, ["index", str(corpus), "--rebuild", "--json"]).stdout)["embedded"] == 0


def test_files_of_other_kinds_are_named_in_one_line(corpus: Path) -> None:
    for name in ("setup.exe", "a.png", ".hidden"):
        (corpus / name).write_bytes(b"x")
    said = "pinpoint: 2 files left aside, of kinds that are not read (see docs/operations.md): 'a.png', 'setup.exe'\n"
    assert said in CliRunner().invoke(app, ["index", str(corpus)]).stderr
    again = CliRunner().invoke(app, ["index", str(corpus), "--json"])
    assert json.loads(again.stdout)["skipped"] == ["a.png", "setup.exe"]
    (corpus / "one.txt").unlink()
    with pytest.raises(CorpusError, match="2 files of other kinds"):
        sync(Settings.load(corpus=corpus))
