"""An answer as plain text marks the sentences that no source supports."""

from __future__ import annotations

import pytest

from bot.marked import doubt, marked_text, unmarked
from bot.types import Answer, Sentence

GOOD = Sentence(text="China holds 70 percent.", citations=[1], supported=True)
BAD = Sentence(text="China holds 85 percent.", citations=[], supported=False)


def answer(text: str, *sentences: Sentence, language: str = "en", status: str = "answered") -> Answer:
    return Answer(
        id="1", question="q", standalone_question="q", language=language, status=status,  # type: ignore[arg-type]
        text=text, sentences=list(sentences), model="openai:x", prompt_version="v",
    )  # fmt: skip


def test_a_supported_answer_is_its_text() -> None:
    assert (
        marked_text(answer("Lead\n\n- China holds 70 percent. [1]\n", GOOD))
        == "Lead\n\n- China holds 70 percent. [1]\n"
    )


def test_the_mark_stands_behind_each_sentence_that_fails() -> None:
    text = "China holds 85 percent. China holds 70 percent. [1]\n\nChina holds 85 percent."
    expected = (
        "China holds 85 percent. [⚠ not supported by the sources] China holds 70 percent. [1]\n\n"
        "China holds 85 percent. [⚠ not supported by the sources]"
    )
    assert marked_text(answer(text, BAD, GOOD, BAD)) == expected
    assert unmarked(expected) == text


def test_a_failed_sentence_that_is_not_found_in_the_text_is_said_to_fail_all_the_same() -> None:
    assert marked_text(answer("China holds 70 percent. [1]", GOOD, BAD)).endswith(f"{BAD.text} {doubt('en')}")


def test_not_found_makes_no_claim_to_mark() -> None:
    assert marked_text(answer("Nothing answers this.", status="not_found")) == "Nothing answers this."


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr-CA", "étayé"), ("zh", "来源未"), ("zh-Hant", "來源未"), ("zh-TW", "來源未"), ("zh-Hans-SG", "来源未"),
     ("vi", "not supported"), ("und", "not supported")],
)  # fmt: skip
def test_the_mark_is_in_the_language_of_the_question_where_there_are_words(language: str, words: str) -> None:
    assert words in doubt(language)
