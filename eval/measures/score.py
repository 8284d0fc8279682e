"""Scores every record of a run, one outcome a question."""

from __future__ import annotations

from collections.abc import Sequence

from eval.measures.answers import score_answer
from eval.measures.citations import score_citations
from eval.measures.outcome import Count, Outcome, proportion
from eval.measures.retrieval import first_gold, score_retrieval
from eval.run.records import Recorded


def score(records: Sequence[Recorded]) -> tuple[Outcome, ...]:
    """Score recorded answers; nothing is asked, and the same records give the same outcomes.

    Args:
        records: of one run, ids unique.

    Returns:
        One outcome a record, in the same order.
    """
    by_rank = score_retrieval(records)
    return tuple(_outcome(record, by_rank.get(record.question.id, {})) for record in records)


def _outcome(record: Recorded, by_rank: dict[str, Count]) -> Outcome:
    citations, citation_problems = score_citations(record)
    answers, answer_problems = score_answer(record)
    counts = {**by_rank, **citations, **answers, **_cost(record), **_judged(record)}
    problems = [*answer_problems, *citation_problems]
    if by_rank and record.answer is not None and (rank := first_gold(record)) != 1:
        problems.append(f"gold at rank {rank}" if rank else "no gold paragraph retrieved")
    return Outcome(record=record, counts=counts, problems=tuple(problems))


def _cost(record: Recorded) -> dict[str, Count]:
    answer = record.answer
    if answer is None:
        return {}
    counts = {"latency": Count(answer.latency_ms.total)}
    if answer.model != "quote":
        counts["prompt_tokens"] = Count(answer.usage.prompt_tokens)
        counts["completion_tokens"] = Count(answer.usage.completion_tokens)
    if answer.usage.cost is not None:
        counts["cost"] = Count(answer.usage.cost)
    return counts


def _judged(record: Recorded) -> dict[str, Count]:
    judged = record.judgement
    if judged is None:
        return {}
    counts = {}
    if judged.faithful is not None:
        counts["judge_faithful"] = proportion(judged.faithful)
    if judged.correct is not None and record.question.answerable:
        counts["judge_correct"] = proportion(judged.correct)
    return counts
