"""Paragraphs of plain text."""

import textwrap
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.plain import is_blank, plain_blocks

PROSE = (
    "The inspectors of the harbour arrived early on Monday, although nobody had asked them to, and they found that "
    "the cargo which had been declared as timber was in truth a large consignment of porcelain. It had been packed in "
    "straw by the merchants of the old town. Nobody could say how it had come to be there, and the mayor did not ask. "
)
HAN = "人工智能的發展必須依靠強有力的區域及全球合作。他坦言，中國在人工智能領域取得了卓越成就，希望借助國際合作之力。"


def paragraphs(text: str) -> list[str]:
    blocks = plain_blocks(text)
    assert all(0 <= block.start < block.end <= len(text) for block in blocks)
    assert all(a.end <= b.start for a, b in pairwise(blocks))
    return [text[block.start : block.end] for block in blocks]


def wrapped(count: int = 6, width: int = 70, **indents: str) -> list[str]:
    words = PROSE.split()
    return [textwrap.fill(" ".join(words[i:] + words[:i]).capitalize() + ".", width, **indents) for i in range(count)]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\f", "\x85", "\u2028", "\u2029", "\x0b", "\n\n", "\r\n\r\n"])
def test_every_kind_of_line_end_separates_paragraphs(newline):
    assert paragraphs(f"one two{newline}three{newline}four") == ["one two", "three", "four"]


@pytest.mark.parametrize("blank", ["", " ", "\t", "\u3000\u3000", "\xa0", "\ufeff", "\u200b", "\u200f ", "\u2800"])
def test_lines_on_which_nothing_can_be_seen_do_not_count(blank):
    assert paragraphs(f"one\n{blank}\ntwo\n{blank}") == ["one", "two"]
    assert is_blank(blank)


def test_a_single_line_without_final_newline():
    assert paragraphs("Just this.") == ["Just this."]


def test_right_to_left_lines_keep_their_order_and_marks():
    text = "\u200fשלום עולם\nمرحبا بالعالم\u200e"
    assert paragraphs(text) == ["\u200fשלום עולם", "مرحبا بالعالم\u200e"]


def test_the_lines_of_a_hard_wrapped_book_are_joined_by_blank_lines():
    book = wrapped()
    assert paragraphs("\n\n".join(book)) == book
    assert paragraphs("\r\n\r\n".join(book).replace("\r\n", "\n").replace("\n", "\r\n")) == [
        block.replace("\n", "\r\n") for block in book
    ]


def test_an_indented_first_line_begins_a_paragraph_without_a_blank_line():
    book = wrapped(initial_indent="    ")
    assert paragraphs("\n".join(book)) == book


def test_a_hard_wrapped_chinese_text():
    lines = ["\n".join(textwrap.wrap((HAN * 4)[i : i + 170], 35)) for i in range(5)]
    assert paragraphs("\n\n".join(lines)) == lines
    indented = [
        "\n".join(textwrap.wrap("\u3000\u3000" + (HAN * 4)[i : i + 168], 35, drop_whitespace=False)) for i in range(5)
    ]
    assert paragraphs("\n".join(indented)) == indented


def test_page_headers_and_footers_of_an_rfc_stand_alone():
    body = wrapped(9, 69, initial_indent="   ", subsequent_indent="   ")
    pages = [
        f"RFC 9999                    Harbours                    May 1999\n\n{chr(10).join(p + chr(10) for p in body[i : i + 3])}\n"  # noqa: E501
        f"Smith                     Informational                     [Page {i}]\n"
        for i in (0, 3, 6)
    ]
    found = paragraphs("\f".join(pages))
    assert [text for text in found if text in body] == body
    assert len(found) == len(body) + 6
    kinds = [block.kind for block in plain_blocks("\f".join(pages))]
    assert kinds.count("boilerplate") == 6


def test_list_items_in_a_wrapped_text_are_paragraphs():
    items = [textwrap.fill(f"{i}. " + PROSE, 70, subsequent_indent="   ") for i in (1, 2, 3)]
    assert paragraphs("\n\n".join([*wrapped(4), "\n".join(items)]))[4:] == items


def test_a_title_right_above_wrapped_text_is_a_paragraph():
    blocks = wrapped(5)
    assert paragraphs("\n\n".join([*blocks, "A Short Title\n" + blocks[0]]))[-2:] == ["A Short Title", blocks[0]]


def test_verse_keeps_its_lines():
    verse = (
        "Shall I compare thee to a summer's day?\nThou art more lovely and more temperate:\n"
        "Rough winds do shake the darling buds of May,\nAnd summer's lease hath all too short a date;\n"
        "Sometime too hot the eye of heaven shines,\nAnd often is his gold complexion dimm'd;"
    )
    assert len(paragraphs(verse)) == 6
    assert len(paragraphs("床前明月光，\n疑是地上霜。\n舉頭望明月，\n低頭思故鄉。")) == 4


@pytest.mark.parametrize(
    "line",
    [
        "2025-01-{0:02} 10:00:00 INFO handled GET /index id={0:05} with success",
        "item{0} beta gamma delta epsilon {0:05} zeta",
    ],
)
def test_records_of_one_width_are_not_taken_for_wrapped_prose(line):
    assert len(paragraphs("\n".join(line.format(i) for i in range(1, 29)))) == 28


def test_long_lines_in_one_block_are_paragraphs():
    lines = [PROSE[: 180 + 20 * i] for i in range(6)]
    assert paragraphs("\n".join(lines)) == lines


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_every_visible_character_is_in_exactly_one_paragraph(text):
    covered = "".join(paragraphs(text))
    assert is_blank("".join(sorted(set(text) - set(covered))))
    assert not any(is_blank(paragraph) for paragraph in paragraphs(text))
