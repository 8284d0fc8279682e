"""The cache saves embedding, survives damage and company, and is never needed for a right answer."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import numpy as np
import pytest

from bot.embeddings import EmbeddingCache
from bot.embeddings.hashing import HashingEmbedder


@pytest.fixture
def cache(tmp_path: Path) -> EmbeddingCache:
    return EmbeddingCache(tmp_path / "cache" / "embeddings.sqlite")


def test_each_text_is_embedded_once(cache: EmbeddingCache) -> None:
    embedder = HashingEmbedder()
    first, embedded = cache.embed(embedder, ["a river", "a star", "a river"])
    assert embedded == 2
    assert np.array_equal(first[0], first[2])
    again, embedded = EmbeddingCache(cache.path).embed(embedder, ["a star", "a river", "new"])
    assert embedded == 1
    assert np.array_equal(again[:2], first[[1, 0]])
    assert sorted(embedder.history) == ["a river", "a star", "new"]
    cache.close()


def test_models_and_roles_are_kept_apart(cache: EmbeddingCache) -> None:
    one, other = HashingEmbedder("one"), HashingEmbedder("other", dim=32)
    cache.embed(one, ["text"])
    assert cache.embed(other, ["text"])[0].shape == (1, 32)
    assert cache.embed(one, ["text"], role="query")[1] == 1
    cache.close()


def test_vectors_of_another_length_are_not_used(cache: EmbeddingCache) -> None:
    cache.embed(HashingEmbedder("model", dim=32), ["text"])
    vectors, embedded = cache.embed(HashingEmbedder("model", dim=64), ["text"])
    assert vectors.shape == (1, 64)
    assert embedded == 1
    cache.close()


def test_what_was_embedded_before_a_failure_is_kept(cache: EmbeddingCache) -> None:
    class Failing(HashingEmbedder):
        def embed_passages(self, texts: list[str]) -> np.ndarray:  # type: ignore[override]
            if len(self.history) >= 4:
                raise RuntimeError("gone")
            return super().embed_passages(texts)

    failing = Failing()
    failing.batch_size = 2
    with pytest.raises(RuntimeError):
        cache.embed(failing, [f"text {n}" for n in range(8)])
    assert cache.embed(HashingEmbedder(), [f"text {n}" for n in range(8)])[1] == 4
    cache.close()


@pytest.mark.parametrize("content", [b"this is not a database" * 100, b"SQLite format 3\0" + bytes(2000)])
def test_a_damaged_file_is_begun_anew(cache: EmbeddingCache, content: bytes) -> None:
    cache.path.parent.mkdir()
    cache.path.write_bytes(content)
    for _ in range(2):
        vectors, _ = cache.embed(HashingEmbedder(), ["text"])
        assert vectors.shape == (1, 64)
    assert cache.embed(HashingEmbedder(), ["text"])[1] == 0
    cache.close()


def test_a_folder_that_cannot_be_made_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = EmbeddingCache(tmp_path / "file" / "embeddings.sqlite")
    assert cache.embed(HashingEmbedder(), ["text"])[0].shape == (1, 64)


def test_several_writers_at_once_lose_nothing(cache: EmbeddingCache) -> None:
    def work(n: int) -> None:
        mine = EmbeddingCache(cache.path)
        mine.embed(HashingEmbedder(), [f"text {i}" for i in range(n, n + 40)])
        mine.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(0, 80, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.embed(HashingEmbedder(), [f"text {i}" for i in range(100)])[1] == 0
    cache.close()
    with sqlite3.connect(cache.path) as db:
        assert db.execute("SELECT count(*) FROM vectors").fetchone() == (100,)
    db.close()
