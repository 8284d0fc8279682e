"""Whether a paragraph supports a sentence, and which of its words do: the check behind every citation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Protocol

import numpy as np

from bot.citations.agreement import disagreement
from bot.citations.entities import exchanged_name, foreign_name, misplaced_name
from bot.citations.exact import verbatim
from bot.citations.meaning import Cover, Reading, cover, read_words
from bot.citations.polarity import Side, contradictions, plainly_denied, side
from bot.citations.tokens import WordModel
from bot.citations.weigh import Doubts, Evidence
from bot.corpus.language import detect_language
from bot.corpus.sentences import split_sentences
from bot.corpus.text import search_text
from bot.embeddings.e5_weights import Floats
from bot.types import Span

MAX_SENTENCE: Final = 2_000
"""Longest sentence that is checked, in characters; a longer one is unsupported."""
MAX_SENTENCES: Final = 60
"""Sentences of a paragraph that are looked at."""
MAX_PARAGRAPH: Final = 40_000
"""Characters of a paragraph that are looked at."""
WINDOW: Final = 3
"""Most adjoining sentences of a paragraph that may support one sentence together."""
WIDER: Final = 0.04
"""What a window must gain in nearness for each sentence it is longer, so that quotes stay short."""
BEHIND: Final = 0.12
"""How far behind the nearest window another may be and still be tried."""
PLAIN_SAME: Final = 0.62
"""Nearness from which a sentence says much the same as a window, so that a plain `not` turns it round."""
PLAIN_CROSS: Final = 0.48
"""The same across languages."""
TRIED: Final = 4
"""Most windows that are tried."""


_LONE: Final = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
"""Half characters, which no encoder takes."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one check."""

    supported: bool
    """Whether the paragraph supports the sentence."""
    start: int
    """First character of the supporting (or nearest) words in the paragraph, from 0."""
    end: int
    """One past their last character."""
    quote: str
    """The words themselves: `paragraph[start:end]`."""
    reason: str | None
    """Why not, in one phrase; None when supported."""
    score: float = 0.0
    """How well it is supported, 0 to 1; only its order is meaningful."""


class SupportChecker(Protocol):
    """What checks a sentence against a paragraph."""

    def check(self, sentence: str, paragraph: str) -> Verdict:
        """Tell whether the paragraph supports the sentence. Never raises on any text."""


@dataclass(frozen=True, slots=True)
class _Window:
    span: Span
    width: int
    reading: Reading
    cover: Cover
    rank: float
    rest: float | None


class Checker:
    """Checks by exact facts and by nearness of meaning. Deterministic, thread-safe, needs no language model.

    Numbers, dates, units and known places must agree; beyond that every word of the sentence must have its like among
    the words of a few adjoining sentences of the paragraph, denied, directed and named alike, as networks weigh it.
    """

    def __init__(self, *, words: WordModel | None = None) -> None:
        """Choose the source of word vectors.

        Args:
            words: another source than the bundled model, for tests; a corpus may be indexed with other embeddings.
        """
        self._words = words

    def check(self, sentence: str, paragraph: str) -> Verdict:
        """Tell whether the paragraph supports the sentence, and by which words.

        Args:
            sentence: one sentence, without markers.
            paragraph: the original text of a paragraph.
        """
        sentence, shown = sentence.translate(_LONE), paragraph
        paragraph = paragraph[:MAX_PARAGRAPH].translate(_LONE)
        verdict = self._check(sentence, paragraph)
        return replace(verdict, quote=shown[verdict.start : verdict.end])

    def _check(self, sentence: str, paragraph: str) -> Verdict:
        if len(sentence) > MAX_SENTENCE:
            return _verdict(paragraph, Span(0, 0), "the sentence is too long to check", 0.0)
        if span := verbatim(sentence, paragraph):
            return _verdict(paragraph, span, None, 1.0)
        language, source = _language(sentence), _language(paragraph[:4000])
        reading = read_words([search_text(sentence)], self._words)[0]
        windows = windows_of(reading, paragraph, source, self._words)
        if not reading.words or not windows or not windows[0].reading.words:
            return _verdict(paragraph, Span(0, 0), "there is nothing to compare", 0.0)
        said = side(reading, language)
        nearest = max((w for w in windows if w.width == 1), key=lambda w: w.rank, default=windows[0])
        refusal: tuple[_Window, str, float] | None = None
        for window in windows[:TRIED]:
            reason, score = self._judge(sentence, said, paragraph, window, nearest, source)
            if reason is None:
                return _verdict(paragraph, window.span, None, score)
            if refusal is None or score > refusal[2]:
                refusal = (window, reason, score)
        if refusal is None:
            return _verdict(paragraph, Span(0, 0), "there is nothing to compare", 0.0)
        return _verdict(paragraph, refusal[0].span, refusal[1], refusal[2] / 2)

    def _judge(
        self, sentence: str, said: Side, paragraph: str, window: _Window, nearest: _Window, source: str
    ) -> tuple[str | None, float]:
        text = paragraph[window.span.start : window.span.end]
        reason = disagreement(sentence, said.language, text, source, context=paragraph[: window.span.start])
        if reason is not None:
            return reason, 0.0
        evidence = weigh_window(said, paragraph, window, nearest, source)
        score = evidence.plausibility
        return evidence.doubts.sure or (evidence.complaint if score < 0.5 else None), score


