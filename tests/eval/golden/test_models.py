"""What the schema accepts and refuses."""

from typing import Any

import pytest
from pydantic import ValidationError

from eval.golden import Question, split_of
from eval.golden.models import primary


def test_a_good_question_is_read(line: dict[str, Any]) -> None:
    question = Question.model_validate(line)
    assert question.answerable
    assert [ref.key for ref in question.gold] == [("tea.txt", 1)]
    assert not question.cross_language
    assert not question.multi_paragraph


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"facts": []}, "at least one fact"),
        ({"scope": "unanswerable"}, "neither facts nor source languages"),
        ({"kind": "out_of_scope"}, "needs the same scope"),
        ({"kind": "follow_up"}, "needs history"),
        ({"split": "dev" if split_of("en-tea-harvest") == "test" else "test"}, "the split of id"),
        ({"id": "Tea Harvest"}, "id"),
        ({"language": "english"}, "language"),
        ({"answer": "spring"}, "answer"),
    ],
)
def test_a_wrong_question_is_refused_with_the_reason(
    line: dict[str, Any], change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        Question.model_validate({**line, **change})


def test_chinese_scripts_are_one_language(line: dict[str, Any]) -> None:
    question = Question.model_validate({**line, "language": "zh-Hans", "source_languages": ["zh-Hant"]})
    assert not question.cross_language
    assert primary("zh-Hant") == primary("zh-Hans")


def test_gold_names_a_paragraph_of_two_facts_once(line: dict[str, Any]) -> None:
    question = Question.model_validate({**line, "facts": line["facts"] * 2})
    assert len(question.gold) == 1


def test_facts_in_different_paragraphs_need_several(line: dict[str, Any]) -> None:
    other = {**line["facts"][0], "gold": [{"file": "tea.txt", "paragraph": 2}]}
    assert Question.model_validate({**line, "facts": [*line["facts"], other]}).multi_paragraph


def test_the_split_depends_on_the_id_alone() -> None:
    assert split_of("en-tea-harvest") == split_of("en-tea-harvest")
    assert {split_of(f"question-{number}") for number in range(20)} == {"dev", "test"}
