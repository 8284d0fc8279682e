"""Whatever kills indexing, the last complete index answers, and the next run finishes the job."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(1200)
@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
def test_fifty_kills_at_random_moments_lose_nothing(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "tests.index.crash_driver", str(tmp_path), "50", "7"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    seen = json.loads(result.stdout.splitlines()[-1])
    assert seen["wrong"] == []
    assert seen["hit"] >= 25, "most kills should land in the middle of a run"
    assert seen["recall"] >= 0.999
    assert seen["generations"] <= 3
