"""The default corpus: the numbers and kinds that everything else builds on."""

from pathlib import Path

import pytest

from bot.corpus import Corpus, load_corpus
from bot.types import Paragraph

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(SEEDS)


def one(corpus: Corpus, prefix: str, number: int) -> Paragraph:
    return next(p for p in corpus.paragraphs if p.file.startswith(prefix) and p.number == number)


def test_paragraph_counts(corpus):
    assert [len(document.paragraphs) for document in corpus.documents] == [30, 21, 27, 29, 16]
    assert len(corpus.paragraphs) == 123
    assert corpus.problems == ()


def test_each_paragraph_is_a_line_of_the_file_byte_for_byte(corpus):
    for document in corpus.documents:
        text = (SEEDS / document.file).read_text("utf-8")
        assert [p.text for p in document.paragraphs] == [line for line in text.split("\n") if line.strip()]
        assert all(p.text == text[p.start : p.end] for p in document.paragraphs)
        assert [p.number for p in document.paragraphs] == list(range(1, len(document.paragraphs) + 1))


def test_languages(corpus):
    languages = [{p.language for p in document.paragraphs} for document in corpus.documents]
    assert languages == [{"en"}, {"en"}, {"zh-Hant"}, {"zh-Hant"}, {"fr"}]


@pytest.mark.parametrize(
    ("file", "number", "kind"),
    [
        ("000", 1, "heading"), ("000", 2, "byline"), ("000", 4, "text"), ("000", 5, "heading"), ("000", 7, "list_item"),
        ("001", 1, "text"), ("001", 2, "heading"), ("001", 9, "text"), ("002", 1, "caption"), ("002", 4, "heading"),
        ("002", 20, "text"), ("002", 21, "boilerplate"), ("002", 27, "boilerplate"), ("003", 4, "caption"),
        ("003", 7, "heading"), ("003", 29, "byline"), ("004", 10, "text"), ("004", 11, "byline"), ("004", 16, "byline"),
    ],
)  # fmt: skip
def test_kinds(corpus, file, number, kind):
    assert one(corpus, file, number).kind == kind


def test_headings_above_a_paragraph(corpus):
    assert [heading[:4] for heading in one(corpus, "000", 7).headings] == ["【com", "I. T"]
    assert one(corpus, "003", 9).headings == ("提質升級,“鏈聯(lián)通”大有可為",)
    assert one(corpus, "004", 3).headings == ()
