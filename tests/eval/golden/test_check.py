"""What the checker finds."""

from typing import Any

import pytest

from bot.corpus import Corpus
from bot.errors import UsageError
from eval.golden import split_of
from eval.golden.check import check
from tests.eval.golden.conftest import Writer


def renamed(line: dict[str, Any], name: str, **changes: Any) -> dict[str, Any]:
    return {**line, "id": name, "split": split_of(name), **changes}


def test_a_good_set_has_no_errors_and_is_counted(corpus: Corpus, write: Writer, line: dict[str, Any]) -> None:
    report = check(write(line), corpus)
    assert report.ok
    assert report.counts["kind"] == {"same_language": 1}
    assert report.counts["pair"] == {"en → en": 1}


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        ({"gold": [{"file": "tea.txt", "paragraph": 9}]}, "tea.txt paragraph 9 is not in the corpus"),
        ({"gold": [{"file": "tea.txt", "paragraph": 2}]}, "occurs in tea.txt paragraph 2"),
        ({"forms": {"en": ["late autumn"]}}, "occurs in tea.txt paragraph 1"),
        ({"forms": {"fr": ["printemps"]}}, "no form in the question's language 'en'"),
        ({"forms": {"en": ["first days of spring"], "xx": ["y"]}}, "'xx' is no language"),
    ],
)
def test_a_fact_that_does_not_fit_the_corpus_is_an_error(
    corpus: Corpus, write: Writer, line: dict[str, Any], fact: dict[str, Any], message: str
) -> None:
    report = check(write({**line, "facts": [{**line["facts"][0], **fact}]}), corpus)
    assert any(message in finding.message for finding in report.errors)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source_languages": ["fr"]}, "source_languages is ['fr']"),
        ({"kind": "multi_paragraph"}, "one paragraph states every fact"),
        ({"kind": "cross_language"}, "is in the question's language"),
        ({"kind": "one_word"}, "has several words"),
        ({"kind": "injection"}, "needs `must_not`"),
        ({"also": [{"file": "tea.txt", "paragraph": 1}]}, "both gold and in `also`"),
        ({"must_not": ["spring"]}, "contains the forbidden 'spring'"),
    ],
)
def test_a_question_that_contradicts_itself_is_an_error(
    corpus: Corpus, write: Writer, line: dict[str, Any], change: dict[str, Any], message: str
) -> None:
    report = check(write({**line, **change}), corpus)
    assert any(message in finding.message for finding in report.errors)


def test_an_id_may_not_occur_twice(corpus: Corpus, write: Writer, line: dict[str, Any]) -> None:
    report = check(write(line, {**line, "question": "Which season is the harvest in?"}), corpus)
    assert [finding.message for finding in report.errors] == ["the id is taken at set.jsonl:1: choose another"]


def test_almost_the_same_question_is_an_error_in_one_language_only(
    corpus: Corpus, write: Writer, line: dict[str, Any]
) -> None:
    again = renamed(line, "en-tea-harvest-again", question="When do they harvest green tea?")
    assert "almost the same question as 'en-tea-harvest'" in check(write(line, again), corpus).errors[0].message
    facts = [{**line["facts"][0], "forms": {**line["facts"][0]["forms"], "de": ["Frühling"]}}]
    german = renamed(again, "de-tea", language="de", kind="cross_language", facts=facts)
    assert check(write(line, german), corpus).ok


def test_history_makes_the_same_words_a_different_question(corpus: Corpus, write: Writer, line: dict[str, Any]) -> None:
    turns = [{"role": "user", "content": "Tell me about the hills around Hangzhou and what grows there."}]
    follow_up = renamed(line, "en-tea-follow-up", kind="follow_up", history=turns)
    assert check(write(line, follow_up), corpus).ok


def test_a_paragraph_with_the_answer_that_is_not_gold_is_a_hint(
    corpus: Corpus, write: Writer, line: dict[str, Any]
) -> None:
    fact = {**line["facts"][0], "forms": {"en": ["first days of spring", "tea"]}}
    report = check(write({**line, "facts": [fact]}), corpus)
    assert report.ok
    assert [finding.message for finding in report.hints] == [
        "'tea' also occurs in tea.txt paragraph 2: gold, `also`, or neither?"
    ]


def test_a_line_that_is_not_a_question_is_named(corpus: Corpus, write: Writer, line: dict[str, Any]) -> None:
    report = check(write(line, "{", {**line, "id": "x"}), corpus)
    assert [finding.place for finding in report.errors] == ["set.jsonl:2", "set.jsonl:3"]


def test_minimum_counts_beside_the_files_are_checked(corpus: Corpus, write: Writer, line: dict[str, Any]) -> None:
    folder = write(line).parent
    (folder / "minimums.toml").write_text("[kind]\nsame_language = 2\n", encoding="utf-8")
    assert check(folder, corpus).errors[0].message == "1 questions with kind 'same_language', not 2"
    (folder / "minimums.toml").write_text("[colour]\nred = 2\n", encoding="utf-8")
    with pytest.raises(UsageError, match="unknown group 'colour'"):
        check(folder, corpus)


def test_a_path_without_questions_is_a_usage_error(corpus: Corpus, tmp_path: Any) -> None:
    with pytest.raises(UsageError, match="no golden questions"):
        check(tmp_path / "nothing.jsonl", corpus)
