"""Every example of the documentation runs as it stands, as a reader runs it: a script in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).resolve().parent.parent / "docs" / "examples").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_it_runs(example: Path, seeds: Path, seeds_data: Path) -> None:
    where = {"PINPOINT_CORPUS": str(seeds), "PINPOINT_DATA": str(seeds_data)}
    done = subprocess.run(
        [sys.executable, str(example)], env=os.environ | where, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_its_name_hides_no_module_of_python(example: Path) -> None:
    assert example.stem not in sys.stdlib_module_names
