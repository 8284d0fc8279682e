"""The run as JUnit XML: one case a question, and one for each floor and comparison."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import regex

from eval.gate.decide import Verdict
from eval.measures.outcome import Outcome
from eval.measures.results import Results

_FORBIDDEN = regex.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def junit(results: Results, verdict: Verdict | None) -> str:
    """The report as JUnit XML.

    A question fails when a measure of it became worse than in the baseline or a quote is not in its paragraph; a crash
    is an error; a question that is wrong as it was in the baseline is skipped, so that a red case always is news.
    Without a baseline every question with a problem fails.
    """
    root = ET.Element("testsuites", name="pinpoint eval")
    suites = [_questions(root, results, verdict)]
    if verdict is not None:
        suites.append(_gate(root, verdict))
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _questions(root: ET.Element, results: Results, verdict: Verdict | None) -> ET.Element:
    suite = ET.SubElement(root, "testsuite", name="questions")
    lost: dict[str, list[str]] = {}
    compared = verdict.comparisons if verdict is not None else None
    for item in compared.items if compared is not None else ():
        for name in item.lost:
            lost.setdefault(name, []).append(item.measure.title)
    counts = {"failures": 0, "errors": 0, "skipped": 0}
    for outcome in results.outcomes:
        question, answer = outcome.record.question, outcome.record.answer
        seconds = answer.latency_ms.total / 1000 if answer is not None else 0.0
        case = ET.SubElement(
            suite, "testcase", classname=f"{question.kind}.{question.language}", name=outcome.id, time=f"{seconds:.3f}"
        )
        tag, message = _state(outcome, lost.get(outcome.id, []), known=compared is not None)
        if tag:
            counts[{"failure": "failures", "error": "errors", "skipped": "skipped"}[tag]] += 1
            element = ET.SubElement(case, tag, message=clean(message))
            element.text = clean(_body(outcome))
    suite.set("tests", str(len(results.outcomes)))
    for name, count in counts.items():
        suite.set(name, str(count))
    return suite


def _state(outcome: Outcome, lost: list[str], *, known: bool) -> tuple[str, str]:
    failure = outcome.record.failure
    if failure is not None:
        return "error", f"{failure.type}: {failure.message}"
    if outcome.value("quote_exact") not in {None, 1.0}:
        return "failure", "a quote is not in its paragraph"
    if lost:
        return "failure", f"worse than the baseline: {', '.join(lost)}"
    if outcome.problems:
        return ("skipped", "as in the baseline: " + "; ".join(outcome.problems)) if known else (
            "failure", "; ".join(outcome.problems))  # fmt: skip
    return "", ""


def _body(outcome: Outcome) -> str:
    record = outcome.record
    lines = [f"Question: {record.question.question}", *outcome.problems]
    if record.answer is not None:
        lines.append(f"Answer ({record.answer.status}): {record.answer.text}")
    lines.append("Gold: " + ", ".join(f"{ref.file}#{ref.paragraph}" for ref in record.question.gold))
    if record.failure is not None:
        lines.append(record.failure.traceback)
    return "\n".join(lines)


def _gate(root: ET.Element, verdict: Verdict) -> ET.Element:
    suite = ET.SubElement(root, "testsuite", name="gate")
    failures = skipped = tests = 0
    for result in verdict.floors:
        tests += 1
        case = ET.SubElement(suite, "testcase", classname="floor", name=result.floor.name)
        value = "nothing" if result.figure is None else f"{result.figure.value} (n = {result.figure.n})"
        if result.held == "missed":
            failures += 1
            ET.SubElement(case, "failure", message=f"measured {value}")
        elif result.held != "held":
            skipped += 1
            ET.SubElement(case, "skipped", message=f"{result.held}: measured {value}")
    for item in verdict.comparisons.items if verdict.comparisons is not None else ():
        tests += 1
        case = ET.SubElement(suite, "testcase", classname="baseline", name=item.measure.name)
        if item in verdict.worse:
            failures += 1
            message = f"{item.before:.3f} to {item.after:.3f}, p = {item.p:.4f}"
            ET.SubElement(case, "failure", message=message).text = "lost: " + ", ".join(item.lost)
    for name, count in {"tests": tests, "failures": failures, "errors": 0, "skipped": skipped}.items():
        suite.set(name, str(count))
    return suite


def clean(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return str(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text))
