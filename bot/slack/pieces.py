"""Pieces of a message that are never cut: a sentence with its markers, or a source with its quote.

They are rich text, in which Slack reads no markup at all: whatever a document or a model wrote stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from bot.links import permalink
from bot.slack.text import cut, fitting, isolate, units, visible
from bot.slack.words import say
from bot.types import Answer, Citation, Paragraph, Sentence

Look = Callable[[str, int], Paragraph | None]
"""Finds a paragraph of the index by file and number."""
Element = dict[str, Any]
"""A rich text element as Slack's JSON has it."""

MARKER = re.compile(r"\[(\d{1,4})\]")
_MARKERS = re.compile(r"(?:[ \u00a0]*\[\d{1,4}\])+")
_ADDRESS = re.compile(r"https?://[^\s<>|\"]{1,2900}")
NEAREST = 3
"""Paragraphs shown when nothing answers."""
SNIPPET = 280
"""Most UTF-16 units of a paragraph that is shown without being cited."""
QUOTE = 6_000
"""Most UTF-16 units of a quote; of a longer one the middle is folded, with a mark that says so."""
SENTENCE = 6_000
"""Most UTF-16 units of a sentence in one piece; a longer one is cut between words, its markers staying with the end."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What goes into one message as a whole."""

    kind: Literal["text", "source"]
    """Part of the answer, or one entry of the list of sources."""
    elements: tuple[Element, ...]
    """Elements of a rich text section (`text`), or whole sub-elements of a rich text block (`source`)."""
    plain: str
    """The same as plain text, not yet escaped."""

    @property
    def size(self) -> int:
        """UTF-16 units of all its texts and addresses."""
        return measure(self.elements)


def measure(value: object) -> int:
    """Count the UTF-16 units of every text and address in a block, an element, or a list of them."""
    if isinstance(value, dict):
        return sum(units(v) if k in {"text", "url"} and isinstance(v, str) else measure(v) for k, v in value.items())
    if isinstance(value, list | tuple):
        return sum(measure(item) for item in value)
    return 0


def words(text: str, **style: bool) -> Element:
    """An element of plain text."""
    element: Element = {"type": "text", "text": visible(text)}
    return element | {"style": style} if style else element


def link(label: str, url: str | None, **style: bool) -> Element:
    """An element that leads to a page of ours, or the same text where no public address is configured."""
    if not url or not _ADDRESS.fullmatch(url):
        return words(label, **style)
    element: Element = {"type": "link", "url": url, "text": visible(label)}
    return element | {"style": style} if style else element


def answer_pieces(answer: Answer) -> Iterator[Piece]:
    """Go through the text of an answer, sentence by sentence, each with its markers and its mark of doubt."""
    cited = {citation.n: citation for citation in answer.citations}
    text = visible(answer.text)
    at = 0
    missed: list[Sentence] = []
    for sentence in answer.sentences:
        shown = visible(sentence.text)
        begin = text.find(shown, at) if shown else -1
        if begin < 0:
            missed.append(sentence)
            continue
        yield from _text(text[at:begin], cited)
        at = begin + len(shown)
        marks = _MARKERS.match(text, at)
        at = marks.end() if marks else at
        yield from _sentence(sentence, marks[0] if marks else "", cited, answer.language)
    yield from _text(text[at:], cited)
    for sentence in missed:
        if not sentence.supported and sentence.text.strip():
            yield from _sentence(sentence, "", cited, answer.language, before="\n")


def _text(text: str, cited: dict[int, Citation]) -> Iterator[Piece]:
    """What stands between sentences: a lead line, white space, list signs, code."""
    for line in text.splitlines(keepends=True):
        yield from _cut(line, lambda part: _marked(part, cited))


