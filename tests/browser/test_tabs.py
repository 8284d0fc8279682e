"""Two tabs of one browser share one store and lose nothing of each other's."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, ask, press_twice

PATENTS = "What share of AI patents does China hold?"
FRENCH = "brevets Chine détient La"


def beside(page: Page, site: Site) -> Page:
    """Open the chat in another tab of the same browser."""
    other = page.context.new_page()
    other.goto(site.url)
    other.locator("#pp-model .pp-how").wait_for()
    return other


def listed(page: Page):
    return page.locator("#pp-conversations label")


def test_two_tabs_keep_each_other_s_conversations(page: Page, site: Site):
    other = beside(page, site)
    ask(page, PATENTS)
    ask(other, FRENCH)
    for tab in (page, other):
        expect(listed(tab)).to_have_count(2)
        tab.reload()
        expect(listed(tab)).to_have_count(2)
    expect(page.locator(".pp-text")).to_contain_text("China holds nearly")  # each tab stays where it was
    expect(other.locator(".pp-text")).to_contain_text("La Chine détient")


def test_the_list_of_a_tab_follows_the_other_tab(page: Page, site: Site):
    other = beside(page, site)
    ask(page, PATENTS)
    expect(listed(other)).to_have_count(1)
    listed(other).click()
    expect(other.locator(".pp-text")).to_contain_text("China holds nearly")
    press_twice(other.locator("#pp-delete"))
    expect(listed(page)).to_have_count(0)
    page.reload()
    page.locator("#pp-model .pp-how").wait_for()
    expect(page.locator(".pp-answer")).to_have_count(0)


def test_two_tabs_in_the_same_conversation_keep_each_other_s_turns(page: Page, site: Site):
    ask(page, PATENTS)
    other = beside(page, site)
    expect(other.locator(".pp-text")).to_have_count(1)
    ask(page, "slow patents", wait=False)
    expect(page.locator(".pp-writing")).to_contain_text("word3")
    ask(other, FRENCH, wait=False)
    expect(other.locator(".pp-foot")).to_have_count(2)
    page.locator("#pp-box .stop-button").click()
    expect(page.locator(".pp-answer .pp-note").first).to_have_text("Stopped.")
    other.reload()
    expect(other.locator(".user-row")).to_have_count(3)
    expect(other.locator(".pp-text")).to_contain_text(["China holds nearly", "word3", "La Chine détient"])


def test_a_conversation_deleted_in_one_tab_does_not_come_back_from_another(page: Page, site: Site):
    ask(page, PATENTS)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".pp-text")).to_have_count(0)
    ask(page, FRENCH)
    other = beside(page, site)
    listed(other).filter(has_text="What share").click()
    expect(other.locator(".pp-text")).to_contain_text("China holds nearly")
    press_twice(other.locator("#pp-delete"))
    expect(listed(other)).to_have_count(1)
    ask(page, "And La Chine?")
    page.reload()
    expect(listed(page)).to_have_count(1)


@pytest.mark.parametrize("many", [60])
def test_the_oldest_conversations_go_when_there_is_no_room(page: Page, many: int):
    page.evaluate(
        """(many) => {
          const turn = (n) => ({ id: `t${n}`, question: `Question ${n}`, state: "stopped", partial: "x".repeat(1000) });
          const kept = (n) => JSON.stringify({ id: `c${n}`, created: n + 1, turns: [turn(n)] });
          for (let n = 0; n < many; n++) localStorage.setItem(`pinpoint:c${n}`, kept(n));
        }""",
        many,
    )
    page.reload()
    ask(page, PATENTS)
    expect(listed(page)).to_have_count(50)
    expect(listed(page).first).to_contain_text("What share")
    assert page.evaluate("() => Object.keys(localStorage).filter((key) => key.startsWith('pinpoint:')).length") == 50
    assert page.evaluate("() => localStorage.getItem('pinpoint:c0')") is None


def test_what_else_lies_in_the_store_is_left_out(page: Page):
    page.evaluate(
        """() => {
          localStorage.setItem("pinpoint:a", "no json");
          localStorage.setItem("pinpoint:b", "null");
          localStorage.setItem("pinpoint:c", JSON.stringify({ id: "c", created: 1, turns: [{ question: 5 }] }));
        }"""
    )
    page.reload()
    ask(page, PATENTS)
    expect(listed(page)).to_have_count(1)


def test_what_the_page_did_not_write_is_neither_shown_nor_deleted(page: Page):
    page.evaluate(
        """() => {
          localStorage.setItem("pinpoint-conversations", "[1]");
          const turns = [{ id: "t", question: "Of another name", state: "stopped" }];
          for (let n = 0; n < 60; n++) {
            localStorage.setItem(`pinpoint:x${n}`, JSON.stringify({ id: `y${n}`, created: n + 1, turns }));
          }
        }"""
    )
    page.reload()
    ask(page, PATENTS)
    expect(listed(page)).to_have_count(1)
    assert page.evaluate("() => localStorage.getItem('pinpoint-conversations')") == "[1]"
    assert page.evaluate("() => Object.keys(localStorage).filter((key) => key.startsWith('pinpoint:x')).length") == 60


BLOCKED = """for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });
}"""


def test_a_browser_that_blocks_storage_keeps_the_conversations_while_the_page_is_open(page: Page):
    page.context.add_init_script(BLOCKED)
    page.reload()
    page.locator("#pp-model .pp-how").wait_for()
    ask(page, PATENTS)
    ask(page, FRENCH)
    expect(page.locator(".pp-text")).to_have_count(2)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".pp-text")).to_have_count(0)
    ask(page, FRENCH)
    expect(listed(page)).to_have_count(2)
    listed(page).filter(has_text="What share").click()
    expect(page.locator(".pp-text").first).to_contain_text("China holds nearly")
