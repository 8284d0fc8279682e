"""Rank measures of the retrieved paragraphs, computed by ir-measures."""

from __future__ import annotations

from collections.abc import Sequence

from eval.measures.outcome import Count
from eval.run.records import Recorded, source_key

DEPTH = 10
"""Ranks looked at."""

NAMES = {
    "Success@1": "hit@1",
    "Success@5": "hit@5",
    "Success@10": "hit@10",
    "R@10": "recall@10",
    "RR": "mrr",
    "nDCG@10": "ndcg@10",
}
"""ir-measures' names and ours."""


def ranked(record: Recorded) -> list[str]:
    """The first ten retrieved paragraphs; a repeat keeps its place but cannot be gold."""
    if record.answer is None:
        return []
    seen: set[str] = set()
    keys = []
    for rank, item in enumerate(record.answer.retrieved[:DEPTH]):
        key = source_key(item.file, item.paragraph)
        keys.append(f"repeat {rank}" if key in seen else key)
        seen.add(key)
    return keys


def score_retrieval(records: Sequence[Recorded]) -> dict[str, dict[str, Count]]:
    """Rank measures of every answerable question.

    Returns:
        Counts by question id and measure.
    """
    import ir_measures

    asked = [record for record in records if record.question.answerable]
    counts = {record.question.id: dict.fromkeys(NAMES.values(), Count(0.0)) for record in asked}
    qrels = {r.question.id: {source_key(*ref.key): 1 for ref in r.question.gold} for r in asked}
    # Scores are made from the ranks: trec_eval sorts by score and breaks ties by name.
    run = {r.question.id: {key: float(DEPTH - rank) for rank, key in enumerate(ranked(r))} for r in asked}
    run = {question: scores for question, scores in run.items() if scores}
    if run:
        wanted = [ir_measures.parse_measure(name) for name in NAMES]
        for metric in ir_measures.iter_calc(wanted, qrels, run):
            counts[metric.query_id][NAMES[str(metric.measure)]] = Count(float(metric.value))
    for record in asked:
        top = set(ranked(record))
        reached = [any(source_key(*ref.key) in top for ref in fact.gold) for fact in record.question.facts]
        counts[record.question.id]["facts@10"] = Count(sum(reached) / len(reached))
    return counts


def first_gold(record: Recorded) -> int | None:
    """Rank of the first gold paragraph, from 1, or None beyond the tenth."""
    gold = {source_key(*ref.key) for ref in record.question.gold}
    return next((rank for rank, key in enumerate(ranked(record), start=1) if key in gold), None)
