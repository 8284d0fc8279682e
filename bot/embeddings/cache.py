"""What was embedded once is never embedded again: a SQLite table keyed by model, role and the text's hash."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from bot.embeddings.base import Embedder, Matrix, Role, embed

_log = logging.getLogger(__name__)

_TABLE = """CREATE TABLE IF NOT EXISTS vectors (
    model TEXT NOT NULL, role TEXT NOT NULL, text BLOB NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (model, role, text)) WITHOUT ROWID"""


class EmbeddingCache:
    """Vectors by content, in one file that several processes may use at once.

    The cache is never needed for a right answer: a damaged file is put aside and begun anew, and where nothing can be
    written the vectors are simply computed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None

    def embed(
        self,
        embedder: Embedder,
        texts: Sequence[str],
        *,
        role: Role = "passage",
        on_batch: Callable[[int], None] | None = None,
    ) -> tuple[Matrix, int]:
        """Vectors of the texts, shape (len(texts), dim), and how many distinct texts had to be embedded.

        Every batch is stored as soon as it is embedded, so what an interrupted run did is not lost. `on_batch` is
        called with the number of distinct texts just embedded or found.

        Raises:
            ModelError: as the embedder does.
        """
        keys = [text_key(text) for text in texts]
        known = self.get(embedder.name, role, keys)
        known = {key: vector for key, vector in known.items() if vector.size == embedder.dim}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if on_batch and known:
            on_batch(len(known))
        # Texts of like length together waste least, and the longest first make the time left an estimate from above.
        waiting = sorted(missing, key=lambda key: -len(missing[key].encode("utf-8", "replace")))
        for start in range(0, len(waiting), embedder.batch_size):
            batch = waiting[start : start + embedder.batch_size]
            fresh = dict(zip(batch, embed(embedder, role, [missing[key] for key in batch]), strict=True))
            self.put(embedder.name, role, fresh)
            known.update(fresh)
            if on_batch:
                on_batch(len(batch))
        vectors = np.empty((len(keys), embedder.dim), dtype=np.float32)
        for row, key in enumerate(keys):
            vectors[row] = known[key]
        return vectors, len(waiting)

    def get(self, model: str, role: Role, keys: Sequence[bytes]) -> dict[bytes, Matrix]:
        """Vectors that are stored, by key."""
        blobs = self.get_blobs(model, role, keys)
        return {key: np.frombuffer(blob, np.float32) for key, blob in blobs.items() if len(blob) % 4 == 0}

    def get_blobs(self, model: str, role: Role, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """What is stored for texts, as it is, by key."""
        return dict(self._rows("text, vector", model, role, keys))

    def known(self, model: str, role: Role, keys: Sequence[bytes]) -> set[bytes]:
        """Which texts something is stored for."""
        return {key for (key,) in self._rows("text", model, role, keys)}

    def _rows(self, columns: str, model: str, role: Role, keys: Sequence[bytes]) -> list[Any]:
        wanted = list(dict.fromkeys(keys))
        found: list[Any] = []

        def read(db: sqlite3.Connection) -> None:
            found.clear()
            for start in range(0, len(wanted), 500):
                some = wanted[start : start + 500]
                marks = ",".join("?" * len(some))
                found.extend(
                    db.execute(
                        f"SELECT {columns} FROM vectors WHERE model = ? AND role = ? AND text IN ({marks})",  # noqa: S608
                        (model, role, *some),
                    )
                )

        self._attempt(read)
        return found

    def put(self, model: str, role: Role, vectors: dict[bytes, Matrix]) -> None:
        """Store vectors by key."""
        self.put_blobs(model, role, {key: np.asarray(vector, np.float32).tobytes() for key, vector in vectors.items()})

    def put_blobs(self, model: str, role: Role, blobs: Mapping[bytes, bytes]) -> None:
        """Store what was made of texts, by key."""
        rows = [(model, role, key, blob) for key, blob in blobs.items()]

        def write(db: sqlite3.Connection) -> None:
            with db:
                db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)

        self._attempt(write)

    def close(self) -> None:
        """Let go of the file; it is opened again when needed."""
        with self._lock:
            self._drop()

    def _attempt(self, action: Callable[[sqlite3.Connection], None]) -> None:
        with self._lock:
            try:
                action(self._open())
            except sqlite3.OperationalError as error:  # locked for long, read-only, disk full
                _log.warning("the embedding cache %r is not usable now: %s", str(self.path), error)
                self._drop()
            except (sqlite3.DatabaseError, ValueError) as error:
                _log.warning("the embedding cache %r is damaged (%s) and is begun anew", str(self.path), error)
                self._drop()
                self._put_aside()
            except OSError as error:
                _log.warning("the embedding cache %r is not usable now: %s", str(self.path), error)

    def _open(self) -> sqlite3.Connection:
        if self._db is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, timeout=30, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute(_TABLE)
        return self._db

    def _drop(self) -> None:
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
            self._db = None

    def _put_aside(self) -> None:
        with suppress(OSError):
            self.path.replace(self.path.with_name(self.path.name + ".damaged"))
            for suffix in ("-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)


def text_key(text: str) -> bytes:
    """SHA-256 of the text, 32 bytes."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
