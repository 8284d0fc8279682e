"""A running server, and Debian's Chromium that looks at it and writes down everything that goes wrong."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

from bot.settings import Settings
from bot.web.app import create_app
from tests.web.double import Double, DoubleIndex, example_index

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

PATIENCE = 30_000
"""Milliseconds to wait for what should come at once: other work may share the machine."""

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            # Gradio sets an option that pandas has deprecated; the server runs in this process.
            item.add_marker(pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"))


@dataclass
class Site:
    """A server over the stand-in pipeline."""

    url: str
    double: Double
    app: FastAPI
    settings: Settings


def serving(app: FastAPI) -> tuple[uvicorn.Server, threading.Thread, str]:
    """Run an application in a thread."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    return server, thread, f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    settings = Settings(_env_file=None, data=folder, corpus=folder, upload_bytes=20_000, upload_files=3)  # type: ignore[call-arg]
    double = Double(settings, example_index())
    app = create_app(settings, pinpoint=double)  # type: ignore[arg-type]
    app.state.uploads._build = lambda documents: DoubleIndex([p for item in documents for p in item.paragraphs])
    server, thread, url = serving(app)
    yield Site(url, double, app, settings)
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"there is no Chromium at {CHROMIUM!r}; run tests/browser/install.sh or set CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


LEAVING = "the page is being left"
TELL_LEAVING = f"window.addEventListener('beforeunload', () => console.debug({LEAVING!r}))"
"""Told before Gradio hears of it: Gradio then aborts what it was reading and calls that an error, which nobody sees."""


@dataclass
class Trouble:
    """What a page complained about while somebody looked at it, and whom else it asked."""

    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    leaving: set[Page] = field(default_factory=set)

    def listen(self, page: Page) -> None:
        """Follow a page from its first request on."""
        page.on("console", lambda message: self._said(page, message))
        page.on("pageerror", lambda error: self._failed(page, str(error)))
        page.on("domcontentloaded", lambda: self.leaving.discard(page))
        page.on("request", lambda request: self._asked(request.url))

    def _said(self, page: Page, message: ConsoleMessage) -> None:
        if message.text == LEAVING:
            self.leaving.add(page)
        elif message.type == "error":
            self._failed(page, message.text)

    def _failed(self, page: Page, text: str) -> None:
        if page not in self.leaving:
            self.errors.append(text)

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob"} and parts.hostname != "127.0.0.1":
            self.elsewhere.append(url)


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Give a function that opens the chat; at the end no page may have logged an error or asked another host."""
    trouble = Trouble()
    contexts = []

    def opened(path: str = "/", *, at: Site = site, **options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "locale": "en-US", **options})  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        context.add_init_script(TELL_LEAVING)
        context.on("page", trouble.listen)
        contexts.append(context)
        page = context.new_page()
        page.goto(at.url + path)
        if path == "/":
            page.locator("#pp-box textarea").wait_for()
            page.locator("#pp-model .pp-how, #pp-model span:not(.pp-warn)").first.wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert trouble.errors == []
    assert trouble.elsewhere == []


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page()


def ask(page: Page, question: str, *, wait: bool = True) -> None:
    """Ask and wait for the answer."""
    answers = page.locator(".pp-foot, .pp-alert, .bot-row .pp-note")
    before = answers.count()
    page.locator("#pp-box textarea").fill(question)
    page.keyboard.press("Enter")
    if wait:
        answers.nth(before).wait_for()


def press_twice(button: Locator) -> None:
    """Press a button that asks to be pressed again."""
    button.click()
    expect(button).to_have_attribute("data-sure", re.compile("."))
    button.click(delay=20)


def keep(page: Page, name: str) -> None:
    """Keep a screenshot as a test artefact."""
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{name}.png")
