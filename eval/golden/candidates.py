"""Paragraphs that may answer a question, for a person who writes gold: embeddings made fair by language, and words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import regex

from bot.corpus.sentences import split_sentences
from bot.corpus.text import search_text
from bot.embeddings import make_embedder, open_cache
from bot.settings import Settings
from bot.types import Paragraph
from eval.golden.models import primary
from eval.golden.sources import Sources
from eval.golden.text import normalise

Ranker = Callable[[str], Sequence[Paragraph]]
"""Paragraphs for a question, the most likely first."""

EVIDENCE = frozenset({"text", "list_item", "table", "code"})
"""Kinds of paragraphs that answer questions."""

WORDS_WEIGHT = 3.0
"""What sharing the most words is worth, in deviations of likeness in meaning: a list of candidates may be generous."""

_WORD = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]+|[[\p{L}\p{M}\p{N}]--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]]+",
    regex.V1,
)
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")

EMBEDDED_AT_MOST = 3000
"""Above this many paragraphs nothing is embedded here: shared words must do."""


def ranker(sources: Sources, settings: Settings) -> Ranker:
    """Rank all paragraphs by the configured embeddings (kept in the cache), or by shared words in a large corpus."""
    paragraphs = list(sources.paragraphs.values())
    if len(paragraphs) > EMBEDDED_AT_MOST:
        return lambda question: _by_words(question, paragraphs)
    return lambda question: _by_meaning(question, paragraphs, settings)


def _by_words(question: str, paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    return _ordered(paragraphs, shared_words(question, [paragraph.text for paragraph in paragraphs]))


def _by_meaning(question: str, paragraphs: Sequence[Paragraph], settings: Settings) -> list[Paragraph]:
    embedder, cache = make_embedder(settings), open_cache(settings)
    owners, texts = _units(paragraphs)
    vectors, _ = cache.embed(embedder, texts)
    likeness = vectors @ embedder.embed_queries([search_text(question)])[0]
    best = np.full(len(paragraphs), -1.0)
    np.maximum.at(best, owners, likeness)
    meaning = standardised(best, [primary(paragraph.language) for paragraph in paragraphs])
    words = shared_words(question, [paragraph.text for paragraph in paragraphs])
    return _ordered(paragraphs, meaning + WORDS_WEIGHT * words / (words.max() or 1.0))


def _units(paragraphs: Sequence[Paragraph]) -> tuple[list[int], list[str]]:
    """Whole paragraphs and their sentences: which paragraph each belongs to, and its text."""
    units: dict[tuple[int, str], None] = {}
    for row, paragraph in enumerate(paragraphs):
        spans = split_sentences(paragraph.text, paragraph.language)
        for text in (paragraph.text, *(paragraph.text[span.start : span.end] for span in spans)):
            units[row, search_text(text)] = None
    return [row for row, _ in units], [text for _, text in units]


def _ordered(paragraphs: Sequence[Paragraph], scores: np.ndarray) -> list[Paragraph]:
    """Best first; headings, bylines and captions, which seldom answer, after the rest."""
    evidence = [paragraph.kind in EVIDENCE for paragraph in paragraphs]
    return [paragraphs[row] for row in np.lexsort((-scores, np.logical_not(evidence)))]


def shared_words(question: str, texts: Sequence[str]) -> np.ndarray:
    """How many of the question's words each text has, a rare one counting more than a common one; shape (n,)."""
    known = [_words(text) for text in texts]
    weights = {word: np.log(len(texts) / (1 + sum(word in own for own in known))) for word in _words(question)}
    return np.array([sum(max(weight, 0.0) for word, weight in weights.items() if word in own) for own in known])


def _words(text: str) -> frozenset[str]:
    """Words of scripts that put spaces between them, pairs of characters of those that do not."""
    words: set[str] = set()
    for word in _WORD.findall(normalise(text)):
        words.update((word[i : i + 2] for i in range(len(word) - 1)) if _UNSPACED.match(word) else (word,))
    return frozenset(words)


def standardised(scores: np.ndarray, languages: Sequence[str]) -> np.ndarray:
    """Scores less their language's mean, over its deviation, so that no language stands in front; shape (n,)."""
    result = np.zeros(len(scores))
    for language in set(languages):
        rows = [row for row, spoken in enumerate(languages) if spoken == language]
        own = scores[rows]
        result[rows] = (own - own.mean()) / (own.std() or 1.0)
    return result
