"""Asks every question once, on several threads, and turns whatever happens into a record."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from bot.errors import BudgetExceeded, IndexingError, ModelError
from bot.types import Answer
from eval.golden import Question
from eval.run.cache import AnswerCache
from eval.run.records import Failure, Recorded, Source, in_order, source_key

Ask = Callable[[Question], Answer]
"""Asks the product one question."""
Sources = Mapping[tuple[str, int], Source]
"""The corpus as the evaluation reads it."""

_INFRASTRUCTURE = (ModelError, IndexingError, BudgetExceeded, ConnectionError, TimeoutError)


def ask_all(
    questions: Sequence[Question],
    ask: Ask,
    sources: Sources,
    *,
    key: Callable[[Question], str],
    jobs: int = 1,
    cache: AnswerCache | None = None,
    done: Mapping[str, Recorded] | None = None,
    model: str = "quote",
    on_record: Callable[[Recorded, bool], None] | None = None,
) -> tuple[Recorded, ...]:
    """Ask questions; a crash becomes a record, and order and concurrency change nothing.

    Args:
        questions: what to ask.
        ask: asks the product.
        sources: paragraphs of the corpus, to keep gold and cited ones with the record.
        key: hash of everything that decides the answer to a question.
        jobs: threads.
        cache: answers made before; crashes are never kept.
        done: records of an earlier, interrupted run by id; used when their key still fits and nothing crashed.
        model: that is meant to answer; an answer quoted in its place counts as an infrastructure failure.
        on_record: called with each record as it is finished, and whether it was made before; from this thread only.

    Returns:
        Records in the order of the questions.
    """

    def one(question: Question) -> tuple[Recorded, bool]:
        name = key(question)
        earlier = (done or {}).get(question.id)
        if earlier is not None and earlier.key == name and earlier.answer is not None:
            return earlier.model_copy(update={"question": question}), True
        known = cache.get(name) if cache is not None else None
        if known is not None:
            return record(question, known, sources, key=name), True
        try:
            answer = ask(question)
        except Exception as error:  # noqa: BLE001 - a crash of the product is a result to be recorded
            return record(question, failure_of(error), sources, key=name), False
        if model != "quote" and answer.model == "quote" and answer.notice:
            lost = Failure(type="FellBack", message=answer.notice, traceback="", infrastructure=True)
            return record(question, lost, sources, key=name), False
        if cache is not None:
            cache.put(name, answer)
        return record(question, answer, sources, key=name), False

    records = []
    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        try:
            for future in as_completed([pool.submit(one, question) for question in questions]):
                made, before = future.result()
                records.append(made)
                if on_record is not None:
                    on_record(made, before)
        except BaseException:  # interrupted: the questions that wait are not asked any more
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return in_order(records, questions)


def record(question: Question, result: Answer | Failure, sources: Sources, *, key: str = "") -> Recorded:
    """Make the record of one question, with the gold and cited paragraphs that scoring needs."""
    answer = result if isinstance(result, Answer) else None
    wanted = [ref.key for ref in (*question.gold, *question.also)]
    if answer is not None:
        wanted += [(citation.file, citation.paragraph) for citation in answer.citations]
    return Recorded(
        question=question,
        key=key,
        answer=answer.model_copy(update={"id": question.id}) if answer is not None else None,
        failure=None if isinstance(result, Answer) else result,
        sources={source_key(*place): sources[place] for place in sorted(set(wanted)) if place in sources},
    )


def failure_of(error: Exception) -> Failure:
    """Describe a crash."""
    return Failure(
        type=type(error).__name__,
        message=str(error),
        traceback="".join(traceback.format_exception(error)),
        infrastructure=isinstance(error, _INFRASTRUCTURE),
    )
