"""What went wrong with a model, read from any provider's exception, and whether trying again can help."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from bot.errors import BudgetExceeded, ModelError, ModelRefused, ModelTimeout

Cause = Literal[
    "rate limit", "quota", "key", "model name", "server", "connection", "timeout", "content filter", "malformed",
    "incomplete", "context length", "parameter", "refused", "forbidden",
]  # fmt: skip

_REASONS: dict[Cause, str] = {
    "rate limit": "its server limits the rate of requests; try again later",
    "quota": "its quota is used up; check the plan and billing of its provider",
    "key": "its server refused the key; check OPENAI_API_KEY",
    "model name": "its server does not know that name; check PINPOINT_MODEL",
    "server": "its server failed; try again later",
    "connection": "its server cannot be reached or dropped the connection; check OPENAI_BASE_URL",
    "timeout": "it did not finish in time; raise PINPOINT_DEADLINE or choose a faster model",
    "content filter": "its content filter stopped the answer; rephrase the question",
    "malformed": "its server did not send an answer in the expected form; check OPENAI_BASE_URL",
    "incomplete": "its answer broke off; try again",
    "context length": "the prompt is longer than it can read; lower PINPOINT_CONTEXT_TOKENS",
    "parameter": "its server refused a parameter of the request; check PINPOINT_TEMPERATURE",
    "refused": "its server refused the request; check PINPOINT_MODEL and OPENAI_BASE_URL",
    "forbidden": "requests to models are switched off; set bot.answering.model.ALLOW_MODEL_REQUESTS to allow them",
}
_RETRYABLE = frozenset({"rate limit", "server", "connection"})
_REFUSED = frozenset({"quota", "key", "model name", "content filter", "parameter", "refused", "forbidden"})
_CONTEXT = ("context_length", "context length", "maximum context", "context size", "context window", "exceed_context",
            "too many tokens", "prompt is too long")  # fmt: skip
_OPTIONAL = ("temperature", "reasoning_effort", "stream_options", "max_completion_tokens", "max_tokens")


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed attempt."""

    cause: Cause
    """What went wrong."""
    retry_after: float | None = None
    """Seconds the server asked to wait, or None."""
    parameter: str | None = None
    """The request parameter that was refused, when the cause is `parameter`."""

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return self.cause in _RETRYABLE

    def error(self, model: str) -> ModelError:
        """The error to raise: one sentence that holds nothing the server said and no secret."""
        kind = ModelTimeout if self.cause == "timeout" else ModelRefused if self.cause in _REFUSED else ModelError
        return kind(f"the model {model!r} gave no answer: {_REASONS[self.cause]}")


def notice(error: ModelError | BudgetExceeded) -> str:
    """One sentence for a reader whose answer fell back to quoting."""
    message = str(error)
    return f"The sources are quoted because {message[0].lower()}{message[1:]}."


def read_failure(error: Exception) -> Failure:
    """Read an exception of a provider's client; what is not recognised counts as a malformed answer."""
    status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    words = _words(error)
    name = type(error).__name__.lower()
    if "insufficient_quota" in words or "billing" in words:
        return Failure("quota")
    if any(phrase in words for phrase in _CONTEXT) and status in {None, 400, 413, 422, 500}:
        return Failure("context length")
    if "content_filter" in words or "content management policy" in words or "lengthfinish" in name:
        return Failure("content filter")
    if isinstance(status, int):
        return _by_status(status, words, error)
    if "timeout" in name:
        return Failure("connection")
    if isinstance(error, ConnectionError | OSError) or any(
        part in name for part in ("connect", "protocol", "readerror", "writeerror", "networkerror", "transport")
    ):
        return Failure("connection")
    if "server_error" in words or "overloaded" in words or "internal error" in words:
        return Failure("server")
    return Failure("malformed")


def _by_status(status: int, words: str, error: Exception) -> Failure:
    if status == 429:
        return Failure("rate limit", retry_after=_retry_after(error))
    if status in {401, 403}:
        return Failure("key")
    if status == 404:
        return Failure("model name")
    if status in {408, 409, 425} or status >= 500:
        return Failure("server", retry_after=_retry_after(error))
    if status == 400 and "model" in words and ("not found" in words or "does not exist" in words):
        return Failure("model name")
    for parameter in _OPTIONAL:
        if parameter in words:
            return Failure("parameter", parameter=parameter)
    return Failure("refused")


def _words(error: Exception) -> str:
    """Everything the error says, for matching only; never shown, since a server may echo a key."""
    body: Any = getattr(error, "body", None)
    said = json.dumps(body, default=str) if isinstance(body, Mapping | list) else str(body or "")
    parts = (str(getattr(error, "code", "") or ""), str(getattr(error, "param", "") or ""), said, str(error))
    return " ".join(parts)[:20_000].lower()


def _retry_after(error: Exception) -> float | None:
    """Seconds from `Retry-After` (a number or a date) or `retry-after-ms`; None when absent or unreadable."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return max(0.0, float(milliseconds) / 1000)
        value = headers.get("retry-after")
        if not value:
            return None
        if value.strip().replace(".", "", 1).isdigit():
            return float(value)
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
