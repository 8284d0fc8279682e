"""The chat page as a reader uses it, in a real browser."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.feedback import FeedbackStore
from tests.browser.conftest import Site, ask, keep, press_twice

PATENTS = "What share of AI patents does China hold?"
QUOTE = "China holds nearly 70 percent of AI patents."


def until(condition, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.05)


def test_a_question_gets_an_answer_with_numbered_citations(page: Page):
    ask(page, PATENTS)
    expect(page.locator(".pp-text")).to_contain_text(QUOTE)
    expect(page.locator(".pp-text .pp-chip")).to_have_count(1)
    expect(page.locator(".pp-sources .pp-card .pp-place")).to_have_text("patents.txt ¶ 2")
    expect(page.locator(".pp-found summary")).to_contain_text("Read 10 passages")
    expect(page.locator("#pp-model")).to_contain_text("Quoting, no model")


def test_passages_come_first_then_text_and_stop_stops_the_work(page: Page, site: Site):
    closed = site.double.closed
    ask(page, "slow patents", wait=False)
    expect(page.locator(".pp-found.pp-busy summary")).to_contain_text("Reading 10 passages")
    expect(page.locator(".pp-writing")).to_contain_text("word5")
    page.locator("#pp-box .stop-button").click()
    expect(page.locator(".pp-answer .pp-note")).to_have_text("Stopped.")
    until(lambda: site.double.closed == closed + 1 and site.double.running == 0)
    expect(page.locator(".pp-stopped")).to_contain_text("word5")
    ask(page, PATENTS)
    expect(page.locator(".pp-text").last).to_contain_text(QUOTE)


def test_leaving_the_page_stops_the_work(open_page, site: Site):
    page = open_page()
    closed = site.double.closed
    ask(page, "slow patents", wait=False)
    expect(page.locator(".pp-writing")).to_contain_text("word3")
    page.close()
    until(lambda: site.double.closed == closed + 1 and site.double.running == 0)


def test_a_citation_shows_its_quote_and_opens_the_source_beside_the_chat(page: Page):
    ask(page, PATENTS)
    chip = page.locator(".pp-chip")
    chip.hover()
    expect(page.locator("#pp-hover")).to_contain_text("patents.txt")
    expect(page.locator("#pp-hover blockquote")).to_have_text(QUOTE)
    chip.click()
    panel = page.locator("#pp-panel")
    expect(panel.locator("h2")).to_have_text("patents.txt")
    expect(panel.locator(".paragraph")).to_have_count(3)
    expect(panel.locator(".pp-cited mark")).to_have_text(QUOTE)
    expect(panel.locator(".pp-cited .number")).to_have_text("2")
    expect(panel.locator(".pp-meta")).to_contain_text("English")
    expect(panel.locator(".pp-cited")).to_be_in_viewport()
    link = panel.get_by_text("Permanent link").get_attribute("href") or ""
    assert re.fullmatch(r"/sources/patents\.txt\?h=[0-9a-f]{12}#p2", link)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(chip).to_be_focused()


def test_the_panel_says_when_the_source_is_in_another_language(page: Page):
    ask(page, "brevets Chine détient La")
    page.locator(".pp-chip").click()
    expect(page.locator("#pp-panel .pp-notice")).to_have_text(
        "The source is in French; the quote stays in the original."
    )
    expect(page.locator("#pp-panel mark")).to_have_text("La Chine détient près de 70 % des brevets.")


def test_an_unsupported_sentence_is_marked_and_says_why(page: Page):
    ask(page, "unsupported patents China holds")
    bad = page.locator(".pp-bad")
    expect(bad).to_contain_text("There were 2 000 of them.")
    bad.hover()
    expect(page.locator("#pp-hover")).to_contain_text("does not occur in the cited paragraph")


def test_not_found_shows_the_nearest_paragraphs_as_such(page: Page):
    ask(page, "nothing about patents China holds")
    expect(page.locator(".pp-nearest .pp-label")).to_have_text("Nearest paragraphs, not an answer")
    expect(page.locator(".pp-chip")).to_have_count(0)
    page.locator(".pp-nearest .pp-card").first.click()
    expect(page.locator("#pp-panel .pp-cited")).to_be_visible()


def test_disagreeing_sources_stand_side_by_side(page: Page):
    ask(page, "disagree China patents percent of 70")
    sides = page.locator(".pp-side")
    expect(sides).to_have_count(2)
    first, second = sides.nth(0).bounding_box(), sides.nth(1).bounding_box()
    assert first is not None
    assert second is not None
    assert first["y"] == second["y"]
    assert first["x"] + first["width"] <= second["x"]


def test_a_file_filter_reaches_the_pipeline(page: Page, site: Site):
    page.locator("#pp-files input").click()
    page.get_by_role("option", name="brevets.txt").click()
    page.keyboard.press("Escape")
    ask(page, PATENTS)
    assert site.double.asked[-1][2] == ["brevets.txt"]
    expect(page.locator(".pp-card .pp-file").first).to_have_text("brevets.txt")


def test_conversations_outlive_a_reload_and_can_be_several(page: Page):
    ask(page, PATENTS)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".pp-answer")).to_have_count(0)
    ask(page, "brevets Chine")
    page.reload()
    page.locator("#pp-model .pp-how").wait_for()
    expect(page.locator(".pp-text")).to_contain_text("La Chine détient")
    page.locator("#pp-conversations label", has_text="What share").click()
    expect(page.locator(".pp-text")).to_contain_text(QUOTE)
    press_twice(page.locator("#pp-delete"))
    expect(page.locator("#pp-conversations label")).to_have_count(1)
    expect(page.locator(".pp-text")).to_contain_text("La Chine détient")


def test_a_follow_up_carries_the_history(page: Page, site: Site):
    ask(page, PATENTS)
    ask(page, "And there?")
    assert [message.content for message in site.double.asked[-1][1]] == [PATENTS, f"{QUOTE} [1]"]


def test_retry_asks_again_and_edit_asks_the_changed_question(page: Page, site: Site):
    ask(page, PATENTS)
    asked = len(site.double.asked)
    page.get_by_role("button", name="Retry").click()
    until(lambda: len(site.double.asked) == asked + 1)
    expect(page.locator(".pp-foot")).to_have_count(1)
    page.locator(".user-row").hover()
    page.get_by_role("button", name="Edit").click()
    editor = page.locator(".user-row textarea")
    expect(editor).to_have_value(PATENTS)
    editor.fill("brevets Chine *détient*")
    page.get_by_role("button", name="Submit").first.click()
    expect(page.locator(".pp-text")).to_contain_text("La Chine détient")
    assert site.double.asked[-1][0] == "brevets Chine *détient*"


def test_a_question_is_edited_at_its_width_and_asked_with_enter(page: Page, site: Site):
    long = " ".join(["patents"] * 40)
    ask(page, long)
    question = page.locator(".user-row .md").bounding_box()
    page.locator(".user-row").hover()
    page.get_by_role("button", name="Edit").click()
    editor = page.locator(".user-row textarea")
    box = editor.bounding_box()
    assert question is not None
    assert box is not None
    assert box["width"] > 0.8 * question["width"]
    assert editor.evaluate("(node) => node.scrollHeight <= node.clientHeight + 1 && node.scrollTop === 0")
    keep(page, "editing")
    editor.press("Escape")
    expect(editor).to_have_count(0)
    page.locator(".user-row").hover()
    page.get_by_role("button", name="Edit").click()
    editor.fill("brevets Chine")
    editor.press("Shift+Enter")
    editor.type("détient")
    editor.press("Enter")
    expect(page.locator(".pp-text")).to_contain_text("La Chine détient")
    assert site.double.asked[-1][0] == "brevets Chine\ndétient"


def test_clear_empties_the_conversation(page: Page):
    ask(page, PATENTS)
    press_twice(page.get_by_role("button", name="Clear"))
    expect(page.locator(".pp-answer")).to_have_count(0)
    expect(page.locator("#pp-conversations")).to_be_hidden()


def test_deleting_asks_again_also_by_keyboard(page: Page):
    ask(page, PATENTS)
    delete = page.locator("#pp-delete")
    delete.dblclick()
    expect(delete).to_have_attribute("aria-label", "Press again to delete")
    expect(page.locator(".pp-answer")).to_have_count(1)
    page.locator("#pp-box textarea").focus()
    expect(delete).not_to_have_attribute("aria-label", "Press again to delete")
    delete.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Press again to delete")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".pp-answer")).to_have_count(0)


def test_a_verdict_and_a_comment_are_stored(page: Page, site: Site):
    question = "What share of AI patents does China hold today?"
    ask(page, question)
    page.get_by_role("button", name="Dislike").click()
    comment = page.locator("#pp-comment textarea, #pp-comment input").first
    comment.fill("It says nearly.")
    comment.press("Enter")
    expect(page.locator("#pp-comment")).to_be_hidden()
    stored = [kept for kept in FeedbackStore(site.settings.data) if kept.answer.question == question]
    assert [(kept.verdict, kept.comment, kept.surface) for kept in stored] == [("down", "It says nearly.", "web")]
    page.reload()
    expect(page.locator(".bot-row .icon-button-wrapper")).to_be_visible()


def test_a_dropped_file_is_answered_from_and_cited(page: Page, site: Site, tmp_path: Path):
    note = tmp_path / "règlement intérieur.txt"
    note.write_text("The canteen opens at noon.\n\nDogs must wait outside the canteen.", "utf-8")
    page.locator("#pp-box input[type=file]").set_input_files(note)
    page.locator("#pp-box .thumbnail-item, #pp-box .thumbnail-wrapper, #pp-box .thumbnails").first.wait_for()
    expect(page.locator("#pp-box .thumbnail-wrapper")).to_have_attribute("aria-label", "règlement intérieur.txt")
    ask(page, "Where must dogs wait, outside the canteen?")
    expect(page.locator(".pp-text")).to_contain_text("Dogs must wait outside the canteen.")
    expect(page.locator(".pp-answer .pp-note")).to_contain_text("2 paragraphs, for this conversation only")
    page.locator(".pp-chip").click()
    expect(page.locator("#pp-panel mark")).to_have_text("Dogs must wait outside the canteen.")
    assert len(site.app.state.uploads._held) == 1
    page.keyboard.press("Escape")
    press_twice(page.locator("#pp-delete"))
    expect(page.locator(".pp-answer")).to_have_count(0)
    assert len(site.app.state.uploads._held) == 0


def test_a_file_that_cannot_be_read_is_refused_with_the_reason(page: Page, tmp_path: Path):
    bad = tmp_path / "empty.txt"
    bad.write_bytes(b"")
    page.locator("#pp-box input[type=file]").set_input_files(bad)
    page.locator("#pp-box .thumbnail-item, #pp-box .thumbnail-wrapper, #pp-box .thumbnails").first.wait_for()
    ask(page, "What?")
    expect(page.locator(".pp-alert")).to_contain_text("is empty")


def test_a_file_dropped_without_a_question_is_named_once(page: Page, tmp_path: Path):
    note = tmp_path / "werk.txt"
    note.write_text("The canteen opens at noon.", "utf-8")
    page.locator("#pp-box input[type=file]").set_input_files(note)
    page.locator("#pp-box .thumbnail-wrapper").first.wait_for()
    ask(page, "")
    expect(page.locator(".user-row")).to_have_text("📎 werk.txt")
    expect(page.locator(".bot-row .pp-note")).to_have_text("werk.txt: 1 paragraph, for this conversation only")


def test_an_export_is_downloaded_with_its_citations(page: Page):
    ask(page, PATENTS)
    with page.expect_download() as download:
        page.locator("#pp-export-markdown").click()
    text = download.value.path().read_text("utf-8")
    assert download.value.suggested_filename.endswith(".md")
    assert "¶2" in text
    assert "/sources/patents.txt?h=" in text
    with page.expect_download() as download:
        page.locator("#pp-export-json").click()
    assert json.loads(download.value.path().read_text("utf-8"))["turns"][0]["answer"]["citations"][0]["paragraph"] == 2


def test_an_answer_is_copied_with_its_sources(open_page):
    page = open_page("/", permissions=["clipboard-read", "clipboard-write"])
    ask(page, PATENTS)
    page.locator(".pp-copy").click()
    expect(page.locator(".pp-copy")).to_have_text("Copied")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied == f"{QUOTE} [1]\n[1] patents.txt ¶ 2: “{QUOTE}”"


def test_a_copy_keeps_the_marks_of_sentences_and_the_lines_of_sides(open_page):
    page = open_page("/", permissions=["clipboard-read", "clipboard-write"])
    ask(page, "disagree unsupported patents China holds 70 percent")
    page.locator(".pp-copy").click()
    expect(page.locator(".pp-copy")).to_have_text("Copied")
    copied = page.evaluate("() => navigator.clipboard.readText()").split("\n")
    assert copied[:2] == ["The sources give different values:", f"{QUOTE} [1]"]
    assert copied[2].endswith("[2]")
    reason = "Not supported by the sources: The number 2 000 does not occur in the cited paragraph."
    assert copied[3:5] == [f"There were 2 000 of them. ({reason})", f"[1] patents.txt ¶ 2: “{QUOTE}”"]


def test_everything_can_be_done_with_the_keyboard(page: Page):
    page.keyboard.type(PATENTS)  # the box has the focus when the page opens
    page.keyboard.press("Enter")
    page.locator(".pp-foot").wait_for()
    page.locator("#pp-box textarea").focus()
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("() => document.activeElement.classList.contains('pp-chip')"):
            break
    expect(page.locator("#pp-hover")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#pp-panel h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".pp-chip")).to_be_focused()


def test_an_example_is_asked_with_one_click(open_page, site: Site):
    page = open_page()
    page.locator(".examples button").first.click()
    page.locator(".pp-foot").wait_for()
    assert "Artificial intelligence patents" in site.double.asked[-1][0]


def test_an_error_is_said_and_the_page_goes_on(page: Page):
    ask(page, "fail please")
    alert = page.locator(".pp-alert")
    expect(alert).to_contain_text("The model is away; start it")
    under, buttons = alert.bounding_box(), page.locator(".bot-row .icon-button-wrapper").last.bounding_box()
    assert under is not None
    assert buttons is not None
    assert buttons["y"] >= under["y"] + under["height"]
    expect(page.get_by_role("button", name="Retry")).to_be_visible()
    expect(page.get_by_role("button", name="Like", exact=True)).to_be_hidden()
    ask(page, PATENTS)
    expect(page.locator(".pp-text")).to_contain_text(QUOTE)


@pytest.mark.parametrize(
    ("locale", "words"),
    [("fr-FR", "Nouvelle conversation"), ("zh-CN", "新对话"), ("zh-TW", "新對話"), ("de-DE", "New conversation")],
)
def test_the_words_follow_the_browser(open_page, locale, words):
    page = open_page("/", locale=locale)
    expect(page.locator("#pp-new")).to_have_text(words)


@pytest.mark.parametrize(
    ("locale", "labels"),
    [
        ("en-US", {"Conversations and files", "Conversation", "Question", "Add files to ask about", "Submit"}),
        ("fr-FR", {"Conversations et fichiers", "Conversation", "Question", "Joindre des fichiers", "Envoyer"}),
        ("zh-TW", {"對話與檔案", "對話", "問題", "加入檔案", "送出"}),
    ],
)
def test_the_labels_for_screen_readers_follow_the_browser_too(open_page, locale, labels):
    page = open_page("/", locale=locale)
    ask(page, PATENTS)
    found = page.evaluate("() => [...document.querySelectorAll('[aria-label]')].map((node) => node.ariaLabel)")
    assert labels <= set(found)
    english = {"Toggle Sidebar", "chatbot conversation", "Multimedia input field", "Upload a file"}
    assert not english & set(found)


@pytest.mark.parametrize("width", [360, 390, 768, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_every_width_in_light_and_dark(open_page, width, scheme):
    phone = width < 768
    page = open_page(
        "/", viewport={"width": width, "height": 780}, color_scheme=scheme, has_touch=phone, is_mobile=phone
    )
    ask(page, "disagree China patents percent of 70 unsupported")
    keep(page, f"chat-{width}-{scheme}")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert page.evaluate("() => document.body.classList.contains('dark')") is (scheme == "dark")
    page.locator(".pp-chip").first.click()
    panel = page.locator("#pp-panel")
    expect(panel.locator("mark")).to_be_visible()
    page.wait_for_timeout(400)
    keep(page, f"panel-{width}-{scheme}")
    box = panel.bounding_box()
    assert box is not None
    assert (box["width"] == width) is (width <= 900)
    panel.locator(".pp-close").click()
    expect(panel).to_be_hidden()


CONTRAST = """() => {
  const channel = (value) => {
    value /= 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const back = (node) => {
    for (; node; node = node.parentElement) {
      const colour = parse(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    const visible = node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (!walker.currentNode.textContent.trim() || !visible) continue;
    if (node.closest(".pp-sr, .icon-button, .hide, script, style") || !node.getClientRects().length) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(back(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.push(`${ratio.toFixed(2)} ${node.className} ${node.textContent.trim().slice(0, 40)}`);
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(open_page, scheme):
    page = open_page("/", color_scheme=scheme)
    assert page.evaluate(CONTRAST) == []
    ask(page, "disagree China patents percent of 70 unsupported")
    ask(page, "nothing about patents")
    page.locator(".pp-chip").first.click()
    expect(page.locator("#pp-panel mark")).to_be_visible()
    page.mouse.move(5, 5)
    page.wait_for_timeout(300)
    assert page.evaluate(CONTRAST) == []


def test_controls_have_names_for_screen_readers(page: Page):
    ask(page, PATENTS)
    nameless = page.evaluate("""() => [...document.querySelectorAll("button, input, textarea, a[href], select")]
      .filter((node) => node.checkVisibility() && node.type !== "file")
      .filter((node) => !(node.ariaLabel || node.title || node.textContent.trim() || node.placeholder))
      .filter((node) => !node.labels?.length)
      .map((node) => node.outerHTML.slice(0, 150))""")
    assert nameless == []
    assert page.locator("[data-testid=bot][aria-label*='<div']").count() == 0


def test_nothing_shifts_while_an_answer_streams(page: Page):
    page.evaluate("""() => {
      window.shifts = [];
      const note = (entry) => entry.hadRecentInput || window.shifts.push(entry.value);
      new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type: "layout-shift" });
    }""")
    ask(page, "slow patents", wait=False)
    expect(page.locator(".pp-writing")).to_contain_text("word40")
    assert sum(page.evaluate("() => window.shifts")) < 0.1
    page.locator("#pp-box .stop-button").click()
    expect(page.locator(".pp-answer .pp-note")).to_be_visible()
