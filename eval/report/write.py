"""Writes whichever reports were asked for."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.gate.decide import Verdict
from eval.measures.outcome import Outcome
from eval.measures.results import Results, as_json, outcome_values
from eval.report.junit import junit
from eval.report.markdown import markdown


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reports go where; None leaves one out."""

    out: Path | None = None
    """Folder that gets every report under its usual name."""
    summary: Path | None = None
    """Markdown, appended: GITHUB_STEP_SUMMARY collects several steps."""
    junit: Path | None = None
    """JUnit XML."""
    html: Path | None = None
    """The page."""


def write_reports(results: Results, verdict: Verdict | None, wanted: Wanted) -> list[Path]:
    """Write reports and name them."""
    from eval.report.html import html

    written: list[Path] = []
    if wanted.out is not None:
        _write(wanted.out / "measures.json", as_json(results), written)
        _write(wanted.out / "outcomes.jsonl", json_lines(results), written)
        _write(wanted.out / "verdict.json", json.dumps(verdict_tree(verdict), ensure_ascii=False, indent=1), written)
        _write(wanted.out / "report.md", markdown(results, verdict), written)
        _write(wanted.out / "junit.xml", junit(results, verdict), written)
        _write(wanted.out / "report.html", html(results, verdict), written)
    if wanted.summary is not None:
        wanted.summary.parent.mkdir(parents=True, exist_ok=True)
        with wanted.summary.open("a", encoding="utf-8") as file:
            file.write(markdown(results, verdict) + "\n")
        written.append(wanted.summary)
    if wanted.junit is not None:
        _write(wanted.junit, junit(results, verdict), written)
    if wanted.html is not None:
        _write(wanted.html, html(results, verdict), written)
    return written


def _write(path: Path, text: str, written: list[Path]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    written.append(path)


def json_lines(results: Results) -> str:
    """Everything known of every question, one a line."""
    return "".join(json.dumps(_line(o), ensure_ascii=False, sort_keys=True) + "\n" for o in results.outcomes)


def _line(outcome: Outcome) -> dict[str, Any]:
    tree: dict[str, Any] = outcome.record.model_dump(mode="json")
    return {**tree, "measures": outcome_values(outcome), "problems": list(outcome.problems)}


def verdict_tree(verdict: Verdict | None) -> dict[str, Any] | None:
    """The gate's verdict for machines."""
    if verdict is None:
        return None
    floors = [
        {
            "floor": result.floor.model_dump(mode="json"),
            "held": result.held,
            "measured": asdict(result.figure) if result.figure else None,
        }
        for result in verdict.floors
    ]
    comparisons = [
        {
            "measure": item.measure.name, "n": item.n, "before": round(item.before, 6), "after": round(item.after, 6),
            "p": item.p, "lost": item.lost, "gained": item.gained, "worse": item in verdict.worse,
            "detectable": asdict(item.detectable),
        }
        for item in (verdict.comparisons.items if verdict.comparisons is not None else ())
    ]  # fmt: skip
    return {
        "code": verdict.code,
        "reasons": verdict.reasons,
        "notes": verdict.notes,
        "floors": floors,
        "comparisons": comparisons,
    }
