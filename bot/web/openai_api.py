"""An OpenAI-compatible chat endpoint, so that any OpenAI client can talk with the corpus."""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from bot.errors import PinpointError
from bot.links import permalink
from bot.marked import marked_text, unmarked
from bot.types import Answer, AnswerDone, Message
from bot.web.api import HEARTBEAT, PROBLEMS, Engined, address_of, check_question
from bot.web.engine import Engine
from bot.web.problems import ProblemError, of_pinpoint_error, problem

MODEL = "pinpoint"
"""Name of the one model that is listed: the corpus."""

_MARKER = re.compile(r"\[(\d+)\]")


class Part(BaseModel):
    """A part of a message; only text is read."""

    type: str = Field(description="`text`.")
    text: str = ""


class ChatMessage(BaseModel):
    """A message as OpenAI's clients send it."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = Field(None, max_length=200_000)

    @property
    def plain(self) -> str:
        """The text of the message."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type in {"text", "input_text"})
        return self.content or ""


class ChatRequest(BaseModel):
    """A chat completion request; parameters of sampling are accepted and have no effect."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [{"model": MODEL, "messages": [{"role": "user", "content": "Who wrote about AI patents?"}]}]
        },
    )

    model: str = Field(MODEL, max_length=200, description="Any name; the corpus answers.")
    messages: list[ChatMessage] = Field(min_length=1, max_length=200)
    stream: bool | None = False
    n: int | None = Field(1, ge=1, le=1, description="One answer is given.")
    stream_options: dict[str, Any] | None = None


def router() -> APIRouter:
    """Build the routes under `/v1`."""
    v1 = APIRouter(prefix="/v1", tags=["openai"])

    @v1.get("/models", summary="List the one model", responses=PROBLEMS)
    async def models() -> dict[str, Any]:
        """List the corpus as a model."""
        return {"object": "list", "data": [_model()]}

    @v1.get("/models/{model}", summary="Describe the model", responses=PROBLEMS)
    async def model(model: str) -> dict[str, Any]:
        """Describe the corpus as a model."""
        if model != MODEL:
            raise ProblemError(404, f"There is no model {model!r} here; use {MODEL!r}.")
        return _model()

    @v1.post("/chat/completions", response_model=None, summary="Answer as a chat completion", responses=PROBLEMS)
    async def completions(body: ChatRequest, request: Request, engine: Engined) -> dict[str, Any] | EventSourceResponse:
        """Answer the last user message; the answer's citations are the message's annotations.

        Streamed text is checked text: it starts when the answer has been checked, since what has been sent here
        cannot be taken back.
        """
        engine.rate.take(address_of(request))
        turns = [
            Message(role=m.role, content=unmarked(m.plain) if m.role == "assistant" else m.plain)
            for m in body.messages
            if m.role in {"user", "assistant"}
        ]
        if not turns or turns[-1].role != "user":
            raise ProblemError(400, "The last message must come from the user; add the question.")
        question = check_question(engine, turns[-1].content)
        base = engine.settings.public_url or str(request.base_url)
        if body.stream:
            usage = bool((body.stream_options or {}).get("include_usage"))
            chunks = _stream(engine, request.url.path, question, turns[:-1], base, include_usage=usage)
            return EventSourceResponse(chunks, ping=HEARTBEAT, sep="\n", headers={"Cache-Control": "no-store"})
        answer = await engine.ask(question, history=turns[:-1])
        content = marked_text(answer)
        return {
            "id": f"chatcmpl-{answer.id}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": MODEL,
            "choices": [
                {
                    "index": 0,
                    "message": {
                        "role": "assistant",
                        "content": content,
                        "refusal": None,
                        "annotations": cite(content, answer, base),
                    },
                    "logprobs": None,
                    "finish_reason": "stop",
                }
            ],
            "usage": _usage(answer),
            "pinpoint": answer.model_dump(mode="json"),
        }

    return v1


def cite(content: str, answer: Answer, base_url: str) -> list[dict[str, Any]]:
    """Describe the citations as OpenAI's `url_citation` annotations, one for each marker in the content."""
    by_number = {citation.n: citation for citation in answer.citations}
    found = []
    for marker in _MARKER.finditer(content):
        citation = by_number.get(int(marker[1]))
        if citation is None:
            continue
        url = citation.url or permalink(base_url, citation.file, citation.paragraph, citation.hash)
        found.append({
            "type": "url_citation",
            "url_citation": {
                "start_index": marker.start(),
                "end_index": marker.end(),
                "title": f"{citation.file} ¶{citation.paragraph}",
                "url": url,
                "file": citation.file,
                "paragraph": citation.paragraph,
                "quote": citation.quote,
            },
        })  # fmt: skip
    return found


async def _stream(
    engine: Engine, path: str, question: str, history: list[Message], base: str, *, include_usage: bool
) -> AsyncIterator[ServerSentEvent]:
    head = {"id": f"chatcmpl-{time.time_ns():x}", "object": "chat.completion.chunk", "created": int(time.time())}

    def chunk(delta: dict[str, Any], finish: str | None = None) -> ServerSentEvent:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return ServerSentEvent(json.dumps({**head, "model": MODEL, "choices": [choice]}, ensure_ascii=False))

    yield chunk({"role": "assistant", "content": ""})
    try:
        events = engine.stream(question, history=history)
        async with aclosing(events):
            async for event in events:
                if isinstance(event, AnswerDone):
                    answer = event.answer
                    content = marked_text(answer)
                    for piece in _pieces(content):
                        yield chunk({"content": piece})
                    yield chunk({"annotations": cite(content, answer, base)}, "stop")
                    if include_usage:
                        last = {**head, "model": MODEL, "choices": [], "usage": _usage(answer)}
                        yield ServerSentEvent(json.dumps(last))
    except PinpointError as error:
        yield ServerSentEvent(json.dumps(problem(path, *of_pinpoint_error(error))))
    except ProblemError as error:
        yield ServerSentEvent(json.dumps(problem(path, error.status, error.detail)))
    yield ServerSentEvent("[DONE]")


def _pieces(text: str, size: int = 48) -> Iterator[str]:
    for start in range(0, len(text), size):
        yield text[start : start + size]


def _usage(answer: Answer) -> dict[str, int]:
    usage = answer.usage
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
    }


def _model() -> dict[str, Any]:
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": "pinpoint"}
