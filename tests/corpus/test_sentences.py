"""Sentence ends in any script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.sentences import split_sentences


def sentences(text: str, language: str = "und") -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text, language)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Dr. Smith of the U.S. came at 3.5 p.m.", "He left...", 'Then "Go!" he said.', "No. 5 is it."]),
        ("en", ["J. K. Rowling wrote it, e.g. in 1997.", "Visit example.com (yes. really).", "“Why?”", "She left."]),
        ("fr", ["M. Dupont est là.", "« Oui ! » dit-il.", "Il a dit : « Non. »", "Puis il partit."]),
        ("de", ["Am 3. Oktober 1990 war es so weit.", "Es gilt z. B. § 5 Abs. 2 für Prof. Dr. Müller."]),
        ("es", ["¿Qué pasó?", "¡Nada!", "Fin."]),
        ("ru", ["В 1990 г. он приехал.", "А. С. Пушкин писал."]),
        ("hi", ["यह है।", "वह है।", "क्या?"]),
        ("ar", ["هل انتهى؟", "نعم.", "لا."]),
        ("ur", ["یہ ہے۔", "وہ ہے۔"]),
        ("ko", ["회의가 열렸다.", "대표들이 말했다!", "언제?"]),
        ("am", ["ሰላም።", "ነው።"]),
    ],
)
def test_sentences_of_spaced_scripts(language, expected):
    assert sentences(" ".join(expected), language) == expected
    assert sentences("\n".join(expected), language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh", ["“今天好。”", "他说。", "“明天呢?”", "是吗?。。。", "好……吧!", "真的！", "（对。）"]),
        ("zh", ["增長3.5%。", "從“人工智能+農業”到“醫療”。"]),
        ("ja", ["「はい。」と言った。", "次。", "これは！", "本当？"]),
    ],
)
def test_sentences_of_scripts_without_spaces(language, expected):
    assert sentences("".join(expected), language) == expected


def test_a_line_break_in_wrapped_prose_is_a_space():
    assert sentences("This is hard\nwrapped prose. It goes\non.", "en") == [
        "This is hard\nwrapped prose.",
        "It goes\non.",
    ]


def test_list_lines_are_apart():
    assert sentences("The parts:\n- first one\n- second one\n2. third", "en") == [
        "The parts:", "- first one", "- second one", "2. third",
    ]  # fmt: skip


def test_long_thai_is_cut_at_spaces():
    clause = "การพัฒนาปัญญาประดิษฐ์ต้องอาศัยความร่วมมือระดับภูมิภาค"
    assert sentences(" ".join([clause] * 4), "th") == [clause] * 4
    assert sentences("สวัสดี ครับ", "th") == ["สวัสดี ครับ"]


def test_nothing_in_nothing():
    assert split_sentences("") == []
    assert split_sentences(" \n\u3000") == []


PIECES = st.sampled_from(
    [
        *'aB1. !?。！？；…"“”『』()（）\n\r\t',
        "Dr.",
        "e.g.",
        "U.S.",
        "我",
        "は",
        "กข",
        "؟",
        "।",
        "é",
        "😀",
        "- ",
        "\u2028",
        "\u200d",
    ]
)


@given(
    st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=80)),
    st.sampled_from(["en", "zh", "ja", "th", "und", "xx"]),
)
def test_spans_are_trimmed_ordered_and_cover_all_that_is_not_space(text, language):
    spans = split_sentences(text, language)
    position = 0
    for span in spans:
        assert position <= span.start < span.end <= len(text)
        assert not text[position : span.start].strip()
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        position = span.end
    assert not text[position:].strip()


def test_a_very_long_paragraph_is_split_like_a_short_one():
    sentence = "The committee met on Monday and decided nothing of importance."
    assert sentences(" ".join([sentence] * 300), "en") == [sentence] * 300
    assert sentences("会议在南宁召开。" * 2000, "zh") == ["会议在南宁召开。"] * 2000


@pytest.mark.parametrize("piece", ["`", "!", ".", '"', "(a.", "?…", " ", "a "])
def test_endless_runs_are_covered(piece):
    text = piece * 9000
    assert "".join(text[span.start : span.end] for span in split_sentences(text)).replace(" ", "") == text.replace(
        " ", ""
    )
