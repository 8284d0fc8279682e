"""A stand-in for Slack, and settings that point to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.slack.standin import Slack


@pytest.fixture
def slack() -> Iterator[Slack]:
    """A workspace on loopback; fails the test when Slack would have complained."""
    with Slack() as running:
        yield running
    assert running.complaints == []
