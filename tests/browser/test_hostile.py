"""Documents, questions and answers full of attacks, looked at in a real browser: they show as text and do nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from bot.links import source_path
from bot.settings import Settings
from bot.web.app import create_app
from tests.browser.conftest import Site, ask, serving
from tests.web.double import Double, DoubleIndex, paragraph
from tests.web.payloads import PAYLOADS

ALLOWED = {"DIV", "SPAN", "A", "DETAILS", "SUMMARY", "OL", "LI", "BDI", "BR", "BUTTON"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("hostile")
    settings = Settings(_env_file=None, data=folder, corpus=folder, model="x")  # type: ignore[call-arg]
    named = [paragraph(payload.replace("\0", ""), 1, payload) for payload in PAYLOADS]
    double = Double(settings, DoubleIndex(named), model="<img src=x onerror=window.hacked=1>")
    server, thread, url = serving(create_app(settings, pinpoint=double))  # type: ignore[arg-type]
    yield Site(url, double, create_app, settings)  # type: ignore[arg-type]
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def page(open_page: Callable[..., Page], monkeypatch: pytest.MonkeyPatch) -> Page:
    page = open_page("/sources")
    page.goto(page.url.removesuffix("/sources"))
    page.locator("#pp-box textarea").wait_for()
    return page


def harmless(page: Page) -> None:
    """Nothing ran, nothing went elsewhere, no element came out of a text."""
    page.wait_for_timeout(100)
    assert page.evaluate("() => window.hacked") is None
    tags = page.evaluate("() => [...new Set([...document.querySelectorAll('.pp-answer *')].map((n) => n.tagName))]")
    assert set(tags) <= ALLOWED
    links = page.evaluate("() => [...document.querySelectorAll('.pp-answer a')].map((n) => n.getAttribute('href'))")
    assert all(link.startswith("/sources/") for link in links)
    assert page.locator(".user-row a, .user-row img, .user-row script, .user-row table, .user-row .katex").count() == 0


def test_payloads_are_text_in_question_answer_chips_panel_and_export(page: Page, site: Site):
    for at, payload in enumerate(PAYLOADS):
        site.double.reply = payload
        ask(page, f"{payload} {'nothing' if at % 5 == 4 else 'unsupported'}")
        harmless(page)
    assert page.evaluate("() => document.querySelector('#pp-conversations label span').childElementCount") == 0
    for chip in page.locator(".pp-chip").all()[::4]:
        chip.click()
        expect(page.locator("#pp-panel .paragraph").first).to_be_visible()
        assert page.locator("#pp-panel .text :not(mark, bdi.control)").count() == 0
        harmless(page)
        page.keyboard.press("Escape")
    with page.expect_download() as download:
        page.locator("#pp-export-markdown").click()
    assert "<script" not in download.value.path().read_text("utf-8")
    page.reload()
    page.locator(".pp-foot").last.wait_for()
    harmless(page)


def test_payloads_are_text_on_their_source_pages(open_page, site: Site):
    page = open_page("/sources")
    assert page.locator("td a bdi *").count() == 0
    for payload in PAYLOADS:
        page.goto(site.url + source_path(payload.replace("\0", ""), 1))
        text = page.locator("#p1 .text")
        expect(text).to_have_count(1)
        assert text.locator(":not(bdi.control)").count() == 0
        assert text.evaluate("(node) => node.textContent") == payload.replace("\0", "")  # HTML has no NUL
        assert page.evaluate("() => window.hacked") is None
