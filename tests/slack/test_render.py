"""An answer in Slack: everything shown, nothing of it read as markup, every limit kept."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.render import FALLBACK, plain, render
from bot.types import Citation, Paragraph, Sentence
from tests.slack.answers import answer, citation, long_answer, not_found
from tests.slack.blockkit import complaints, shown, total, units


def checked(posts):
    for post in posts:
        assert complaints(post.text, json.loads(json.dumps(list(post.blocks))), text_limit=4_000) == []
    return posts


def test_text_then_numbered_sources_with_quote_and_link():
    (post,) = checked(render(answer()))
    seen = shown(list(post.blocks))
    assert "The sky is blue. [1]" in seen
    assert "[1] a.txt, ¶ 7\nThe sky is blue." in seen
    links = re.findall(r'"url": "([^"]+)"', json.dumps(post.blocks))
    assert links == ["https://docs.example/sources/1#p7"] * 2


def test_fallback_text_is_the_answer_with_its_sources():
    (post,) = render(answer())
    assert post.text == "The sky is blue. [1]\n\n[1] a.txt, ¶ 7: “The sky is blue.”"


def test_without_a_public_address_nothing_is_a_link():
    (post,) = checked(render(answer(citations=[citation(url=None)])))
    assert '"link"' not in json.dumps(post.blocks)
    assert "[1] a.txt, ¶ 7" in shown(list(post.blocks))


def test_a_marker_that_names_nothing_is_not_shown():
    (post,) = checked(render(answer("The sky is blue. [1] [9]")))
    assert "[9]" not in shown(list(post.blocks)) + post.text


def test_unsupported_sentences_are_marked():
    sentences = [
        Sentence(text="The sky is blue.", citations=[1], supported=True),
        Sentence(text="The sea is green.", supported=False, reason="no source"),
    ]
    (post,) = checked(render(answer(sentences=sentences)))
    assert "The sea is green. [⚠ not supported by the sources]" in shown(list(post.blocks))
    assert "The sea is green. [⚠ not supported by the sources]" in post.text
    assert "blue. [1] [⚠" not in post.text


def test_an_unsupported_sentence_that_is_not_found_in_the_text_is_still_marked():
    sentences = [Sentence(text="Rewritten elsewhere.", supported=False)]
    (post,) = checked(render(answer("The sky is blue. [1]", sentences=sentences)))
    assert "Rewritten elsewhere. [⚠" in post.text


def test_disagreement_notice_and_files_are_said():
    posts = checked(render(answer(disagreement=True, notice="The model is away; quoted."), files=("a.txt",)))
    seen = shown(list(posts[0].blocks))
    assert "⚠ The sources disagree" in seen
    assert "The model is away; quoted." in seen
    assert "Only from: a.txt" in seen


def test_nothing_found_shows_the_nearest_paragraphs_as_no_answer():
    def look(file: str, number: int) -> Paragraph:
        return Paragraph(file, number, f"Text of {file}", 0, 5, "en", "text", (), "0123456789ab")

    (post,) = checked(render(not_found(), look=look, public_url="https://docs.example/"))
    seen = shown(list(post.blocks))
    assert seen.startswith("The documents do not answer this question.\nNearest paragraphs, not an answer")
    assert "Text of a.txt" in seen
    assert "https://docs.example/sources/b.txt?h=0123456789ab#p2" in json.dumps(post.blocks)


def test_buttons_carry_the_answer_and_can_be_left_out():
    (post,) = checked(render(answer(), share=True))
    actions = post.blocks[-1]
    assert [e["action_id"] for e in actions["elements"]] == ["pinpoint_up", "pinpoint_down", "pinpoint_share"]
    assert {e["value"] for e in actions["elements"]} == {"a1"}
    assert "actions" not in json.dumps(render(answer(), buttons=False)[0].blocks)


@pytest.mark.parametrize(
    ("language", "word"), [("fr", "Sources"), ("zh-Hant", "來源"), ("zh-CN", "来源"), ("sw", "Sources")]
)
def test_headings_speak_the_language_of_the_question(language: str, word: str):
    (post,) = checked(render(answer(language=language)))
    assert word in shown(list(post.blocks))


@pytest.mark.parametrize("sentences", [1, 12, 25, 60, 120])
def test_long_answers_are_split_and_nothing_is_lost_or_cut(sentences: int):
    given = long_answer(sentences)
    posts = checked(render(given, most=100))
    seen = "\n".join(shown(list(post.blocks)) for post in posts)
    for sentence, source in zip(given.sentences, given.citations, strict=True):
        assert f"{sentence.text} [{source.n}]" in seen
        assert f"[{source.n}] a.txt, ¶ {source.n}\n{source.quote}" in seen
    assert sum("actions" in json.dumps(post.blocks) for post in posts) == 1
    assert all(total(list(post.blocks)) <= 12_000 for post in posts)


def test_what_goes_beyond_the_most_messages_is_folded_and_said():
    posts = checked(render(long_answer(120), most=3))
    assert len(posts) == 3
    assert "folded away" in shown(list(posts[-1].blocks)) or "more sources" in shown(list(posts[-1].blocks))
    assert posts[-1].blocks[-1]["type"] == "actions"


def test_a_very_long_quote_is_folded_in_the_middle_and_says_so():
    (post,) = checked(render(answer(citations=[citation(quote="begin " + "x y " * 5_000 + "end")])))
    seen = shown(list(post.blocks))
    assert "begin " in seen
    assert seen.rstrip().endswith("end")
    assert "characters left out …]" in seen


def test_a_sentence_longer_than_a_message_keeps_its_marker_with_its_end():
    sentence = Sentence(text="word " * 6_000 + "end.", citations=[1], supported=True)
    posts = checked(render(answer(sentences=[sentence])))
    assert len(posts) > 2
    assert any("end. [1]" in shown(list(post.blocks)) for post in posts)


@pytest.mark.parametrize("filler", ["word ", "字", "👩‍👩‍👧‍👦", "عربي ", "x", "\u202e", "&<>", "\n", "é̂"])
def test_any_script_at_any_length_keeps_the_limits(filler: str):
    text = (filler * 9_000)[:9_000] + "."
    quoted = citation(quote=text[:4_000] or "q", file=filler * 60 + ".txt")
    made = answer(
        sentences=[Sentence(text=text, citations=[1], supported=True)], citations=[quoted], question=text[:3_000]
    )
    for post in checked(render(made, question=True, asked_by=filler * 40, files=(filler * 300,), most=50)):
        assert units(post.text) <= FALLBACK


def test_right_to_left_names_do_not_reorder_their_line():
    (post,) = checked(render(answer(citations=[citation(file="تقرير.txt", quote="السماء زرقاء.")])))
    assert "[1] \u2068تقرير.txt\u2069, ¶ 7" in shown(list(post.blocks))


def test_lines_lists_and_lead_stay_as_written():
    text = "From the sources:\n- The sky is blue. [1]\n- Snow is white. [2]"
    made = answer(
        text,
        sentences=[
            Sentence(text="The sky is blue.", citations=[1], supported=True),
            Sentence(text="Snow is white.", citations=[2], supported=True),
        ],
        citations=[citation(1), citation(2, quote="Snow is white.")],
    )
    (post,) = checked(render(made))
    assert shown(list(post.blocks)).startswith(text)
    assert post.text.startswith(text)


PAYLOADS = [
    "<!channel>", "<!here>", "<!everyone>", "<!channel|x>", "<@U0123ABCD>", "<@U0123ABCD|me>", "<@W0123ABCD>",
    "<#C0123ABCD>", "<#C0123ABCD|general>", "<!subteam^S0123>", "<!subteam^S0123|@team>",
    "<!date^1392734382^{date}^https://evil.example|x>", "<https://evil.example|https://bank.example>",
    "<https://evil.example>", "<http://evil.example|>", "<mailto:a@b.example|x>", "<tel:+123|x>",
    "<slack://open|open>", "<javascript:alert(1)|x>", "https://evil.example/?q=secret",
    "@channel", "@here", "@everyone",
    "*bold*", "_italic_", "~struck~", "`code`", "```\nblock\n```", "``` unclosed", "`unclosed", "> quote", ">>> all",
    "[text](https://evil.example)", "![img](https://evil.example/x.png)", "<b>html</b>", "<script>alert(1)</script>",
    "&lt;!channel&gt;", "&amp;lt;!here&amp;gt;", "&#60;!channel&#62;", "&", "a & b < c > d", "<", ">", "<<!channel>>",
    "<!chan\u200bnel>", "＜!channel＞", ":tada: :skin-tone-2:", "\u202etxt.exe", "\u2066hidden\u2069",
    "\x00\x07\x1b[31m",
    "\ud83d", "\U000e0041\U000e0042", "a\u2028b", '{"type":"divider"}', '"},{"type":"actions"', '\\n\\t\\"',
    "%3C!channel%3E",
    "[1] [2] [999]", "\u0430\u200d\ufe0f", "<!channel\n>", "• • •", "=1+1", "\u200b", "{question}", "{}", "%s",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_nothing_in_a_source_or_an_answer_becomes_markup(payload: str):
    spoken = f"Start {payload} end."
    sentences = [
        Sentence(text=spoken, citations=[1], supported=True),
        Sentence(text=f"Doubt {payload} end.", supported=False, reason=payload),
    ]
    made = answer(
        sentences=sentences,
        citations=[citation(file=f"{payload}.txt", quote=f"Quote {payload} end")],
        question=f"Ask {payload}?",
        notice=f"Notice {payload}",
        disagreement=True,
    )
    for post in checked(render(made, question=True, asked_by=payload, files=(payload,), share=True)):
        assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", post.text)
        for text in _values(list(post.blocks)):
            assert not re.search("[\u0000-\u0008\u202a-\u202e\ud800-\udfff\U000e0000-\U000e007f]", text)
        assert _urls(list(post.blocks)) <= {"https://docs.example/sources/1#p7"}
    checked([plain(f"Error {payload}")])
    checked(render(not_found(files=(payload, "b.txt")), look=lambda f, n: _paragraph(f, n, payload)))


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://x.example/<!channel>|y z", "", "ftp://x", "https://" + "a" * 4_000]
)
def test_an_address_that_is_none_is_shown_as_text(url: str):
    (post,) = render(answer(citations=[Citation(**citation().model_dump() | {"url": url})]))
    assert complaints(post.text, list(post.blocks)) == []


def _paragraph(file: str, number: int, text: str) -> Paragraph:
    return Paragraph(file, number, text, 0, len(text), "en", "text", (), "0123456789ab")


def _values(value) -> list[str]:
    if isinstance(value, dict):
        return [text for v in value.values() for text in _values(v)]
    if isinstance(value, list | tuple):
        return [text for v in value for text in _values(v)]
    return [value] if isinstance(value, str) else []


def _urls(value) -> set[str]:
    return set(re.findall(r'"url": "([^"]+)"', json.dumps(value)))


def test_sources_that_disagree_are_said_so_once():
    led = checked(render(answer("The sources give different values:\nThe sky is blue. [1]", disagreement=True)))[0]
    assert shown(list(led.blocks)).startswith("⚠ The sources give different values:\nThe sky is blue. [1]")
    assert led.text.startswith("⚠ The sources give different values:\n")
    assert "The sources disagree" not in led.text


@given(
    st.lists(st.tuples(st.text(max_size=200), st.booleans()), max_size=6),
    st.text(max_size=300),
    st.text(min_size=1, max_size=40),
    st.text(max_size=100),
)
@settings(max_examples=150, deadline=None)
def test_whatever_is_written_keeps_the_limits_and_stays_text(sentences, quote, file, question):
    made = [Sentence(text=text, citations=[1] if good else [], supported=good) for text, good in sentences]
    posts = render(
        answer(sentences=made, citations=[citation(quote=quote, file=file)], question=question),
        question=True, asked_by=file, files=(file,), share=True,
    )  # fmt: skip
    checked(posts)
