"""The chat model: any LangChain provider by name, streamed under a deadline of our own, retried within bounds."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from weakref import finalize

from bot.answering.bridge import own_loop
from bot.answering.failures import Failure, read_failure
from bot.answering.prompts import Role
from bot.answering.tokens import TokenCounter
from bot.errors import ModelError, ModelRefused
from bot.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger(__name__)
T = TypeVar("T")

ALLOW_MODEL_REQUESTS = True
"""Set to False, as a test suite does, and no request reaches any model."""
DEFAULT_MODEL = "openai:gpt-6-luna"
"""The model when only OPENAI_API_KEY is set: the small one of its family."""
MAX_RETRIES = 3
"""Attempts after the first one."""

_MOST_CHARACTERS = 20  # a token is rarely longer in any script
_DUMMY_KEY = "none"  # the client insists on a key; compatible servers on this machine want none
_END: dict[str, Literal["stop", "length", "content_filter"]] = {
    "stop": "stop", "end_turn": "stop", "stop_sequence": "stop", "eos": "stop", "complete": "stop", "eos_token": "stop",
    "length": "length", "max_tokens": "length", "max_output_tokens": "length", "model_length": "length",
    "content_filter": "content_filter", "safety": "content_filter", "refusal": "content_filter",
    "guardrail_intervened": "content_filter", "recitation": "content_filter", "prohibited_content": "content_filter",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finished:
    """Yielded last by `Model.stream`: how the answer ended and what it took."""

    complete: bool
    """False when the model reached its limit of tokens."""
    prompt_tokens: int
    """As the server says, else counted."""
    completion_tokens: int
    """As the server says, else counted."""


def configured_model(settings: Settings) -> str | None:
    """Name of the chat model as `provider:name`; None when answers are to be quoted."""
    if settings.model in {None, "", "quote"}:
        return DEFAULT_MODEL if settings.model is None and settings.openai_api_key else None
    assert settings.model is not None  # noqa: S101  for the type checker
    return settings.model


@dataclass(eq=False)
class Model:
    """One configured chat model; safe to use from many tasks of one event loop."""

    settings: Settings
    """Where the key, the address, the temperature and the deadline come from."""
    name: str
    """`provider:name`, as answers report it."""
    _dropped: set[str] = field(default_factory=set)
    _made: dict[int, BaseChatModel] = field(default_factory=dict)
    _client: Any = None

    def __post_init__(self) -> None:
        """Prepare the token counter of this model."""
        self.counter = TokenCounter(self.name)
        """Counts tokens as this model does, or nearly so."""

    @property
    def provider(self) -> str:
        """The part of the name before the colon; empty when LangChain is to infer it."""
        return self.name.partition(":")[0] if ":" in self.name else ""

    def connect(self, max_tokens: int) -> BaseChatModel:
        """Make the LangChain model for a limit of written tokens, once; the first time takes seconds of importing.

        Raises:
            ModelRefused: when the provider is unknown or its package is not installed.
        """
        if max_tokens not in self._made:
            from langchain.chat_models import init_chat_model

            try:
                self._made[max_tokens] = init_chat_model(self.name, **self._options(max_tokens))
            except (ImportError, ValueError, TypeError) as error:
                log.debug("init_chat_model failed", exc_info=error)
                raise ModelRefused(
                    f"the model {self.name!r} cannot be set up ({type(error).__name__}); write PINPOINT_MODEL as "
                    "provider:name and install the package langchain-PROVIDER"
                ) from None
        return self._made[max_tokens]

    def warm(self) -> None:
        """Import and set up ahead of the first request; a mistake shows there, not here."""
        with suppress(ModelError):
            self.connect(self.settings.answer_tokens)

    def _options(self, max_tokens: int) -> dict[str, Any]:
        settings = self.settings
        options: dict[str, Any] = {"temperature": settings.temperature}
        if self.provider not in {"openai", ""}:
            return options | {"max_tokens": max_tokens, "max_retries": 0}
        options["http_async_client"] = self._http_client()
        options |= {"max_retries": 0, "timeout": settings.deadline, "stream_usage": True, "use_responses_api": False}
        options["api_key"] = settings.openai_api_key.get_secret_value() if settings.openai_api_key else _DUMMY_KEY
        bare = self.name.partition(":")[2]
        if settings.openai_base_url:
            # Compatible servers know `max_tokens`; LangChain would send OpenAI's newer name for it.
            options |= {"base_url": settings.openai_base_url, "extra_body": {"max_tokens": max_tokens}}
        else:
            options["max_tokens"] = max_tokens
            if bare.startswith(("gpt-5", "gpt-6")) and "chat" not in bare:
                options["reasoning_effort"] = "none"  # quoting passages needs no pondering, and its tokens count
        if "stream_options" in self._dropped:
            options["stream_usage"] = False
        if self._dropped & {"max_tokens", "max_completion_tokens"}:
            options.pop("extra_body", None)
            options.pop("max_tokens", None)
        return {key: value for key, value in options.items() if key not in self._dropped}

    def _http_client(self) -> Any:
        """Connections of our own: LangChain's are never closed, ours close with this object and at exit."""
        if self._client is None:
            from openai import DefaultAsyncHttpxClient

            self._client = DefaultAsyncHttpxClient(timeout=self.settings.deadline)
            finalize(self, _close, self._client)
        return self._client

    async def stream(
        self, prompt: Sequence[tuple[Role, str]], *, deadline: float, max_tokens: int
    ) -> AsyncGenerator[str | Finished, None]:
        """Yield pieces of text as they come, then one `Finished`.

        Args:
            prompt: The messages.
            deadline: When to stop, in the event loop's time.
            max_tokens: Most tokens the model may write.

        Raises:
            ModelError: when no whole answer came, after retries where they can help; one sentence, without secrets.
        """
        if not ALLOW_MODEL_REQUESTS:
            raise Failure("forbidden").error(self.name)
        attempt = 0
        while True:
            begun = False
            try:
                async with aclosing(self._attempt(prompt, max_tokens)) as pieces:
                    # Only the waiting is under the clock: what the caller does with a piece is not ours to cut short.
                    while (piece := await _before(deadline, pieces)) is not None:
                        begun = True
                        yield piece
                    return
            except TimeoutError:
                raise Failure("timeout").error(self.name) from None
            except ModelFailed as failed:
                failure = failed.failure
            log.info("model %r failed (attempt %d): %s", self.name, attempt + 1, failure.cause)
            if failure.cause == "parameter" and failure.parameter and failure.parameter not in self._dropped:
                self._dropped.add(failure.parameter)
                self._made.clear()
                continue
            wait = self._wait(failure, attempt)
            # Text that has reached a reader cannot be taken back by a second attempt.
            now = asyncio.get_running_loop().time()
            if begun or not failure.retryable or attempt >= MAX_RETRIES or now + wait >= deadline:
                raise _raised(failure, self.name)
            attempt += 1
            await asyncio.sleep(wait)

    @staticmethod
    def _wait(failure: Failure, attempt: int) -> float:
        backoff: float = 0.5 * 2**attempt * random.uniform(0.5, 1.0)  # noqa: S311  jitter is no secret
        return max(backoff, failure.retry_after or 0.0)

    async def _attempt(
        self, prompt: Sequence[tuple[Role, str]], max_tokens: int
    ) -> AsyncGenerator[str | Finished, None]:
        """One request. Every exception of the client becomes a `ModelFailed`, except cancellation."""
        chat = await asyncio.to_thread(self.connect, max_tokens)
        text: list[str] = []
        room = _MOST_CHARACTERS * max_tokens
        usage: dict[str, int] = {}
        reason: str | None = None
        try:
            async for chunk in chat.astream([(role, content) for role, content in prompt]):
                for key, value in (getattr(chunk, "usage_metadata", None) or {}).items():
                    if isinstance(value, int):
                        usage[key] = usage.get(key, 0) + value
                reason = _reason(chunk.response_metadata) or reason
                if piece := _text(chunk)[:room]:
                    text.append(piece)
                    room -= len(piece)
                    yield piece
                if room <= 0:
                    reason = "length"  # a server that heeds no limit is held to it here
                    break
        except Exception as error:
            raise ModelFailed(read_failure(error)) from error
        whole = "".join(text)
        end = _END.get((reason or "").lower())
        if end is None and reason is None and self.provider not in {"openai", ""} and _looks_whole(whole):
            end = "stop"  # some providers never tell how an answer ended
        if end == "content_filter":
            raise ModelFailed(Failure("content filter"))
        if not whole.strip():
            raise ModelFailed(Failure("malformed"))
        if end is None:
            raise ModelFailed(Failure("incomplete"))
        yield Finished(
            complete=end == "stop",
            prompt_tokens=usage.get("input_tokens") or self.counter.count_messages([content for _, content in prompt]),
            completion_tokens=usage.get("output_tokens") or self.counter.count(whole),
        )


