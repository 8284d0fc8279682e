"""The shipped golden set fits the seeds."""

from pathlib import Path

import pytest

from bot.corpus import load_corpus
from eval.golden import DEFAULT_GOLDEN, load_golden
from eval.golden.check import Report, check


@pytest.fixture(scope="module")
def report(seeds: Path) -> Report:
    return check(DEFAULT_GOLDEN, load_corpus(seeds))


def test_the_checker_finds_nothing_wrong(report: Report) -> None:
    assert [f"{finding.place} {finding.id} {finding.message}" for finding in report.errors] == []


def test_every_file_of_the_set_is_named_after_the_kind_of_its_questions() -> None:
    for file in DEFAULT_GOLDEN.glob("*.jsonl"):
        assert {question.kind for question in load_golden(file)} == {file.stem}


def test_the_splits_are_about_equal(report: Report) -> None:
    share = report.counts["split"]["test"] / len(report.questions)
    assert 0.4 < share < 0.6


def test_a_disagreement_has_a_fact_for_each_value(report: Report) -> None:
    for question in report.questions:
        if question.disagreement:
            assert len(question.facts) >= 2
            assert not set(question.facts[0].gold) & set(question.facts[1].gold)


def test_the_words_of_a_question_are_not_those_of_its_paragraph(report: Report, seeds: Path) -> None:
    texts = {paragraph.key: paragraph.text.casefold() for paragraph in load_corpus(seeds).paragraphs}
    for question in report.questions:
        words = question.question.casefold().rstrip("?").split()
        runs = [" ".join(words[start : start + 7]) for start in range(len(words) - 6)]
        copied = [run for run in runs for ref in question.gold if run in texts[ref.key]]
        assert not copied, question.id


def test_the_counts_in_the_readme_are_those_of_the_set(report: Report) -> None:
    counts = report.counts
    readme = " ".join((DEFAULT_GOLDEN / "README.md").read_text(encoding="utf-8").split())
    said = (
        f"{len(report.questions)} questions, {counts['scope']['answerable']} answerable "
        f"({counts['property']['cross_language']} with no gold paragraph in the asker's language, "
        f"{counts['property']['multi_paragraph']} needing more than one paragraph), "
        f"{counts['scope']['unanswerable']} unanswerable, {counts['scope']['out_of_scope']} out of scope"
    )
    assert said in readme
    assert f"{counts['split']['dev']} in dev, {counts['split']['test']} in test" in readme
