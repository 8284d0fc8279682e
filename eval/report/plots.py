"""Plots as inline SVG whose colours come from the page, so that they follow its light and dark dress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from eval.measures.figures import Figure
from eval.measures.results import Results
from eval.report.words import SLICE_MEASURES

_BINS = 20


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure of the page."""

    title: str
    """What it shows."""
    note: str
    """How to read it."""
    svg: str
    """Inline SVG."""


def plots(results: Results) -> list[Plot]:
    """Every plot that the results have data for."""
    found = []
    for kind, title in (
        ("reach", "Same or another language"),
        ("kind", "By kind of question"),
        ("language", "By language asked"),
    ):
        rows = {n.split(":", 1)[1]: f for n, f in results.slices.items() if n.startswith(f"{kind}:") and "hit@1" in f}
        if rows:
            note = "dot: value, line: 95 % interval, number: questions"
            found.append(Plot(title, note, _forest(rows)))
    pairs = {n.removeprefix("pair:"): f for n, f in results.slices.items() if n.startswith("pair:")}
    for measure, title in (
        ("hit@5", "hit@5 by language pair"),
        ("first_citation", "First citation right by language pair"),
    ):
        if pairs:
            found.append(Plot(title, "question down, paragraph across; small: questions", _matrix(pairs, measure)))
    distribution = _distribution(results)
    if distribution:
        found.append(Plot("Confidence", "blue: answered, orange: not found; one row a scope", distribution))
    return found


def _svg(width: float, height: float, parts: Sequence[str], label: str) -> str:
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    return f'<svg {size} role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'


def _text(x: float, y: float, text: str, anchor: str = "start", cls: str = "") -> str:
    named = f' class="{cls}"' if cls else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{named}>{escape(text)}</text>'


def _forest(rows: Mapping[str, Mapping[str, Figure]]) -> str:
    left, column, gap, step = 142.0, 80.0, 22.0, 20.0
    height = 26 + step * len(rows) + 16
    parts = []
    for i, name in enumerate(SLICE_MEASURES):
        x0 = left + i * (column + gap)
        parts.append(_text(x0 + column / 2, 12, name, "middle", "soft"))
        for tick in (0.0, 0.5, 1.0):
            x = x0 + tick * column
            parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="20" y2="{height - 14:.1f}"/>')
            parts.append(_text(x, height - 3, f"{tick:g}", "middle", "soft"))
    for j, (label, figures) in enumerate(rows.items()):
        y = 32 + j * step
        n = max((figure.n for figure in figures.values()), default=0)
        parts.append(_text(left - 36, y + 4, label.replace("_", " "), "end"))
        parts.append(_text(left - 10, y + 4, str(n), "end", "soft"))
        for i, name in enumerate(SLICE_MEASURES):
            figure = figures.get(name)
            if figure is not None and figure.value is not None:
                parts.append(_point(left + i * (column + gap), y, column, figure))
    width = left + len(SLICE_MEASURES) * (column + gap)
    return _svg(width, height, parts, "values with intervals by slice")


def _point(x0: float, y: float, width: float, figure: Figure) -> str:
    value = figure.value or 0.0
    low, high = figure.low if figure.low is not None else value, figure.high if figure.high is not None else value
    title = f"<title>{figure.name} {value:.3f} [{low:.3f}, {high:.3f}], n = {figure.n}</title>"
    line = f'<line class="bar" x1="{x0 + low * width:.1f}" x2="{x0 + high * width:.1f}" y1="{y}" y2="{y}"/>'
    return f'<g>{title}{line}<circle class="dot" cx="{x0 + value * width:.1f}" cy="{y}" r="4"/></g>'


def _matrix(pairs: Mapping[str, Mapping[str, Figure]], measure: str) -> str:
    asked = sorted({name.split(">")[0] for name in pairs})
    sources = sorted({name.split(">")[1] for name in pairs})
    left, cell, step = 70.0, 84.0, 24.0
    parts = [_text(left + (i + 0.5) * cell, 14, source, "middle", "soft") for i, source in enumerate(sources)]
    for j, language in enumerate(asked):
        y = 22 + j * step
        parts.append(_text(left - 8, y + 16, language, "end"))
        for i, source in enumerate(sources):
            figure = pairs.get(f"{language}>{source}", {}).get(measure)
            if figure is None or figure.value is None:
                continue
            x = left + i * cell
            parts.append(_cell(x, y, cell, step, f"{language} to {source}", figure))
    return _svg(left + cell * len(sources) + 8, 30 + step * len(asked), parts, f"{measure} by language pair")


def _cell(x: float, y: float, width: float, height: float, label: str, figure: Figure) -> str:
    value = figure.value or 0.0
    title = f"<title>{escape(label)}: {value:.3f} [{figure.low}, {figure.high}], n = {figure.n}</title>"
    box = f'x="{x + 2:.1f}" y="{y + 1:.1f}" width="{width - 4:.1f}" height="{height - 3:.1f}" rx="3"'
    rect = f'<rect class="cell" {box} fill-opacity="{0.08 + 0.82 * value:.2f}"/>'
    on = "onfull" if value > 0.55 else ""
    number = _text(x + width / 2 - 6, y + 16, f"{value:.2f}", "middle", on)
    return f"<g>{title}{rect}{number}{_text(x + width - 8, y + 16, str(figure.n), 'end', on or 'soft')}</g>"


def _distribution(results: Results) -> str:
    scopes: dict[str, list[tuple[float, bool]]] = {}
    for outcome in results.outcomes:
        if outcome.record.answer is not None:
            point = (outcome.record.answer.confidence, outcome.answered)
            scopes.setdefault(outcome.record.question.scope, []).append(point)
    if not scopes:
        return ""
    left, width, row = 104.0, 430.0, 84.0
    parts = []
    order = [scope for scope in ("answerable", "unanswerable", "out_of_scope") if scope in scopes]
    for j, scope in enumerate(order):
        base = 66 + j * row
        bins = [[0, 0] for _ in range(_BINS)]
        for score, answered in scopes[scope]:
            bins[min(_BINS - 1, max(0, int(score * _BINS)))][answered] += 1
        most = max(sum(pair) for pair in bins)
        parts.append(_text(left - 10, base - 22, scope.replace("_", " "), "end"))
        parts.append(_text(left - 10, base - 8, f"{len(scopes[scope])} questions", "end", "soft"))
        parts.append(f'<line class="axis" x1="{left}" x2="{left + width}" y1="{base}" y2="{base}"/>')
        for i, (withheld, told) in enumerate(bins):
            parts.append(_stack(left + i * width / _BINS, base, width / _BINS, (withheld, told), most))
    bottom = 66 + (len(order) - 1) * row + 15
    parts += [_text(left + tick * width, bottom, f"{tick:g}", "middle", "soft") for tick in (0, 0.25, 0.5, 0.75, 1)]
    return _svg(left + width + 14, bottom + 6, parts, "confidence of answerable and other questions")


def _stack(x: float, base: float, width: float, counts: tuple[int, int], most: int) -> str:
    parts, y = [], base
    for count, name, word in ((counts[0], "withheld", "not found"), (counts[1], "told", "answered")):
        if count:
            height = 54 * count / most
            y -= height
            parts.append(
                f'<rect class="{name}" x="{x + 1:.1f}" y="{y:.1f}" width="{width - 2:.1f}" height="{height:.1f}">'
                f"<title>{count} {word}</title></rect>"
            )
    return "".join(parts)
