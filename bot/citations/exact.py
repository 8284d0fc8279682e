"""Finds a sentence that was copied from a paragraph word for word, whatever happened to its spacing and punctuation."""

from __future__ import annotations

import unicodedata

from bot.corpus.sentences import split_sentences
from bot.types import Span


def verbatim(sentence: str, paragraph: str) -> Span | None:
    """Return where the paragraph says exactly this, in whole sentences, or None.

    A copied part of a sentence does not count: what was left out may have denied it.
    """
    wanted, _ = _letters(sentence)
    if not wanted:
        return None
    letters, places = _letters(paragraph)
    at = letters.find(wanted)
    if at < 0:
        return None
    if len(wanted) == len(letters):
        return _trimmed(paragraph, 0, len(paragraph))
    spans = split_sentences(paragraph)
    while at >= 0:
        first, last = places[at], places[at + len(wanted) - 1]
        inside = [span for span in spans if span.start <= last and first < span.end]
        if (
            inside
            and not _has_letters(paragraph[inside[0].start : first])
            and not _has_letters(paragraph[last + 1 : inside[-1].end])
        ):
            return Span(inside[0].start, inside[-1].end)
        at = letters.find(wanted, at + 1)
    return None


def _letters(text: str) -> tuple[str, list[int]]:
    """Letters, digits and signs that carry meaning, with their places."""
    kept: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character.isalnum() or unicodedata.category(character) in {"Mn", "Mc", "Sc", "Sm"} or character in "%‰°":
            kept.append(character)
            places.append(place)
    return "".join(kept), places


def _has_letters(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
