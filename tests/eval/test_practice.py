"""The practice corpora are sound golden sets, stay clear of the seeds, and are counted rightly."""

from __future__ import annotations

import pytest

from bot.corpus import load_corpus
from eval.golden.check import check
from eval.golden.load import load_golden
from eval.practice import FOLDER, corpora
from eval.practice.cli import COLUMNS, summary
from eval.practice.measure import Row


@pytest.mark.parametrize("name", [corpus.name for corpus in corpora()])
def test_every_question_fits_its_corpus(name: str) -> None:
    report = check(FOLDER / name / "questions.jsonl", load_corpus(FOLDER / name / "docs"))
    assert report.ok, report.errors[:3]


def test_nothing_of_the_golden_set_is_practised() -> None:
    golden = {question.question.casefold() for question in load_golden()}
    assert not golden & {question.question.casefold() for corpus in corpora() for question in corpus.questions}
    assert len(corpora()) == 6


def test_columns_count_what_they_say() -> None:
    rows = [
        Row("a", "answerable", cross=True, rank=1, answered=True, right=True),
        Row("a", "answerable", cross=False, rank=7, answered=True, right=False),
        Row("a", "answerable", cross=True, rank=None, answered=False, right=False),
        Row("a", "unanswerable", cross=True, rank=None, answered=False, right=False),
        Row("a", "out_of_scope", cross=True, rank=None, answered=True, right=False),
    ]
    assert summary(rows) == dict(
        zip(COLUMNS, [(1, 3), (1, 3), (2, 3), (1, 2), (1, 2), (2, 3), (1, 1), (0, 1)], strict=True)
    )
