"""The table: an event counts once, a job has one owner, and a dead owner's job goes to the next."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from bot.slack.jobs import Job
from bot.slack.store import TRIES, Store
from tests.slack.answers import answer


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def job(key: str = "message:T:C:1", **more: object) -> Job:
    return Job(**{"key": key, "kind": "message", "channel": "C", "thread": "1", "text": "Who?"} | more)  # type: ignore[arg-type]


def test_an_event_counts_once_and_so_does_its_message(store: Store):
    assert store.offer("Ev1", job())
    assert not store.offer("Ev1", job())
    assert not store.offer("Ev2", job())
    assert store.counts() == {"waiting": 1}


def test_a_job_survives_being_written_down():
    given = job(files=("a", "b"), name='"<!channel>"', text="ما\n字")
    assert Job.load(given.dump()) == given
    assert Job.load('{"key": "k", "kind": "share", "of_a_later_version": 1}') == Job("k", "share")


def test_a_taken_job_is_nobody_elses_until_its_lease_ends(store: Store):
    store.offer("Ev1", job())
    (taken,) = store.take("one", lease=0.2, most=5)
    assert taken.tries == 1
    assert store.take("two", lease=1, most=5) == []
    store.posted("one", taken.job.key, {"0": "1.1"})
    time.sleep(0.25)
    (again,) = store.take("two", lease=5, most=5)
    assert (again.tries, again.sent) == (2, {"0": "1.1"})
    assert not store.holds("one", taken.job.key, 0)
    assert store.holds("two", taken.job.key, 0)
    store.finish("one", taken.job.key, 0)
    assert store.counts() == {"working": 1}
    assert store.finish("two", taken.job.key, 0)
    assert store.counts() == {"done": 1}


def test_a_pulse_keeps_the_lease(store: Store):
    store.offer("Ev1", job())
    store.take("one", lease=0.2, most=5)
    for _ in range(3):
        time.sleep(0.1)
        store.renew("one", lease=0.2)
    assert store.take("two", lease=1, most=5) == []


def test_an_edit_in_the_middle_gives_the_job_another_turn(store: Store):
    store.offer("Ev1", job())
    (taken,) = store.take("one", lease=5, most=5)
    assert store.revise("Ev2", taken.job.key, text="Whom?")
    assert not store.revise("Ev2", taken.job.key, text="Whom else?")
    assert not store.holds("one", taken.job.key, taken.revision)
    assert not store.finish("one", taken.job.key, taken.revision)
    (again,) = store.take("one", lease=5, most=5)
    assert (again.job.text, again.revision) == ("Whom?", 1)
    assert not store.revise("Ev3", taken.job.key, text="Whom?")
    assert not store.revise("Ev4", "message:T:C:2", text="Unknown")


def test_a_job_that_kills_its_process_is_given_up_in_the_end(store: Store):
    store.offer("Ev1", job())
    for _ in range(TRIES):
        assert len(store.take("one", lease=-1, most=5)) == 1
    assert store.give_up() == ["message:T:C:1"]
    assert store.take("one", lease=-1, most=5) == []
    assert store.counts() == {"failed": 1}


def test_a_job_put_off_waits_for_its_time(store: Store):
    store.offer("Ev1", job())
    (taken,) = store.take("one", lease=5, most=5)
    store.later("one", taken.job.key, 0.2)
    assert store.take("one", lease=5, most=5) == []
    time.sleep(0.25)
    assert len(store.take("one", lease=5, most=5)) == 1


def test_many_takers_never_take_the_same_job(tmp_path: Path):
    first = Store(tmp_path)
    for number in range(60):
        first.offer(f"Ev{number}", job(f"k{number}"))
    taken: list[str] = []

    def take(name: str) -> None:
        mine = Store(tmp_path)
        while got := mine.take(name, lease=60, most=3):
            taken.extend(one.job.key for one in got)
        mine.close()

    threads = [threading.Thread(target=take, args=(f"t{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(f"k{number}" for number in range(60))


def test_answers_threads_and_pruning(store: Store, monkeypatch: pytest.MonkeyPatch):
    store.keep(answer(id="a1"))
    store.offer("Ev1", job(pane=True), join=True)
    assert store.answers(["a1", "a2"]).keys() == {"a1"}
    assert (store.thread("C", "1"), store.thread("C", "2")) == ("pane", "")
    monkeypatch.setattr("bot.slack.store.KEPT_DAYS", -1)
    store.prune()
    assert store.answers(["a1"]) == {}
    assert store.counts() == {}
