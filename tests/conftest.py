"""What every test gets: no model by accident, no settings from the machine, an index of the seeds built once."""

from __future__ import annotations

import os
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


@pytest.fixture(autouse=True)
def _no_model_by_accident(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forbid requests to chat models, except in tests that start their own server and say so."""
    if request.node.get_closest_marker("integration") is None:
        monkeypatch.setattr("bot.answering.model.ALLOW_MODEL_REQUESTS", False)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser last: once started, Playwright keeps an event loop running in the thread of the tests."""

    def place(item: pytest.Item) -> int:
        return 2 if "tests/browser/" in item.nodeid else int(item.get_closest_marker("browser") is not None)

    items.sort(key=place)
