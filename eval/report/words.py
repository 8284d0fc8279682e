"""Small decisions about wording that every report shares."""

from __future__ import annotations

from eval.gate import codes
from eval.gate.compare import Comparison
from eval.gate.decide import Verdict
from eval.measures.figures import Figure
from eval.measures.registry import BY_NAME
from eval.measures.results import Results
from eval.stats.power import Detectable

GROUPS = {
    "retrieval": "Retrieval",
    "citations": "Citations",
    "answers": "Answers",
    "abstention": "Abstention",
    "cost": "Cost",
    "judge": "Judge",
}
"""Sections of a report, in order."""

SLICE_MEASURES = ("hit@1", "hit@5", "first_citation", "accepted", "answered")
"""Columns of the tables by slice."""


def shown(figure: Figure | None, value: float | None = None) -> str:
    """A value as people read it: three decimals, or whole units."""
    if figure is None:
        return "–"
    number = figure.value if value is None else value
    if number is None:
        return "–"
    unit = BY_NAME[figure.name].unit
    return f"{number:.3f}" if not unit else f"{number:.4f}" if unit.startswith("per") else f"{number:.0f} {unit}"


def interval(figure: Figure) -> str:
    """The 95 % interval in brackets."""
    if figure.low is None or figure.high is None:
        return ""
    digits = 0 if BY_NAME[figure.name].unit in {"ms", "tokens"} else 3
    return f"[{figure.low:.{digits}f}, {figure.high:.{digits}f}]"


def change(item: Comparison | None) -> str:
    """What changed against the baseline: difference and flips."""
    if item is None:
        return ""
    if not item.lost and not item.gained:
        return "="
    return f"{item.delta:+.3f} (−{len(item.lost)} +{len(item.gained)})"


def headline(verdict: Verdict | None) -> str:
    """One line: what the gate says."""
    if verdict is None:
        return "No gate: figures only"
    return f"Gate: {codes.MEANING[verdict.code]}"


def powers(item: Detectable) -> str:
    """What a number of questions can show, in one sentence."""
    if item.losses > item.n:
        return f"With {item.n} questions no regression can be told from noise; {item.losses} are the least."
    likely = "none" if item.likely_drop is None else f"{100 * item.likely_drop:.1f} points"
    churned = "none" if item.likely_drop_churn is None else f"{100 * item.likely_drop_churn:.1f} points"
    return (
        f"With {item.n} questions, {item.losses} lost and none gained ({100 * item.drop:.1f} points) fail for certain; "
        f"a true drop of {likely} is found four times in five when answers are deterministic, one of {churned} when "
        "2 % flip each way by chance."
    )


def described(results: Results) -> str:
    """What was run, in one line."""
    header = results.header
    crashed = sum(outcome.record.failure is not None for outcome in results.outcomes)
    parts = [
        f"{len(results.outcomes)} questions",
        f"split {header.split}",
        f"model {header.model}",
        f"embeddings {header.embeddings}" if header.embeddings else "",
        f"{header.seconds:.0f} s" if header.seconds else "",
        f"{header.reused} answers reused" if header.reused else "",
        f"{crashed} crashed" if crashed else "",
    ]
    return ", ".join(part for part in parts if part)
