"""A quote in another language is translated beside the original, by a real model server on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pydantic import SecretStr

from bot.pinpoint import Pinpoint
from bot.settings import Settings
from bot.web.app import create_app
from tests.browser.conftest import Site, ask, keep, serving
from tests.faults import FaultServer
from tests.web.double import Double, example_index

pytestmark = pytest.mark.integration

FRENCH = "La Chine détient près de 70 % des brevets."
ENGLISH = "China holds nearly 70% of patents."
QUESTION = "brevets Chine détient La"


@pytest.fixture(scope="module")
def model() -> Iterator[FaultServer]:
    with FaultServer(text=ENGLISH) as server:
        yield server


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory, model: FaultServer) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("translating")
    settings = Settings(  # type: ignore[call-arg]
        _env_file=None, data=folder, corpus=folder, model="openai:test", openai_base_url=model.url,
        openai_api_key=SecretStr("any"),
    )  # fmt: skip
    double = Double(settings, example_index(), model="openai:test", translator=Pinpoint(settings))
    app = create_app(settings, pinpoint=double)  # type: ignore[arg-type]
    model.requests.clear()
    model.script, model.text = ["ok"], ENGLISH
    server, thread, url = serving(app)
    yield Site(url, double, app, settings)
    server.should_exit = True
    thread.join(10)


def open_source(page: Page, question: str = QUESTION) -> None:
    ask(page, question)
    page.locator(".pp-chip").last.click()
    expect(page.locator("#pp-panel mark")).to_be_visible()


def test_a_quote_in_another_language_has_a_labelled_translation_beside_it(page: Page, model: FaultServer):
    open_source(page)
    cited = page.locator("#pp-panel .pp-cited")
    expect(cited.locator("mark")).to_have_text(FRENCH)
    expect(cited.locator(".pp-translation-text")).to_have_text(ENGLISH)
    expect(cited.locator(".pp-translation-text")).to_have_attribute("lang", "en")
    expect(cited.locator(".pp-translation-label")).to_have_text("Machine translation by openai:test, not checked")
    expect(page.locator(".pp-translation-differs")).to_have_count(0)
    keep(page, "translation")
    page.keyboard.press("Escape")
    page.locator(".pp-chip").last.click()
    expect(cited.locator(".pp-translation-text")).to_have_text(ENGLISH)
    assert len(model.requests) == 1


def test_nothing_is_translated_before_the_panel_is_open_or_in_the_reader_s_own_language(page: Page, model: FaultServer):
    open_source(page, "What share of AI patents does China hold?")
    expect(page.locator(".pp-translation")).to_have_count(0)
    assert model.requests == []


def test_a_number_that_differs_is_said(page: Page, model: FaultServer):
    model.text = "China holds nearly 17% of patents."
    open_source(page)
    expect(page.locator(".pp-translation-differs")).to_contain_text("rely on the original")


def test_a_failure_is_one_calm_sentence_and_is_tried_again(page: Page, model: FaultServer):
    model.script = ["wrong key", "ok"]
    open_source(page)
    expect(page.locator(".pp-translation")).to_have_text(
        "The model gave no translation this time; the original stands above."
    )
    page.keyboard.press("Escape")
    page.locator(".pp-chip").last.click()
    expect(page.locator(".pp-translation-text")).to_have_text(ENGLISH)


HOSTILE = (
    "<img src=x onerror=window.hacked=1> **70** [a](javascript:window.hacked=1) \u202eevil "
    "<script>window.hacked=1</script>"
)


def test_a_translation_is_text_and_nothing_else(page: Page, model: FaultServer):
    model.text = HOSTILE
    open_source(page)
    expect(page.locator(".pp-translation-text")).to_have_text(HOSTILE.replace("\u202e", "⟨U+202E⟩"))
    assert page.locator(".pp-translation :not(p)").count() == 0
    assert page.evaluate("() => window.hacked") is None


@pytest.mark.parametrize(
    ("locale", "label"),
    [("fr-FR", "Traduction automatique"), ("zh-CN", "机器翻译"), ("zh-TW", "機器翻譯")],
)
def test_the_label_speaks_the_interface_s_language(open_page, locale: str, label: str):
    page = open_page("/", locale=locale)
    open_source(page)
    expect(page.locator(".pp-translation-label")).to_contain_text(label)
