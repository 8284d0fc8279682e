"""Rank measures by ir-measures, with bootstrap intervals over questions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.retrieval.systems import DEPTH, Found
from eval.stats.agreement import auroc
from eval.stats.intervals import resample_sums

NAMES = {"Success@1": "hit@1", "Success@5": "hit@5", "Success@10": "hit@10", "RR@10": "mrr", "nDCG@10": "ndcg@10"}
"""ir-measures' names and ours."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question put to a system in one mix."""

    question: str
    """Identifier of the question, the same in every language and mix: what the bootstrap draws."""
    asking: str
    """Language of the question."""
    holding: str | None
    """Language of the paragraph that answers it, or None when the corpus lacks it."""
    gold: str | None
    """File that answers it."""
    found: Found
    """What the system found."""


def rank_measures(asked: Sequence[Asked]) -> list[dict[str, float]]:
    """Every measure of every question, in order; the corpus must hold the answers."""
    import ir_measures

    names = [f"q{number}" for number in range(len(asked))]
    qrels = {name: {str(item.gold): 1} for name, item in zip(names, asked, strict=True)}
    # Scores are made from ranks: the measures sort by score and break ties by name.
    run = {
        name: {file: float(DEPTH - rank) for rank, file in enumerate(dict.fromkeys(item.found.files[:DEPTH]))}
        for name, item in zip(names, asked, strict=True)
    }
    values = {name: dict.fromkeys(NAMES.values(), 0.0) for name in names}
    wanted = [ir_measures.parse_measure(measure) for measure in NAMES]
    for metric in ir_measures.iter_calc(wanted, qrels, {name: found for name, found in run.items() if found}):
        values[metric.query_id][NAMES[str(metric.measure)]] = float(metric.value)
    return [values[name] for name in names]


def summary(asked: Sequence[Asked]) -> dict[str, object]:
    """Means with 95 % intervals: overall, same-language, cross-language and by pair of languages."""
    held = [item for item in asked if item.gold is not None]
    values = rank_measures(held)
    pairs = sorted({(item.asking, str(item.holding)) for item in held})
    return {
        "overall": _means(held, values, [True] * len(held)),
        "same": _means(held, values, [item.asking == item.holding for item in held]),
        "cross": _means(held, values, [item.asking != item.holding for item in held]),
        "pairs": {
            f"{a}>{b}": _means(held, values, [(item.asking, item.holding) == (a, b) for item in held]) for a, b in pairs
        },
    }


def answerability(asked: Sequence[Asked]) -> dict[str, object]:
    """How well the confidence tells questions the corpus answers from those it does not."""
    yes = [item for item in asked if item.gold is not None]
    no = [item for item in asked if item.gold is None]
    out: dict[str, object] = {
        "auroc": _number(auroc([i.found.confidence for i in yes], [i.found.confidence for i in no])),
        "answerable": len(yes),
        "unanswerable": len(no),
    }
    if all(item.found.answerable is not None for item in asked):
        said = sum(bool(item.found.answerable) for item in asked)
        right = sum(bool(item.found.answerable) for item in yes)
        out |= {
            "precision": _number(right / said if said else math.nan),
            "recall": _number(right / len(yes) if yes else math.nan),
            "rejected": _number(1 - (said - right) / len(no) if no else math.nan),
        }
    return out


def _means(asked: Sequence[Asked], values: Sequence[dict[str, float]], chosen: Sequence[bool]) -> dict[str, object]:
    rows = [place for place, keep in enumerate(chosen) if keep]
    names = list(NAMES.values())
    if not rows:
        return {**dict.fromkeys(names), "n": 0, "interval": {}}
    questions = {question: place for place, question in enumerate(sorted({asked[row].question for row in rows}))}
    columns = np.zeros((len(questions), len(names) + 1))
    for row in rows:
        columns[questions[asked[row].question]] += [*(values[row][name] for name in names), 1.0]
    totals = columns.sum(0)
    drawn = resample_sums(columns, seed=0)
    low, high = np.quantile(drawn[:, :-1] / drawn[:, -1:], [0.025, 0.975], axis=0)
    means: dict[str, object] = {name: _number(float(totals[i] / totals[-1])) for i, name in enumerate(names)}
    return means | {
        "n": len(rows),
        "interval": {name: [_number(float(low[i])), _number(float(high[i]))] for i, name in enumerate(names)},
    }


def _number(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None
