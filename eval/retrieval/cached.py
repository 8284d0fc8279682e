"""An embedder that remembers what it embedded, across runs."""

from __future__ import annotations

from collections.abc import Sequence

from bot.embeddings import Embedder, EmbeddingCache, Matrix, Role, text_key
from bot.embeddings.words import WordEmbedder, Words, WordStore
from bot.errors import ModelError


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

    @property
    def words_name(self) -> str:
        """As the embedder behind."""
        return str(getattr(self._inner, "words_name", ""))

    def embed_words(self, texts: Sequence[str], role: Role) -> list[Words]:
        """As the embedder behind; passages are remembered across runs."""
        if not isinstance(self._inner, WordEmbedder):
            raise ModelError(f"the embedding model {self.name!r} tells nothing of single words")
        if role == "query":
            return self._inner.embed_words(texts, role)
        store = WordStore(self._inner, self._cache)
        store.keep(texts)
        return store.passages(texts)
