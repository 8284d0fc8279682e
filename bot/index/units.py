"""Which texts are embedded for a paragraph: the whole of it, and each of its sentences.

This is the place to change what is searched. Everything here is a pure function of the paragraph, so that an unchanged
file never has to be looked at again; the file's own bytes are part of the index's recipe, so an edit here makes the
next `pinpoint index` apply it to every paragraph (vectors of texts that stay the same are reused).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.types import Paragraph, Span

WHOLE, SENTENCE = 0, 1
"""Levels: a whole paragraph (or a part of an overlong one), and a single sentence."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of a paragraph that is searched."""

    start: int
    """First character in the paragraph's text."""
    end: int
    """One past the last character."""
    level: int
    """WHOLE or SENTENCE."""
    texts: Mapping[str, str]
    """What is embedded, by space; a space that is not named does not hold the unit."""


def spaces_for(embedder: str) -> tuple[str, ...]:
    """The vector spaces of an index whose primary embedder has this name; `use` may follow as a second one."""
    if embedder == "multilingual-e5-small-q4":
        return ("e5", "use")
    return ("use",) if embedder == "use-multilingual-v3" else ("main",)


def paragraph_units(paragraph: Paragraph, *, spaces: tuple[str, ...], fits: Callable[[str], bool]) -> Iterator[Unit]:
    """Yield the units of a paragraph: first the whole, then its sentences.

    Args:
        paragraph: as it stands in the corpus.
        spaces: the vector spaces there are; the first is the primary one.
        fits: whether the primary embedder reads a text whole.
    """
    from bot.corpus.sentences import split_sentences
    from bot.corpus.text import search_text

    text = paragraph.text
    sentences = split_sentences(text, paragraph.language) or [Span(0, len(text))]
    for span in windows(text, sentences, lambda part: fits(search_text(part))):
        yield Unit(span.start, span.end, WHOLE, dict.fromkeys(spaces[:1], search_text(text[span.start : span.end])))
    for sentence in sentences:
        for span in windows(text, [sentence], lambda part: fits(search_text(part))):
            yield Unit(span.start, span.end, SENTENCE, dict.fromkeys(spaces, search_text(text[span.start : span.end])))


def windows(text: str, sentences: list[Span], fits: Callable[[str], bool]) -> list[Span]:
    """Cut a text into as few parts that fit as a walk from the front finds, on sentence ends where possible.

    A sentence that does not fit alone is cut at white space, or anywhere when it has none.
    """
    whole = Span(sentences[0].start, sentences[-1].end)
    if fits(text[whole.start : whole.end]):
        return [whole]
    pieces = [piece for sentence in sentences for piece in _fitting(text, sentence, fits)]
    parts: list[Span] = []
    first, count = 0, 1
    while first < len(pieces):
        start, left = pieces[first].start, len(pieces) - first
        count = _most(lambda n: fits(text[start : pieces[first + n - 1].end]), left, count)  # noqa: B023  called at once
        parts.append(Span(start, pieces[first + count - 1].end))
        first += count
    return parts


def _most(fit: Callable[[int], bool], limit: int, guess: int) -> int:
    """The greatest number up to `limit` that fits, where 1 does and none beyond one that does not; few are tried."""
    fitting, too_many = 1, limit + 1
    step, n = 1, guess
    while too_many - fitting > 1:
        n = min(max(n, fitting + 1), too_many - 1)
        if fit(n):
            fitting, n = n, n + step
        else:
            too_many, n = n, n - step
        step *= 2
        if fitting > 1 and too_many <= limit:
            n = (fitting + too_many) // 2
    return fitting


def _fitting(text: str, span: Span, fits: Callable[[str], bool]) -> list[Span]:
    if span.end - span.start < 2 or fits(text[span.start : span.end]):
        return [span]
    middle = (span.start + span.end) // 2
    cut = max(text.rfind(" ", span.start + 1, middle + 1), text.rfind("\n", span.start + 1, middle + 1))
    cut = cut if cut > span.start else middle
    halves = [_trimmed(text, span.start, cut), _trimmed(text, cut, span.end)]
    return [piece for half in halves if half.end > half.start for piece in _fitting(text, half, fits)]


def _trimmed(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    return Span(start + len(part) - len(part.lstrip()), start + len(part.rstrip()))
