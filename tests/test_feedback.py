"""Verdicts are kept with what they are about."""

from __future__ import annotations

from bot.feedback import FeedbackStore
from bot.types import Answer


def answer(identifier: str = "a1") -> Answer:
    return Answer(
        id=identifier, question="Who?", standalone_question="Who?", language="en", status="answered", text="She.",
        model="quote", prompt_version="v1",
    )  # fmt: skip


def test_a_verdict_is_kept_with_question_answer_and_versions(tmp_path):
    store = FeedbackStore(tmp_path / "data")
    assert list(store) == []
    store.save(answer(), "down", comment="wrong year", surface="web", reader="c1")
    (kept,) = store
    assert (kept.answer, kept.verdict, kept.comment, kept.surface, kept.reader) == (
        answer(), "down", "wrong year", "web", "c1",
    )  # fmt: skip
    assert kept.version
    assert kept.created > 0


def test_the_last_verdict_of_a_reader_counts_and_can_be_taken_back(tmp_path):
    store = FeedbackStore(tmp_path)
    store.save(answer(), "up", reader="c1", comment="good")
    store.save(answer(), "down", reader="c1")
    store.save(answer(), "up", reader="c2")
    assert [(kept.reader, kept.verdict, kept.comment) for kept in store] == [("c1", "down", "good"), ("c2", "up", "")]
    store.remove("a1", reader="c1")
    assert [kept.reader for kept in store] == ["c2"]
