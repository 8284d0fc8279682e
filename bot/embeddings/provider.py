"""Embedding models of any provider that LangChain knows, as `provider:name`."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from bot.embeddings.base import Matrix, normalised
from bot.errors import ModelError, ModelRefused, ModelTimeout, UsageError

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from bot.settings import Settings

_TRIES = 5
"""Attempts a batch gets before its error is passed on."""


class ProviderEmbedder:
    """A model behind a provider's interface. What may pass is tried again with growing, jittered pauses."""

    max_tokens = 2000
    batch_size = 64

    def __init__(self, model: str, *, settings: Settings, sleep: Callable[[float], None] = time.sleep) -> None:
        """Name the model; nothing is imported or called before the first text.

        Args:
            model: `provider:name`, as LangChain's `init_embeddings` takes it.
            settings: holds the key and the address of an OpenAI-compatible server.
            sleep: waits between attempts; tests replace it.

        Raises:
            UsageError: when the name has no provider.
        """
        provider, _, name = model.partition(":")
        if not provider or not name:
            raise UsageError(f"PINPOINT_EMBEDDINGS={model!r} names no model; write provider:name or `bundled`")
        self.name = model
        self._settings = settings
        self._sleep = sleep
        self._lock = threading.Lock()
        self._dim: int | None = None

    @property
    def dim(self) -> int:
        """Length of a vector; the first time, the model is asked."""
        if self._dim is None:
            self.embed_queries(["dimension"])
        return self._dim or 0

    @cached_property
    def _client(self) -> Embeddings:
        from langchain.embeddings import init_embeddings

        provider = self.name.partition(":")[0]
        options: dict[str, Any] = {}
        if provider == "openai":
            options["max_retries"] = 0  # retried here, where a used-up quota is told from a busy server
            # Other servers take text, not token numbers, and the vocabulary would have to be downloaded.
            options["check_embedding_ctx_length"] = False
            if self._settings.openai_api_key is not None:
                options["api_key"] = self._settings.openai_api_key.get_secret_value()
            if self._settings.openai_base_url is not None:
                options["base_url"] = self._settings.openai_base_url
        try:
            return init_embeddings(self.name, **options)
        except ImportError as error:
            raise ModelError(f"the embedding model {self.name!r} needs a package that is missing: {error}") from error
        except Exception as error:  # noqa: BLE001 - every provider has its own; it becomes our own error
            self._explain(error)

    def count_tokens(self, text: str) -> int:
        """An estimate from above: a token is seldom shorter than two bytes of UTF-8."""
        return len(text.encode()) // 2 + 1

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Embed questions, shape (len(texts), dim)."""
        return self._embed(texts, lambda some: [self._client.embed_query(text) for text in some])

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Embed passages, shape (len(texts), dim)."""
        return self._embed(texts, self._client.embed_documents)

    def _embed(self, texts: Sequence[str], call: Callable[[list[str]], list[list[float]]]) -> Matrix:
        parts = []
        for start in range(0, len(texts), self.batch_size):
            batch = [text or " " for text in texts[start : start + self.batch_size]]
            parts.append(self._check(self._call(call, batch), len(batch)))
        return np.concatenate(parts) if parts else np.empty((0, self.dim), dtype=np.float32)

    def _call(self, call: Callable[[list[str]], list[list[float]]], batch: list[str]) -> list[list[float]]:
        for attempt in range(_TRIES):
            try:
                return call(batch)
            except (ModelError, UsageError):
                raise
            except Exception as error:  # noqa: BLE001 - every provider has its own; it becomes our own error
                if attempt == _TRIES - 1 or not _may_pass(error):
                    self._explain(error)
                self._sleep(min(2.0**attempt, 20.0) * random.uniform(0.5, 1.5))  # noqa: S311
        raise AssertionError

    def _check(self, answer: list[list[float]], count: int) -> Matrix:
        try:
            vectors = np.asarray(answer, dtype=np.float32)
        except (TypeError, ValueError):
            vectors = np.empty((0, 0), dtype=np.float32)
        if (
            vectors.ndim != 2
            or len(vectors) != count
            or not np.isfinite(vectors).all()
            or not vectors.any(axis=1).all()
        ):
            raise ModelError(
                f"the embedding model {self.name!r} did not return one usable vector for each of {count} texts; "
                "check that the server speaks the embeddings interface"
            )
        with self._lock:
            if self._dim is None:
                self._dim = vectors.shape[1]
        if vectors.shape[1] != self._dim:
            raise ModelError(
                f"the embedding model {self.name!r} returned vectors of length {vectors.shape[1]} after {self._dim}; "
                "it was exchanged: run `pinpoint index --rebuild`"
            )
        return normalised(vectors)

    def _explain(self, error: Exception) -> NoReturn:
        text = " ".join(str(error).split())[:300]
        status = getattr(error, "status_code", None)
        kind = type(error).__name__
        provider = self.name.partition(":")[0]
        key = "OPENAI_API_KEY" if provider == "openai" else f"{provider.upper()}_API_KEY"
        if "insufficient_quota" in text:
            raise ModelRefused(
                f"the quota for {self.name!r} is used up; top up the account or use PINPOINT_EMBEDDINGS=bundled"
            )
        if status in {401, 403}:
            raise ModelRefused(f"the embedding model {self.name!r} refused the key; correct {key}")
        if status == 404:
            raise ModelRefused(
                f"the server does not know the embedding model {self.name!r}; correct PINPOINT_EMBEDDINGS"
            )
        if "api_key" in text.lower() or "credentials" in text.lower():
            raise ModelRefused(
                f"the embedding model {self.name!r} needs a key; set {key} or PINPOINT_EMBEDDINGS=bundled"
            )
        if "Timeout" in kind:
            raise ModelTimeout(f"the embedding model {self.name!r} did not answer in time; try again later")
        if "Connection" in kind:
            raise ModelError(
                f"the embedding model {self.name!r} cannot be reached ({text}); check the network or OPENAI_BASE_URL"
            )
        raise ModelError(
            f"the embedding model {self.name!r} failed: {kind}: {text}; correct PINPOINT_EMBEDDINGS or try again"
        )


def _may_pass(error: Exception) -> bool:
    """Whether trying again can help: a busy or broken server, a lost connection; not a refusal."""
    if "insufficient_quota" in str(error):
        return False
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return status in {408, 409, 429} or status >= 500
    return any(word in type(error).__name__ for word in ("Timeout", "Connection", "RateLimit"))
