"""An application over the stand-in, asked without a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.settings import Settings
from bot.web.app import create_app
from tests.web.double import Double, example_index


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data=tmp_path / "data", corpus=tmp_path, model=None)  # type: ignore[call-arg]


@pytest.fixture
def double(settings: Settings) -> Double:
    return Double(settings, example_index())


@pytest.fixture
def connect(settings: Settings, double: Double) -> Iterator[Callable[..., TestClient]]:
    """Give a function that opens a client to a server with other settings."""
    with ExitStack() as stack:

        def open_client(**changes: object) -> TestClient:
            app = create_app(settings.model_copy(update=changes), pinpoint=double, chat=False)  # type: ignore[arg-type]
            return stack.enter_context(TestClient(app, raise_server_exceptions=False))

        yield open_client


@pytest.fixture
def client(connect: Callable[..., TestClient]) -> TestClient:
    return connect()
