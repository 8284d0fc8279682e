"""How alike questions are."""

from typing import Any

from eval.golden import Question
from eval.golden.similar import dice, near_duplicates, nearest, trigrams


def test_the_same_words_are_fully_alike_whatever_case_script_or_mark() -> None:
    assert dice(trigrams("東盟有多少人口?"), trigrams("东盟有多少人口")) == 1.0
    assert dice(trigrams("How big is it?"), trigrams("how big is it")) == 1.0


def test_different_questions_are_hardly_alike() -> None:
    assert dice(trigrams("Who spoke for Laos?"), trigrams("How large is the fund?")) < 0.3
    assert dice(frozenset(), frozenset()) == 0.0


def test_pairs_and_nearest_come_most_alike_first(line: dict[str, Any]) -> None:
    first = Question.model_validate(line)
    second = first.model_copy(update={"id": "second", "question": "When do they harvest the black tea?"})
    assert [(pair.first.id, pair.second.id) for pair in near_duplicates([first, second], threshold=0.5)] == [
        ("en-tea-harvest", "second")
    ]
    assert nearest("the black tea?", [first, second])[0][1].id == "second"
