"""`pinpoint doctor` finds what is set wrongly and says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.doctor import examine
from bot.index import sync
from bot.settings import Settings
from tests.index.here import check_here


def test_a_misspelt_setting_is_found_wherever_it_stands(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINPOINT_MODLE", "openai:x")
    monkeypatch.setenv("PINPOINT_PORT", "7861")
    Path(".env").write_text("PINPOINT_CORPSU=docs\n", "utf-8")
    settings = Settings.load(corpus=seeds, embeddings="hashing")
    found = [f.message for f in examine(settings, probe=False) if f.area == "settings" and f.level == "problem"]
    assert len(found) == 2
    assert "PINPOINT_CORPSU" in found[0]
    assert "PINPOINT_CORPUS" in found[0]
    assert "PINPOINT_MODLE" in found[1]
    assert "PINPOINT_MODEL" in found[1]


@pytest.fixture
def indexed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that `pinpoint index DIR` has indexed, as the README says, with nothing set."""
    monkeypatch.setattr("bot.index.build.check_apart", check_here)
    monkeypatch.setenv("PINPOINT_EMBEDDINGS", "hashing")
    folder = tmp_path / "my documents"
    folder.mkdir()
    (folder / "one.txt").write_text("The Rhine rises in the Alps.\n", "utf-8")
    sync(Settings.load(corpus=folder))
    return folder


def _of(area: str) -> list[tuple[str, str]]:
    found = examine(Settings.load(), probe=False)
    return [(finding.level, finding.message) for finding in found if finding.area == area]


def test_the_corpus_is_the_folder_that_was_indexed(indexed: Path) -> None:
    assert _of("corpus") == [("ok", f"{str(indexed)!r}: 1 files, 1 paragraphs")]
    assert [level for level, _ in _of("index")] == ["ok"]


def test_an_index_of_another_folder_than_the_one_set_is_noted(
    indexed: Path, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINPOINT_CORPUS", str(seeds))
    assert _of("corpus")[0][1].startswith(repr(str(seeds)))
    level, message = _of("index")[-1]
    assert level == "note"
    assert str(indexed) in message
