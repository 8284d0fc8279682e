"""An embedder that remembers what it embedded, across runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from bot.embeddings import Embedder, EmbeddingCache, Matrix, Role, text_key
from bot.embeddings.words import WordEmbedder, Words, WordStore


class CachedEmbedder:
    """Another embedder behind the cache by content; thread-safe as both are."""

    def __init__(self, inner: Embedder, cache: EmbeddingCache) -> None:
        self._inner = inner
        self._cache = cache
        self._memory: dict[tuple[Role, bytes], Matrix] = {}
        self.name = inner.name
        self.dim = inner.dim
        self.max_tokens = inner.max_tokens
        self.batch_size = inner.batch_size

    def count_tokens(self, text: str) -> int:
        """As the embedder behind."""
        return self._inner.count_tokens(text)

    def knows(self, text: str) -> bool:
        """As the embedder behind."""
        knows = getattr(self._inner, "knows", None)
        return knows is None or bool(knows(text))

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """As the embedder behind; one question that was seen before costs nothing."""
        key: tuple[Role, bytes] | None = ("query", text_key(texts[0])) if len(texts) == 1 else None
        if key is not None and key in self._memory:
            return self._memory[key]
        vectors, _ = self._cache.embed(self._inner, list(texts), role="query")
        if key is not None:
            self._memory[key] = vectors
        else:
            self._memory |= {("query", text_key(t)): vectors[i : i + 1] for i, t in enumerate(texts)}
        return vectors

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """As the embedder behind."""
        return self._cache.embed(self._inner, list(texts))[0]


class CachedWordEmbedder(CachedEmbedder):
    """The same for an embedder that reads single words."""

    def __init__(self, inner: WordEmbedder, cache: EmbeddingCache) -> None:
        super().__init__(cast("Embedder", inner), cache)
        self._word_embedder = inner
        self._store = WordStore(inner, cache)
        self.words_name = inner.words_name

    def embed_words(self, texts: Sequence[str], role: Role) -> list[Words]:
        """As the embedder behind; passages are remembered across runs."""
        return self._store.passages(texts) if role == "passage" else self._word_embedder.embed_words(texts, role)


def cached(embedder: Embedder, cache: EmbeddingCache) -> Embedder:
    """An embedder behind the cache."""
    return (
        CachedWordEmbedder(embedder, cache) if isinstance(embedder, WordEmbedder) else CachedEmbedder(embedder, cache)
    )
