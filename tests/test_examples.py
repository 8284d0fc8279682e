"""Every example of the documentation runs as it stands."""

import runpy
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).resolve().parent.parent / "docs" / "examples").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_it_runs(
    example: Path, seeds: Path, seeds_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PINPOINT_CORPUS", str(seeds))
    monkeypatch.setenv("PINPOINT_DATA", str(seeds_data))
    runpy.run_path(str(example), run_name="__main__")
    assert capsys.readouterr().out.strip()
