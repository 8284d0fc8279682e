"""Small golden questions and answers to score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.types import Answer, Citation, Retrieved, Sentence
from eval.golden import Fact, Question, Ref, split_of
from eval.run.ask import record
from eval.run.records import Failure, Header, Recorded, Run, Source

TEXTS = {
    ("a.txt", 1): ("China holds nearly 70 percent of global AI patents.", "en"),
    ("a.txt", 2): ("The region is not ready.", "en"),
    ("b.txt", 1): ("中国拥有全球近七成的人工智能专利。", "zh-Hans"),
    ("b.txt", 2): ("会议于9月18日在南宁召开。", "zh-Hans"),
    ("c.txt", 1): ("La réunion a publié deux documents.", "fr"),
}
SOURCES = {key: Source(text=text, language=language) for key, (text, language) in TEXTS.items()}


def fact(*gold: tuple[str, int], forms: dict[str, tuple[str, ...]] | None = None, numbers: Sequence[str] = ()) -> Fact:
    refs = tuple(Ref(file=file, paragraph=number) for file, number in gold)
    return Fact(statement="A fact.", gold=refs, forms=forms or {"en": ("70 percent",)}, numbers=tuple(numbers))


def question(name: str = "patents-en", *facts: Fact, **fields: Any) -> Question:
    scope = fields.pop("scope", "answerable")
    chosen = facts or (fact(("a.txt", 1), ("b.txt", 1)),) if scope == "answerable" else ()
    sources = tuple(dict.fromkeys(TEXTS[ref.key][1] for f in chosen for ref in f.gold))
    given = {
        "question": "What share of AI patents does China hold?", "language": "en", "kind": "same_language",
        "source_languages": sources, **fields,
    }  # fmt: skip
    if scope != "answerable":
        given["kind"] = scope
    return Question(id=name, facts=chosen, scope=scope, split=split_of(name), **given)


def cite(n: int, file: str, paragraph: int, quote: str | None = None, **fields: Any) -> Citation:
    text, language = TEXTS.get((file, paragraph), ("", "en"))
    quote = text if quote is None else quote
    start = max(0, text.find(quote))
    given = {"start": start, "end": start + len(quote), **fields}
    return Citation(n=n, file=file, paragraph=paragraph, quote=quote, language=language, **given)


def answer(*citations: Citation, ranking: Sequence[tuple[str, int]] = (), **fields: Any) -> Answer:
    """An answer that quotes each citation as a sentence of its own."""
    sentences = [Sentence(text=c.quote, citations=[c.n], supported=True, reason=None) for c in citations]
    places = list(ranking) or list(TEXTS)
    given: dict[str, Any] = {
        "id": "x", "question": "?", "standalone_question": "?", "language": "en",
        "status": "answered" if citations else "not_found",
        "text": " ".join(f"{c.quote} [{c.n}]" for c in citations) or "I found nothing about that in the documents.",
        "sentences": sentences, "citations": list(citations), "model": "quote", "prompt_version": "p",
        "retrieved": [
            Retrieved(file=f, paragraph=p, score=1.0 / (i + 1), language="en") for i, (f, p) in enumerate(places)
        ],
        "confidence": 0.9 if citations else 0.1,
    }  # fmt: skip
    return Answer(**{**given, **fields})


def recorded(asked: Question, result: Answer | Failure) -> Recorded:
    return record(asked, result, SOURCES, key="k")


def run_of(*records: Recorded, **header: Any) -> Run:
    return Run(header=Header(questions=len(records), **header), records=records)


def crash(*, infrastructure: bool = False) -> Failure:
    return Failure(type="ZeroDivisionError", message="boom", traceback="Traceback: boom", infrastructure=infrastructure)


GOOD = cite(1, "a.txt", 1)
"""Names a gold paragraph of `question()`."""
BAD = cite(1, "a.txt", 2)
"""Names another paragraph."""
