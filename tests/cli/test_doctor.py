"""`pinpoint doctor` finds what is set wrongly and says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.doctor import examine
from bot.settings import Settings


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
