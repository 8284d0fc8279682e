"""Reading an index: a snapshot of one complete generation, or of documents held in memory."""

from __future__ import annotations

import logging
import shutil
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bot.embeddings.base import Matrix
from bot.errors import IndexIncompatible, IndexingError, IndexMissing
from bot.index.home import Home, LocalHome, damage, open_home
from bot.index.locks import ReadLock
from bot.index.records import FileInfo, Manifest
from bot.index.tables import Tables, Units, load_array
from bot.types import Paragraph

if TYPE_CHECKING:
    from bot.index.store import Store
    from bot.settings import Settings

_log = logging.getLogger(__name__)


class Index:
    """An immutable snapshot; safe to read from several threads. Get one with `open_index` or `index_documents`."""

    def __init__(
        self, manifest: Manifest, tables: Tables, *, home: Home | None = None, lock: ReadLock | None = None
    ) -> None:
        self.manifest = manifest
        """What the snapshot is made of."""
        self.generation = manifest.generation
        """Name of the snapshot: another name means other content."""
        self.root = Path(manifest.root)
        """The corpus folder it was made from."""
        self.files: tuple[FileInfo, ...] = manifest.files
        """The files, sorted by name."""
        self.languages: tuple[str, ...] = manifest.languages
        """What the language codes of `units` stand for."""
        self.spaces: tuple[str, ...] = tuple(manifest.spaces)
        """The vector spaces; the first is the primary one."""
        self.paragraphs: Sequence[Paragraph] = tables.paragraphs
        """All paragraphs in row order: by file and number."""
        self.units: Units = tables.units
        """What is searched."""
        self._tables = tables
        self._home = home
        self._store: Store | None = None
        self._store_failed = False
        self._held: list[Any] = [held for held in (lock, home) if held]
        self._mutex = threading.RLock()
        self._derived: dict[str, Mapping[str, NDArray[Any]]] = {}
        self._by_row: dict[tuple[str, int], tuple[NDArray[Any], NDArray[Any]]] = {}
        self._asked = time.monotonic()
        self._closer = weakref.finalize(self, _close_all, self._held)

    @property
    def primary(self) -> str:
        """The space that every unit is in."""
        return self.spaces[0]

    @property
    def paragraph_columns(self) -> NDArray[Any]:
        """File code, number and language code of every paragraph, as `tables.PARAGRAPH`, without decoding any."""
        return self._tables.paragraphs.rows

    def paragraph(self, file: str, number: int) -> Paragraph | None:
        """The paragraph of a file with a number, or None."""
        row = self.paragraph_row(file, number)
        return None if row is None else self.paragraphs[row]

    def paragraph_row(self, file: str, number: int) -> int | None:
        """Row of the paragraph of a file with a number, or None."""
        rows = self._tables.file_rows.get(file)
        if rows is None or not 1 <= number <= rows.stop - rows.start:
            return None
        return int(rows.start) + number - 1

    def file_paragraphs(self, file: str) -> list[Paragraph]:
        """The paragraphs of a file in order; none when it is not indexed."""
        rows = self._tables.file_rows.get(file)
        return [] if rows is None else list(self.paragraphs[rows])

    @cached_property
    def by_file(self) -> Mapping[str, FileInfo]:
        """The files by name."""
        return {info.file: info for info in self.files}

    def vectors(self, space: str) -> Matrix:
        """Vectors of a space, shape (n, dim), each of length 1; `units.rows(space)` says which is whose."""
        return self._tables.vectors[space]

    def query(self, space: str, vector: Matrix, k: int, level: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The nearest units of one level, nearest first, from Chroma's graph.

        Args:
            space: a name out of `spaces`.
            vector: shape (dim,).
            k: how many different texts to find; units of equal text all come.
            level: 0 for paragraphs, 1 for sentences.

        Returns:
            Rows of `units`, and 1 minus the inner product of each.

        Raises:
            IndexIncompatible: when the store is damaged.
        """
        rows, order = self._units_by_row(space, level)
        if not len(rows) or k < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        vector = np.asarray(vector, dtype=np.float32).reshape(-1)
        near, distances = self._nearest(space, vector, min(k, len(np.unique(rows))), level)
        first, last = np.searchsorted(rows, near, "left"), np.searchsorted(rows, near, "right")
        units = [order[a:b] for a, b in zip(first, last, strict=True)]
        return (
            np.concatenate(units).astype(np.int64) if units else np.empty(0, np.int64),
            np.repeat(distances, last - first).astype(np.float32),
        )

    def language_sums(self, space: str, level: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Sum of the vectors of each language, shape (len(languages), dim), and how many there are.

        Equal texts of one language count once. Means of centring follow by division; those of several indexes by adding
        sums and counts first.
        """

        def build() -> dict[str, NDArray[Any]]:
            rows = self.units.rows(space)
            chosen = (self.units.level == level) & (rows >= 0)
            pairs = np.unique(np.stack([self.units.language[chosen].astype(np.int64), rows[chosen]], 1), axis=0)
            vectors = self.vectors(space)
            sums = np.zeros((len(self.languages), vectors.shape[1]))
            for code in np.unique(pairs[:, 0]):
                sums[code] = vectors[pairs[pairs[:, 0] == code, 1]].sum(0, dtype=np.float64)
            return {"sums": sums, "counts": np.bincount(pairs[:, 0], minlength=len(self.languages))}

        found = self.derived(f"sums-{space}-{level}", build)
        return found["sums"], found["counts"]

    def derived(self, name: str, build: Callable[[], Mapping[str, NDArray[Any]]]) -> Mapping[str, NDArray[Any]]:
        """Arrays that follow from this snapshot, built once and kept beside it.

        Args:
            name: of the artefact, fit for a file name; put a version into it when its meaning changes.
            build: makes the arrays, by name fit for a file name. Bytes travel as arrays of uint8.
        """
        with self._mutex:
            if name not in self._derived:
                folder = self._home.folder(self.generation) / "derived" / name if self._home else None
                stored = _load_arrays(folder) if folder else None
                self._derived[name] = build() if stored is None else stored
                if stored is None and folder:
                    _save_arrays(folder, self._derived[name])
            return self._derived[name]

    def is_current(self) -> bool:
        """Whether no newer generation has been published. A server is asked at most every two seconds."""
        if self._home is None:
            return True
        if not isinstance(self._home, LocalHome):
            if time.monotonic() - self._asked < 2:
                return True
            self._asked = time.monotonic()
        try:
            return self._home.current() in {self.generation, None}
        except (OSError, IndexingError, ValueError) as error:
            _log.warning("whether the index is current cannot be found out now: %s", error)
            return True

    def close(self) -> None:
        """Let go of files and locks; the index cannot be queried afterwards."""
        self._closer()

    def _units_by_row(self, space: str, level: int) -> tuple[NDArray[Any], NDArray[Any]]:
        with self._mutex:
            if (space, level) not in self._by_row:
                rows = self.units.rows(space)
                chosen = np.flatnonzero((self.units.level == level) & (rows >= 0))
                order = chosen[np.argsort(rows[chosen], kind="stable")]
                self._by_row[space, level] = rows[order], order
            return self._by_row[space, level]

    def _nearest(self, space: str, vector: Matrix, k: int, level: int) -> tuple[NDArray[Any], NDArray[Any]]:
        store = self._open_store()
        if store is not None:
            keys, distances = store.query(f"{space}-{level}", vector, k)
            return np.searchsorted(self._tables.keys[space], np.array(keys, "S32")), np.array(distances)
        rows = np.unique(self._units_by_row(space, level)[0])
        scores = self.vectors(space)[rows] @ vector
        best = np.argsort(-scores, kind="stable")[:k]
        return rows[best], 1 - scores[best]

    def _open_store(self) -> Store | None:
        """The store, or None where exact search does as well: in memory, or in a folder that cannot be written."""
        if self._home is None or self._store_failed:
            return None
        if self._store is None:
            with self._mutex:
                if self._store is None and not self._store_failed:
                    self._store = self._connect(self._home)
                    self._store_failed = self._store is None
        return self._store

    def _connect(self, home: Home) -> Store | None:
        if isinstance(home, LocalHome):
            chroma = home.folder(self.generation) / "chroma"
            bad = damage(chroma, self.manifest.store)
            if bad:
                raise IndexIncompatible(f"the index file {bad!r} is damaged; run `pinpoint index --rebuild`")
            if not _writable(chroma / "chroma.sqlite3"):
                _log.info("Chroma cannot open %r, which is read-only; searching without it", str(chroma))
                return None
        from chromadb.errors import ChromaError

        try:
            store = home.store(self.generation)
            self._held.append(store)
            for name, count in self.manifest.counts.items():
                if store.count(name) != count:
                    raise IndexIncompatible(f"the index collection {name!r} is damaged; run `pinpoint index --rebuild`")
        except (ChromaError, ValueError, RuntimeError) as error:
            raise IndexIncompatible(
                f"the index {self.generation!r} cannot be opened ({error}); run `pinpoint index --rebuild`"
            ) from error
        return store


def open_index(settings: Settings) -> Index:
    """Open the current generation.

    Raises:
        IndexMissing: when there is none yet.
        IndexIncompatible: when it was made with other embeddings or by a newer Pinpoint, or is damaged.
    """
    home = open_home(settings)
    try:
        return _open_current(home, settings)
    except BaseException:
        home.close()
        raise


def _open_current(home: Home, settings: Settings) -> Index:
    from bot.index.spaces import space_names

    for _ in range(5):
        generation = home.current()
        if generation is None:
            raise IndexMissing(f"there is no index in {str(settings.data)!r} yet; run `pinpoint index`")
        try:
            index = _open_generation(home, generation)
        except FileNotFoundError:
            continue  # replaced and deleted between two looks: the pointer names another one now
        wanted = space_names(settings)
        if index.manifest.spaces != wanted:
            made = index.manifest.spaces
            index.close()
            raise IndexIncompatible(other_embeddings(made, wanted))
        return index
    raise IndexIncompatible(f"the index in {str(settings.data)!r} is not complete; run `pinpoint index --rebuild`")


def other_embeddings(made: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    """Explain that an index was made with other embeddings than the settings name."""
    return (
        f"the index was made with the embeddings {', '.join(made.values())!r} and the settings name "
        f"{', '.join(wanted.values())!r}; run `pinpoint index --rebuild`, or correct PINPOINT_EMBEDDINGS"
    )


def _open_generation(home: Home, generation: str) -> Index:
    folder = home.folder(generation)
    if not isinstance(home, LocalHome) and not (folder / "manifest.json").exists():
        hydrate(home, generation)
    lock = ReadLock(folder)
    try:
        manifest = home.manifest(generation)
        try:
            tables = open_tables(folder, manifest)
        except (OSError, ValueError) as error:
            _log.warning("the artefacts of the index are damaged (%s) and are derived anew", error)
            hydrate(home, generation)
            tables = open_tables(folder, manifest)
    except BaseException:
        lock.close()
        raise
    return Index(manifest, tables, home=home, lock=lock)


def open_tables(folder: Path, manifest: Manifest) -> Tables:
    """Map the artefacts of a generation."""
    return Tables.open(folder / "tables", tuple(info.file for info in manifest.files), tuple(manifest.spaces))


def hydrate(home: Home, generation: str) -> None:
    """Derive the artefacts of a generation from its store.

    Raises:
        IndexIncompatible: when the store does not hold all of it.
    """
    from chromadb.errors import ChromaError

    from bot.index.hydrate import derive

    folder = home.folder(generation)
    if isinstance(home, LocalHome):
        bad = damage(folder / "chroma", home.manifest(generation).store)
        if bad:
            raise IndexIncompatible(f"the index file {bad!r} is damaged; run `pinpoint index --rebuild`")
    store = home.store(generation)
    try:
        derive(store, folder)
    except (ChromaError, ValueError, KeyError, RuntimeError) as error:
        raise IndexIncompatible(
            f"the index {generation!r} is not complete in Chroma ({error}); run `pinpoint index --rebuild`"
        ) from error
    finally:
        if isinstance(home, LocalHome):
            store.close()


def _close_all(held: list[Any]) -> None:
    while held:
        with suppress(Exception):
            held.pop().close()


def _writable(path: Path) -> bool:
    try:
        with path.open("r+b"):
            return True
    except OSError:
        return False


def _load_arrays(folder: Path) -> dict[str, NDArray[Any]] | None:
    try:
        return {path.stem: load_array(path) for path in sorted(folder.glob("*.npy"))} or None
    except (OSError, ValueError):
        return None


def _save_arrays(folder: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    temporary = folder.with_name(f".{folder.name}.{token_hex(4)}")
    try:
        temporary.mkdir(parents=True)
        for name, array in arrays.items():
            np.save(temporary / f"{name}.npy", array)
        if folder.exists():
            shutil.rmtree(folder)
        temporary.rename(folder)
    except OSError as error:  # read-only or full: it is only a cache
        _log.info("%r is not kept: %s", str(folder), error)
        shutil.rmtree(temporary, ignore_errors=True)
