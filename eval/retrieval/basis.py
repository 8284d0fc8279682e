"""Learns the basis that shortens token vectors: `python -m eval.retrieval.basis`.

From the texts and questions of `eval/practice/`: principal components of the tokens of the bundled model's last layer,
each language's mean subtracted, every language with the same weight. Nothing of the seeds or of a benchmark goes in.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bot.corpus.text import search_text
from bot.embeddings.e5_encoder import shared_encoder
from bot.embeddings.words import WIDTH
from eval.practice import corpora

_TOKENS = 12_000  # of each language, at most


def texts() -> Iterator[tuple[str, str, str]]:
    """Language, role and text of everything there is."""
    for corpus in corpora():
        for document in corpus.documents:
            for paragraph in document.paragraphs:
                yield paragraph.language.partition("-")[0], "passage", paragraph.text
        for asked in corpus.questions:
            yield asked.language.partition("-")[0], "query", asked.question


def learn() -> np.ndarray:
    """The basis, shape (384, 96)."""
    encoder = shared_encoder()
    states: dict[str, list[np.ndarray]] = {}
    for language, role, text in texts():
        ids = encoder.tokenizer.encode(f"{role}: {search_text(text)}")[: encoder.window]
        found = encoder.states([ids])[0][3:-1]  # without begin, prefix and end
        states.setdefault(language, []).append(found / np.linalg.norm(found, axis=1, keepdims=True))
    covariance = np.zeros((encoder.width, encoder.width))
    for parts in states.values():
        tokens = np.concatenate(parts)[:_TOKENS].astype(np.float64)
        centred = tokens - tokens.mean(0)
        covariance += centred.T @ centred / len(tokens)
    _, directions = np.linalg.eigh(covariance)
    return directions[:, ::-1][:, :WIDTH]


if __name__ == "__main__":
    target = Path(__file__).resolve().parents[2] / "bot" / "embeddings" / "data" / "token_basis.npy"
    np.save(target, learn().astype(np.float16))
