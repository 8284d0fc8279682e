"""Ranks sentences of the retrieved passages by how well they answer: near in meaning, right in kind, on topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import pstdev

import regex

from bot.answering.evidence import Asked, evidence, names_present, read_asked
from bot.corpus.sentences import split_sentences
from bot.types import Passage, Retrieval, Span

MOST_PASSAGES = 8
"""Passages whose sentences are looked at."""
SENTENCE = 0.4
"""Weight of how near a sentence is, against the score of its passage."""
KIND = 2.0
"""Weight of holding what the question asks for; unit: a standard deviation of the scores of the passages found."""
NAMES = 2.0
"""Weight of mentioning what the question names, in the same unit."""
CONTEXT = 1.0
"""What a heading, byline, caption or notice must be better by, in the same unit."""
TYPED = frozenset({"number", "date", "person"})
"""Kinds of question whose answer shows by its form; a place may be any noun: `under the third flowerpot`."""
ANY_OF_KIND = 0.3
"""Evidence of a kind from which a sentence holds something of it, if not of the very sort."""
_LEAST_SPREAD = 0.6
_NO_WORD = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Greek}\p{Arabic}\p{N}\p{P}\p{S}]")
"""What is no word by itself, as 茶 is one."""
_SAYS_SOMETHING = regex.compile(
    r"\p{L}[\p{L}\p{M}\p{N}]*[^\p{L}]+\p{L}"  # two words
    r"|\d[^\p{L}]*\p{L}"  # a number and a word
    r"|[\p{L}--[\p{Latin}\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\p{Hangul}]]{2}",  # scripts without spaces
    regex.VERSION1,
)
_SAYS_NOTHING = (":", "：", "?", "？", "؟", "\u037e", "՞")
"""Ends of a line that announces others, and of a question."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be quoted."""

    passage: int
    """Index of its passage in the retrieval, from 0."""
    span: Span
    """Where it stands in the paragraph."""
    text: str
    """The sentence, word for word."""
    near: float
    """How near it is to the question in meaning."""
    kind: float
    """How far it holds what the question asks for, 0 to 1; see `evidence`."""
    names: float | None
    """Share of the question's names its paragraph mentions, or None."""
    score: float
    """All together; only the order is meaningful."""


def rank_sentences(retrieval: Retrieval) -> tuple[Asked, list[Candidate]]:
    """What the question needs, and the sentences of the best passages, the one that answers best first."""
    asked = read_asked(retrieval.question, retrieval.language)
    found: list[Candidate] = []
    texts = [passage.paragraph.text for passage in retrieval.passages]
    mentioned = names_present(asked, texts)
    scores = [found_by(passage) for passage in retrieval.passages]
    spread = max(_LEAST_SPREAD, pstdev(scores)) if scores else 1.0
    for index, passage in enumerate(retrieval.passages[:MOST_PASSAGES]):
        text, language = passage.paragraph.text, passage.paragraph.language
        names = mentioned[index]
        for span, near in sentences_of(passage):
            words = text[span.start : span.end]
            if not _is_quotable(words):
                continue
            kind = evidence(asked, words, language)
            score = (found_by(passage) + SENTENCE * near) / spread + KIND * kind + NAMES * (names or 0.0)
            score -= CONTEXT * (passage.paragraph.kind in {"heading", "byline", "caption", "boilerplate"})
            found.append(Candidate(index, span, words, near, kind, names, score))
    return asked, sorted(found, key=lambda candidate: -candidate.score)


def by_evidence(retrieval: Retrieval) -> Retrieval:
    """Put the passages into the order of their best sentences, and tell whether the nearest one can answer at all.

    A question that asks for a number, a date or a person is `lacking` when the sentence nearest in meaning holds none:
    then what it is about is there, and what is asked is not. So is one without a subject (`?`, `Hello`).
    """
    asked, candidates = rank_sentences(retrieval)
    held = max((candidate.kind for candidate in _nearest(candidates)), default=0.0)
    old = retrieval.passages
    first = [place for place in dict.fromkeys(c.passage for c in candidates) if old[place].paragraph.kind != "heading"]
    order = [*first, *(place for place in range(len(old)) if place not in set(first))]
    scores = sorted((passage.score for passage in old), reverse=True)
    passages = tuple(
        replace(old[place], score=score, found=found_by(old[place])) for place, score in zip(order, scores, strict=True)
    )
    lacking = (asked.question.kind in TYPED and held < ANY_OF_KIND) or not any(map(_is_subject, asked.question.terms))
    return replace(retrieval, passages=passages, lacking=lacking)


def _nearest(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The sentence nearest in meaning of the passage that was found first, and the nearest of all."""
    first = min((candidate.passage for candidate in candidates), default=0)
    groups = [[c for c in candidates if c.passage == first], candidates]
    return [max(group, key=lambda candidate: candidate.near) for group in groups if group]


def _is_subject(term: str) -> bool:
    return len(term) > 1 or _NO_WORD.search(term) is None


def found_by(passage: Passage) -> float:
    """The score that found a passage, whatever was done to the order since."""
    return passage.score if passage.found is None else passage.found


def _is_quotable(sentence: str) -> bool:
    """Whether a piece says something: not the bare number of a list item, not a question, nor a line that announces."""
    said = sentence.rstrip().rstrip("\"'»”’」』)）")
    return _SAYS_SOMETHING.search(sentence) is not None and not said.rstrip().endswith(_SAYS_NOTHING)


def sentences_of(passage: Passage) -> list[tuple[Span, float]]:
    """The sentences of a passage with their nearness; without scores, the span that matched is the nearest."""
    if passage.sentences:
        return [(span, near) for span, near in passage.sentences if span.end > span.start]
    spans = split_sentences(passage.paragraph.text, passage.paragraph.language)
    matched = passage.span
    return [(span, 1.0 if span.start < matched.end and matched.start < span.end else 0.0) for span in spans]
