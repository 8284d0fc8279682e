import pytest

from bot.errors import UsageError
from eval.gate import codes
from eval.gate.baseline import make_baseline, read_baseline, write_baseline
from eval.gate.compare import compare
from eval.gate.decide import decide
from eval.gate.thresholds import Floor, Thresholds, read_thresholds
from eval.measures.results import evaluate
from tests.eval.builders import BAD, GOOD, answer, cite, crash, question, recorded, run_of

NONE = Thresholds(min_questions=5)


def results(right=40, wrong=0, *, extra=(), **header):
    good = [recorded(question(f"q-{i:02}"), answer(GOOD)) for i in range(right)]
    bad = [recorded(question(f"q-{i:02}"), answer(BAD)) for i in range(right, right + wrong)]
    return evaluate(run_of(*good, *bad, *extra, **header))


def test_an_equal_run_passes():
    verdict = decide(results(), NONE, make_baseline(results()))
    assert verdict.code == codes.PASSED
    assert verdict.reasons == ()


def test_five_lost_questions_fail_and_are_named_and_four_do_not():
    baseline = make_baseline(results(40))
    assert decide(results(36, 4), NONE, baseline).code == codes.PASSED
    verdict = decide(results(35, 5), NONE, baseline)
    assert verdict.code == codes.FAILED
    assert "q-35, q-36, q-37, q-38, q-39" in "\n".join(verdict.reasons)
    assert {item.measure.name for item in verdict.worse} >= {"first_citation", "citation_precision"}


def test_an_improvement_passes():
    assert decide(results(40), NONE, make_baseline(results(30, 10))).code == codes.PASSED


def test_a_quote_outside_its_paragraph_fails_at_once():
    broken = recorded(question("broken"), answer(cite(1, "a.txt", 1, quote="never written")))
    verdict = decide(results(40, extra=[broken]), NONE, None)
    assert verdict.code == codes.FAILED
    assert "broken" in verdict.reasons[0]


@pytest.mark.parametrize(
    ("right", "wrong", "floor", "code"),
    [
        (30, 10, {"at_least": 0.75}, codes.PASSED),
        (29, 11, {"at_least": 0.75}, codes.FAILED),
        (5, 5, {"at_least": 0.75}, codes.TOO_FEW),
        (0, 10, {"at_least": 0.75}, codes.FAILED),
        (10, 0, {"at_least": 0.75}, codes.TOO_FEW),
        (40, 0, {"at_least": 0.75, "slice": "kind:typo"}, codes.TOO_FEW),
    ],
)
def test_a_floor_is_held_missed_or_cannot_be_told(right, wrong, floor, code):
    asked = Thresholds(floor=(Floor(measure="first_citation", **floor),))
    assert decide(results(right, wrong), asked, None).code == code


def test_a_floor_of_the_other_split_is_not_asked():
    asked = Thresholds(floor=(Floor(measure="hit@1", slice="split:test", at_least=0.5),))
    dev = [recorded(q, answer(GOOD)) for i in range(60) if (q := question(f"q-{i:02}")).split == "dev"]
    assert decide(evaluate(run_of(*dev, split="dev")), asked, None).code == codes.PASSED


def test_an_infrastructure_error_makes_the_run_void_and_a_crash_fails_it():
    down = recorded(question("down"), crash(infrastructure=True))
    bug = recorded(question("bug"), crash())
    asked = Thresholds(floor=(Floor(measure="completed", at_least=1.0),))
    verdict = decide(results(extra=[down]), asked, None)
    assert verdict.code == codes.INFRASTRUCTURE
    assert "--resume" in verdict.reasons[0]
    assert decide(results(extra=[bug]), asked, None).code == codes.FAILED


def test_too_few_shared_questions_leave_it_open():
    assert decide(results(8), Thresholds(), make_baseline(results(8))).code == codes.TOO_FEW


def test_a_baseline_of_another_model_is_not_compared():
    verdict = decide(results(0, 40, model="openai:x"), NONE, make_baseline(results(40)))
    assert verdict.code == codes.PASSED
    assert "openai:x" in verdict.notes[0]


def test_a_changed_question_is_left_out_of_the_comparison():
    before = make_baseline(results(40))
    changed = [recorded(question(f"q-{i:02}", question="Another?"), answer(BAD)) for i in range(40)]
    comparisons = compare(before, make_baseline(evaluate(run_of(*changed))))
    assert len(comparisons.changed) == 40
    assert comparisons.items == ()


def test_a_part_of_the_set_is_compared_with_that_part_of_the_baseline():
    verdict = decide(results(20, split="dev"), NONE, make_baseline(results(40)))
    assert verdict.comparisons is not None
    assert (verdict.comparisons.shared, verdict.comparisons.removed) == (20, 0)


def test_holm_is_applied_where_answers_vary():
    baseline = make_baseline(results(40, model="openai:x"))
    loose = decide(results(35, 5, model="openai:x"), Thresholds(correction="none", min_questions=5), baseline)
    strict = decide(results(35, 5, model="openai:x"), NONE, baseline)
    assert loose.code == codes.FAILED
    assert len(strict.worse) < len(loose.worse)


def test_a_baseline_survives_writing_and_keeps_one_question_a_line(tmp_path):
    baseline = make_baseline(results(3))
    path = tmp_path / "baseline.json"
    write_baseline(path, baseline)
    assert read_baseline(path) == baseline
    assert sum(line.lstrip().startswith('"q-') for line in path.read_text().splitlines()) == 3
    assert read_baseline(tmp_path / "none.json") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("alpha = ", "not TOML"), ("[[floor]]\nmeasure = 'nonsense'\nat_least = 1", "unknown measure 'nonsense'"),
        ("[[floor]]\nmeasure = 'mrr'", "at_least or at_most"), ("alhpa = 1", "alhpa"),
    ],
)  # fmt: skip
def test_a_wrong_thresholds_file_is_named_with_its_mistake(tmp_path, text, message):
    path = tmp_path / "thresholds.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=message):
        read_thresholds(path)


def test_broken_baselines_and_missing_thresholds_are_usage_errors(tmp_path):
    (tmp_path / "baseline.json").write_text("{}")
    with pytest.raises(UsageError, match="--update-baseline"):
        read_baseline(tmp_path / "baseline.json")
    with pytest.raises(UsageError, match="--no-gate"):
        read_thresholds(tmp_path / "none.toml")
