"""Source pages in a real browser: the paragraph asked for, copying a citation, and paragraphs that have changed."""

from __future__ import annotations

from playwright.sync_api import expect

from bot.links import source_path
from tests.browser.conftest import Site, keep
from tests.web.double import DoubleIndex, paragraph


def test_the_paragraph_asked_for_is_highlighted_and_its_citation_copied(open_page, site: Site):
    page = open_page("/sources/patents.txt#p2", permissions=["clipboard-read", "clipboard-write"])
    cited = page.locator("#p2")
    colours = [page.locator(f"#p{n}").evaluate("(node) => getComputedStyle(node).backgroundColor") for n in (1, 2)]
    assert colours[0] != colours[1]
    cited.get_by_role("button", name="Copy citation").click()
    hash_ = site.double.index.paragraph("patents.txt", 2).hash  # type: ignore[union-attr]
    link = f"{site.url}/sources/patents.txt?h={hash_}#p2"
    text = "China holds nearly 70 percent of AI patents."
    assert page.evaluate("() => navigator.clipboard.readText()") == f"“{text}” (patents.txt, ¶2) {link}"
    cited.get_by_role("button", name="Copy as Markdown").click()
    expect(cited.get_by_text("Copied").last).to_be_visible()
    markdown = page.evaluate("() => navigator.clipboard.readText()")
    assert markdown.endswith(f"— [patents.txt, ¶2]({link})")
    keep(page, "source")


def test_a_permalink_says_when_its_paragraph_changed_or_moved(open_page, site: Site):
    page = open_page("/sources/patents.txt?h=000000000000#p2")
    expect(page.locator("#p2 .changed")).to_have_text("This paragraph has changed since it was cited.")
    keep(page, "source-changed")
    third = site.double.index.paragraph("patents.txt", 3)
    assert third is not None
    page.goto(f"{site.url}/sources/patents.txt?h={third.hash}#p2")
    expect(page.locator("#p2 .changed")).to_have_text("The cited paragraph is now paragraph 3.")
    page.goto(site.url + source_path("patents.txt", 3, third.hash))
    expect(page.locator(".changed")).to_be_hidden()


def test_what_a_permalink_says_is_in_sight_where_the_page_opens(open_page, site: Site):
    index = site.double.index
    lines = [paragraph("long.txt", n, f"Line {n} of a long file.") for n in range(1, 200)]
    before = index.paragraphs, index.files
    index.paragraphs, index.files = (*before[0], *lines), (*before[1], *DoubleIndex(lines).files)
    try:
        page = open_page("/sources/long.txt?h=000000000000#p150")
        expect(page.locator("#p150 .changed")).to_be_in_viewport()
        expect(page.locator("#p150 .text")).to_be_in_viewport()
    finally:
        index.paragraphs, index.files = before


def test_the_list_leads_to_the_files(open_page):
    page = open_page("/sources", viewport={"width": 390, "height": 800})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="深圳.txt", exact=True).click()
    expect(page.locator("h1")).to_have_text("深圳.txt")
