# ruff: noqa: E501
"""The real check on hand-written cases in eleven languages: swapped numbers, reversed claims, other names, other places."""

from __future__ import annotations

import pytest

from bot.citations import Checker
from tests.citations.cases import CASES, NOT_YET


@pytest.fixture(scope="module")
def checker():
    return Checker()


@pytest.mark.parametrize(("sentence", "paragraph", "supported"), CASES)
def test_a_case_is_judged_rightly(checker, sentence, paragraph, supported):
    verdict = checker.check(sentence, paragraph)
    assert verdict.supported == supported, verdict.reason
    assert verdict.quote == paragraph[verdict.start : verdict.end]
    assert (verdict.reason is None) == supported


@pytest.mark.parametrize(("sentence", "paragraph", "supported"), NOT_YET)
@pytest.mark.xfail(reason="known weakness, see docs/citations.md", strict=False)
def test_a_case_that_is_still_judged_wrongly(checker, sentence, paragraph, supported):
    assert checker.check(sentence, paragraph).supported == supported


def test_there_are_at_least_sixty_cases():
    assert len(CASES) >= 60


def test_a_verdict_never_changes():
    assert Checker().check(*CASES[0][:2]) == Checker().check(*CASES[0][:2])


@pytest.mark.parametrize("text", ["", " ", "\n", "…", "\x00", "𝟙", "\ud800", "🙂" * 50, "a" * 100_000, "一" * 3000])
def test_any_text_can_be_checked(checker, text):
    for pair in ((text, "The plan failed."), ("The plan failed.", text), (text, text)):
        verdict = checker.check(*pair)
        assert verdict.quote == pair[1][verdict.start : verdict.end]


def test_a_sentence_copied_word_for_word_is_its_own_proof(checker):
    paragraph = "It rained. The plan “failed” in 2019, they say.  Nothing else."
    verdict = checker.check("The plan 'failed' in 2019, they say", paragraph)
    assert (verdict.supported, verdict.quote) == (True, "The plan “failed” in 2019, they say.")


def test_a_copied_half_sentence_does_not_prove_what_the_other_half_denies(checker):
    assert not checker.check("The plan succeeded.", "It is false that the plan succeeded.").supported
