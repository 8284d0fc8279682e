"""The run as one self-contained HTML page: figures, plots, and every question to browse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eval.gate import codes
from eval.gate.compare import Comparison
from eval.gate.decide import Verdict
from eval.measures.outcome import Outcome
from eval.measures.registry import MEASURES
from eval.measures.results import Results
from eval.measures.wording import states
from eval.report.plots import plots
from eval.report.words import GROUPS, change, described, headline, interval, powers, shown

_ASSETS = Path(__file__).parent / "assets"
_TONE = {"held": "good", "missed": "bad", "cannot tell": "warn", "not asked": "soft"}


def html(results: Results, verdict: Verdict | None) -> str:
    """The page: no request leaves it, and its plots need no script."""
    environment = Environment(loader=FileSystemLoader(_ASSETS), autoescape=True, undefined=StrictUndefined)
    compared = _compared(verdict)
    return environment.get_template("page.html").render(
        headline=headline(verdict),
        tone=_tone(verdict),
        described=described(results),
        made=results.header.made,
        verdict=verdict,
        compared=bool(compared),
        groups=_groups(results, compared),
        floors=_floors(verdict),
        powers=_powers(compared),
        plots=[{"title": plot.title, "note": plot.note, "svg": Markup(plot.svg)} for plot in plots(results)],  # noqa: S704 - our own SVG, its texts escaped
        css=Markup((_ASSETS / "page.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        js=Markup((_ASSETS / "page.js").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        data=Markup(embedded([_question(outcome, compared) for outcome in results.outcomes])),  # noqa: S704 - escaped there
    )


def embedded(tree: object) -> str:
    """JSON that can stand inside a script element: nothing in it ends the element or opens a comment."""
    text = json.dumps(tree, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _tone(verdict: Verdict | None) -> str:
    if verdict is None:
        return "soft"
    return {codes.PASSED: "good", codes.FAILED: "bad"}.get(verdict.code, "warn")


def _compared(verdict: Verdict | None) -> dict[str, Comparison]:
    if verdict is None or verdict.comparisons is None:
        return {}
    return {item.measure.name: item for item in verdict.comparisons.items}


def _groups(results: Results, compared: dict[str, Comparison]) -> list[tuple[str, list[dict[str, Any]]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for measure in MEASURES:
        figure = results.figures.get(measure.name)
        if figure is None:
            continue
        item = compared.get(measure.name)
        worse = item is not None and item.delta < 0
        row = {
            "title": measure.title, "definition": measure.definition, "value": shown(figure), "n": figure.n,
            "interval": interval(figure), "change": change(item),
            "tone": "bad" if worse else "good" if item is not None and item.delta > 0 else "soft",
        }  # fmt: skip
        groups.setdefault(GROUPS[measure.group], []).append(row)
    return list(groups.items())


def _floors(verdict: Verdict | None) -> list[dict[str, Any]]:
    return [
        {
            "name": result.floor.name, "value": shown(result.figure), "n": result.figure.n if result.figure else 0,
            "held": result.held, "tone": _TONE[result.held], "why": result.floor.why,
        }
        for result in (verdict.floors if verdict is not None else ())
    ]  # fmt: skip


def _powers(compared: dict[str, Comparison]) -> list[str]:
    wanted = ("hit@1", "abstained_unanswerable", "abstained_out_of_scope")
    return [f"{compared[n].measure.title}: {powers(compared[n].detectable)}" for n in wanted if n in compared]


def _question(outcome: Outcome, compared: dict[str, Comparison]) -> dict[str, Any]:
    record = outcome.record
    question, answer = record.question, record.answer
    gold, also = {ref.key for ref in question.gold}, {ref.key for ref in question.also}
    tree: dict[str, Any] = {
        "id": question.id, "question": question.question, "kind": question.kind, "language": question.language,
        "scope": question.scope, "split": question.split, "expect": question.expect, "notes": question.notes,
        "history": [turn.model_dump() for turn in question.history], "problems": outcome.problems,
        "failure": (record.failure.traceback or record.failure.message) if record.failure else None,
        "lost": [item.measure.title for item in compared.values() if outcome.id in item.lost],
        "gained": [item.measure.title for item in compared.values() if outcome.id in item.gained],
        "measures": {name: _short(outcome.value(name)) for name in outcome.counts},
        "sources": {key: source.model_dump() for key, source in record.sources.items()},
        "facts": [
            {
                "statement": fact.statement, "forms": [form for forms in fact.forms.values() for form in forms],
                "gold": [ref.model_dump() for ref in fact.gold],
                "stated": answer is not None and answer.status == "answered" and states(answer.text, fact),
            }
            for fact in question.facts
        ],
        "status": answer.status if answer else None, "answer": answer.text if answer else "",
        "confidence": answer.confidence if answer else 0.0, "notice": answer.notice if answer else None,
        "standalone": answer.standalone_question if answer else "", "citations": [], "retrieved": [],
    }  # fmt: skip
    if answer is not None:
        tree["citations"] = [
            {"n": c.n, "file": c.file, "paragraph": c.paragraph, "start": c.start, "end": c.end,
             "gold": (c.file, c.paragraph) in gold, "also": (c.file, c.paragraph) in also}
            for c in answer.citations
        ]  # fmt: skip
        tree["retrieved"] = [
            {"file": r.file, "paragraph": r.paragraph, "gold": (r.file, r.paragraph) in gold}
            for r in answer.retrieved[:10]
        ]
    return tree


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"
