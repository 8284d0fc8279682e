"""Exports: whole, and harmless wherever they are opened."""

from __future__ import annotations

import json

import pytest
from markdown_it import MarkdownIt

from bot.types import Answer
from bot.web.book import Conversation, Turn
from bot.web.export import Exports, to_json, to_markdown
from bot.web.words import words
from tests.web.payloads import PAYLOADS
from tests.web.test_render import Seen, answer

OURS = {"h1", "h2", "p", "ul", "li", "a", "em"}


def conversation(text: str, file: str = "a.txt") -> Conversation:
    return Conversation(turns=[Turn(question=text, state="done", answer=answer(text, file=file))])


def test_markdown_has_question_answer_and_citations_with_links():
    text = to_markdown(conversation("China leads."), words("en"), "https://q.example")
    html = MarkdownIt().render(text)
    assert "<h2>China leads.</h2>" in html
    assert '<a href="https://q.example/sources/a.txt?h=abc#p7">a.txt ¶7</a>: “China leads.”' in html
    assert "Quoting, no model" in html


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_stays_text_in_markdown(payload):
    text = to_markdown(conversation(payload, payload.replace("\0", "")), words("en"), "https://q.example")
    for reader in (MarkdownIt(), MarkdownIt("commonmark", {"html": True}), MarkdownIt("gfm-like", {"linkify": False})):
        seen = Seen(reader.render(text))
        assert seen.tags <= OURS
        assert all(value.startswith("https://q.example/sources/") for name, value in seen.attributes if name == "href")


def test_json_has_every_answer_in_the_shared_schema():
    body = json.loads(to_json(conversation("China leads.")))
    assert Answer.model_validate(body["turns"][0]["answer"]) == answer("China leads.")


def test_an_export_is_fetched_by_a_token_nobody_can_guess():
    exports = Exports()
    path = exports.put("a.json", "application/json", "{}")
    token = path.split("/")[2]
    assert len(token) >= 20
    found = exports.get(token)
    assert found is not None
    assert found.text == "{}"
    assert exports.get("other") is None
