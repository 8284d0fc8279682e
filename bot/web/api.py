"""The HTTP API: ask, ask as a stream, search, sources, health."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from importlib.metadata import version
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.routing import Match, Route

from bot.errors import PinpointError
from bot.types import Answer, Message
from bot.web.engine import Engine
from bot.web.problems import Problem, ProblemError, of_pinpoint_error, problem
from bot.web.schemas import (
    AskRequest,
    Found,
    Health,
    Ready,
    SearchRequest,
    Source,
    SourceFile,
    SourceList,
    SourceParagraph,
    event_data,
    found,
)
from bot.web.sources import file_of, find_source, list_sources

log = logging.getLogger(__name__)

HEARTBEAT = 10
"""Seconds between the comments that keep a silent stream open."""

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": description, "content": {"application/problem+json": {}}}
    for status, description in {
        400: "The body is not JSON, or the request is wrong.", 401: "A token is needed.", 404: "There is no such file.",
        413: "The body is too large.", 422: "A field is missing, unknown or not valid.",
        429: "Too many questions, or a token limit is reached.", 502: "The model failed.",
        503: "No index, or too many questions are waiting.", 504: "The model took too long.",
    }.items()
}  # fmt: skip


def engine_of(request: Request) -> Engine:
    """Return the application's engine."""
    engine: Engine = request.app.state.engine
    return engine


Engined = Annotated[Engine, Depends(engine_of)]


def address_of(request: Request) -> str:
    """Address that counts for the rate."""
    return request.client.host if request.client else "unknown"


def check_question(engine: Engine, question: str) -> str:
    """Return the question without blanks around it.

    Raises:
        ProblemError: 422 when it is empty or too long.
    """
    question = question.strip()
    if not question:
        raise ProblemError(422, "The question is empty; write one.")
    limit = engine.settings.question_chars
    if len(question) > limit:
        raise ProblemError(422, f"The question has {len(question):,} characters; shorten it to {limit:,}.")
    return question


async def check_files(engine: Engine, files: list[str] | None) -> list[str] | None:
    """Return the file filter.

    Raises:
        ProblemError: 422 naming a file that is not in the corpus.
    """
    if not files:
        return None
    known = {info.file for info in (await engine.index()).files}
    for file in files:
        if file not in known:
            raise ProblemError(422, f"There is no file {file!r} in the corpus; see /api/sources for the files.")
    return files


