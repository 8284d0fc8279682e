"""`pinpoint slack serve`: the Slack app on its own, through Socket Mode or over HTTP."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.errors import SlackError, UsageError
from bot.slack.trouble import Repeats, Trouble

if TYPE_CHECKING:
    from fastapi import FastAPI
    from pydantic import SecretStr
    from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler

    from bot.pinpoint import Pinpoint
    from bot.settings import Settings
    from bot.slack.client import Client

log = logging.getLogger("bot.slack")


def serve_socket(settings: Settings, *, ready: Callable[[str], None]) -> None:
    """Answer through Socket Mode until interrupted.

    Args:
        settings: Hold both tokens.
        ready: Told in one line when the app is connected.

    Raises:
        UsageError: when a token is missing.
        SlackError: when Slack refuses a token or cannot be reached.
    """
    _need(settings.slack_bot_token, "SLACK_BOT_TOKEN")
    _need(settings.slack_app_token, "SLACK_APP_TOKEN")
    _log()
    asyncio.run(run_socket(settings, ready=ready))


async def run_socket(
    settings: Settings,
    pinpoint: Pinpoint | None = None,
    *,
    ready: Callable[[str], None],
    stop: asyncio.Event | None = None,
) -> None:
    """Connect, and answer until told to stop by a signal, or by the event."""
    from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler

    from bot.slack.app import make_app
    from bot.slack.http import DirectAsker
    from bot.slack.worker import Worker

    stop = stop or _on_signals()
    worker = Worker(settings, DirectAsker(settings, pinpoint))
    try:
        try:
            worker.identity = await worker.client.identity()
        except Trouble as trouble:
            raise SlackError(f"auth.test failed: {trouble.reason}") from None
        worker.start()
        token = _need(settings.slack_app_token, "SLACK_APP_TOKEN")
        quiet = logging.getLogger("bot.slack.socket")
        quiet.addFilter(Repeats())
        handler = AsyncSocketModeHandler(make_app(worker), token, logger=quiet)
        try:
            await _connect(handler, worker.client, token)
            ready(f"Pinpoint is in Slack as {worker.identity}")
            await stop.wait()
        finally:
            with suppress(asyncio.CancelledError):
                await handler.close_async()  # type: ignore[no-untyped-call]
    finally:
        await worker.stop()


async def _connect(handler: AsyncSocketModeHandler, client: Client, token: str) -> None:
    """Connect. The SDK would try a token that Slack refuses for ever, so the token is tried before.

    Raises:
        SlackError: when Slack refuses the token or cannot be reached.
    """
    try:
        await client.call("apps.connections.open", "", lambda: client.web.apps_connections_open(app_token=token))
    except Trouble as trouble:
        hint = "check SLACK_APP_TOKEN, which begins with xapp- and has the scope connections:write"
        reason = trouble.reason if trouble.sort == "later" else f"{trouble.code}; {hint}"
        raise SlackError(f"Socket Mode cannot be opened: {reason}") from None
    await handler.connect_async()  # type: ignore[no-untyped-call]


def serve_http(settings: Settings, *, ready: Callable[[str], None]) -> None:
    """Answer over HTTP at /slack/events until interrupted.

    Args:
        settings: Hold the bot token, the signing secret, the host and the port.
        ready: Told in one line where the app listens.

    Raises:
        UsageError: when a secret is missing.
    """
    import uvicorn

    _need(settings.slack_bot_token, "SLACK_BOT_TOKEN")
    _need(settings.slack_signing_secret, "SLACK_SIGNING_SECRET")
    _log()
    ready(f"Pinpoint takes Slack's events at http://{settings.host}:{settings.port}/slack/events")
    uvicorn.run(http_app(settings), host=settings.host, port=settings.port, log_level="warning", server_header=False)


def http_app(settings: Settings, pinpoint: Pinpoint | None = None, *, lease: float | None = None) -> FastAPI:
    """An application with Slack's endpoint and nothing else."""
    from fastapi import FastAPI

    from bot.slack.http import mount
    from bot.web.middleware import BodyLimit

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    mount(app, settings, pinpoint, lease=lease)
    app.add_middleware(BodyLimit, upload_bytes=0)
    return app


def _need(value: SecretStr | None, name: str) -> str:
    if value is None or not value.get_secret_value().strip():
        raise UsageError(f"{name} is not set; docs/slack.md tells where to find it")
    return value.get_secret_value().strip()


def _log() -> None:
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")


def _on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            loop.add_signal_handler(name, stop.set)
    return stop
