"""Source pages: right for every name, and closed to everything that is not in the index."""

from __future__ import annotations

import html
import re

import pytest

from bot.links import permalink, source_path
from tests.web.double import ODD_NAMES


@pytest.mark.parametrize("name", ODD_NAMES)
def test_every_odd_file_name_has_a_page_and_an_api_path(client, name):
    link = source_path(name, 1)
    assert link.startswith("/sources/")
    page = client.get(link)
    assert page.status_code == 200
    assert f"<h1><bdi>{html.escape(name).replace('&#x27;', '&#39;').replace('&quot;', '&#34;')}</bdi></h1>" in page.text
    assert "This file has an odd name" in page.text
    assert client.get("/api" + link).json()["file"] == name


def test_a_link_found_in_the_list_leads_to_the_file(client):
    page = client.get("/sources").text
    links = [html.unescape(link) for link in re.findall(r'href="(/sources/[^"]+)"', page)]
    assert len(links) == 22
    assert {client.get(link).status_code for link in links} == {200}


@pytest.mark.parametrize(
    "path",
    [
        "/sources/../pyproject.toml", "/sources/..%2f..%2fetc%2fpasswd", "/sources/%2e%2e/%2e%2e/etc/passwd",
        "/sources//etc/passwd", "/sources/%2Fetc%2Fpasswd", "/sources/none.txt", "/sources/patents.txt%00",
        "/sources/patents.txt/", "/sources/./patents.txt%2f..", "/api/sources/..%2f..%2fetc%2fpasswd",
        "/api/sources/%2Fetc%2Fpasswd", "/sources/....//....//etc/passwd", "/sources/%252e%252e%252fetc%252fpasswd",
    ],
)  # fmt: skip
def test_what_is_not_in_the_index_is_not_found(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "root:" not in response.text


def test_a_symbolic_link_in_the_corpus_folder_is_not_served(client, settings):
    (settings.corpus / "secret.txt").write_text("secret", "utf-8")
    (settings.corpus / "link.txt").symlink_to(settings.corpus / "secret.txt")
    assert client.get("/sources/link.txt").status_code == 404
    assert client.get("/sources/secret.txt").status_code == 404


def test_a_page_shows_numbered_paragraphs_with_their_language(client):
    page = client.get("/sources/patents.txt").text
    assert re.findall(r'<section class="paragraph [\w-]+" id="p(\d+)"', page) == ["1", "2", "3"]
    assert '<p class="text" lang="en" dir="auto">China holds nearly 70 percent of AI patents.</p>' in page


def test_a_permalink_says_when_the_paragraph_has_changed(client, double):
    current = double.index.paragraph("patents.txt", 2)
    assert current is not None
    fresh = client.get(source_path("patents.txt", 2, current.hash)).text
    stale = client.get(source_path("patents.txt", 2, "000000000000")).text
    assert 'role="status" hidden' in fresh
    assert "This paragraph has changed since it was cited.</p>" in stale


@pytest.mark.parametrize(
    ("accept", "word"),
    [("fr-CH, fr;q=0.9", "Toutes les sources"), ("zh-CN", "所有来源"), ("zh-TW,zh;q=0.8", "所有來源"),
     ("ja", "All sources"), ("zh-Hant-HK", "所有來源"),
     ("de, fr;q=0.5", "Toutes les sources"), ("en;q=0.1, fr;q=0.2", "Toutes les sources")],
)  # fmt: skip
def test_the_words_follow_the_browser(client, accept, word):
    assert word in client.get("/sources/patents.txt", headers={"Accept-Language": accept}).text


def test_a_permalink_needs_a_public_address():
    assert permalink(None, "a.txt", 1) is None
    assert permalink("https://q.example/x/", "a b.txt", 7, "abc") == "https://q.example/x/sources/a%20b.txt?h=abc#p7"
