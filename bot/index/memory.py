"""An index of a few documents in memory: files a reader uploads for one conversation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.embeddings import Embedder
from bot.embeddings.base import Matrix
from bot.index.home import new_generation
from bot.index.parts import assemble, collections, read_part, with_vectors
from bot.index.read import Index
from bot.index.records import FileInfo, Manifest
from bot.index.tables import Tables
from bot.index.units import spaces_for
from bot.index.vectors import fits

if TYPE_CHECKING:
    from bot.corpus.records import Document


def index_documents(documents: Sequence[Document], embedder: Embedder, *, second: Embedder | None = None) -> Index:
    """Index documents without storing anything.

    Args:
        documents: from `parse_document`.
        embedder: the primary one of the index that will be searched with it.
        second: in place of USE, such as one with a cache.

    Raises:
        ModelError: when the embedding model fails.
    """
    from bot.embeddings import use_embedder

    names = spaces_for(embedder.name)
    embedders = {name: embedder if place == 0 else second or use_embedder() for place, name in enumerate(names)}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    parts = [
        read_part(
            FileInfo(document.file, "und", 0, now, document.hash, document.size),
            document.paragraphs,
            spaces=names,
            fits=fits(embedder),
        )
        for document in sorted(documents, key=lambda document: document.file)
    ]
    languages = tuple(sorted({language for part in parts for language in part.languages}))
    tables = assemble(parts, names, languages)

    def vectors(space: str) -> Matrix:
        texts = {key: text for part in parts for key, text in part.texts[space].items()}
        return embedders[space].embed_passages([texts[key.decode()] for key in tables.keys[space]])

    tables = with_vectors(tables, {space: vectors(space) for space in names})
    return Index(_manifest(tables, parts, embedders, languages, now), tables)


def _manifest(
    tables: Tables, parts: Sequence[object], embedders: dict[str, Embedder], languages: tuple[str, ...], now: str
) -> Manifest:
    return Manifest(
        generation=f"memory-{new_generation()}",
        root="",
        recipe="",
        created=now,
        spaces={space: embedder.name for space, embedder in embedders.items()},
        files=tuple(part.info for part in parts),  # type: ignore[attr-defined]
        problems=(),
        rejected={},
        languages=languages,
        counts={name: len(rows) for name, rows in collections(tables).items()},
    )
