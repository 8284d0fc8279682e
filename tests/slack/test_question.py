"""Slack's markup, read as the person meant it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.question import Asked, narrow, read_message, read_text

TEXTS = [
    ("<@UBOT> What is AI?", "What is AI?"),
    ("Hey <@UBOT|pinpoint>, what is AI?", "Hey , what is AI?"),
    ("What did <@U2|bo> write?", "What did @bo write?"),
    ("<@U2> <@UBOT> who won?", "who won?"),
    ("What is in <#C1|general>?", "What is in #general?"),
    ("<!here> who won?", "who won?"),
    ("<!subteam^S1|@editors> who won?", "@editors who won?"),
    ("Due <!date^1392734382^{date}|Feb 18, 2014>?", "Due Feb 18, 2014?"),
    ("What does <https://example.org/a?b=1&amp;c=2|the page> say?", "What does the page say?"),
    ("What is <https://example.org/a?b=1&amp;c=2>?", "What is https://example.org/a?b=1&c=2?"),
    ("Who is <mailto:a@b.example|a@b.example>?", "Who is a@b.example?"),
    ("Call <tel:+331|+331>?", "Call +331?"),
    ("Is 1 &lt; 2 &amp;&amp; 3 &gt; 2?", "Is 1 < 2 && 3 > 2?"),
    ("What is &amp;lt;b&amp;gt;?", "What is &lt;b&gt;?"),
    ("*What* is _this_ ~not~?", "What is this not?"),
    ("*_both_* and _*both*_", "both and both"),
    ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
    ("What does `a &lt; *b*` do?", "What does a < *b* do?"),
    ("```\nx = <b>\n*y*\n``` what?", "x = b\n*y*\n what?".replace("\n what", " what")),
    ("&gt; quoted\nWhat is it?", "quoted\nWhat is it?"),
    ("  What\u00a0 is   it?  ", "What is it?"),
    ("什么是人工智能？", "什么是人工智能？"),
    ("ما هو الذكاء <https://x.example|الاصطناعي>؟", "ما هو الذكاء الاصطناعي؟"),
    ("AI 🤖 என்ன?", "AI 🤖 என்ன?"),
    ("<@UBOT>", ""),
    ("<@UBOT> ...", ""),
    ("\x000\x00", "0"),
    ("", ""),
    ("<", "<"),
    ("<>|<|>", "|"),
]


@pytest.mark.parametrize(("raw", "meant"), TEXTS, ids=range(len(TEXTS)))
def test_markup_is_read_as_meant(raw: str, meant: str):
    assert read_text(raw, "UBOT") == meant


def test_rich_text_says_what_was_typed_and_what_is_markup():
    blocks = [
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "user", "user_id": "UBOT"},
                        {"type": "text", "text": " What is 2 * 3 * 4 "},
                        {"type": "emoji", "name": "robot_face", "unicode": "1f916"},
                        {"type": "emoji", "name": "party_parrot"},
                        {"type": "text", "text": "in "},
                        {"type": "link", "url": "https://x.example/", "text": "page <1>"},
                        {"type": "text", "text": "?", "style": {"bold": True}},
                    ],
                },
                {
                    "type": "rich_text_list",
                    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}],
                },
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = *y*"}]},
                {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
            ],
        }
    ]
    event = {"text": "<@UBOT> What is 2 * 3 * 4 …", "blocks": blocks}
    assert read_message(event, "UBOT") == "What is 2 * 3 * 4 🤖in page <1>?\n- one\nx = *y*\nsaid"


@pytest.mark.parametrize(
    "blocks", [None, "x", [1], [{}], [{"type": "rich_text"}], [{"type": "rich_text", "elements": [5]}]]
)
def test_broken_blocks_never_crash(blocks):
    assert isinstance(read_message({"text": "Who?", "blocks": blocks}, "UBOT"), str)


KNOWN = ["001_ab.txt", "My report.md", "sub/deep.txt", "sub/x.txt", "x.txt", "年报.pdf"]
NARROWED = [
    ("What is X? files: 001_ab.txt", "What is X?", ("001_ab.txt",), ()),
    ("What is X? files: 001_ab.txt, my report.md", "What is X?", ("001_ab.txt", "My report.md"), ()),
    ("files: deep.txt what is Y?", "what is Y?", ("sub/deep.txt",), ()),
    ("files: x.txt what is Y?", "what is Y?", ("x.txt",), ()),
    ("File:sub/x.txt what?", "what?", ("sub/x.txt",), ()),
    ("这是什么？ files：年报.pdf、001_ab.txt", "这是什么？", ("年报.pdf", "001_ab.txt"), ()),
    ('What? files: "My report.md"', "What?", ("My report.md",), ()),
    ("What? files: nope.txt", "What?", (), ("nope.txt",)),
    ("What? files: 001_ab.txt; other.pdf", "What?", ("001_ab.txt",), ("other.pdf",)),
    ("What about files: are they kept?", "What about files: are they kept?", (), ()),
    ("Which profiles: x.txt", "Which profiles: x.txt", (), ()),
    ("files:", "files:", (), ()),
    ("files: 001_ab.txt", "", ("001_ab.txt",), ()),
]


@pytest.mark.parametrize(("text", "question", "files", "unknown"), NARROWED, ids=range(len(NARROWED)))
def test_files_narrow_the_sources(text, question, files, unknown):
    found = narrow(text, KNOWN)
    assert (found.question, found.files, found.unknown) == (question, files, unknown)


@given(st.text(max_size=300), st.text(alphabet="<>|@#!*_~`&;: \nabU", max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_text_crashes_the_reader(anything: str, markup: str):
    for text in (anything, markup, anything + markup):
        assert isinstance(narrow(read_text(text, "UBOT"), KNOWN), Asked)


HARD = ["*a ", "_a ", "*_~a ", "```a", "`a ", "<a|", "<a>", "files: ", "files: a.txt, ", "&gt; ", "\n", "a.b"]


@pytest.mark.parametrize("piece", HARD)
def test_long_texts_made_to_be_slow_are_read(piece: str):
    assert isinstance(narrow(read_text(piece * 5_000), [f"{n}/{n}.txt" for n in range(500)]), Asked)
