"""How close two texts are in meaning, whatever languages they are in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bot.corpus.text import search_text
from bot.embeddings import Embedder, Matrix
from bot.retrieval.fairness import Fairness


def similarity(
    texts_a: Sequence[str],
    texts_b: Sequence[str],
    embedders: Mapping[str, Embedder],
    fairness: Mapping[str, Fairness] | None = None,
) -> Matrix:
    """Language-fair similarity of every text of one list to every text of another.

    Texts in two languages that say the same come out about as close as texts in one language that do.

    Args:
        texts_a: any texts, such as the sentences of an answer.
        texts_b: any texts, such as the sentences of a paragraph.
        embedders: by space, such as `{"e5": …, "use": …}`; every one gives an opinion.
        fairness: what is known of the corpus by space, from `Retriever.fairness`; without it, texts are compared as
            they are, and languages that a model places apart look less alike.

    Returns:
        Shape (len(texts_a), len(texts_b)), 0 for unrelated to 1 for the same; the mean of the spaces' cosines, those
        below 0 as 0.
    """
    if not texts_a or not texts_b or not embedders:
        return np.zeros((len(texts_a), len(texts_b)), np.float32)
    clean = [search_text(text) for text in (*texts_a, *texts_b)]
    opinions = []
    for space, embedder in embedders.items():
        vectors = embedder.embed_passages(clean)
        if fairness is not None and space in fairness:
            vectors = fairness[space].foreign(vectors)
        opinions.append(np.clip(vectors[: len(texts_a)] @ vectors[len(texts_a) :].T, 0, 1))
    return np.asarray(np.mean(opinions, axis=0), dtype=np.float32)
