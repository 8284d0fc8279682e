"""Where generations live and which one is current: a pointer file beside them, or a mark on the Chroma server.

DATA/index/                      DATA/index/remote-HASH/        with CHROMA_HOST
    current                          (the pointer is metadata of the collection `pinpoint` on the server)
    lock, lock-owner.json            lock, lock-owner.json
    scan.json                        scan.json                  sizes and times of the corpus's files
    GENERATION/                      GENERATION/
        manifest.json                    manifest.json
        tables/, derived/, in-use        tables/, derived/, in-use
        chroma/
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import zlib
from abc import ABC, abstractmethod
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from bot.errors import IndexIncompatible
from bot.index.locks import is_read
from bot.index.records import FORMAT, Manifest

if TYPE_CHECKING:
    from bot.index.store import Store
    from bot.settings import Settings

_ABANDONED = timedelta(days=1)
"""Age at which an unfinished generation on a server is taken for abandoned: another machine may still be writing it."""

_COLLECTION = re.compile(r"pinpoint-(\d{8}T\d{12}-[0-9a-f]{6})-")
"""How the collections of a generation are named on a server."""


class Home(ABC):
    """Where the generations of an index live."""

    def __init__(self, base: Path) -> None:
        self.base = base
        """Folder of the artefacts, the locks and, without a server, the store."""

    def folder(self, generation: str) -> Path:
        """Folder of a generation's artefacts."""
        return self.base / generation

    def manifest(self, generation: str) -> Manifest:
        """The manifest of a complete generation.

        Raises:
            IndexIncompatible: when a newer Pinpoint wrote it, or it is damaged.
            FileNotFoundError: when it is not here.
        """
        return read_manifest(self.folder(generation) / "manifest.json")

    @abstractmethod
    def current(self) -> str | None:
        """Name of the generation that answers, or None."""

    @abstractmethod
    def publish(self, generation: str) -> None:
        """Make a complete generation the one that answers, in one step."""

    @abstractmethod
    def store(self, generation: str) -> Store:
        """Open the vector store of a generation."""

    def collect(self, keep: set[str]) -> None:
        """Delete generations nobody needs: not these, not one being read. The caller holds the writer's lock."""
        for folder in self.generations():
            if folder.name not in keep and not is_read(folder):
                with suppress(OSError):
                    (folder / "manifest.json").unlink(missing_ok=True)  # first: what is half deleted is not complete
                shutil.rmtree(folder, ignore_errors=True)

    @abstractmethod
    def close(self) -> None:
        """Let go of a connection, if there is one."""

    def generations(self) -> list[Path]:
        """Folders of generations, complete or not, oldest first."""
        if not self.base.is_dir():
            return []
        return sorted(path for path in self.base.iterdir() if path.is_dir() and not path.name.startswith("remote-"))


class LocalHome(Home):
    """Everything in one folder."""

    def current(self) -> str | None:
        """Name of the generation that answers, or None."""
        try:
            return (self.base / "current").read_text("utf-8").strip() or None
        except FileNotFoundError:
            return None

    def publish(self, generation: str) -> None:
        """Replace the pointer file."""
        write_atomically(self.base / "current", generation.encode())

    def close(self) -> None:
        """Nothing is held open."""

    def store(self, generation: str) -> Store:
        """Open the Chroma folder of a generation."""
        from bot.index.store import Store, connect_folder

        return Store(connect_folder(self.folder(generation) / "chroma"))


