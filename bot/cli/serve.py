"""`pinpoint serve`: the chat page, the source pages and the HTTP API at one address."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import IndexMissing, UsageError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from bot.settings import Settings

log = logging.getLogger(__name__)

WARMING = 15.0
"""Most seconds that the address is held back until questions can be answered; embeddings over the network may take
longer, and the pages work without them."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; PINPOINT_HOST when left out.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 picks a free one; PINPOINT_PORT when left out.")] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the chat in a browser when it is ready.")] = False,
) -> None:
    """Serve the chat page and the HTTP API.

    It prints its address when it is ready and runs until it is interrupted. The documents are indexed first when there
    is no index yet. A running server answers from a newer index as soon as `pinpoint index` has made one.
    """
    import os

    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    from bot.settings import Settings

    settings = Settings.load(host=host, port=port)
    listening = _listen(settings.host, settings.port)
    try:
        _index_if_missing(settings)
        _run(settings, listening, open_browser=open_browser)
    finally:
        listening.close()


def _index_if_missing(settings: Settings) -> None:
    from bot.index import open_index, sync

    try:
        open_index(settings)
    except IndexMissing:
        print(f"pinpoint: there is no index yet; indexing {str(settings.corpus)!r} first", file=sys.stderr, flush=True)
        for problem in sync(settings).problems:
            print(f"pinpoint: {problem.message}", file=sys.stderr)


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything slow is done, so that a port in use is said at once.

    Raises:
        UsageError: when the address cannot be had.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        with contextlib.ExitStack() as undo:
            listening = undo.enter_context(socket.socket(family, kind, protocol))
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            undo.pop_all()
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"cannot listen on {host!r} port {port}: {reason}; choose another with --host or --port"
        raise UsageError(message) from None
    return listening


def _run(settings: Settings, listening: socket.socket, *, open_browser: bool) -> None:
    import uvicorn

    from bot.web.app import create_app

    logging.getLogger("uvicorn.error").addFilter(_not_cancelled)
    address = _address(listening)
    app = create_app(settings)

    class Server(uvicorn.Server):
        """Says where it is once it can be asked."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Start, then print the address on standard output."""
            await super().startup(sockets=sockets)
            await _make_ready(app, stopped=lambda: self.should_exit)
            if self.should_exit:
                return
            print(f"Pinpoint is ready at {address}", flush=True)
            if open_browser:
                import webbrowser

                webbrowser.open(address)

    config = uvicorn.Config(
        app,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=3,
        h11_max_incomplete_event_size=64 * 1024,
    )
    Server(config).run(sockets=[listening])


async def _make_ready(app: FastAPI, *, stopped: Callable[[], bool]) -> None:
    """Open what the first reader would wait for, until it is done, takes too long or the server is interrupted.

    What fails here is logged in a line and meets whoever asks for it; the server and its other pages go on.
    """
    if stopped():
        return
    work = asyncio.create_task(_first_page(app))
    clock = asyncio.get_running_loop().time
    ends = clock() + WARMING
    while not work.done() and not stopped() and clock() < ends:
        await asyncio.wait({work}, timeout=0.1)
    if not work.done():
        work.cancel()
        await asyncio.wait({work}, timeout=1)
    if work.done() and not work.cancelled() and (error := work.exception()) is not None:
        log.error("the first page could not be made ready: %s", " ".join(repr(error).split()))


async def _first_page(app: FastAPI) -> None:
    """Open the pipeline and fetch the page once from within: routes and templates are made when they are first used."""
    import httpx

    await app.state.engine.warm()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1") as client:
        await client.get("/", headers={"Accept": "text/html"})


def _not_cancelled(record: logging.LogRecord) -> bool:
    """Streams that are open when the server is interrupted are cancelled; that is no error to show."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


def _address(listening: socket.socket) -> str:
    """Address to open in a browser: a server on all interfaces is reached at this machine's own."""
    host, port = listening.getsockname()[:2]
    ip = ipaddress.ip_address(host)
    if ip.is_unspecified:
        return f"http://localhost:{port}/"
    return f"http://[{host}]:{port}/" if ip.version == 6 else f"http://{host}:{port}/"
