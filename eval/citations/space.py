"""Fits the space of `bot/citations/sense.py`: what differs between words that mean the same counts little in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Final

import numpy as np

from bot.citations import meaning, sense
from bot.citations.meaning import Reading, Word, read_words
from bot.citations.tokens import Tokens, WordModel, token_model
from bot.corpus.language import detect_language
from bot.corpus.sentences import split_sentences
from bot.corpus.text import search_text
from eval.citations.measure import Pair

WIDTH: Final = 256
"""Numbers in a vector of the space."""
SHRINK: Final = 0.3
"""Share of the mean variance that is added to that of each direction."""
ROUNDS: Final = 2
"""How often words are aligned anew in the space found."""
ALIGNED: Final = 0.25
"""Nearness from which two words that are nearest to each other count as meaning the same."""
TELLS: Final = 9.0
"""Words that say at least this much, in nats, are aligned."""


class Remembering:
    """The bundled model, reading each text once."""

    def __init__(self) -> None:
        self._model = token_model()
        self._read: dict[str, Tokens] = {}

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Read texts."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._read]
        for start in range(0, len(missing), 64):
            some = missing[start : start + 64]
            self._read.update(zip(some, self._model.tokens(some), strict=True))
        return [self._read[text] for text in texts]

    def weight(self, piece: str) -> float:
        """How much a piece says, in nats."""
        return self._model.weight(piece)


@lru_cache(maxsize=1)
def model() -> WordModel:
    """The model that all fitting shares."""
    return Remembering()


@contextmanager
def space_in_use(space: np.ndarray | None) -> Iterator[None]:
    """Read words in this space for a while; with None, in the two layers as they are."""
    usual = sense.senses
    sense_of = (lambda a, b: np.hstack([a, b])) if space is None else (lambda a, b: sense.mapped(a, b, space))
    meaning.senses = sense_of  # type: ignore[attr-defined]
    meaning._memory.clear()  # noqa: SLF001 - what was read in another space must not stay
    try:
        yield
    finally:
        meaning.senses = usual  # type: ignore[attr-defined]
        meaning._memory.clear()  # noqa: SLF001


def texts_of(pair: Pair) -> tuple[str, list[str]]:
    """The sentence and the sentences of the paragraph, as they are read."""
    return search_text(pair.sentence), sentences_of(pair.paragraph)


@lru_cache(maxsize=4096)
def sentences_of(paragraph: str) -> list[str]:
    """The sentences of a paragraph, as they are read."""
    spans = split_sentences(paragraph, detect_language(paragraph[:4000]))
    return [search_text(paragraph[span.start : span.end]) for span in spans]


def fit_space(pairs: Sequence[Pair]) -> np.ndarray:
    """Relevant component analysis on the words that supported sentences share with their paragraphs.

    Returns:
        The map, shape (2 * 384 + 1, 256), as `bot/citations/data/sense.npy` holds it.
    """
    with space_in_use(None):
        raw = [_words(pair) for pair in pairs if pair.supported]
    by_language: dict[str, list[np.ndarray]] = {}
    for (here, _), (there, _), language, source in raw:
        by_language.setdefault(language, []).append(here)
        by_language.setdefault(source, []).append(there)
    stacked = {language: np.concatenate(rows) for language, rows in by_language.items()}
    means = {language: rows.mean(axis=0) for language, rows in stacked.items()}
    everything = np.concatenate(list(stacked.values()))
    space = _whitening(np.cov(np.concatenate([rows - means[name] for name, rows in stacked.items()]).T))
    for _ in range(ROUNDS):
        differences = np.concatenate([_differences(pair, means, space) for pair in raw])
        space = _whitening(differences.T @ differences / len(differences))
    _, directions = np.linalg.eigh(space.T @ np.cov(everything.T) @ space)
    space = space @ directions[:, ::-1][:, :WIDTH]
    return np.vstack([space, -everything.mean(axis=0) @ space]).astype(np.float16)


_Words = tuple[np.ndarray, tuple[Word, ...]]


def _words(pair: Pair) -> tuple[_Words, _Words, str, str]:
    sentence, others = texts_of(pair)
    here, *there = read_words([sentence, *others], model())
    return _rows([here]), _rows(there), pair.language[:2], pair.paragraph_language[:2]


def _rows(readings: Sequence[Reading]) -> _Words:
    read = [reading for reading in readings if reading.words]
    if not read:
        return np.zeros((0, 768), np.float32), ()
    return np.concatenate([r.senses for r in read]), tuple(word for r in read for word in r.words)


def _differences(pair: tuple[_Words, _Words, str, str], means: dict[str, np.ndarray], space: np.ndarray) -> np.ndarray:
    """Of the words that are nearest to each other in a sentence and its paragraph."""
    (here, words), (there, _), language, source = pair
    near = _unit((here - means[language]) @ space) @ _unit((there - means[source]) @ space).T
    found = [
        here[i] - there[j]
        for i, j in enumerate(near.argmax(axis=1))
        if near[:, j].argmax() == i and near[i, j] > ALIGNED and words[i].weight >= TELLS
    ]
    return np.array(found).reshape(len(found), here.shape[1])


def _whitening(covariance: np.ndarray) -> np.ndarray:
    values, directions = np.linalg.eigh(covariance)
    return np.asarray(directions / np.sqrt(values + SHRINK * values.mean()))


def _unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))
