"""The vector store of one generation: Chroma in a folder, or on a server, by the same calls.

Every space and level has a collection `SPACE-LEVEL`; a record's id is the key of its text, its document the text as it
was embedded. A further collection, `tables`, holds the manifest and every file's paragraphs and units as JSON, so that
the store alone is enough to read the index. Vectors are always passed in; Chroma's own embedding is never used.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from bot.embeddings.base import Matrix
from bot.errors import IndexingError, UsageError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

    from bot.settings import Settings

_HNSW: Any = {
    "space": "ip", "max_neighbors": 32, "ef_construction": 200, "ef_search": 200, "batch_size": 2, "sync_threshold": 2,
}  # fmt: skip
"""Inner product of vectors of length 1; a graph dense enough that a vector finds itself again; and what is added is
written into the graph's files at once, so that whoever opens the folder only to read has nothing left to write."""
_BATCH = 5000
"""Records sent at a time."""
_opening = threading.RLock()
"""Clients of one folder share a system that Chroma opens and stops without a lock."""
_TABLES = "tables"
_MANIFEST = "manifest"


def connect_folder(path: Path) -> ClientAPI:
    """Open, or begin, the Chroma database in a folder."""
    chromadb = _chromadb()
    from chromadb.config import Settings as ChromaSettings

    with _opening:
        client = chromadb.PersistentClient(str(path), settings=ChromaSettings(anonymized_telemetry=False))
    return cast("ClientAPI", client)


def connect_server(settings: Settings) -> ClientAPI:
    """Connect to the Chroma server that `CHROMA_HOST` names.

    Raises:
        UsageError: when the address cannot be read.
        IndexingError: when the server cannot be reached.
    """
    host, port, ssl = parse_host(settings.chroma_host or "")
    chromadb = _chromadb()
    from chromadb.config import Settings as ChromaSettings
    from chromadb.errors import ChromaError

    token = settings.chroma_token
    headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else None
    try:
        return cast(
            "ClientAPI",
            chromadb.HttpClient(
                host,
                port,
                ssl,
                headers,
                settings=ChromaSettings(anonymized_telemetry=False),
                tenant=settings.chroma_tenant,
                database=settings.chroma_database,
            ),
        )
    except (ValueError, ChromaError, OSError) as error:
        raise IndexingError(
            f"the Chroma server {settings.chroma_host!r} cannot be used ({error}); start it, or correct CHROMA_HOST"
        ) from error


def disconnect(client: ClientAPI) -> None:
    """Let go of the files or the connection of a client."""
    # A client of a server has connections of its own and others for looking at its tenant; Chroma leaves both open.
    owners = [client, getattr(client, "_admin_client", None)]
    sessions = [getattr(getattr(owner, "_server", None), "_session", None) for owner in owners]
    with _opening:
        client.close()  # type: ignore[attr-defined]
    for session in sessions:
        if session is not None:
            session.close()


def parse_host(address: str) -> tuple[str, int, bool]:
    """Host, port and whether to use TLS, from `host`, `host:port` or a URL.

    Raises:
        UsageError: when it is none of these.
    """
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if not host or parts.scheme not in {"", "http", "https"}:
        raise UsageError(f"CHROMA_HOST={address!r} is not an address; write host, host:port or https://host")
    ssl = parts.scheme == "https"
    return host, port or (443 if ssl else 80 if parts.scheme == "http" else 8000), ssl


