"""Each event answered exactly once: 200 at a time, a server killed in the middle, two processes on one table."""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.slack.store import Store
from tests.conftest import REPOSITORY
from tests.slack.conftest import Server
from tests.slack.standin import Slack

pytestmark = pytest.mark.quiet


def said(slack: Slack, channels: set[str]) -> Counter[str]:
    """How often each question has been answered."""
    return Counter(m["text"].split(". [1]")[0] for channel in channels for m in slack.from_bot(channel))


def settled(slack: Slack, data: Path, seconds: float = 60) -> dict[str, int]:
    store = Store(data)
    try:
        slack.wait(lambda: not {"waiting", "working"} & store.counts().keys(), seconds)
        return store.counts()
    finally:
        store.close()


@pytest.fixture
def spawn(slack: Slack, tmp_path: Path) -> Iterator[Callable[..., list[tuple[subprocess.Popen[bytes], str]]]]:
    """Start the app in processes of their own, on the same data folder as the others of the test."""
    with ExitStack() as stack:

        def start(count: int = 1, *, delay: float = 0.0) -> list[tuple[subprocess.Popen[bytes], str]]:
            started = []
            for port in [free_port() for _ in range(count)]:
                command = [sys.executable, "-m", "tests.slack.server", str(tmp_path / "data"), str(port), slack.api]
                process = subprocess.Popen([*command, str(delay)], cwd=REPOSITORY, stderr=subprocess.DEVNULL)
                stack.callback(process.wait)
                stack.callback(process.kill)
                started.append((process, port))
            slack.wait(lambda: all(listens(port) for _, port in started), 90)
            return [(process, f"http://127.0.0.1:{port}/slack/events") for process, port in started]

        yield start


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_200_events_in_flight_are_each_acknowledged_in_time_and_answered_once(
    slack: Slack, serve: Callable[..., Server], record_property
):
    server = serve(delay=0.05, max_concurrent=8)
    channels = {f"C{n % 50}" for n in range(200)}
    bodies = [slack.mention(f"C{n % 50}", f"Question {n}?") for n in range(200)]
    tries = slack.deliver_all(server.url, bodies, retries=(0.0, 1.0))
    counts = settled(slack, server.data)
    seconds = [one.seconds for many in tries for one in many]
    record_property("slowest_acknowledgement", max(seconds))
    record_property("median_acknowledgement", statistics.median(seconds))
    assert max(seconds) < 3
    assert counts == {"done": 200}
    assert said(slack, channels) == Counter(f"You asked: Question {n}" for n in range(200))
    assert len(server.double.asked) == 200
    assert server.double.most_running <= 8


def test_200_copies_of_ten_events_are_ten_answers(slack: Slack, server: Server):
    bodies = [slack.mention(f"C{n}", f"Question {n}?") for n in range(10)]
    slack.deliver_all(server.url, bodies * 20)
    settled(slack, server.data)
    assert said(slack, {f"C{n}" for n in range(10)}) == Counter(f"You asked: Question {n}" for n in range(10))


def test_a_server_killed_and_started_again_answers_everything_once(slack: Slack, spawn, tmp_path: Path):
    ((process, url),) = spawn(delay=0.15)
    channels = {f"C{n}" for n in range(30)}
    bodies = [slack.mention(f"C{n}", f"Question {n}?") for n in range(30)]
    slack.deliver_all(url, bodies[:20])
    slack.wait(lambda: slack.count("chat.update") >= 5, 30)
    process.kill()
    process.wait()
    answered = slack.count("chat.update")
    assert answered < 20
    lost = slack.deliver_all(url, bodies[20:])
    assert {one.status for many in lost for one in many} == {0}
    ((_, url),) = spawn(delay=0.05)
    assert settled(slack, tmp_path / "data") == {"done": 20}, "what Slack knows to be taken needs no retry"
    slack.deliver_all(url, bodies, retries=(0.5,))  # Slack's retries, of all of them
    assert settled(slack, tmp_path / "data") == {"done": 30}
    assert said(slack, channels) == Counter(f"You asked: Question {n}" for n in range(30))


def test_two_servers_share_the_table(slack: Slack, spawn, tmp_path: Path):
    (_, first), (_, second) = spawn(2, delay=0.02)
    channels = {f"C{n}" for n in range(40)}
    bodies = [slack.mention(f"C{n}", f"Question {n}?") for n in range(40)]
    slack.deliver_all(first, bodies[:20])
    slack.deliver_all(second, bodies)
    slack.deliver_all(first, bodies)
    settled(slack, tmp_path / "data")
    assert said(slack, channels) == Counter(f"You asked: Question {n}" for n in range(40))


def test_an_orderly_stop_gives_the_work_back(slack: Slack, serve: Callable[..., Server]):
    server = serve(delay=1.0)
    server.deliver(slack.mention("C1", "Who won?"))
    slack.wait(lambda: server.double.running == 1)
    server.stop()
    assert server.jobs() == {"waiting": 1}
    serve().settled()
    assert said(slack, {"C1"}) == Counter(["You asked: Who won"])