def weigh_window(said: Side, paragraph: str, window: _Window, nearest: _Window, source: str) -> Evidence:
    """Measure how a window of a paragraph covers a sentence, with what the rules have against it."""
    same = said.language[:2] == source[:2]
    given = side(window.reading, source)
    denial, direction, firm = contradictions(said, given)
    close = window.rank + WIDER * (window.width - 1)
    plain = close > (PLAIN_SAME if same else PLAIN_CROSS) and plainly_denied(said, given)
    flat = "the sentence denies what the source affirms" if plain else None
    german = said.language.startswith("de"), source.startswith("de")
    here, there, covered = said.reading, window.reading, window.cover
    name, is_known = foreign_name(here, there, covered, paragraph, language=said.language, same=same)
    doubts = Doubts(
        denial=denial,
        direction=direction,
        name=name,
        exchanged=None if any(german) else exchanged_name(here, there, covered, paragraph),
        misplaced=None if german[1] else misplaced_name(here, nearest.reading, nearest.cover, paragraph),
        sure=(name if is_known else None) or (direction if firm else None) or flat,
    )
    return Evidence.of(here, there, covered, same=same, rest=window.rest, doubts=doubts)


def windows_of(sentence: Reading, paragraph: str, language: str, words: WordModel | None) -> list[_Window]:
    """Runs of one to three adjoining sentences, the nearest first."""
    spans = split_sentences(paragraph, language)[:MAX_SENTENCES]
    readings = read_words([search_text(paragraph[span.start : span.end]) for span in spans], words)
    near = np.array([_nearness(sentence, reading) for reading in readings])
    weights = np.array([min(word.weight, 18.0) for word in sentence.words])
    each = near @ weights / weights.sum() if len(near) and len(weights) else np.zeros(len(readings))
    found: list[_Window] = []
    for width in range(1, WINDOW + 1):
        for index in range(len(spans) - width + 1):
            reading = readings[index]
            for other in readings[index + 1 : index + width]:
                reading = reading + other
            if not reading.words or not sentence.words:
                continue
            close = float(near[index : index + width].max(axis=0) @ weights / weights.sum())
            rest = np.delete(each, slice(index, index + width))
            span = Span(spans[index].start, spans[index + width - 1].end)
            covered = cover(sentence, reading)
            mean = float(rest.mean()) if len(rest) else None
            found.append(_Window(span, width, reading, covered, close - WIDER * (width - 1), mean))
    found.sort(key=lambda window: (-window.rank, window.span.start))
    return [window for window in found if window.rank >= found[0].rank - BEHIND] if found else []


def _nearness(sentence: Reading, source: Reading) -> Floats:
    """For each word of the sentence, its nearness to the nearest word of the source."""
    if not source.words:
        return np.zeros(len(sentence.words), np.float32)
    return np.asarray((sentence.senses @ source.senses.T).max(axis=1), np.float32)


@lru_cache(maxsize=4096)
def _language(text: str) -> str:
    return detect_language(text)


def _verdict(paragraph: str, span: Span, reason: str | None, score: float) -> Verdict:
    score = float(np.clip(score, 0.0, 1.0))
    return Verdict(reason is None, span.start, span.end, paragraph[span.start : span.end], reason, score)
