import json
import xml.etree.ElementTree as ET

import pytest
import regex

from eval.gate.baseline import make_baseline
from eval.gate.decide import decide
from eval.gate.thresholds import Floor, Thresholds
from eval.measures.results import evaluate
from eval.report.comparison import comparison_json, print_comparison
from eval.report.html import embedded, html
from eval.report.junit import junit
from eval.report.markdown import markdown
from eval.report.terminal import print_report
from eval.report.write import Wanted, json_lines, write_reports
from tests.eval.builders import BAD, GOOD, answer, cite, crash, question, recorded, run_of

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)> \u0000 | pipe"


@pytest.fixture
def reported():
    """A run that lost six questions against its baseline, crashed once, and holds hostile text."""

    def results(bad):
        records = [recorded(question(f"q-{i:02}"), answer(BAD if i < bad else GOOD)) for i in range(30)]
        records.append(recorded(question("evil", question=EVIL), answer(GOOD, notice=EVIL)))
        records.append(recorded(question("gap", scope="unanswerable"), answer()))
        records.append(recorded(question("known-bad"), answer(BAD)))
        records.append(recorded(question("off", scope="out_of_scope"), crash()))
        return evaluate(run_of(*records))

    now = results(6)
    floors = Thresholds(floor=(Floor(measure="hit@1", at_least=0.5), Floor(measure="completed", at_least=1.0)))
    return now, decide(now, floors, make_baseline(results(0)))


def test_junit_fails_what_became_worse_and_skips_what_was_wrong_before(reported):
    root = ET.fromstring(junit(*reported).encode())
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert "first citation right" in cases["q-00"].find("failure").get("message")
    assert cases["q-20"].find("failure") is None
    assert "as in the baseline" in cases["known-bad"].find("skipped").get("message")
    assert "ZeroDivisionError" in cases["off"].find("error").get("message")
    assert "Traceback" in cases["off"].find("error").text
    assert cases["completed ≥ 1"].find("failure") is not None
    questions = root.find("testsuite[@name='questions']")
    assert (questions.get("tests"), questions.get("failures"), questions.get("errors")) == ("34", "6", "1")
    assert root.get("failures") == str(len(list(root.iter("failure"))))


def test_without_a_baseline_junit_fails_every_wrong_question(reported):
    root = ET.fromstring(junit(reported[0], None).encode())
    assert len(list(root.iter("failure"))) == 7


def test_a_broken_quote_fails_in_junit_whatever_the_baseline_says():
    results = evaluate(run_of(recorded(question("q-1"), answer(cite(1, "a.txt", 1, quote="not there")))))
    verdict = decide(results, Thresholds(), make_baseline(results))
    case = next(ET.fromstring(junit(results, verdict).encode()).iter("testcase"))
    assert case.find("failure").get("message") == "a quote is not in its paragraph"


def test_markdown_names_the_verdict_the_flips_and_what_can_be_detected(reported):
    text = markdown(*reported)
    assert text.startswith("## Gate: failed")
    assert "lost: `q-00`, `q-01`" in text
    assert "fail for certain" in text
    assert "<script>" not in text


def test_the_page_is_self_contained_and_holds_hostile_text_as_data(reported):
    page = html(*reported)
    without_data = regex.sub(r'id="data">.*?</script>', "", page, flags=regex.DOTALL)
    assert not regex.search(r"""(?:src|href)\s*=\s*["']?(?!#)|url\(|@import|https?://""", without_data)
    assert page.count("</script>") == 2
    assert "<img" not in page
    data = json.loads(page.split('id="data">')[1].split("</script>")[0])
    evil = next(item for item in data if item["id"] == "evil")
    assert evil["question"] == EVIL.strip()
    assert evil["notice"] == EVIL


def test_json_inside_a_page_cannot_end_its_script():
    text = embedded({"a": "</script><!--\u2028"})
    assert "<" not in text
    assert json.loads(text) == {"a": "</script><!--\u2028"}


def test_the_page_has_plots_by_slice_by_pair_and_of_confidence(reported):
    page = html(*reported)
    for title in ("By kind of question", "By language asked", "hit@5 by language pair", "Confidence"):
        assert title in page
    assert page.count("<svg") >= 5


def test_json_lines_hold_everything_known_of_a_question(reported):
    lines = [json.loads(line) for line in json_lines(reported[0]).splitlines()]
    assert len(lines) == 34
    assert {"question", "answer", "failure", "sources", "measures", "problems"} <= lines[0].keys()
    assert lines[-1]["failure"]["traceback"] == "Traceback: boom"


def test_every_report_is_written_and_the_summary_is_appended_to(reported, tmp_path):
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    written = write_reports(*reported, Wanted(out=tmp_path / "out", summary=summary, junit=tmp_path / "j.xml"))
    assert {path.name for path in written} >= {
        "measures.json",
        "outcomes.jsonl",
        "verdict.json",
        "report.md",
        "report.html",
    }
    assert summary.read_text().startswith("before\n## Gate: failed")
    verdict = json.loads((tmp_path / "out" / "verdict.json").read_text())
    assert verdict["code"] == 1
    assert {"lost", "gained", "p", "detectable"} <= verdict["comparisons"][0].keys()


def test_the_terminal_shows_figures_floors_reasons_and_verdict(reported, capsys):
    from rich.console import Console

    print_report(Console(width=140), *reported)
    out = capsys.readouterr().out
    for part in ("first citation right", "hit@1 ≥ 0.5", "floor missed: completed", "Gate: failed", "(−6 +0)"):
        assert part in out


def test_two_runs_are_compared_for_people_and_machines(reported, capsys):
    from rich.console import Console

    comparisons = reported[1].comparisons
    print_comparison(Console(width=200), comparisons)
    assert "first citation right, lost: q-00, q-01" in capsys.readouterr().out
    assert json.loads(comparison_json(comparisons))["shared"] == 34
