"""An answer's text taken apart for showing: the line before it, then lines of sentences with their list signs."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from bot.answering.phrases import phrases
from bot.types import Answer, Sentence

MARKER = re.compile(r"\[(\d{1,4})\]")


@dataclass(slots=True)
class Line:
    """Sentences that stand on one line."""

    sentences: list[tuple[str, Sentence]] = field(default_factory=list)
    """Each with the list sign before it, such as `-` or `2.`, or nothing."""
    apart: bool = False
    """Whether an empty line stands before it."""


def lead_of(answer: Answer) -> str:
    """The line before the sentences, which makes no claim; the whole text when there are no sentences."""
    return _opening(answer)[0]


def disagreement_of(answer: Answer) -> str:
    """What says that the sources differ, in the language of the question; nothing when they do not."""
    return (lead_of(answer) or phrases(answer.language).disagreement) if answer.disagreement else ""


def lines_of(answer: Answer) -> list[Line]:
    """The sentences, line by line as the text has them."""
    lines: list[Line] = []
    at = 0
    for sentence in answer.sentences:
        found = answer.text.find(sentence.text, at)
        gap = MARKER.sub("", answer.text[at:found]) if found >= 0 else ""
        sign = _sign(gap.rpartition("\n")[2]) if lines else _opening(answer)[1]
        if not lines or "\n" in gap:
            lines.append(Line(apart=bool(lines) and gap.count("\n") > 1))
        lines[-1].sentences.append((sign, sentence))
        at = found + len(sentence.text) if found >= 0 else at
    return lines


def direction(text: str) -> str:
    """Which way a text runs, by most of its letters, and not by the first one, which may be that of a foreign name."""
    ways = [unicodedata.bidirectional(character) for character in text]
    return "rtl" if sum(way in {"R", "AL"} for way in ways) > ways.count("L") else "ltr"


def _opening(answer: Answer) -> tuple[str, str]:
    """What stands before the first sentence: the lead, and the list sign on the sentence's own line."""
    if not answer.sentences:
        return MARKER.sub("", answer.text).strip(), ""
    before = MARKER.sub("", answer.text[: max(0, answer.text.find(answer.sentences[0].text))])
    lead, _, sign = before.rpartition("\n")
    if any(character.isalpha() for character in sign):
        lead, sign = before, ""
    return lead.strip(), _sign(sign)


def _sign(text: str) -> str:
    """A list sign; the marks of a heading or a quotation are none."""
    return text.strip("#> \t")
