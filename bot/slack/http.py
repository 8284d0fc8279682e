"""Slack over HTTP: the endpoint in the web application, and the check of each request's signature."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response

from bot.slack.trouble import Trouble
from bot.types import Answer, Message

if TYPE_CHECKING:
    from bot.pinpoint import Pinpoint
    from bot.settings import Settings
    from bot.slack.desk import Asker
    from bot.slack.worker import Worker

log = logging.getLogger("bot.slack")

PATH = "/slack/events"
"""Where Slack sends everything: events, commands, presses of buttons, dialogs and pickers."""
AGE = 300
"""Seconds after which a request counts as replayed."""
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class Refused(Exception):
    """A request that is not Slack's, or not to be read; `status` is the HTTP status."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def verify(secret: str, headers: Mapping[str, str], body: bytes, *, now: float | None = None) -> None:
    """Check that a request was signed by Slack in the last five minutes.

    Args:
        secret: The app's signing secret.
        headers: Of the request, by lower-case name.
        body: As it came.
        now: Seconds since 1970, for tests.

    Raises:
        Refused: with status 401.
    """
    timestamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    if not timestamp or not signature:
        raise Refused(401, "it is not signed")
    if not _TIMESTAMP.fullmatch(timestamp):
        raise Refused(401, "its time stamp is no number")
    if abs((time.time() if now is None else now) - int(timestamp)) > AGE:
        raise Refused(401, "it is older than five minutes, or this machine's clock is wrong")
    expected = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    if not _SIGNATURE.fullmatch(signature) or not hmac.compare_digest(signature.encode(), f"v0={expected}".encode()):
        raise Refused(401, "its signature is wrong; compare SLACK_SIGNING_SECRET with the app's Basic Information")


def readable(content_type: str, body: bytes) -> str:
    """Check that a body has the shape Bolt takes for granted.

    Raises:
        Refused: with status 400.
    """
    try:
        text = body.decode("utf-8")
        if "json" in content_type or text.lstrip().startswith("{"):
            parsed = json.loads(text)
        else:
            payload = parse_qs(text).get("payload")
            parsed = json.loads(payload[0]) if payload else {}
    except (ValueError, RecursionError):
        raise Refused(400, "its body cannot be read") from None
    event = parsed.get("event", {}) if isinstance(parsed, dict) else None
    if not isinstance(event, dict) or (event and not isinstance(event.get("type"), str)):
        raise Refused(400, "its body is not what Slack sends")
    if not all(isinstance(event.get(name) or "", str | dict) for name in ("channel", "user", "item", "message")):
        raise Refused(400, "its body is not what Slack sends")
    return text


class EngineAsker:
    """Asks in turn with the people of the chat page and the HTTP API."""

    def __init__(self, app: FastAPI) -> None:
        self._engine = app.state.engine

    async def ask(
        self, question: str, *, history: Sequence[Message] = (), files: Sequence[str] | None = None
    ) -> Answer:
        """Answer a question in its turn."""
        from bot.web.problems import ProblemError

        try:
            answer: Answer = await self._engine.ask(question, history=history, files=files)
        except ProblemError as error:
            raise Trouble("the server's queue", "service_unavailable", pause=5) from error
        return answer

    async def index(self) -> Any:
        """The current index; opening a newer one never holds the server up."""
        pinpoint = await self._engine.pinpoint()
        return await asyncio.to_thread(lambda: pinpoint.index)


class DirectAsker:
    """Asks a pipeline of its own, opened with the first question."""

    def __init__(self, settings: Settings, pinpoint: Pinpoint | None = None) -> None:
        self._settings = settings
        self._pinpoint = pinpoint
        self._opening = asyncio.Lock()

    async def _open(self) -> Pinpoint:
        async with self._opening:
            if self._pinpoint is None:
                from bot.pinpoint import Pinpoint

                self._pinpoint = await asyncio.to_thread(Pinpoint, self._settings)
        return self._pinpoint

    async def ask(
        self, question: str, *, history: Sequence[Message] = (), files: Sequence[str] | None = None
    ) -> Answer:
        """Answer a question."""
        return await (await self._open()).aask(question, history=history, files=files)

    async def index(self) -> Any:
        """The current index."""
        pinpoint = await self._open()
        return await asyncio.to_thread(lambda: pinpoint.index)


class Endpoint:
    """Starts the worker in the running loop, and hands verified requests to Bolt."""

    def __init__(self, settings: Settings, asker: Asker, *, lease: float | None = None) -> None:
        self._settings = settings
        self._asker = asker
        self._lease = lease
        self._worker: Worker | None = None
        self._handler: Any = None

    def start(self) -> Worker:
        """Begin to work on what is in the table; needs a running loop."""
        if self._worker is None:
            from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler

            from bot.slack.app import make_app
            from bot.slack.worker import LEASE, Worker

            self._worker = Worker(self._settings, self._asker, lease=self._lease or LEASE)
            self._handler = AsyncSlackRequestHandler(make_app(self._worker))
            self._worker.start()
        return self._worker

    async def stop(self) -> None:
        """Stop working."""
        if self._worker is not None:
            worker, self._worker = self._worker, None
            await worker.stop()

    async def __call__(self, request: Request) -> Response:
        """Take one request of Slack."""
        try:
            worker = self.start()
        except sqlite3.Error:
            return Response(status_code=503)  # said in the log at start; Slack comes again
        with worker.arriving():
            return await self._take(request, worker)

    async def _take(self, request: Request, worker: Worker) -> Response:
        body = await request.body()
        secret = self._settings.slack_signing_secret
        try:
            verify(secret.get_secret_value() if secret else "", request.headers, body)
            readable(request.headers.get("content-type", ""), body)
        except Refused as refused:
            worker.once.warn(f"refused {refused}", f"a request to {PATH} was refused: {refused}")
            return Response(status_code=refused.status)
        response: Response = await self._handler.handle(request)
        return response


def mount(app: FastAPI, settings: Settings, pinpoint: Pinpoint | None = None, *, lease: float | None = None) -> None:
    """Add Slack's endpoint to a web application, and work on its questions while the application runs.

    Args:
        app: With an engine in `app.state.engine`, whose turns the questions then take; or any other, given `pinpoint`.
        settings: Hold the bot token and the signing secret.
        pinpoint: Answers, when the application has no engine; opened from the settings when there is neither.
        lease: Seconds after which the jobs of a dead process are taken over.
    """
    has_engine = pinpoint is None and hasattr(app.state, "engine")
    endpoint = Endpoint(settings, EngineAsker(app) if has_engine else DirectAsker(settings, pinpoint), lease=lease)
    app.add_api_route(PATH, endpoint.__call__, methods=["POST"], include_in_schema=False, response_model=None)
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(started: Any) -> AsyncIterator[Any]:
        async with inner(started) as state:
            try:
                endpoint.start()
            except sqlite3.Error as error:
                log.warning("Slack is off: 'slack.sqlite' in the data folder cannot be used (%s)", error)
            try:
                yield state
            finally:
                await endpoint.stop()

    app.router.lifespan_context = lifespan