def router() -> APIRouter:
    """Build the routes under `/api` and the two health checks."""
    api = APIRouter()

    @api.post("/api/ask", response_model=Answer, responses=PROBLEMS, tags=["ask"], summary="Answer a question")
    async def ask(body: AskRequest, request: Request, engine: Engined) -> Answer:
        """Answer a question with checked citations."""
        engine.rate.take(address_of(request))
        question = check_question(engine, body.question)
        files = await check_files(engine, body.files)
        history = [Message(role=turn.role, content=turn.content) for turn in body.history]
        return await engine.ask(question, history=history, files=files, id=body.id)

    @api.post(
        "/api/ask/stream",
        response_class=EventSourceResponse,
        responses={**PROBLEMS, 200: {"description": STREAM, "content": {"text/event-stream": {"example": EXAMPLE}}}},
        tags=["ask"],
        summary="Answer a question as server-sent events",
    )
    async def ask_stream(body: AskRequest, request: Request, engine: Engined) -> EventSourceResponse:
        """Stream `passages`, then `text` and `sentence`, last `answer`; or `error` with a problem."""
        engine.rate.take(address_of(request))
        question = check_question(engine, body.question)
        files = await check_files(engine, body.files)
        history = [Message(role=turn.role, content=turn.content) for turn in body.history]
        events = _sse(engine, request.url.path, question, history=history, files=files, id=body.id)
        return EventSourceResponse(events, ping=HEARTBEAT, headers={"Cache-Control": "no-store"})

    @api.post("/api/search", responses=PROBLEMS, tags=["ask"], summary="Find passages without an answer")
    async def search(body: SearchRequest, request: Request, engine: Engined) -> Found:
        """Find the passages that fit a question best."""
        engine.rate.take(address_of(request))
        question = check_question(engine, body.question)
        files = await check_files(engine, body.files)
        return found(await engine.search(question, k=body.k, files=files), engine.settings.public_url)

    @api.get("/api/sources", responses=PROBLEMS, tags=["sources"], summary="List the files of the corpus")
    async def sources(engine: Engined) -> SourceList:
        """List the files with language, number of paragraphs and date."""
        index = await engine.index()
        return SourceList(generation=index.generation, files=[SourceFile(**row) for row in list_sources(index)])

    @api.get("/api/sources/{file:file_name}", responses=PROBLEMS, tags=["sources"], summary="Read a file by paragraphs")
    async def source(file: str, request: Request, engine: Engined) -> Source:
        """Give a file as numbered paragraphs."""
        info, paragraphs = find_source(await engine.index(), file_of(request, "/api/sources/", file))
        return Source(
            file=info.file,
            language=info.language,
            paragraphs=[
                SourceParagraph(
                    number=item.number, text=item.text, language=item.language, kind=item.kind,
                    headings=list(item.headings), hash=item.hash, page=item.page,
                )
                for item in paragraphs
            ],
        )  # fmt: skip

    @api.get("/healthz", tags=["health"], summary="Is the server up?")
    async def healthz() -> Health:
        """Answer as long as the process runs."""
        return Health(version=version("pinpoint-qa"))

    @api.get("/readyz", responses={503: PROBLEMS[503]}, tags=["health"], summary="Can it answer?")
    async def readyz(engine: Engined) -> Ready:
        """Answer 200 once the index is open and questions can be asked."""
        if not engine.ready:
            trouble = engine.trouble
            if not engine.opening:
                engine.warm_soon()
            raise ProblemError(503, trouble or "The index is being opened; try again soon.", {"Retry-After": "2"})
        pinpoint = await engine.pinpoint()
        index = pinpoint.index
        return Ready(
            model=pinpoint.model, generation=index.generation, files=len(index.files), paragraphs=len(index.paragraphs)
        )

    return api


def nothing_here(routers: Sequence[APIRouter]) -> APIRouter:
    """Build the routes that answer 404 or 405 as a problem, so that a mistyped API path never opens the chat page.

    Args:
        routers: the endpoints there are.
    """
    rest = APIRouter()
    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    @rest.api_route("/api/{rest:path}", methods=methods, include_in_schema=False)
    @rest.api_route("/v1/{rest:path}", methods=methods, include_in_schema=False)
    async def missing(request: Request) -> None:
        path = request.url.path
        routes = [route for router in routers for route in router.routes if isinstance(route, Route)]
        here = [route for route in routes if route.matches(request.scope)[0] is not Match.NONE]
        allowed = ", ".join(sorted({method for route in here for method in route.methods or ()}))
        if allowed:
            raise ProblemError(405, f"{path!r} takes {allowed}, not {request.method}.", {"Allow": allowed})
        raise ProblemError(404, f"There is no endpoint {path!r}; see /openapi.json for those there are.")

    return rest


async def _sse(engine: Engine, path: str, question: str, **options: Any) -> AsyncIterator[ServerSentEvent]:
    events = engine.stream(question, **options)
    try:
        async with aclosing(events):
            async for event in events:
                name, data = event_data(event, engine.settings.public_url)
                yield ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name)
    except PinpointError as error:
        yield _error(path, *of_pinpoint_error(error))
    except ProblemError as error:
        yield _error(path, error.status, error.detail)


def _error(path: str, status: int, detail: str) -> ServerSentEvent:
    data = {"type": "error", "problem": problem(path, status, detail)}
    return ServerSentEvent(json.dumps(data, ensure_ascii=False), event="error")


STREAM = """Server-sent events, each with JSON data that names its `type`: one `passages`, any number of `text` and \
`sentence`, one `answer` (which replaces the text streamed before) or `error` with a problem. A comment line comes \
every 10 seconds as a heartbeat."""

EXAMPLE = """event: passages
data: {"type": "passages", "confidence": 0.93, "answerable": true, "lacking": false, "passages": [...], ...}

event: text
data: {"type": "text", "text": "China holds nearly 70 percent of AI patents. [1]"}

event: answer
data: {"type": "answer", "answer": {"id": "…", "status": "answered", ...}}
"""
