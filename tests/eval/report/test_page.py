"""The page in a real browser: it asks for nothing outside, filters, and opens a question."""

import os
from pathlib import Path

import pytest

from eval.gate.baseline import make_baseline
from eval.gate.decide import decide
from eval.gate.thresholds import Thresholds
from eval.measures.results import evaluate
from eval.report.html import html
from tests.eval.builders import BAD, GOOD, answer, question, recorded, run_of

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
EVIL = "What</script><img src=x onerror=document.title='hacked'>?"


@pytest.fixture
def page_file(tmp_path):
    def results(bad):
        records = [recorded(question(f"q-{i:02}"), answer(BAD if i < bad else GOOD)) for i in range(70)]
        records.append(recorded(question("evil", question=EVIL, language="fr"), answer(GOOD)))
        return evaluate(run_of(*records))

    now = results(7)
    path = tmp_path / "report.html"
    path.write_text(html(now, decide(now, Thresholds(), make_baseline(results(0)))), encoding="utf-8")
    return path


@pytest.mark.browser
@pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed")
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_page_filters_and_opens_questions_without_a_request(page_file, width, scheme):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        page = context.new_page()
        wrong, asked = [], []
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(page_file.as_uri())
        assert page.locator("#count").text_content() == "71 of 71"
        assert page.locator(".question").count() == 60
        page.locator("#more").click()
        assert page.locator(".question").count() == 71
        page.select_option("#f-state", "lost")
        assert page.locator("#count").text_content() == "7 of 71"
        page.locator(".question summary").first.click()
        inside = page.locator(".question .inside").first.text_content()
        assert "no gold paragraph is cited" in inside
        assert "first citation right" in inside
        page.select_option("#f-state", "")
        page.select_option("#f-language", "fr")
        page.locator(".question summary").first.click()
        assert EVIL in page.locator(".asked").first.text_content()
        assert page.title() == "Pinpoint: Gate: failed"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert wrong == []
        assert asked == [page_file.as_uri()]
        browser.close()
