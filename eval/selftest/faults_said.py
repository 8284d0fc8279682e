"""Faults in what is quoted, cited and said."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

import regex

from bot.pinpoint import Pinpoint
from bot.types import Answer, Citation, Draft, Retrieval, Sentence
from eval.run.ask import Ask
from eval.run.product import Product
from eval.selftest.plant import Change, Plant, answering, asking, drafting

_MARKER = regex.compile(r"\s*\[\d+\]")
_NEGATIONS = regex.compile(
    r"(?<!\p{L})(?:not|no|never|without|ne|n'|pas|sans|jamais|aucune?)(?!\p{L})\s?"
    r"|不(?![仅僅但断斷同])|没有?|沒有?|未(?![来來])|无(?![论論])|無(?![论論])",
    flags=regex.IGNORECASE,
)


def _citations(change: Callable[[Citation], dict[str, Any]]) -> Plant:
    def changed(answer: Answer) -> Answer:
        made = [citation.model_copy(update=change(citation)) for citation in answer.citations]
        return answer.model_copy(update={"citations": made})

    return answering(changed)


def _words(change: Callable[[str], str]) -> Plant:
    """Change the words of the sentences, in the list and in the text."""

    def changed(answer: Answer) -> Answer:
        text, sentences = answer.text, []
        for sentence in answer.sentences:
            new = change(sentence.text)
            text = text.replace(sentence.text, new)
            sentences.append(sentence.model_copy(update={"text": new}))
        return answer.model_copy(update={"text": text, "sentences": sentences})

    return answering(changed)


def _numbers_up(text: str) -> str:
    return str(regex.sub(r"[0-8](?!\d)", lambda match: str(int(match[0]) + 1), text))


def _swapped(answer: Answer) -> Answer:
    """The places of two citations are exchanged; a lone one gets that of the next passage."""
    cited = list(answer.citations)
    places = [(c.file, c.paragraph) for c in cited]
    if len(set(places)) < 2:
        others = [(r.file, r.paragraph) for r in answer.retrieved if (r.file, r.paragraph) not in places]
        places = others[:1] * len(places)
    else:
        places = places[1:] + places[:1]
    made = [c.model_copy(update={"file": f, "paragraph": p}) for c, (f, p) in zip(cited, places, strict=False)]
    return answer.model_copy(update={"citations": made})


def _unsupported(answer: Answer) -> Answer:
    sentences = [Sentence(text=s.text, citations=[], supported=False, reason="not checked") for s in answer.sentences]
    return answer.model_copy(update={"sentences": sentences})


def _one_side(answer: Answer) -> Answer:
    kept = answer.citations[:1]
    numbers = {citation.n for citation in kept}
    sentences = [s for s in answer.sentences if set(s.citations) & numbers][:1]
    text = " ".join(f"{s.text} [{kept[0].n}]" for s in sentences) if kept else answer.text
    return answer.model_copy(update={"citations": kept, "sentences": sentences, "text": text, "disagreement": False})


def _first_sentence(retrieval: Retrieval, draft: Draft) -> Draft:
    if draft.declined or not retrieval.passages:
        return draft
    paragraph = retrieval.passages[0].paragraph
    first = regex.split(r"(?<=[。！？])|(?<=[.!?]) ", paragraph.text)[0]
    return replace(draft, text=f"{first} [1]")


def _second_passage(retrieval: Retrieval, draft: Draft) -> Draft:
    if draft.declined or len(retrieval.passages) < 2:
        return draft
    second = retrieval.passages[1]
    return replace(draft, text=f"{second.paragraph.text[second.span.start : second.span.end]} [2]")


def _fixed_lead(_retrieval: Retrieval, draft: Draft) -> Draft:
    return draft if draft.declined else replace(draft, lead="Die Quellen sagen dazu Folgendes:")


@contextmanager
def _previous_answer(_product: Product) -> Iterator[Ask]:
    """Each question gets the answer to the one before, as with a cache that mixes up its keys."""
    original = Pinpoint.ask
    last: list[Answer] = []
    lock = threading.Lock()

    def ask(self: Pinpoint, question: str, **options: Any) -> Answer:
        made = original(self, question, **options)
        with lock:
            earlier = last[-1] if last else made
            last[:] = [made]
        return earlier.model_copy(update={"id": made.id, "question": made.question})

    with mock.patch.object(Pinpoint, "ask", ask):
        yield asking(_product.bot)


@contextmanager
def _crash_on_script(product: Product) -> Iterator[Ask]:
    """Questions in Cyrillic crash."""
    original = Pinpoint.search

    def search(self: Pinpoint, question: str, **options: Any) -> Retrieval:
        if regex.search(r"\p{Cyrillic}", question):
            raise ValueError("cannot decode")
        return original(self, question, **options)

    with mock.patch.object(Pinpoint, "search", search):
        yield asking(product.bot)


FAULTS: tuple[Change, ...] = (
    Change("first-sentence-quoted", "quoting", "The paragraph's first sentence is quoted, whatever matched.",
           drafting(_first_sentence)),
    Change("second-passage-quoted", "quoting", "The second passage is quoted in place of the first.",
           drafting(_second_passage)),
    Change("wrong-language-lead", "quoting", "The line before the quotes is in German for everyone.",
           drafting(_fixed_lead)),
    Change("citations-swapped", "citations", "Citations carry each other's place.", answering(_swapped)),
    Change("quote-trimmed", "citations", "The last character of each quote is lost.",
           _citations(lambda c: {"quote": c.quote[:-1]})),
    Change("quote-shortened", "citations", "Long quotes end in dots.",
           _citations(lambda c: {"quote": c.quote[:40] + "…"} if len(c.quote) > 41 else {})),
    Change("offsets-off-by-one", "citations", "A quote's offsets are one too high.",
           _citations(lambda c: {"start": c.start + 1, "end": c.end + 1})),
    Change("paragraph-unknown", "citations", "Citations name paragraphs that do not exist.",
           _citations(lambda c: {"paragraph": c.paragraph + 1000})),
    Change("markers-dropped", "citations", "The text has lost its markers.",
           answering(lambda a: a.model_copy(update={"text": _MARKER.sub("", a.text)}))),
    Change("support-ignored", "citations", "Sentences are shown without support.", answering(_unsupported)),
    Change("numbers-altered", "answer", "Each number's last digit is one too high.", _words(_numbers_up)),
    Change("negation-dropped", "answer", "`Not` and its like are lost from the sentences.",
           _words(lambda text: str(_NEGATIONS.sub("", text)))),
    Change("one-source-only", "answer", "Only the first citation and its sentence are kept.", answering(_one_side)),
    Change("previous-answer", "answer", "Each question gets the answer to the one before.", _previous_answer),
    Change("crash-on-script", "answer", "Questions in Cyrillic crash.", _crash_on_script),
)  # fmt: skip
"""In the order of the pipeline."""
