"""One run from golden files to an answers file, resumable at any point."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bot.errors import UsageError
from eval.golden import Question, load_golden
from eval.golden.models import Split
from eval.run.ask import ask_all
from eval.run.cache import AnswerCache
from eval.run.fingerprint import code_hash, golden_hash
from eval.run.product import Product
from eval.run.records import Header, Recorded, Run, encode, read_run, write_run

ANSWERS = "answers.jsonl"
PART = "answers.part.jsonl"

Progress = Callable[[int, int, Recorded], None]
"""Called with how many are done, how many there are, and the record just finished."""


def read_questions(files: Sequence[Path], split: str = "all") -> tuple[Question, ...]:
    """Read golden files and keep one split.

    Raises:
        UsageError: a file is missing or wrong, an id occurs in two files, or nothing is left.
    """
    questions = [question for file in files for question in load_golden(file)]
    twice = [name for name, n in Counter(question.id for question in questions).items() if n > 1]
    if twice:
        raise UsageError(f"the id {twice[0]!r} occurs in two golden files: give every question its own id")
    kept = tuple(question for question in questions if split in ("all", question.split))
    if not kept:
        raise UsageError(f"no golden question in the split {split!r}: use --split all, or add questions")
    return kept


def execute(
    product: Product,
    questions: Sequence[Question],
    *,
    split: str | Split = "all",
    out: Path | None = None,
    jobs: int = 2,
    resume: bool = False,
    cache: AnswerCache | None = None,
    progress: Progress | None = None,
) -> Run:
    """Ask the product and write what it answered.

    Args:
        product: what to ask.
        questions: golden questions.
        split: named in the header.
        out: folder for `answers.jsonl`; while running, finished records are in `answers.part.jsonl`.
        jobs: questions asked at once.
        resume: take up records that an interrupted run left in `out`.
        cache: answers made before.
        progress: called as records are finished.
    """
    started = time.perf_counter()
    earlier = _earlier(out) if resume and out is not None else {}
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    part = (out / PART).open("w", encoding="utf-8") if out is not None else None
    reused = 0
    finished = 0

    def on_record(record: Recorded, before: bool) -> None:
        nonlocal reused, finished
        finished += 1
        reused += before
        if part is not None:
            part.write(encode(record) + "\n")
            part.flush()
        if progress is not None:
            progress(finished, len(questions), record)

    try:
        records = ask_all(
            questions, product.ask, product.sources, key=product.keys(), jobs=jobs, cache=cache, done=earlier,
            model=product.model, on_record=on_record,
        )  # fmt: skip
    finally:
        if part is not None:
            part.close()
    header = Header(
        model=product.model,
        prompt_version=next((r.answer.prompt_version for r in records if r.answer is not None), ""),
        embeddings=product.embeddings,
        index=product.index,
        code=code_hash(),
        corpus=product.corpus,
        golden=golden_hash(questions),
        split=split,
        questions=len(questions),
        made=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - started, 2),
        reused=reused,
    )
    run = Run(header=header, records=records)
    if out is not None:
        write_run(out / ANSWERS, run)
        (out / PART).unlink(missing_ok=True)
    return run


def _earlier(out: Path) -> Mapping[str, Recorded]:
    found: dict[str, Recorded] = {}
    for name in (ANSWERS, PART):
        path = out / name
        if path.is_file():
            found |= {record.question.id: record for record in _readable(path)}
    return found


def _readable(path: Path) -> tuple[Recorded, ...]:
    """The records of a file that may end in the middle of a line."""
    try:
        return read_run(path).records
    except UsageError:
        whole = path.read_text(encoding="utf-8", errors="replace").splitlines()[:-1]
        path.write_text("".join(line + "\n" for line in whole), encoding="utf-8")
        return read_run(path).records if whole else ()
