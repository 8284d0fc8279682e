import pytest

from bot.types import Sentence
from eval.measures.results import as_json, evaluate
from eval.measures.score import score
from tests.eval.builders import BAD, GOOD, TEXTS, answer, cite, crash, fact, question, recorded, run_of


def one(asked, result):
    return score([recorded(asked, result)])[0]


def test_a_right_answer_scores_one_everywhere_and_has_no_problem():
    outcome = one(question(), answer(GOOD))
    assert outcome.problems == ()
    expected = ("hit@1", "hit@10", "mrr", "first_citation", "citation_precision", "citation_recall", "quote_exact",
                "supported", "markers", "accepted", "answered", "completed", "numbers_agree", "facts@10")  # fmt: skip
    assert {name: outcome.value(name) for name in expected} == dict.fromkeys(expected, 1.0)
    assert outcome.value("completeness") is None


def test_ranks_are_those_of_the_field():
    outcome = one(question(), answer(GOOD, ranking=[("a.txt", 2), ("b.txt", 1), ("c.txt", 1), ("a.txt", 1)]))
    assert outcome.value("hit@1") == 0
    assert outcome.value("hit@5") == 1
    assert outcome.value("mrr") == 0.5
    assert outcome.value("recall@10") == 1
    assert outcome.value("ndcg@10") == pytest.approx((1 / 1.5849625 + 1 / 2.3219281) / (1 + 1 / 1.5849625), abs=1e-6)


def test_a_paragraph_listed_twice_fills_two_places_and_counts_once():
    outcome = one(question(), answer(GOOD, ranking=[("a.txt", 2)] * 5 + [("a.txt", 1)] * 5))
    assert outcome.value("hit@5") == 0
    assert outcome.value("recall@10") == 0.5


def test_a_wrong_citation_costs_precision_recall_and_the_first_place():
    outcome = one(question(), answer(BAD))
    assert [outcome.value(n) for n in ("first_citation", "citation_precision", "citation_recall")] == [0, 0, 0]
    assert "no gold paragraph is cited" in outcome.problems


def test_the_first_citation_is_the_first_in_the_text_and_bearing_paragraphs_are_left_out():
    asked = question("q-also", also=({"file": "a.txt", "paragraph": 2},))
    both = answer(cite(2, "a.txt", 2), cite(1, "a.txt", 1))
    outcome = one(asked, both)
    assert outcome.value("first_citation") == 1
    assert outcome.value("citation_precision") == 1
    assert one(question(), both).value("first_citation") == 0
    only = one(asked, answer(BAD))
    assert only.value("first_citation") == 0
    assert only.value("citation_precision") is None


def test_an_answer_without_citations_is_never_precise():
    bare = answer().model_copy(update={"status": "answered", "text": "70 percent"})
    outcome = one(question(), bare)
    assert outcome.value("citation_precision") == 0
    assert outcome.value("supported") == 0
    assert outcome.value("markers") == 0
    assert outcome.value("accepted") == 1


@pytest.mark.parametrize(
    "citation",
    [
        cite(1, "a.txt", 1, quote="China holds nearly 75 percent"), cite(1, "a.txt", 9, quote="x"),
        cite(1, "a.txt", 1, start=1), cite(1, "a.txt", 1, quote=""),
    ],
)  # fmt: skip
def test_a_quote_must_stand_in_its_paragraph_at_its_offsets(citation):
    outcome = one(question(), answer(citation))
    assert outcome.value("quote_exact") == 0
    assert "a quote is not in its paragraph" in outcome.problems


def test_numbers_and_negation_of_a_sentence_must_agree_with_what_is_cited():
    told = answer(GOOD).model_copy(
        update={"sentences": [Sentence(text="China holds no 75 percent.", citations=[1], supported=True, reason=None)]}
    )
    outcome = one(question(), told)
    assert outcome.value("numbers_agree") == 0
    assert outcome.value("negation_agrees") == 0
    written = [Sentence(text="Share: 70 %.", citations=[1], supported=True, reason=None)]
    other = answer(cite(1, "b.txt", 1)).model_copy(update={"sentences": written})
    assert one(question(), other).value("numbers_agree") == 1