def _sentence(
    sentence: Sentence, marks: str, cited: dict[int, Citation], language: str, *, before: str = ""
) -> Iterator[Piece]:
    *first, last = _split(before + visible(sentence.text), SENTENCE)
    style = {} if sentence.supported else {"italic": True}
    for part in first:
        yield Piece("text", (words(part, **style),), part)
    elements = [words(last, **style)]
    plain = last
    if sentence.supported:
        elements += _marked(marks, cited)
        plain += MARKER.sub(lambda found: found[0] if int(found[1]) in cited else "", marks)
    else:
        doubt = f" [⚠ {say('unsupported', language)}]"
        elements.append(words(doubt, bold=True))
        plain += doubt
    yield Piece("text", tuple(elements), plain)


def _marked(text: str, cited: dict[int, Citation]) -> list[Element]:
    """Elements of a text, its known markers led to their paragraphs; a marker that names nothing is left out."""
    elements: list[Element] = []
    at = 0
    for found in MARKER.finditer(text):
        if found.start() > at:
            elements.append(words(text[at : found.start()]))
        citation = cited.get(int(found[1]))
        if citation is not None:
            elements.append(link(found[0], citation.url, bold=True))
        at = found.end()
    if at < len(text):
        elements.append(words(text[at:]))
    return elements


def _cut(text: str, make: Callable[[str], list[Element]]) -> Iterator[Piece]:
    for part in _split(text, SENTENCE):
        elements = make(part)
        if elements:
            yield Piece("text", tuple(elements), part)


def _split(text: str, limit: int) -> list[str]:
    """Cut text between words into parts of at most so many units; a marker is never cut."""
    parts = []
    while units(text) > limit:
        end = fitting(text, limit)
        marker = next((m for m in MARKER.finditer(text, max(0, end - 6), end + 6) if m.start() < end < m.end()), None)
        end = marker.start() if marker and marker.start() > 0 else end
        parts.append(text[:end])
        text = text[end:]
    return [*parts, text]


def source_pieces(answer: Answer) -> Iterator[Piece]:
    """The list of sources: number, file, paragraph, and the quote copied from it."""
    for citation in answer.citations:
        yield _source(
            f"[{citation.n}] ",
            citation.file,
            _place(citation.paragraph, citation.page, answer.language),
            citation.url,
            _folded(citation.quote, answer.language),
        )


def nearest_pieces(answer: Answer, look: Look | None, public_url: str | None) -> Iterator[Piece]:
    """The best-ranked paragraphs of an answer that found nothing, clearly named as no answer."""
    for item in answer.retrieved[:NEAREST]:
        paragraph = look(item.file, item.paragraph) if look else None
        url = permalink(public_url, item.file, item.paragraph, paragraph.hash if paragraph else "")
        snippet = cut(visible(" ".join(paragraph.text.split())), SNIPPET) if paragraph else ""
        place = _place(item.paragraph, paragraph.page if paragraph else None, answer.language)
        yield _source("• ", item.file, place, url, snippet)


def _place(number: int, page: int | None, language: str) -> str:
    return say("para", language, number=number) + (f", p. {page}" if page else "")


def _source(number: str, file: str, place: str, url: str | None, quote: str) -> Piece:
    name = isolate(cut(visible(file), 300))
    section = [words(number, bold=True), link(f"{name}, {place}", url)]
    elements: list[Element] = [{"type": "rich_text_section", "elements": section}]
    plain = f"{number}{name}, {place}"
    if quote:
        elements.append({"type": "rich_text_quote", "elements": [words(quote)]})
        plain += f": “{isolate(quote)}”"
    return Piece("source", tuple(elements), plain)


def _folded(quote: str, language: str) -> str:
    quote = visible(quote).strip("\n")
    if units(quote) <= QUOTE:
        return quote
    head = fitting(quote, QUOTE * 2 // 3)
    tail = len(quote) - fitting(quote[::-1], QUOTE // 4)
    mark = say("left_out", language, count=f"{tail - head:,}")
    return f"{quote[:head]} {mark} {quote[tail:]}"
