"""The app in its real surroundings: inside `pinpoint serve`, over Socket Mode, and with the real pipeline."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from bot.cli import main
from bot.settings import Settings
from bot.slack.run import run_socket
from bot.web.app import create_app
from tests.slack.blockkit import shown
from tests.slack.double import Double
from tests.slack.server import settings_for
from tests.slack.standin import APP_TOKEN, Fault, Slack
from tests.slack.test_load import settled


@contextmanager
def running(app: object) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="on"))  # type: ignore[arg-type]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/slack/events"
    server.should_exit = True
    thread.join(10)


def test_the_web_server_takes_slacks_events_when_it_is_configured(slack: Slack, tmp_path: Path):
    settings = settings_for(tmp_path, slack.api, api_token="secret", corpus=tmp_path)
    with running(create_app(settings, pinpoint=Double(settings), chat=False)) as url:  # type: ignore[arg-type]
        assert slack.deliver(url, slack.mention("C1", "Who won?")).status == 200
        settled(slack, tmp_path)
        assert slack.from_bot("C1")[0]["text"].startswith("You asked: Who won. [1]")
        assert slack.deliver(url, slack.mention("C1", "Who won?"), secret="x").status == 401
        assert slack.deliver(url, slack.mention("C1", "x" * 1_100_000)).status in {0, 413}, "refused before it is read"


def test_the_web_server_without_a_signing_secret_has_no_endpoint(slack: Slack, tmp_path: Path):
    settings = settings_for(tmp_path, slack.api, slack_signing_secret=None, corpus=tmp_path)
    with running(create_app(settings, pinpoint=Double(settings), chat=False)) as url:  # type: ignore[arg-type]
        assert slack.deliver(url, slack.mention("C1", "Who won?")).status in {404, 405}


@pytest.mark.integration
def test_the_real_pipeline_answers_from_the_seeds(slack: Slack, seeds: Path, seeds_data: Path):
    settings = settings_for(seeds_data, slack.api, corpus=seeds, public_url="https://docs.example")
    questions = [
        "What share of AI patents does China hold?",
        "Quelle part des brevets d'IA la Chine détient-elle ?",
        "中国拥有多少人工智能专利？",
    ]
    with running(create_app(settings, chat=False)) as url:
        bodies = [slack.mention(f"C{n}", question) for n, question in enumerate(questions * 4)]
        tries = slack.deliver_all(url, bodies, retries=(0.0,))
        settled(slack, seeds_data, 120)
    assert max(one.seconds for many in tries for one in many) < 3
    for number in range(12):
        (message,) = slack.from_bot(f"C{number}")
        seen = shown(message["blocks"])
        assert "[1]" in seen
        assert "https://docs.example/sources/" in str(message["blocks"])


@pytest.fixture
def socket_mode(slack: Slack, tmp_path: Path) -> Iterator[Double]:
    """The app through Socket Mode."""
    settings = settings_for(tmp_path / "data", slack.api, slack_app_token=APP_TOKEN)
    double = Double(settings)
    ready = threading.Event()
    stopping: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        stop = asyncio.Event()
        stopping.append((asyncio.get_running_loop(), stop))
        await run_socket(settings, double, ready=lambda _: ready.set(), stop=stop)  # type: ignore[arg-type]

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(20)
    yield double
    loop, stop = stopping[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(20)
    assert not thread.is_alive()


def test_socket_mode_answers_events_and_commands_once(slack: Slack, socket_mode: Double, tmp_path: Path):
    mention = slack.mention("C1", "Who won?")
    sent = [slack.send_socket("events_api", mention) for _ in range(3)]
    command = slack.command("And when?")
    sent.append(slack.send_socket("slash_commands", command))
    slack.wait(lambda: len(slack.socket_acks) == 4)
    assert {ack["envelope_id"] for ack in slack.socket_acks} == set(sent)
    settled(slack, tmp_path / "data")
    assert [m["text"][:23] for m in slack.from_bot("C1")] == ["You asked: Who won. [1]"]
    assert len(slack.responses_at(command["response_url"])) == 1
    assert slack.socket_acks[-1]["payload"]["text"].startswith("Searching the documents…")


def serve_command(monkeypatch, capsys, *arguments: str) -> tuple[int, str]:
    monkeypatch.setattr(sys, "argv", ["pinpoint", "slack", "serve", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0), capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        ((), {}, "SLACK_BOT_TOKEN is not set"),
        ((), {"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN is not set"),
        (("--http", "0"), {"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET is not set"),
    ],
)
def test_serving_without_its_secrets_is_wrong_usage(monkeypatch, capsys, arguments, environment, said):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    status, err = serve_command(monkeypatch, capsys, *arguments)
    assert status == 2
    assert said in err


@pytest.mark.parametrize(
    ("method", "said"), [("auth.test", "auth.test failed"), ("apps.connections.open", "Socket Mode")]
)
def test_tokens_that_slack_refuses_end_it_in_one_sentence(slack: Slack, monkeypatch, capsys, method: str, said: str):
    slack.faults[method].append(Fault("invalid_auth", times=50))
    for name, value in {"BOT_TOKEN": "xoxb-1-test", "APP_TOKEN": APP_TOKEN, "API_URL": slack.api}.items():
        monkeypatch.setenv(f"SLACK_{name}", value)
    status, err = serve_command(monkeypatch, capsys)
    assert status == 7
    assert said in err
    assert "Traceback" not in err
    assert "xoxb-1-test" not in err


def test_settings_know_another_address_for_the_api(monkeypatch):
    assert Settings(_env_file=None).slack_api_url == "https://slack.com/api/"  # type: ignore[call-arg]
