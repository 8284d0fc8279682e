"""Passages in the order of their evidence, and questions whose nearest passage holds nothing of what is asked."""

from __future__ import annotations

import pytest

from bot.answering.quote import quote
from bot.answering.select import by_evidence
from tests.answering.helpers import passage, retrieval

VAGUE = passage("The bridge is long and famous.", file="v.txt", score=6.5)
EXACT = passage("The bridge measures 503 metres.", file="e.txt", score=6.0)
OTHER = [passage("Roses grow in the garden.", file="z.txt", number=n, score=1.0) for n in range(2, 5)]


def test_a_passage_that_holds_what_is_asked_comes_first_and_scores_stay_in_order() -> None:
    found = by_evidence(retrieval("How many metres does the bridge measure?", [VAGUE, EXACT, *OTHER]))
    assert [p.paragraph.file for p in found.passages][:2] == ["e.txt", "v.txt"]
    scores = [p.score for p in found.passages]
    assert scores == sorted(scores, reverse=True)
    assert len(found.passages) == 5


@pytest.mark.parametrize(
    ("question", "first", "lacking"),
    [
        ("How long is the bridge?", VAGUE, True),
        ("How long is the bridge?", EXACT, False),
        ("When was the bridge opened?", VAGUE, True),
        ("Why is the bridge famous?", VAGUE, False),
    ],
)
def test_a_question_is_lacking_when_the_nearest_passage_has_nothing_of_its_kind(
    question: str, first: object, lacking: bool
) -> None:
    found = by_evidence(retrieval(question, [first, *OTHER]))  # type: ignore[list-item]
    assert found.lacking is lacking
    assert quote(found).declined is lacking


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Where is the first aid box?", "The first aid box hangs beside the kitchen door."),
        ("Wo liegt der Schlüssel?", "The key is under the third flowerpot."),
        ("Who may park here?", "Visitors park behind the warehouse."),
        ("Qui garde les clés ?", "The caretaker keeps the keys."),
        ("When may relatives come?", "Relatives may come every Monday from 5 p.m. on."),
    ],
)
def test_an_answer_need_not_hold_a_name_or_a_date(question: str, answer: str) -> None:
    assert not by_evidence(retrieval(question, [passage(answer, file="a.txt", score=3.0), *OTHER])).lacking


@pytest.mark.parametrize("question", ["?", "!!!...", "😀", "x", "Hello", "Thanks!", "？？"])
def test_a_question_without_a_subject_asks_nothing(question: str) -> None:
    found = by_evidence(retrieval(question, [EXACT, *OTHER]))
    assert found.lacking
    assert quote(found).declined


@pytest.mark.parametrize("question", ["robots", "茶", "¿robótica?", "5G"])
def test_a_question_of_one_word_asks_something(question: str) -> None:
    assert not by_evidence(retrieval(question, [EXACT, *OTHER])).lacking


def test_a_question_in_a_text_does_not_answer_one() -> None:
    asks = passage("— How long is the bridge, madam?", file="q.txt", score=9.0)
    found = by_evidence(retrieval("How long is the bridge?", [asks, EXACT, *OTHER]))
    assert found.passages[0].paragraph.file == "e.txt"
    assert "madam" not in quote(found).text


def test_a_line_that_only_announces_others_is_not_the_nearest_passage() -> None:
    announces = passage("Facts about the bridge:", file="f.txt", score=9.0)
    assert not by_evidence(retrieval("How long is the bridge?", [announces, EXACT, *OTHER])).lacking


def test_headings_stay_behind_and_the_order_is_the_same_when_it_is_made_again() -> None:
    heading = passage("Bridge of 503 metres", file="h.txt", score=0.5, kind="heading")
    found = by_evidence(retrieval("How many metres does the bridge measure?", [VAGUE, EXACT, *OTHER, heading]))
    assert found.passages[-1].paragraph.kind == "heading"
    assert by_evidence(found).passages == found.passages


def test_nothing_found_stays_nothing() -> None:
    found = by_evidence(retrieval("How long is the bridge?", []))
    assert found.passages == ()
    assert quote(found).declined
