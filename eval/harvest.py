"""Turns readers' verdicts into candidate golden questions, each for a person to read, correct and confirm."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.errors import UsageError
from bot.feedback import FeedbackStore
from bot.settings import Settings
from bot.types import Answer
from eval.golden import Fact, Question, Ref, load_golden, split_of
from eval.golden.models import primary
from eval.golden.similar import NEAR_DUPLICATE, nearest

UNCONFIRMED = "UNCONFIRMED"
"""First word of the notes of every candidate: no golden set should hold it."""


def harvest(settings: Settings, feedback: Path | None, out: Path) -> int:
    """Write candidates from stored feedback.

    Args:
        settings: where the program's own feedback is.
        feedback: a data folder, its `feedback.sqlite`, or JSON Lines with `answer`, `verdict` and `comment`.
        out: golden file to write; each line follows the schema and says in its notes what a person must do.

    Returns:
        How many candidates there are.

    Raises:
        UsageError: there is no feedback, or a line of it cannot be read.
    """
    candidates: dict[str, Question] = {}
    for answer, verdict, comment in _read(feedback or settings.data):
        made = candidate(answer, verdict, comment, load_golden())
        candidates[made.id] = made
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("".join(item.model_dump_json() + "\n" for item in candidates.values()), encoding="utf-8")
    return len(candidates)


def _read(path: Path) -> Iterator[tuple[Answer, str, str]]:
    if path.suffix == ".jsonl":
        yield from _lines(path)
        return
    folder = path if path.is_dir() else path.parent
    if not (folder / "feedback.sqlite").is_file():
        raise UsageError(f"no feedback at {str(path)!r}: readers leave it on the chat page or in Slack")
    for item in FeedbackStore(folder):
        yield item.answer, item.verdict, item.comment


def _lines(path: Path) -> Iterator[tuple[Answer, str, str]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            tree: dict[str, Any] = json.loads(line)
            yield Answer.model_validate(tree["answer"]), str(tree["verdict"]), str(tree.get("comment") or "")
        except (ValueError, KeyError, ValidationError) as error:
            first = str(error).splitlines()[0]
            raise UsageError(f"{path.name}:{number} is no feedback ({first}): give answer, verdict, comment") from error


def candidate(answer: Answer, verdict: str, comment: str, golden: Iterable[Question]) -> Question:
    """Make one candidate: what was cited is the guess at gold, and the notes say how far to trust it."""
    name = "fb-" + hashlib.sha256(answer.question.encode()).hexdigest()[:10]
    found, good = answer.status == "answered", verdict == "up"
    facts = _cited(answer) if found else () if good else _nearest_paragraphs(answer)
    sources = tuple(dict.fromkeys(_languages(answer, facts)))
    same = any(primary(language) == primary(answer.language) for language in sources)
    kind = "unanswerable" if not facts else "same_language" if same else "cross_language"
    return Question(
        id=name,
        question=answer.question,
        language=answer.language,
        kind=kind,
        scope="answerable" if facts else "unanswerable",
        source_languages=sources,
        facts=facts,
        split=split_of(name),
        notes=_notes(answer, verdict, comment, golden),
    )


def _cited(answer: Answer) -> tuple[Fact, ...]:
    by_number = {citation.n: citation for citation in answer.citations}
    facts = []
    for sentence in answer.sentences:
        cited = [by_number[n] for n in sentence.citations if n in by_number]
        if cited:
            gold = tuple(dict.fromkeys(Ref(file=c.file, paragraph=c.paragraph) for c in cited))
            facts.append(Fact(statement=sentence.text, gold=gold, forms={cited[0].language: (cited[0].quote,)}))
    return tuple(facts)


def _nearest_paragraphs(answer: Answer) -> tuple[Fact, ...]:
    gold = tuple(Ref(file=item.file, paragraph=item.paragraph) for item in answer.retrieved[:3])
    if not gold:
        return ()
    language = answer.retrieved[0].language
    return (Fact(statement="What the reader expected to find.", gold=gold, forms={language: ("to be written",)}),)


def _languages(answer: Answer, facts: Iterable[Fact]) -> Iterator[str]:
    known = {(item.file, item.paragraph): item.language for item in answer.retrieved}
    known |= {(citation.file, citation.paragraph): citation.language for citation in answer.citations}
    for fact in facts:
        for ref in fact.gold:
            yield known[ref.key]


def _notes(answer: Answer, verdict: str, comment: str, golden: Iterable[Question]) -> str:
    task = {
        ("answered", "up"): "the reader liked the answer; shorten the accepted forms to what matters, and look for "
        "other paragraphs that say the same",
        ("answered", "down"): "the reader did not like the answer; the paragraphs are those it cited and may be wrong",
        ("not_found", "up"): "the reader agrees that nothing answers; confirm by searching the documents",
        ("not_found", "down"): "the reader expected an answer; the paragraphs are only the nearest ones",
    }[(answer.status, "up" if verdict == "up" else "down")]
    parts = [f"{UNCONFIRMED}: {task}."]
    if comment:
        parts.append(f"Comment: {comment}")
    for similarity, question in nearest(answer.question, golden, limit=1):
        if similarity >= NEAR_DUPLICATE:
            parts.append(f"Nearly the same as {question.id}.")
    return " ".join(parts)
