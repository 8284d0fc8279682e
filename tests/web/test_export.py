"""Exports: whole, and harmless wherever they are opened."""

from __future__ import annotations

import json

import pytest
from markdown_it import MarkdownIt

from bot.settings import Settings
from bot.types import Answer, Sentence
from bot.web.book import Conversation, Turn
from bot.web.export import Exports, to_json, to_markdown
from bot.web.uploads import Uploads
from bot.web.views import view_for
from bot.web.words import words
from tests.web.double import Double
from tests.web.payloads import PAYLOADS
from tests.web.test_render import Seen, answer

OURS = {"h1", "h2", "p", "ul", "li", "a", "em"}


def kept(_: str) -> bool:
    return False


def conversation(text: str, file: str = "a.txt") -> Conversation:
    return Conversation(turns=[Turn(question=text, state="done", answer=answer(text, file=file))])


def test_markdown_has_question_answer_and_citations_with_links():
    text = to_markdown(conversation("China leads."), words("en"), "https://q.example", kept)
    html = MarkdownIt().render(text)
    assert "<h2>China leads.</h2>" in html
    assert '<a href="https://q.example/sources/a.txt?h=abc#p7">a.txt ¶7</a>: “China leads.”' in html
    assert "<em>Quoted from the sources, no model</em>" in html


def test_markdown_says_that_values_differ_and_gives_each_its_line():
    text = "From two:\nSeventy. [1]\nEighty. [2]"
    sentences = [Sentence(text="Seventy.", citations=[1], supported=True), Sentence(text="Eighty.", supported=False)]
    turn = Turn(question="How many?", state="done", answer=answer(text=text, sentences=sentences, disagreement=True))
    html = MarkdownIt().render(to_markdown(Conversation(turns=[turn]), words("en"), "https://q.example", kept))
    assert "<p>From two:</p>\n<p>Seventy. [1]</p>\n<p>Eighty. <em>(Not supported" in html
    unled = answer(disagreement=True, language="fr")
    turn = Turn(question="Combien ?", state="done", answer=unled)
    shown = MarkdownIt().render(to_markdown(Conversation(turns=[turn]), words("en"), "https://q.example", kept))
    assert "Les sources donnent des valeurs différentes" in shown


def test_the_lead_and_the_lines_of_an_answer_stay_in_markdown():
    sentences = [Sentence(text=text, supported=True) for text in ("comment", "Two.")]
    one = answer(text="They say:\n· comment\nTwo.", sentences=sentences, citations=[])
    turn = Turn(question="What?", state="done", answer=one)
    html = MarkdownIt().render(to_markdown(Conversation(turns=[turn]), words("en"), "https://q.example", kept))
    assert "<p>They say:</p>\n<p>· comment</p>\n<p>Two.</p>" in html


def test_a_file_that_was_dropped_is_named_and_not_linked(settings: Settings, double: Double):
    uploads = Uploads(settings, build=lambda documents: None)
    view = view_for(double.index, uploads, "mine", "en")
    gone = conversation("China leads.", "upload/a.txt")
    citation = gone.turns[0].answer.citations[0].model_copy(update={"url": "https://q.example/dead"})  # type: ignore[union-attr]
    gone.turns[0].answer = gone.turns[0].answer.model_copy(update={"citations": [citation]})  # type: ignore[union-attr]
    html = MarkdownIt().render(to_markdown(gone, view.words, "https://q.example", view.dropped))
    assert "[1] upload/a.txt ¶7 (dropped into the conversation): “China leads.”" in html
    assert "href" not in html
    assert json.loads(to_json(gone, view.dropped))["turns"][0]["answer"]["citations"][0]["url"] is None
    assert not view.dropped("patents.txt")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_stays_text_in_markdown(payload):
    text = to_markdown(conversation(payload, payload.replace("\0", "")), words("en"), "https://q.example", kept)
    for reader in (MarkdownIt(), MarkdownIt("commonmark", {"html": True}), MarkdownIt("gfm-like", {"linkify": False})):
        seen = Seen(reader.render(text))
        assert seen.tags <= OURS
        assert all(value.startswith("https://q.example/sources/") for name, value in seen.attributes if name == "href")


def test_json_has_every_answer_in_the_shared_schema():
    body = json.loads(to_json(conversation("China leads."), kept))
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
