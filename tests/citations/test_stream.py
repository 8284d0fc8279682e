"""While an answer is written, its text flows and no marker of the model's own is ever shown."""

from __future__ import annotations

import pytest

from bot.citations import StreamChecker, check_draft
from bot.types import CitationChecked, TextDelta
from tests.citations.doubles import draft, spelled

TEXTS = ("The bird sings in May.", "The cat sleeps on the red mat.")
ANSWER = "The bird sings in May [1]. The cat sleeps on the red mat 【2†source】. Nobody knows more [9]."


def run(answer, size, texts=TEXTS):
    stream = StreamChecker(draft("", *texts).passages, checker=spelled(), language="en")
    events = [event for at in range(0, len(answer), size) for event in stream.feed(answer[at : at + size])]
    return [*events, *stream.finish()]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_the_streamed_text_is_the_checked_text_however_it_is_cut(size):
    shown = "".join(event.text for event in run(ANSWER, size) if isinstance(event, TextDelta))
    assert shown == check_draft(draft(ANSWER, *TEXTS), checker=spelled()).text


@pytest.mark.parametrize("size", [1, 5])
def test_every_sentence_is_reported_once_with_its_new_citations(size):
    checked = [event for event in run(ANSWER, size) if isinstance(event, CitationChecked)]
    assert [event.sentence.citations for event in checked] == [[1], [2], []]
    assert [[c.n for c in event.citations] for event in checked] == [[1], [2], []]


def test_text_is_shown_before_its_sentence_is_complete():
    stream = StreamChecker(draft("", *TEXTS).passages, checker=spelled(), language="en")
    assert [event.text for event in stream.feed("The bird sings")] == ["The bird sings"]


def test_a_long_stream_without_a_sentence_end_is_passed_on():
    run("word " * 2000, 50)
