"""Limits on tokens hold, across processes too, and money is reckoned from the configured prices."""

import multiprocessing
from pathlib import Path

import pytest

from bot.answering import ledger
from bot.answering.ledger import Spending, spent_today
from bot.errors import BudgetExceeded
from bot.settings import Settings


def spending(tmp_path: Path, **settings: object) -> Spending:
    return Spending(Settings.load(data=tmp_path, **settings))


def test_without_limits_nothing_is_written(tmp_path: Path) -> None:
    mine = spending(tmp_path)
    mine.reserve(10**9, 10**9)
    mine.settle(10, 5)
    assert (mine.usage().prompt_tokens, mine.usage().completion_tokens, mine.usage().cost) == (10, 5, None)
    assert list(tmp_path.iterdir()) == []


def test_a_question_may_spend_exactly_its_limit(tmp_path: Path) -> None:
    mine = spending(tmp_path, question_token_limit=100)
    mine.reserve(60, 40)
    mine.settle(60, 40)
    assert mine.left == 0
    with pytest.raises(BudgetExceeded, match="PINPOINT_QUESTION_TOKEN_LIMIT"):
        mine.reserve(1, 0)


def test_what_was_set_aside_and_not_spent_is_given_back(tmp_path: Path) -> None:
    mine = spending(tmp_path, daily_token_limit=100)
    mine.reserve(50, 50)
    assert spent_today(mine.settings) == 100
    with pytest.raises(BudgetExceeded, match="PINPOINT_DAILY_TOKEN_LIMIT"):
        spending(tmp_path, daily_token_limit=100).reserve(1, 0)
    mine.settle(20, 10)
    assert spent_today(mine.settings) == 30


def test_a_new_day_begins_at_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = spending(tmp_path, daily_token_limit=100)
    mine.reserve(50, 50)
    monkeypatch.setattr(ledger, "_day", lambda: "2999-01-01")
    assert spent_today(mine.settings) == 0
    spending(tmp_path, daily_token_limit=100).reserve(50, 50)


def _reserve_often(folder: str) -> int:
    settings = Settings.load(data=Path(folder), daily_token_limit=1000)
    taken = 0
    for _ in range(60):
        try:
            Spending(settings).reserve(10, 0)
        except BudgetExceeded:
            break
        taken += 1
    return taken


def test_processes_never_count_past_each_other(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        taken = pool.map(_reserve_often, [str(tmp_path)] * 3)
    assert sum(taken) == 100


def test_one_price_alone_counts(tmp_path: Path) -> None:
    mine = spending(tmp_path, price_completion=4.0)
    mine.settle(1000, 500)
    assert mine.usage().cost == pytest.approx(0.002)