def _close(client: Any) -> None:
    # Not waited for: garbage may be collected in the thread of the loop itself.
    closing = client.aclose()
    try:
        asyncio.run_coroutine_threadsafe(closing, own_loop())
    except RuntimeError:  # the loop has been closed: the process is ending, and so are its connections
        closing.close()


class ModelFailed(Exception):
    """An attempt failed."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.cause)
        self.failure = failure


async def _before(deadline: float, pieces: AsyncGenerator[T, None]) -> T | None:
    """The next piece, None at the end; TimeoutError when the deadline comes first, which also stops the request."""
    async with asyncio.timeout_at(deadline):
        return await anext(pieces, None)


class ContextTooLong(ModelError):
    """The prompt is longer than the model can read; a shorter one may pass."""


def _raised(failure: Failure, name: str) -> ModelError:
    error = failure.error(name)
    return ContextTooLong(str(error)) if failure.cause == "context length" else error


def _reason(metadata: dict[str, Any]) -> str | None:
    for key in ("finish_reason", "stop_reason", "done_reason"):
        if value := metadata.get(key):
            return str(value).rpartition(".")[2]
    return None


def _text(chunk: Any) -> str:
    """The text of a chunk; blocks of reasoning or tools are no text."""
    content = chunk.content
    if isinstance(content, str):
        return content
    return "".join(
        block if isinstance(block, str) else str(block.get("text", ""))
        for block in content
        if isinstance(block, str) or block.get("type") == "text"
    )


def _looks_whole(text: str) -> bool:
    return text.rstrip().endswith((".", "!", "?", "。", "！", "？", "]", "】", "।", "؟", "។"))
