"""Paragraphs that may answer a question, for a person who writes gold: embeddings made fair by language."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from bot.corpus.text import search_text
from bot.embeddings import make_embedder, open_cache
from bot.settings import Settings
from bot.types import Paragraph
from eval.golden.models import primary
from eval.golden.similar import dice, trigrams
from eval.golden.sources import Sources

Ranker = Callable[[str], Sequence[Paragraph]]
"""Paragraphs for a question, the most likely first."""

EMBEDDED_AT_MOST = 3000
"""Above this many paragraphs nothing is embedded here: shared words must do."""


def ranker(sources: Sources, settings: Settings) -> Ranker:
    """Rank all paragraphs by the configured embeddings (kept in the cache), or by shared words in a large corpus."""
    paragraphs = list(sources.paragraphs.values())
    if len(paragraphs) > EMBEDDED_AT_MOST:
        return lambda question: _by_words(question, paragraphs)
    return lambda question: _by_meaning(question, paragraphs, settings)


def _by_words(question: str, paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    grams = trigrams(question)
    return sorted(paragraphs, key=lambda paragraph: -dice(grams, trigrams(paragraph.text)))


def _by_meaning(question: str, paragraphs: Sequence[Paragraph], settings: Settings) -> list[Paragraph]:
    embedder, cache = make_embedder(settings), open_cache(settings)
    vectors, _ = cache.embed(embedder, [search_text(paragraph.text) for paragraph in paragraphs])
    scores = vectors @ embedder.embed_queries([search_text(question)])[0]
    order = np.argsort(-standardised(scores, [primary(paragraph.language) for paragraph in paragraphs]))
    return [paragraphs[row] for row in order]


def standardised(scores: np.ndarray, languages: Sequence[str]) -> np.ndarray:
    """Scores less their language's mean, over its deviation, so that no language stands in front; shape (n,)."""
    result = np.zeros(len(scores))
    for language in set(languages):
        rows = [row for row, spoken in enumerate(languages) if spoken == language]
        own = scores[rows]
        result[rows] = (own - own.mean()) / (own.std() or 1.0)
    return result