class RemoteHome(Home):
    """The store on a Chroma server; the folder only holds what was derived from it."""

    REGISTRY = "pinpoint"

    def __init__(self, base: Path, settings: Settings) -> None:
        super().__init__(base / f"remote-{hashlib.sha256((settings.chroma_host or '').encode()).hexdigest()[:8]}")
        self._settings = settings
        self._client: Any = None

    def current(self) -> str | None:
        """Name of the generation that answers, or None."""
        from chromadb.errors import NotFoundError

        try:
            registry = self.client.get_collection(self.REGISTRY, embedding_function=None)
        except (NotFoundError, ValueError):
            return None
        return str((registry.metadata or {}).get("generation") or "") or None

    def publish(self, generation: str) -> None:
        """Change the mark on the server."""
        registry = self.client.get_or_create_collection(self.REGISTRY, embedding_function=None)
        registry.modify(metadata={"generation": generation, "format": FORMAT})

    def store(self, generation: str) -> Store:
        """The collections of a generation."""
        from bot.index.store import Store

        return Store(self.client, f"pinpoint-{generation}-")

    def collect(self, keep: set[str]) -> None:
        """Delete generations nobody needs, here and on the server."""
        super().collect(keep)
        abandoned = (datetime.now(UTC) - _ABANDONED).strftime("%Y%m%dT%H%M%S")
        current = self.current() or ""
        for collection in self.client.list_collections():
            named = _COLLECTION.match(collection.name)
            generation = named and named[1]
            # Whatever is older than the current one is done; what is newer may be another machine's work.
            if generation and generation not in keep and (generation < current or generation < abandoned):
                self.client.delete_collection(collection.name)

    def close(self) -> None:
        """Let go of the connection; it is made again when needed."""
        if self._client is not None:
            from bot.index.store import disconnect

            disconnect(self._client)
            self._client = None

    @property
    def client(self) -> Any:
        """The connection, made when first needed."""
        if self._client is None:
            from bot.index.store import connect_server

            self._client = connect_server(self._settings)
        return self._client


def open_home(settings: Settings) -> Home:
    """The home the settings name."""
    base = settings.data.absolute() / "index"
    return RemoteHome(base, settings) if settings.chroma_host else LocalHome(base)


def new_generation() -> str:
    """A name that sorts by time."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{token_hex(3)}"


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.

    Raises:
        IndexIncompatible: when a newer Pinpoint wrote it, or it is damaged.
        FileNotFoundError: when there is none.
    """
    try:
        data = json.loads(path.read_bytes())
        return parse_manifest(data)
    except (ValueError, KeyError, TypeError) as error:
        raise IndexIncompatible(f"the index file {str(path)!r} is damaged; run `pinpoint index --rebuild`") from error


def parse_manifest(data: dict[str, Any]) -> Manifest:
    """Check the format before anything else.

    Raises:
        IndexIncompatible: when a newer Pinpoint wrote it.
    """
    if int(data["format"]) > FORMAT:
        raise IndexIncompatible(
            f"the index has format {data['format']} and this Pinpoint reads up to {FORMAT}; "
            "update Pinpoint, or run `pinpoint index --rebuild`"
        )
    return Manifest.from_json(data)


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file so that a reader, or a crash, sees the old content or the new, complete."""
    temporary = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Ask the system to write a folder's entries to the disk."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def flush_tree(folder: Path) -> None:
    """Ask the system to write everything below a folder to the disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        else:
            flush_folder(path)
    flush_folder(folder)


def fingerprint(chroma: Path) -> dict[str, list[int]]:
    """Size and checksum of the files below a Chroma folder that stay as they are while it is only read."""
    prints = {}
    for path in sorted(chroma.rglob("*")):
        # Chroma rewrites its database and the lengths when it opens a folder, and the graph while it holds one record.
        graph = path.suffix in {".bin", ".pickle"} and (path.parent / "index_metadata.pickle").exists()
        if graph and path.name != "length.bin":
            prints[path.relative_to(chroma).as_posix()] = [path.stat().st_size, zlib.crc32(path.read_bytes())]
    return prints


def damage(chroma: Path, prints: dict[str, list[int]]) -> str | None:
    """Name of a file that is not as it was written, or None.

    A damaged graph file ends the process that opens it (chroma-core/chroma#7238), so this is asked before.
    """
    for name, (size, checksum) in prints.items():
        path = chroma / name
        if not path.is_file() or path.stat().st_size != size or zlib.crc32(path.read_bytes()) != checksum:
            return str(path)
    database = chroma / "chroma.sqlite3"
    try:
        with database.open("rb") as file:
            head = file.read(100)
        page = int.from_bytes(head[16:18], "big")
        pages = int.from_bytes(head[28:32], "big")
        whole = head.startswith(b"SQLite format 3\0") and database.stat().st_size >= pages * (
            page if page > 1 else 65536
        )
    except OSError:
        whole = False
    return None if whole else str(database)
