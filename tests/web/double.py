"""A small stand-in for the pipeline: the same interface, answers by rule, and a record of what was asked."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace

from bot.errors import PinpointError
from bot.links import permalink
from bot.pinpoint import Pinpoint
from bot.settings import Settings
from bot.types import (
    Answer,
    AnswerDone,
    Citation,
    CitationChecked,
    Event,
    Message,
    Paragraph,
    Passage,
    PassagesFound,
    Retrieval,
    Retrieved,
    Sentence,
    Span,
    TextDelta,
    Translation,
)

WORD = re.compile(r"\w+")


def paragraph(file: str, number: int, text: str, *, language: str = "en", kind: str = "text") -> Paragraph:
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Paragraph(file, number, text, 0, len(text), language, kind, (), digest)  # type: ignore[arg-type]


class DoubleIndex:
    """An index over given paragraphs."""

    generation = "double-1"

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        self.paragraphs = tuple(paragraphs)
        files = dict.fromkeys(item.file for item in paragraphs)
        self.files = tuple(
            SimpleNamespace(
                file=file,
                language=next(item.language for item in paragraphs if item.file == file),
                paragraphs=sum(item.file == file for item in paragraphs),
                indexed_at="2026-11-25T12:00:00+00:00",
                hash=hashlib.sha256(file.encode()).hexdigest(),
            )
            for file in files
        )

    def paragraph(self, file: str, number: int) -> Paragraph | None:
        return next((item for item in self.paragraphs if item.key == (file, number)), None)

    def is_current(self) -> bool:
        return True


@dataclass
class Double:
    """Answers with the paragraphs that share most words with the question.

    Words in the question ask for more: `unsupported`, `nothing`, `slow`, `disagree`, `fail`, `crash`.
    """

    settings: Settings
    index: DoubleIndex
    model: str = "quote"
    reply: str | None = None
    """Text of every answer, with [1] citing the best paragraph, instead of the paragraph's own words."""
    delay: float = 0.0
    translator: Pinpoint | None = None
    """Translates; a real one, over a model server of the test's own."""
    asked: list[tuple[str, tuple[Message, ...], list[str] | None]] = field(default_factory=list)
    closed: int = 0
    running: int = 0
    most_running: int = 0

    def search(self, question: str, *, k: int = 10, files: Sequence[str] | None = None, extra=None) -> Retrieval:
        wanted = {word.lower() for word in WORD.findall(question)}
        items = [item for item in self.index.paragraphs if not files or item.file in files]
        if extra is not None:
            items = [*extra.paragraphs, *items]

        def score(item: Paragraph) -> float:
            return len(wanted & {word.lower() for word in WORD.findall(item.text)})

        ranked = sorted(items, key=score, reverse=True)[:k]
        passages = tuple(Passage(item, float(score(item)), Span(0, len(item.text))) for item in ranked)
        return Retrieval(question, "en", passages, 0.9 if "nothing" not in question else 0.1, 0.5)

    async def astream(self, question: str, *, history=(), files=None, id=None, extra=None) -> AsyncIterator[Event]:  # noqa: A002
        self.asked.append((question, tuple(history), files))
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        done = False
        try:
            if "crash" in question:
                raise RuntimeError("a bug")
            await asyncio.sleep(self.delay)
            found = self.search(question, files=files, extra=extra)
            yield PassagesFound(found)
            if "fail" in question:
                raise PinpointError("the model is away; start it")
            if "slow" in question:
                await asyncio.sleep(0.8)
                for number in range(400):
                    await asyncio.sleep(0.05)
                    yield TextDelta(f"word{number} ")
            answer = self._answer(question, found, id)
            for sentence in answer.sentences:
                yield TextDelta(sentence.text + " ")
                yield CitationChecked(sentence, tuple(c for c in answer.citations if c.n in sentence.citations))
            yield AnswerDone(answer)
            done = True
        finally:
            self.running -= 1
            self.closed += not done

    async def atranslate(self, text: str, *, source: str, target: str) -> Translation:
        assert self.translator is not None
        return await self.translator.atranslate(text, source=source, target=target)

    def _answer(self, question: str, found: Retrieval, id: str | None) -> Answer:  # noqa: A002
        nothing = not found.answerable
        cited = [] if nothing else found.passages[: 2 if "disagree" in question else 1]
        citations = [
            Citation(
                n=n, file=p.paragraph.file, paragraph=p.paragraph.number, quote=p.paragraph.text, start=0,
                end=len(p.paragraph.text), language=p.paragraph.language, hash=p.paragraph.hash,
                url=permalink(self.settings.public_url, p.paragraph.file, p.paragraph.number, p.paragraph.hash),
            )
            for n, p in enumerate(cited, 1)
        ]  # fmt: skip
        sentences = [Sentence(text=self.reply or c.quote, citations=[c.n], supported=True) for c in citations]
        if "unsupported" in question:
            reason = "The number 2 000 does not occur in the cited paragraph."
            sentences.append(Sentence(text="There were 2 000 of them.", citations=[], supported=False, reason=reason))
        text = " ".join(s.text + "".join(f" [{n}]" for n in s.citations) for s in sentences)
        return Answer(
            id=id or f"a{len(self.asked)}", question=question, standalone_question=question, language="en",
            status="not_found" if nothing else "answered", text=text, sentences=sentences, citations=citations,
            retrieved=[
                Retrieved(file=item.file, paragraph=item.number, score=p.score, language=item.language)
                for p in found.passages
                for item in [p.paragraph]
            ],
            model=self.model, prompt_version="v0", confidence=found.confidence, disagreement="disagree" in question,
        )  # fmt: skip


ODD_NAMES = (
    "plain.txt", "with space.txt", "per%20cent.txt", "question?.txt", "hash#p3.txt", "notes & <b>bold</b>.txt",
    "quote\"'s.txt", "dir/sub dir/深圳.txt", "é̀ accents.txt", "semi;colon,comma.txt", "back\\slash.txt", "+plus=.txt",
    "ends.", ".hidden", "emoji 🎯.txt", "javascript:alert(1)", "two\nlines.txt", "{{curly}}.txt", "a" * 200 + ".txt",
)  # fmt: skip


def example_index() -> DoubleIndex:
    items = [
        paragraph("patents.txt", 1, "Artificial intelligence patents", kind="heading"),
        paragraph("patents.txt", 2, "China holds nearly 70 percent of AI patents."),
        paragraph("patents.txt", 3, "Patents were counted in 2024.\nThe count ended in May."),
        paragraph("brevets.txt", 1, "La Chine détient près de 70 % des brevets.", language="fr"),
        paragraph("深圳.txt", 1, "深圳是一座城市。", language="zh-Hans"),
    ]
    items += [paragraph(name, 1, f"This file has an odd name, number {n}.") for n, name in enumerate(ODD_NAMES)]
    return DoubleIndex(items)
