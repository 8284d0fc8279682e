"""A stand-in for Slack, and the app over HTTP that talks to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from bot.slack.run import http_app
from bot.slack.store import Store
from tests.slack.double import Double
from tests.slack.server import settings_for
from tests.slack.standin import Delivery, Slack


@pytest.fixture
def slack() -> Iterator[Slack]:
    """A workspace on loopback; fails the test when Slack would have complained."""
    with Slack() as running:
        yield running
    assert running.complaints == []


@dataclass
class Server:
    """The real app under uvicorn, with a double in place of the pipeline."""

    slack: Slack
    double: Double
    data: Path
    url: str
    stop: Callable[[], None]

    def deliver(self, body: Any, **how: Any) -> Delivery:
        """Send a request that must be taken within three seconds."""
        done = self.slack.deliver(self.url, body, **how)
        assert done.seconds < 3, "Slack would have given up"
        return done

    def ask(self, body: Any, **how: Any) -> Delivery:
        """Send a request and wait until nothing is left to do."""
        done = self.deliver(body, **how)
        assert done.status == 200
        self.settled()
        return done

    def settled(self, seconds: float = 15) -> None:
        """Wait until every job is done."""
        store = Store(self.data)
        try:
            self.slack.wait(lambda: not {"waiting", "working"} & store.counts().keys(), seconds)
        finally:
            store.close()

    def jobs(self) -> dict[str, int]:
        store = Store(self.data)
        try:
            return store.counts()
        finally:
            store.close()


@pytest.fixture
def serve(slack: Slack, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start a server; several may share a data folder."""
    with ExitStack() as stack:

        def start(*, delay: float = 0.0, lease: float = 2.0, **more: object) -> Server:
            data = tmp_path / "data"
            settings = settings_for(data, slack.api, **more)
            double = Double(settings, delay)
            config = uvicorn.Config(http_app(settings, double, lease=lease), port=0, log_level="error", lifespan="on")
            running = uvicorn.Server(config)
            thread = threading.Thread(target=running.run, daemon=True)
            thread.start()
            until = time.monotonic() + 20
            while not running.started and time.monotonic() < until:
                time.sleep(0.01)
            port = running.servers[0].sockets[0].getsockname()[1]

            def stop() -> None:
                running.should_exit = True
                thread.join(20)
                assert not thread.is_alive(), "the server does not stop"

            stack.callback(stop)
            return Server(slack, double, data, f"http://127.0.0.1:{port}/slack/events", stop)

        yield start


@pytest.fixture
def server(serve: Callable[..., Server]) -> Server:
    return serve()
