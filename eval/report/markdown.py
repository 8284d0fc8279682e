"""The run as Markdown, for a pull request or a CI job's summary."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from eval.gate.decide import Verdict
from eval.measures.registry import MEASURES
from eval.measures.results import Results
from eval.report.words import GROUPS, SLICE_MEASURES, change, described, headline, interval, powers, shown

_MOST = 40
"""Most flipped questions listed for one measure."""


def markdown(results: Results, verdict: Verdict | None) -> str:
    """The report as GitHub-flavoured Markdown."""
    lines = [f"## {headline(verdict)}", "", described(results), ""]
    if verdict is not None:
        lines += [f"- {_escape(reason)}" for reason in verdict.reasons]
        lines += [f"- Note: {_escape(note)}" for note in verdict.notes]
        lines.append("")
    compared = (
        {item.measure.name: item for item in verdict.comparisons.items} if verdict and verdict.comparisons else {}
    )
    rows = []
    group = ""
    for measure in MEASURES:
        figure = results.figures.get(measure.name)
        if figure is None:
            continue
        title = "" if measure.group == group else GROUPS[measure.group]
        group = measure.group
        row = [title, measure.title, shown(figure), interval(figure), str(figure.n)]
        rows.append([*row, change(compared.get(measure.name))] if compared else row)
    head = ["", "Measure", "Value", "95 % interval", "n", *(["Against the baseline"] if compared else [])]
    lines += table(head, rows)
    if verdict is not None and verdict.floors:
        floors = [[r.floor.name, shown(r.figure), str(r.figure.n) if r.figure else "0", r.held] for r in verdict.floors]
        lines += ["", "### Floors", "", *table(["Floor", "Measured", "n", ""], floors)]
    lines += _flips(verdict)
    slices = [
        [name, str(results.sizes[name]), *(shown(found.get(column)) for column in SLICE_MEASURES)]
        for name, found in results.slices.items()
        if not name.startswith("split+")
    ]
    lines += ["", "<details><summary>By slice</summary>", "", *table(["Slice", "n", *SLICE_MEASURES], slices)]
    lines += ["", "</details>", ""]
    if verdict is not None and verdict.comparisons is not None and verdict.comparisons.items:
        lines += [powers(max((item.detectable for item in verdict.comparisons.items), key=lambda d: d.n)), ""]
    return "\n".join(lines)


def _flips(verdict: Verdict | None) -> list[str]:
    if verdict is None or verdict.comparisons is None:
        return []
    lines: list[str] = []
    for item in verdict.comparisons.items:
        if item.lost or item.gained:
            worse = "**" if item in verdict.worse else ""
            lines.append(
                f"- {worse}{item.measure.title}{worse} ({item.before:.3f} to {item.after:.3f}, p = {item.p:.4f})"
            )
            lines += [f"  - lost: {_ids(item.lost)}"] if item.lost else []
            lines += [f"  - gained: {_ids(item.gained)}"] if item.gained else []
    return (
        ["", "<details open><summary>Questions that flipped</summary>", "", *lines, "", "</details>"] if lines else []
    )


def _ids(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - _MOST} more" if len(ids) > _MOST else ""
    return ", ".join(f"`{name}`" for name in ids[:_MOST]) + more


def table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    """A Markdown table as lines."""
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join(" --- " for _ in head) + "|"]
    return lines + ["| " + " | ".join(_escape(cell) for cell in row) + " |" for row in rows]


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def measures_table() -> list[str]:
    """The definitions of all measures, for the documentation."""
    rows = [
        [f"`{m.name}`", m.title, m.shape + (", paired" if m.paired else ""), m.definition, m.source] for m in MEASURES
    ]
    return table(["name", "in reports", "kind", "definition", "source"], rows)


def main() -> None:
    """Write the definitions into docs/evaluation.md."""
    path = Path(__file__).parents[2] / "docs" / "evaluation.md"
    before, rest = path.read_text(encoding="utf-8").split("<!-- measures: begin -->")
    after = rest.split("<!-- measures: end -->")[1]
    lines = "\n".join(measures_table())
    path.write_text(f"{before}<!-- measures: begin -->\n{lines}\n<!-- measures: end -->{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