class Store:
    """The collections of one generation."""

    def __init__(self, client: ClientAPI, prefix: str = "") -> None:
        """Name the client and what the names of the collections begin with."""
        self.client = client
        self._prefix = prefix
        self._collections: dict[str, Collection] = {}

    def query(self, name: str, vector: Matrix, k: int) -> tuple[list[str], list[float]]:
        """Keys of the k nearest records of a collection, nearest first, and 1 minus their inner products."""
        found = self._open(name).query(query_embeddings=vector[None, :], n_results=k, include=["distances"])
        distances = found["distances"] or [[]]
        return found["ids"][0], distances[0]

    def count(self, name: str) -> int:
        """Records in a collection."""
        return self._open(name).count()

    def ids(self, name: str) -> set[str]:
        """Keys of the records of a collection."""
        return set(self._open(name).get(include=[])["ids"])

    def vectors(self, name: str, keys: Sequence[str]) -> dict[str, Matrix]:
        """Vectors of records, by key."""
        found: dict[str, Matrix] = {}
        for start in range(0, len(keys), _BATCH):
            got = self._open(name).get(ids=list(keys[start : start + _BATCH]), include=["embeddings"])
            embeddings = got["embeddings"] if got["embeddings"] is not None else []
            found.update(zip(got["ids"], np.asarray(embeddings, dtype=np.float32), strict=True))
        return found

    def put(self, name: str, keys: Sequence[str], vectors: Matrix, text_of: Callable[[str], str]) -> None:
        """Make a collection hold exactly these records; what is there already is left as it is."""
        collection = self._create(name)
        have = set(collection.get(include=[])["ids"])
        _delete(collection, have - set(keys))
        new = [row for row, key in enumerate(keys) if key not in have]
        for start in range(0, len(new), _BATCH):
            rows = new[start : start + _BATCH]
            some = [keys[row] for row in rows]
            collection.add(ids=some, embeddings=vectors[rows], documents=[text_of(key) for key in some])

    def put_tables(self, manifest: Mapping[str, Any], parts: Mapping[str, Callable[[], str]]) -> None:
        """Make the table collection hold exactly this manifest and these parts, given by id."""
        collection = self._create(_TABLES)
        have = set(collection.get(include=[])["ids"])
        _delete(collection, have - set(parts) - {_MANIFEST})
        new = [part for part in parts if part not in have]
        for start in range(0, len(new), 50):
            some = new[start : start + 50]
            collection.add(ids=some, embeddings=_angles(some), documents=[parts[part]() for part in some])
        text = json.dumps(manifest, ensure_ascii=False)
        collection.upsert(ids=[_MANIFEST], embeddings=_angles([_MANIFEST]), documents=[text])

    def load_tables(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The manifest and the parts, in no order.

        Raises:
            IndexingError: when the manifest is missing.
        """
        collection = self._open(_TABLES)
        ids = collection.get(include=[])["ids"]
        manifest: dict[str, Any] = {}
        parts: list[dict[str, Any]] = []
        for start in range(0, len(ids), 50):
            got = collection.get(ids=ids[start : start + 50], include=["documents"])
            for key, text in zip(got["ids"], got["documents"] or [], strict=True):
                if key == _MANIFEST:
                    manifest = json.loads(text)
                else:
                    parts.append(json.loads(text))
        if not manifest:
            raise IndexingError("the index in Chroma has no manifest; run `pinpoint index --rebuild`")
        return manifest, parts

    def drop(self) -> None:
        """Delete the collections of this generation."""
        for collection in self.client.list_collections():
            if collection.name.startswith(self._prefix):
                self.client.delete_collection(collection.name)

    def close(self) -> None:
        """Let go of the files or the connection."""
        self._collections.clear()
        disconnect(self.client)

    def _open(self, name: str) -> Collection:
        if name not in self._collections:
            self._collections[name] = self.client.get_collection(self._prefix + name, embedding_function=None)
        return self._collections[name]

    def _create(self, name: str) -> Collection:
        if name not in self._collections:
            self._collections[name] = self.client.get_or_create_collection(
                self._prefix + name,
                embedding_function=None,
                configuration={"hnsw": _HNSW},
            )
        return self._collections[name]


def _delete(collection: Collection, keys: Iterable[str]) -> None:
    gone = sorted(keys)
    for start in range(0, len(gone), _BATCH):
        collection.delete(ids=gone[start : start + _BATCH])


def _angles(keys: Sequence[str]) -> NDArray[np.float32]:
    """A record needs a vector even where nobody searches: a direction of its own, so that the graph stays sane."""
    turns = [int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") / 2**32 * math.tau for key in keys]
    return np.array([[math.cos(turn), math.sin(turn)] for turn in turns], dtype=np.float32)


def _chromadb() -> Any:
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    import chromadb

    return chromadb
