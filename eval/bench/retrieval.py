"""Retrieval at 20,000 paragraphs, against embedding the question and one bare Chroma query.

`python -m eval.bench.retrieval [PARAGRAPHS]` prints the same as JSON.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import statistics
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.corpus.text import search_text
from bot.embeddings.base import Embedder, Matrix, normalised
from eval.bench import Row
from eval.run.product import SEEDS

if TYPE_CHECKING:
    from bot.index import Index
    from bot.settings import Settings

PARAGRAPHS = 20_000
RUNS = 60
SENTENCES = 4
QUESTIONS = (
    "What share of global AI patents does China hold?",
    "誰警告有些國家會被遠遠拋在後面?",
    "Combien d'utilisateurs l'IA générative compte-t-elle en Chine ?",
    "Wann fand das Treffen der Minister in Nanning statt?",
    "¿Cuántos idiomas admite el sistema de traducción?",
    "中国の生成AIの利用者は何人ですか？",
)


def measure() -> Iterable[Row]:
    """One row: medians of alternating runs."""
    found = run(PARAGRAPHS)
    yield Row(
        name=f"retrieval at {PARAGRAPHS:,} paragraphs",
        value=found["pinpoint_ms"],
        unit="ms",
        baseline=found["baseline_ms"],
        compared="embedding the question and one Chroma query",
        target="≤ 1.5 ×",
        note=f"medians of {RUNS} alternating runs; embedding alone {found['embedding_ms']:.0f} ms; made-up vectors",
    )


def run(paragraphs: int) -> dict[str, float]:
    """Time both, with what an index keeps in its cache in a folder of its own.

    Returns:
        Medians in milliseconds, their ratio, and how many paragraphs there were.
    """
    with tempfile.TemporaryDirectory() as folder:
        return _timed(paragraphs, Path(folder))


def _timed(paragraphs: int, folder: Path) -> dict[str, float]:
    import chromadb

    from bot.embeddings import make_embedder, use_embedder
    from bot.retrieval import Retriever
    from bot.settings import Settings

    settings = Settings.load(data=folder)
    embedder = make_embedder(settings)
    index = synthetic_index(paragraphs)
    embedders = dict(zip(index.spaces, (embedder, use_embedder()), strict=False))
    _keep_words(index, embedder, settings)
    retriever = Retriever(index, settings=settings, embedders=embedders)
    whole = index.vectors(index.primary)[index.units.rows(index.primary)[index.units.level == 0]]
    client = chromadb.EphemeralClient(chromadb.config.Settings(anonymized_telemetry=False))
    collection = client.create_collection(f"bare-{time.time_ns()}", metadata={"hnsw:space": "cosine"})
    for start in range(0, len(whole), 2000):
        part = whole[start : start + 2000]
        collection.add(ids=[str(start + i) for i in range(len(part))], embeddings=part)

    def bare(question: str) -> None:
        collection.query(query_embeddings=embedder.embed_queries([question]), n_results=10)

    times: dict[str, list[float]] = {"ours": [], "bare": [], "embedding": []}
    jobs: dict[str, Callable[[str], object]] = {
        "ours": lambda question: retriever.retrieve(question, k=10),
        "bare": bare,
        "embedding": lambda question: embedder.embed_queries([question]),
    }
    for i in range(RUNS + 6):
        for name, job in jobs.items():
            asked = f"{QUESTIONS[i % len(QUESTIONS)]} ({i}, {name})"  # never asked before: nothing is remembered
            started = time.perf_counter()
            job(asked)
            if i >= 6:
                times[name].append((time.perf_counter() - started) * 1000)
    ours, base, alone = (statistics.median(times[name]) for name in ("ours", "bare", "embedding"))
    return {
        "paragraphs": paragraphs,
        "pinpoint_ms": round(ours, 2),
        "baseline_ms": round(base, 2),
        "embedding_ms": round(alone, 2),
        "ratio": round(ours / base, 3),
    }


def _keep_words(index: Index, embedder: Embedder, settings: Settings) -> None:
    """Put made-up token vectors into the cache, as many as there are letters by four."""
    from bot.embeddings import open_cache, text_key
    from bot.embeddings.words import WIDTH, WordEmbedder, WordStore

    if not isinstance(embedder, WordEmbedder):
        return
    cache = open_cache(settings)
    draw = np.random.default_rng(1)
    blobs = {
        text_key(text): draw.integers(-60, 60, (len(text) // 4, WIDTH), np.int8).tobytes()
        for text in (search_text(paragraph.text) for paragraph in index.paragraphs)
    }
    cache.put_blobs(WordStore(embedder).name, "passage", blobs)
    cache.close()


class Drawn:
    """Stands in for a model: the vector of a text is that of its script plus the sum of random vectors of its words."""

    max_tokens = 510
    batch_size = 1000

    def __init__(self, name: str, dim: int) -> None:
        self.name = name
        self.dim = dim
        draw = np.random.default_rng(dim)
        self._words = draw.standard_normal((4096, dim)).astype(np.float32)
        self._scripts = 3 * draw.standard_normal((2, dim)).astype(np.float32)

    def count_tokens(self, text: str) -> int:
        """Every text fits."""
        return min(len(text), 1)

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """As passages."""
        return self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Vectors of length 1."""
        out = np.empty((len(texts), self.dim), np.float32)
        for place, text in enumerate(texts):
            words = [zlib.crc32(word.encode()) % 4096 for word in text.split()]
            out[place] = self._words[words].mean(0) + self._scripts[int(text[:1].isascii())] / 10
        return normalised(out)


def synthetic_index(paragraphs: int) -> Index:
    """An index in memory of made-up paragraphs in three languages, with drawn vectors of the real models' sizes."""
    from bot.corpus.records import Document
    from bot.index import index_documents
    from bot.types import Paragraph

    draw = random.Random(0)  # noqa: S311  the same texts every time
    files = sorted(SEEDS.glob("*.txt"))
    languages = (("en", files[0], ". "), ("zh-Hant", files[2], "\u3002"), ("fr", files[4], ". "))
    vocabulary = {name: _vocabulary(file, name) for name, file, _ in languages}
    documents = []
    for number in range(0, paragraphs, 100):
        held = []
        for place in range(min(100, paragraphs - number)):
            language, _, stop = languages[place % len(languages)]
            sentences = (" ".join(draw.choices(vocabulary[language], k=12)).capitalize() for _ in range(SENTENCES))
            text = stop.join((*sentences, "")).strip()
            digest = hashlib.sha256(text.encode()).hexdigest()
            name = f"{number:07d}.txt"
            held.append(Paragraph(name, place + 1, text, 0, len(text), language, "text", (), digest[:12]))
        documents.append(Document(held[0].file, f"{number:064d}", 1, "utf-8", tuple(held)))
    return index_documents(
        documents, Drawn("multilingual-e5-small-q4", 384), second=Drawn("use-multilingual-v3", 512)
    )  # fmt: skip


def _vocabulary(file: Path, language: str) -> list[str]:
    text = file.read_text("utf-8")
    words = re.findall(r"\w\w" if language.startswith("zh") else r"\w+", text)
    return sorted(set(words))


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]) if len(sys.argv) > 1 else PARAGRAPHS)))
