"""The run as one self-contained HTML page."""

from __future__ import annotations

from eval.gate.decide import Verdict
from eval.measures.results import Results


def html(results: Results, verdict: Verdict | None) -> str:
    """The page."""
    return f"<!doctype html><title>{len(results.outcomes)} {verdict is None}</title>"
