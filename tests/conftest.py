"""What every test gets: no model by accident, no settings from the machine, an index of the seeds built once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

for _name in list(os.environ):
    if _name.startswith(("PINPOINT_", "OPENAI_", "SLACK_", "CHROMA_", "LANGCHAIN_", "LANGSMITH_")):
        del os.environ[_name]
os.environ["ANONYMIZED_TELEMETRY"] = "False"
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"


@pytest.fixture(autouse=True)
def _away_from_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run each test in an empty folder, so that no `.env` or index of the developer's is read."""
    monkeypatch.chdir(tmp_path_factory.mktemp("cwd"))


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The shipped corpus."""
    return REPOSITORY / "seeds"


@pytest.fixture(scope="session")
def seeds_data(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> Path:
    """A data folder holding a finished index of the seeds; tests only read it."""
    from bot.index import sync
    from bot.settings import Settings

    data = tmp_path_factory.mktemp("seeds-index")
    sync(Settings.load(corpus=seeds, data=data))
    return data


@dataclass(frozen=True)
class Running:
    """A command at work in a process of its own."""

    process: subprocess.Popen[bytes]
    folder: Path

    def end(self) -> str:
        """Wait for the end; what it printed.

        Raises:
            AssertionError: with its last messages, when it printed nothing.
        """
        self.process.wait()
        printed = (self.folder / "out").read_text("utf-8")
        assert printed, (self.folder / "err").read_text("utf-8")[-2000:]
        return printed


@pytest.fixture(scope="session", autouse=True)
def selftest(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running | None]:
    """The selftest takes minutes, so it begins with the first test and works while the others do.

    `tests/eval/test_product.py` waits for it and reads how it ended; tests marked `quiet` come after that.
    """
    if not any("tests/eval/test_product.py" in item.nodeid for item in request.session.items):
        yield None
        return
    folder = tmp_path_factory.mktemp("selftest")
    where = {"PINPOINT_CORPUS": str(request.getfixturevalue("seeds"))}
    where |= {"PINPOINT_DATA": str(request.getfixturevalue("seeds_data")), "PINPOINT_MODEL": "quote"}
    command = [str(Path(sys.executable).with_name("pinpoint")), "eval", "selftest", "--json"]
    with ExitStack() as stack:
        out, err = (stack.enter_context((folder / name).open("wb")) for name in ("out", "err"))
        process = subprocess.Popen(command, cwd=folder, env=os.environ | where, stdout=out, stderr=err)
        stack.callback(process.wait)
        stack.callback(process.kill)
        yield Running(process, folder)


@pytest.fixture(autouse=True)
def _no_model_by_accident(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forbid requests to chat models, except in tests that start their own server and say so."""
    if request.node.get_closest_marker("integration") is None:
        monkeypatch.setattr("bot.answering.model.ALLOW_MODEL_REQUESTS", False)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests in an order that serves all.

    First the one that mostly waits for a model, beside which the selftest works; then what cares neither for order nor
    time; then the selftest's end and what measures time; last the browser, since Playwright, once started, keeps an
    event loop running in the thread of the tests.
    """

    def place(item: pytest.Item) -> int:
        if "tests/browser/" in item.nodeid:
            return 4
        if item.get_closest_marker("browser") is not None:
            return 3
        if item.get_closest_marker("quiet") is not None:
            return 2
        return 0 if "tests/integration/test_llama.py" in item.nodeid else 1

    items.sort(key=place)
