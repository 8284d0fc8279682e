"""`pinpoint serve`: says where it is, and says at once when it cannot be there."""

from __future__ import annotations

import asyncio
import socket
import time

import pytest
from fastapi import FastAPI

from bot.cli.serve import _address, _listen, _make_ready
from bot.errors import UsageError
from bot.web.words import LANGUAGES, words


def test_a_free_port_is_found_and_named():
    with _listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        assert _address(listening) == f"http://127.0.0.1:{port}/"
    with _listen("0.0.0.0", 0) as listening:
        assert _address(listening).startswith("http://localhost:")


def test_a_port_in_use_is_said_with_the_remedy():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UsageError, match="choose another with --host or --port"):
            _listen("127.0.0.1", taken.getsockname()[1])


class Engine:
    """Warms as it is told to."""

    def __init__(self, error: Exception | None = None, *, seconds: float = 0.0) -> None:
        self.error, self.seconds, self.warmed = error, seconds, 0

    async def warm(self) -> None:
        self.warmed += 1
        await asyncio.sleep(self.seconds)
        if self.error is not None:
            raise self.error


def serving(engine: Engine, *, page: Exception | None = None) -> tuple[FastAPI, list[str]]:
    app, seen = FastAPI(), []
    app.state.engine = engine

    @app.get("/")
    def first() -> str:
        seen.append("/")
        if page is not None:
            raise page
        return "page"

    return app, seen


def test_the_first_page_is_fetched_before_the_first_reader_comes():
    app, seen = serving(Engine())
    asyncio.run(_make_ready(app, stopped=lambda: False))
    assert seen == ["/"]


@pytest.mark.parametrize(("engine", "page"), [(Engine(ValueError("a\nbug")), None), (Engine(), ValueError("a\nbug"))])
def test_a_bug_in_the_first_page_is_a_line_and_no_end(caplog, engine: Engine, page: Exception | None):
    app, _ = serving(engine, page=page)
    asyncio.run(_make_ready(app, stopped=lambda: False))
    (said,) = [record.getMessage() for record in caplog.records if record.name == "bot.cli.serve"]
    assert "ValueError" in said
    assert "\n" not in said


def test_an_interrupted_server_stops_making_ready():
    app, seen = serving(Engine(seconds=60))
    begun = time.monotonic()
    asyncio.run(_make_ready(app, stopped=lambda: time.monotonic() > begun + 0.2))
    assert time.monotonic() - begun < 5
    assert seen == []
    idle = Engine()
    asyncio.run(_make_ready(serving(idle)[0], stopped=lambda: True))
    assert idle.warmed == 0


def test_making_ready_ends_in_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.cli.serve.WARMING", 0.2)
    begun = time.monotonic()
    asyncio.run(_make_ready(serving(Engine(seconds=60))[0], stopped=lambda: False))
    assert time.monotonic() - begun < 5


def test_every_word_is_there_in_every_language_with_the_same_blanks():
    tables = [words(language) for language in LANGUAGES]
    for key, text in tables[0].items():
        blanks = sorted(part.split("}")[0] for part in text.split("{")[1:])
        for table in tables[1:]:
            assert sorted(part.split("}")[0] for part in table[key].split("{")[1:]) == blanks, key
            assert table[key]