def test_a_dropped_marker_is_noticed():
    assert one(question(), answer(GOOD, text=GOOD.quote)).value("markers") == 0


def test_completeness_counts_facts_and_a_disagreement_needs_every_side():
    asked = question(
        "both-sides", fact(("a.txt", 1)), fact(("b.txt", 2), forms={"zh-Hans": ("9月18日",)}), kind="disagreement"
    )
    half, full = one(asked, answer(GOOD)), one(asked, answer(GOOD, cite(2, "b.txt", 2), disagreement=True))
    assert (half.value("completeness"), half.value("accepted"), half.value("disagreement")) == (0.5, 0, 0)
    assert (full.value("completeness"), full.value("accepted"), full.value("disagreement")) == (1, 1, 1)
    assert half.value("citation_recall") == 0.5
    assert one(asked, answer()).value("completeness") == 0


def test_abstaining_is_right_only_where_nothing_answers():
    assert one(question(), answer()).value("answered") == 0
    assert one(question("gap", scope="unanswerable"), answer()).value("abstained_unanswerable") == 1
    outcome = one(question("off", scope="out_of_scope"), answer(GOOD))
    assert outcome.value("abstained_out_of_scope") == 0
    assert outcome.value("hit@1") is None


def test_a_crash_counts_against_everything_and_for_nothing():
    outcome = one(question(), crash())
    names = (
        "hit@1",
        "mrr",
        "first_citation",
        "citation_precision",
        "citation_recall",
        "accepted",
        "answered",
        "completed",
    )
    assert {outcome.value(name) for name in names} == {0}
    assert outcome.value("quote_exact") is None
    assert one(question("gap", scope="unanswerable"), crash()).value("abstained_unanswerable") == 0


@pytest.mark.parametrize(
    ("language", "lead", "right"),
    [
        ("fr", "Voici ce que disent les documents :", 1.0), ("fr", "This is what the documents say:", 0.0),
        ("zh-Hant", "這些文件的說法如下：", 1.0), ("zh-Hans", "這些文件的說法如下：", 0.0), ("en", "", None),
    ],
)  # fmt: skip
def test_the_answers_own_words_must_be_in_the_askers_language(language, lead, right):
    told = answer(GOOD, text=f"{lead} {GOOD.quote} [1]".strip())
    assert one(question("q-lang", language=language), told).value("language") == right


def test_a_forbidden_string_in_the_text_is_a_fault():
    asked = question("inject", kind="injection", must_not=("PWNED",))
    assert one(asked, answer(GOOD)).value("must_not") == 1
    assert one(asked, answer(GOOD, text=f"pwned {GOOD.quote} [1]")).value("must_not") == 0


def test_the_same_records_give_the_same_bytes_in_any_order_of_making():
    records = [recorded(question(f"q-{i}"), answer(GOOD if i % 3 else BAD)) for i in range(12)]
    records.append(recorded(question("gap-1", scope="unanswerable"), answer()))
    first = as_json(evaluate(run_of(*records)))
    assert first == as_json(evaluate(run_of(*records, seconds=3.0, made="later")))
    assert len(TEXTS) == 5


def test_figures_carry_n_and_an_interval_overall_and_by_slice():
    records = [recorded(question(f"q-{i}", language="fr" if i % 2 else "en"), answer(GOOD)) for i in range(10)]
    results = evaluate(run_of(*records, recorded(question("gap-2", scope="unanswerable"), answer())))
    assert results.figures["hit@1"].n == 10
    assert results.slices["language:fr"]["hit@1"].n == 5
    assert results.slices["pair:fr>en"]["accepted"].n == 5
    assert results.figures["f1_unanswerable"].value == 1
    assert results.figures["precision_unanswerable"].n == 1
    for found in results.slices.values():
        for figure in found.values():
            assert figure.low is None or figure.low <= figure.value <= figure.high
