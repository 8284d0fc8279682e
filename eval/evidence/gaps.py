"""Corpora with single sentences cut out: a question is on topic, its paragraph is there, and its answer is not."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.corpus.language import detect_language
from bot.corpus.records import Document
from bot.corpus.sentences import split_sentences
from bot.types import Paragraph


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and where its answer stands."""

    text: str
    """What is asked."""
    start: int
    """First character of the answer in the paragraph."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file's paragraphs with their questions."""

    language: str
    """From the name: `xquad.zh.json` is `zh`."""
    paragraphs: tuple[tuple[str, tuple[Asked, ...]], ...]
    """Text and questions, in file order."""


def read_source(path: Path) -> Source:
    """Read a SQuAD-format file with its answers."""
    data = json.loads(path.read_text(encoding="utf-8"))["data"]
    paragraphs = [
        (
            paragraph["context"],
            tuple(Asked(qa["question"], qa["answers"][0]["answer_start"]) for qa in paragraph["qas"] if qa["answers"]),
        )
        for article in data
        for paragraph in article["paragraphs"]
    ]
    return Source(path.name.split(".")[-2], tuple(paragraphs))


def cut(sources: Sequence[Source], seed: int, sample: int) -> tuple[tuple[Document, ...], list[tuple[str, str, bool]]]:
    """Cut one answering sentence out of every second paragraph or so.

    Args:
        sources: parallel files, one a language; each paragraph is in one of them, drawn by the seed.
        seed: decides languages and cuts.
        sample: ask every so manieth question of each language.

    Returns:
        The documents, and each question with its language and whether its answer is still there.
    """
    draw = random.Random(seed)  # noqa: S311  a measurement wants to be repeatable
    documents, questions = [], []
    for place in range(len(sources[0].paragraphs)):
        source = draw.choice(sources)
        text, asked = source.paragraphs[place]
        spans = split_sentences(text, source.language)
        holding = [next((i for i, s in enumerate(spans) if s.start <= a.start < s.end), -1) for a in asked]
        gone = draw.choice(holding) if holding and len(spans) > 1 and draw.random() < 0.5 else -1
        if gone >= 0:
            text = (text[: spans[gone].start] + text[spans[gone].end :]).strip()
        documents.append(_document(f"{place:05d}.{source.language}", text))
        for other in sources:
            theirs = other.paragraphs[place][1]
            pairs = zip(theirs, holding, strict=False)
            questions += [(a.text, other.language, hold != gone) for a, hold in pairs if hold >= 0]
    return tuple(documents), questions[::sample]


def _document(name: str, text: str) -> Document:
    data = text.encode("utf-8", "surrogatepass")
    digest = hashlib.sha256(data).hexdigest()
    paragraph = Paragraph(name, 1, text, 0, len(text), detect_language(text), "text", (), digest[:12])
    return Document(file=name, hash=digest, size=len(data), encoding="utf-8", paragraphs=(paragraph,))
