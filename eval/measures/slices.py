"""Parts of a golden set whose figures are reported apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eval.golden import Question
from eval.golden.models import primary
from eval.measures.outcome import Outcome

ALL = "all"
"""The slice that holds every question."""

KINDS = ("all", "split", "scope", "reach", "kind", "language", "pair")
"""What slices are named by: `kind:typo`, `language:fr`, `pair:fr>zh-Hant`, `reach:cross`, `split:test`."""


def slices_of(question: Question) -> Iterator[str]:
    """The names of the slices a question belongs to."""
    yield ALL
    yield f"split:{question.split}"
    yield f"scope:{question.scope}"
    yield f"kind:{question.kind}"
    yield f"language:{question.language}"
    if question.answerable:
        yield "reach:cross" if question.cross_language else "reach:same"
        yield f"split+reach:{question.split}+{'cross' if question.cross_language else 'same'}"
        for source in dict.fromkeys(question.source_languages):
            yield f"pair:{pair(question.language, source)}"


def pair(asked: str, source: str) -> str:
    """Name of a language pair; the region does not matter, the Chinese script does."""
    return f"{_short(asked)}>{_short(source)}"


def _short(tag: str) -> str:
    return tag if primary(tag) == "zh" else primary(tag)


def split_up(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Outcomes by slice, slices in a fixed order."""
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        for name in slices_of(outcome.record.question):
            found.setdefault(name, []).append(outcome)
    order = {kind: i for i, kind in enumerate(KINDS)}
    return dict(sorted(found.items(), key=lambda item: (order.get(item[0].split(":")[0], len(order)), item[0])))
