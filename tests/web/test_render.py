"""Answers become HTML in which only our own markup is markup."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from bot.types import Answer, Citation, Retrieved, Sentence
from bot.web.render import View, _tied, esc, question_markdown, question_text
from bot.web.words import words
from tests.web.double import paragraph
from tests.web.payloads import PAYLOADS

OURS = {"div", "span", "a", "details", "summary", "ol", "li", "bdi", "br", "button", "strong"}


class Seen(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self.text += "\n" if tag == "br" else ""

    def handle_endtag(self, tag):
        self.text += "\n" if tag == "div" else ""

    def handle_data(self, data):
        self.text += data


def view(text: str = "Nearest.") -> View:
    return View(words("en"), "en", lambda file, number: paragraph(file, number, text))


def answer(text: str = "China holds 70 percent.", /, *, file: str = "a.txt", **changes: object) -> Answer:
    citation = Citation(n=1, file=file, paragraph=7, quote=text, start=0, end=len(text), language="en", hash="abc")
    values: dict[str, object] = {
        "id": "a", "question": text, "standalone_question": text, "language": "en", "status": "answered",
        "text": f"{text} [1]", "sentences": [Sentence(text=text, citations=[1], supported=True)],
        "citations": [citation], "retrieved": [Retrieved(file=file, paragraph=7, score=1, language="en")],
        "model": "quote", "prompt_version": "v",
    }  # fmt: skip
    return Answer.model_validate({**values, **changes})


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_is_text_wherever_it_stands(payload):
    shown = [
        view(payload).answer(answer(payload, file=payload.replace("\0", ""))),
        view(payload).answer(answer(payload, status="not_found", sentences=[], citations=[], text=payload)),
        view().answer(answer(payload, disagreement=True, notice=payload, model=payload)),
        view().answer(
            answer(payload, sentences=[Sentence(text=payload, supported=False, reason=payload)], language=payload)
        ),
        view().asking([], payload, [], payload),
        view().partial(payload),
        view().failed(payload),
        view().note(payload),
    ]
    for html in shown:
        seen = Seen(html)
        assert seen.tags <= OURS
        assert {name for name, _ in seen.attributes} <= {
            "class",
            "href",
            "lang",
            "dir",
            "title",
            "tabindex",
            "type",
            "role",
        }
        assert all(value.startswith("/sources/") for name, value in seen.attributes if name == "href")
        assert "\n" not in html
    first_line = payload.strip().split("\n")[0]
    if first_line.isprintable() and "[" not in first_line:
        assert first_line in Seen(view().note(payload)).text


def test_bidirectional_controls_are_shown_not_obeyed():
    assert esc("a\u202eb") == "a⟨U&#43;202E⟩b"


@pytest.mark.parametrize("payload", [*PAYLOADS, "What is 3.5 percent?", "1) one", "a_b", "C# or F#", "*x*"])
def test_a_question_can_be_edited_as_it_was_typed(payload):
    shown = question_markdown(payload)
    lines = [line.strip() for line in payload.split("\n")]
    if payload.isprintable() or "\n" in payload:
        assert question_text(shown).split("\n") == lines


def test_a_plain_question_is_not_changed():
    assert question_markdown("What share of AI patents does China hold?") == "What share of AI patents does China hold?"


def test_chips_stand_behind_their_sentences_and_lead_to_the_quote():
    html = view().answer(answer())
    assert '>China holds 70 <span class="pp-tie">percent&#46;<a class="pp-chip"' in html
    assert ("href", "/sources/a.txt?h=abc&q=0-23#p7") in Seen(html).attributes


def test_an_unsupported_sentence_is_marked_with_its_reason():
    unsupported = Sentence(text="So it is.", supported=False, reason="The number 5 does not occur.")
    seen = Seen(view().answer(answer(text="So it is.", sentences=[unsupported], citations=[])))
    assert ("class", "pp-bad") in seen.attributes
    assert ("title", "Not supported by the sources: The number 5 does not occur.") in seen.attributes


def test_not_found_shows_the_nearest_paragraphs_as_such():
    html = view("The nearest text.").answer(answer(status="not_found", sentences=[], citations=[], text="Not here."))
    text = Seen(html).text
    assert "Not here." in text
    assert "Nearest paragraphs, not an answer" in text
    assert "The nearest text." in text
    assert "pp-chip" not in html


def test_disagreeing_sources_stand_side_by_side():
    html = view().answer(answer(disagreement=True))
    assert "The sources give different values:" in Seen(html).text
    assert html.count('class="pp-side"') == 1


def test_that_sources_differ_is_said_in_the_language_of_the_question():
    text = Seen(view().answer(answer(disagreement=True, language="fr"))).text
    assert "Les sources donnent des valeurs différentes" in text
    led = Seen(view().answer(answer(disagreement=True, text="Chúng khác nhau:\nChina holds 70 percent. [1]"))).text
    assert "Chúng khác nhau:" in led
    assert "different values" not in led


def test_a_quote_runs_its_own_way_in_an_answer_that_runs_the_other():
    hebrew = answer(text="מן המקורות:\nChina holds 70 percent. [1]", language="he")
    html = view().answer(hebrew)
    assert f'<div class="pp-lead" dir="rtl">{esc("מן המקורות:")}</div>' in html
    assert '<span lang="en" dir="ltr">China holds 70 ' in html
    arabic = answer("IBM ستفتتح مكتبا جديدا في المدينة.")
    assert 'dir="rtl">IBM' in view().answer(arabic)
    assert 'lang="en"' not in view().answer(answer(model="openai:x", language="he")).partition("pp-sources")[0]


def test_list_signs_stay_with_their_sentences():
    first, second = (Sentence(text=text, supported=True) for text in ("comment", "autre"))
    text = "From the sources:\n· comment [1]\n- autre"
    seen = Seen(view().answer(answer(text=text, sentences=[first, second], citations=[])))
    assert "From the sources:\n· comment\n- autre\n" in seen.text


def test_the_lead_line_and_line_ends_stay():
    sentences = [Sentence(text="One.", supported=True), Sentence(text="Two.", supported=True)]
    seen = Seen(
        view().answer(answer(text="x", sentences=sentences).model_copy(update={"text": "They say:\nOne.\n\nTwo."}))
    )
    assert "They say:\nOne.\n\nTwo." in seen.text


def test_a_marker_without_its_citation_is_no_chip_while_streaming():
    html = view().asking([], "A claim. [1] Another. [7]", answer().citations, "en")
    assert html.count("pp-chip") == 1
    assert "[7]" not in Seen(html).text


@pytest.mark.parametrize(
    ("text", "tail"),
    [("It rose by 4 percent.", "percent."), ("中国专利占七成。", "成。"), ("word", "word"), ("x" * 40, ""), ("", "")],
)
def test_a_number_never_stands_alone_on_a_line(text: str, tail: str):
    assert _tied(text) == (text.removesuffix(tail), tail)
