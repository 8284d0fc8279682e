"""The one ASGI application: chat page at `/`, source pages, HTTP API, and Slack's events when it is configured."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from bot.settings import Settings
from bot.web import api, openai_api, problems, sources, translations
from bot.web.assets import Assets
from bot.web.engine import Engine
from bot.web.middleware import BearerToken, BodyLimit, SecurityHeaders

if TYPE_CHECKING:
    from bot.pinpoint import Pinpoint

DESCRIPTION = """Answers from a folder of documents, each statement pinned to its file and paragraph.

Errors are problem details (RFC 9457). When the server has a token, send `Authorization: Bearer TOKEN`."""


def create_app(settings: Settings, *, pinpoint: Pinpoint | None = None, chat: bool = True) -> FastAPI:
    """Build the application.

    Args:
        settings: Everything that can be configured.
        pinpoint: The pipeline to use; opened from the settings when absent.
        chat: Whether to mount the chat page at `/`.
    """
    engine = Engine(settings, pinpoint=pinpoint)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        warming = asyncio.create_task(engine.warm())
        yield
        warming.cancel()

    app = FastAPI(
        title="Pinpoint",
        version=version("pinpoint-qa"),
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.engine = engine
    problems.install(app)
    programmatic = (api.router(), translations.router(), openai_api.router())
    for router in programmatic:
        app.include_router(router)
    app.include_router(api.nothing_here(programmatic))
    app.include_router(sources.router())
    app.mount("/ui", StaticFiles(directory=Path(__file__).parent / "static"), name="ui")
    _mount_slack(app, settings)
    if chat:
        from bot.web.chat import mount_chat  # Gradio takes a second to import

        app = mount_chat(app, engine)
    if settings.api_token is not None:
        app.add_middleware(BearerToken, token=settings.api_token.get_secret_value())
    app.add_middleware(BodyLimit, upload_bytes=settings.upload_bytes)
    app.add_middleware(SecurityHeaders)
    if chat:
        app.add_middleware(Assets)
    return app


def _mount_slack(app: FastAPI, settings: Settings) -> None:
    if settings.slack_signing_secret is not None and find_spec("bot.slack.http") is not None:
        from bot.slack.http import mount

        mount(app, settings)
