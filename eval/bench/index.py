"""Paragraphs indexed a second, against a bare loop that embeds the same paragraphs."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from eval.bench import Row
from eval.run.product import SEEDS


def measure() -> Iterable[Row]:
    """Two rows: a first build, and a sync that finds nothing to do."""
    from bot.corpus import load_corpus
    from bot.corpus.text import search_text
    from bot.embeddings import make_embedder
    from bot.index import sync
    from bot.settings import Settings

    texts = [search_text(paragraph.text) for paragraph in load_corpus(SEEDS).paragraphs]
    embedder = make_embedder(Settings.load())
    embedder.embed_passages(texts[:2])
    started = time.perf_counter()
    embedder.embed_passages(texts)
    loop = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load(corpus=SEEDS, data=Path(folder))
        started = time.perf_counter()
        report = sync(settings)
        build = time.perf_counter() - started
        started = time.perf_counter()
        sync(settings)
        again = time.perf_counter() - started
    count = len(texts)
    yield Row(
        name="first index of the seeds",
        value=count / build,
        unit="paragraphs/s",
        baseline=count / loop,
        compared="embedding each paragraph once, nothing else",
        note=f"{build:.1f} s for {count} paragraphs, {report.embedded} texts embedded; sentences are embedded too",
    )
    yield Row(name="sync with nothing changed", value=again, unit="s", note="one run")
