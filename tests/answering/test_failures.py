"""Exceptions of any provider's client are read by what they carry, and no message repeats what a server said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from bot.answering.failures import Failure, notice, read_failure
from bot.errors import BudgetExceeded, ModelError, ModelRefused, ModelTimeout


class Response:
    def __init__(self, **headers: str) -> None:
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.status_code = 429


class ProviderError(Exception):
    def __init__(self, message: str = "", **attributes: Any) -> None:
        super().__init__(message)
        for name, value in attributes.items():
            setattr(self, name, value)


class ReadTimeout(Exception): ...


class RemoteProtocolError(Exception): ...


@pytest.mark.parametrize(
    ("error", "cause", "retryable"),
    [
        (ProviderError(status_code=429), "rate limit", True),
        (ProviderError(status_code=429, code="insufficient_quota"), "quota", False),
        (ProviderError(status_code=503), "server", True),
        (ProviderError(status_code=529), "server", True),
        (ProviderError(status_code=401), "key", False),
        (ProviderError(status_code=404), "model name", False),
        (ProviderError("model 'x' not found", status_code=400), "model name", False),
        (ProviderError("maximum context length is 10", status_code=400), "context length", False),
        (
            ProviderError(status_code=400, body={"error": {"type": "exceed_context_size_error"}}),
            "context length",
            False,
        ),
        (ProviderError("prompt is too long: 9 tokens", status_code=400), "context length", False),
        (ProviderError("bad temperature", status_code=400), "parameter", False),
        (ProviderError("no", status_code=400), "refused", False),
        (ProviderError(status_code=400, code="content_filter"), "content filter", False),
        (ReadTimeout(), "connection", True),
        (RemoteProtocolError(), "connection", True),
        (ConnectionResetError(), "connection", True),
        (ProviderError(body={"type": "server_error"}), "server", True),
        (IndexError("list index out of range"), "malformed", False),
        (ValueError("No generation chunks were returned"), "malformed", False),
    ],
)
def test_what_went_wrong_is_told(error: Exception, cause: str, retryable: bool) -> None:
    failure = read_failure(error)
    assert (failure.cause, failure.retryable) == (cause, retryable)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "0.5"}, 0.5),
        ({"retry_after_ms": "250"}, 0.25),
        ({"retry_after": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert read_failure(ProviderError(status_code=429, response=Response(**headers))).retry_after == seconds


def test_retry_after_may_be_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    failure = read_failure(ProviderError(status_code=429, response=Response(retry_after=later)))
    assert failure.retry_after == pytest.approx(30, abs=2)


def test_each_failure_has_its_error_and_none_repeats_the_server() -> None:
    failure = read_failure(ProviderError("key sk-123456 is wrong", status_code=401, body={"m": "sk-123456"}))
    error = failure.error("openai:x")
    assert isinstance(error, ModelRefused)
    assert "sk-" not in str(error)
    assert isinstance(Failure("timeout").error("m"), ModelTimeout)
    assert type(Failure("server").error("m")) is ModelError


@pytest.mark.parametrize("error", [Failure("server").error("openai:x"), BudgetExceeded("today's limit is reached")])
def test_a_notice_is_one_sentence(error: ModelError | BudgetExceeded) -> None:
    said = notice(error)
    assert said.startswith("The sources are quoted because ")
    assert said.endswith(".")
    assert ". " not in said
