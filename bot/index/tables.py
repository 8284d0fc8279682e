"""The artefacts beside a generation: paragraphs, units and vectors as files that are mapped, not read.

They are derived from the store (see `store.Store.load`), so losing them loses nothing. One folder holds
    paragraphs.jsonl  one JSON list a paragraph     paragraphs.npy  where each begins, its file, number, language
    units.npy         one row a unit                rows-SPACE.npy  the vector row of each unit, -1 for none
    keys-SPACE.npy    key of each vector, sorted    vectors-SPACE.npy
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from bot.embeddings.base import Matrix
from bot.types import Paragraph

PARAGRAPH = np.dtype([("offset", "<i8"), ("length", "<i4"), ("file", "<i4"), ("number", "<i4"), ("language", "<i4")])
"""Columns of the paragraph table."""
UNIT = np.dtype([("paragraph", "<i4"), ("start", "<i4"), ("end", "<i4"), ("level", "<i2"), ("language", "<i2")])
"""Columns of the unit table."""
KEY = np.dtype("S32")
"""Name of a text: half of its SHA-256, 32 hex digits."""


def encode_paragraph(p: Paragraph) -> bytes:
    """A paragraph as a line of JSON, without its file."""
    row = [p.number, p.text, p.start, p.end, p.language, p.kind, list(p.headings), p.hash, p.page]
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def decode_paragraph(file: str, line: bytes) -> Paragraph:
    """The paragraph of a line of JSON."""
    number, text, start, end, language, kind, headings, digest, page = json.loads(line.decode("utf-8", "surrogatepass"))
    return Paragraph(file, number, text, start, end, language, kind, tuple(headings), digest, page)


class ParagraphTable(Sequence[Paragraph]):
    """Paragraphs in row order, decoded when asked for."""

    def __init__(self, files: Sequence[str], rows: NDArray[Any], lines: bytes | mmap.mmap) -> None:
        self.rows = rows
        """Columns as `PARAGRAPH`."""
        self._files = files
        self._lines = lines
        self._decoded: dict[int, Paragraph] = {}

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Paragraph: ...
    @overload
    def __getitem__(self, index: slice) -> list[Paragraph]: ...
    def __getitem__(self, index: int | slice) -> Paragraph | list[Paragraph]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        row = int(index)
        if row < 0:
            row += len(self)
        if not 0 <= row < len(self):
            raise IndexError(index)
        found = self._decoded.get(row)
        if found is None:
            found = decode_paragraph(self._files[int(self.rows["file"][row])], self.line(row))
            self._decoded[row] = found
        return found

    def __iter__(self) -> Iterator[Paragraph]:
        return (self[row] for row in range(len(self)))

    def line(self, row: int) -> bytes:
        """The paragraph as it is stored."""
        offset = int(self.rows["offset"][row])
        return self._lines[offset : offset + int(self.rows["length"][row])]


@dataclass(frozen=True)
class Units:
    """What is searched: numpy columns, one row a unit, in the order of paragraphs and of text within them."""

    table: NDArray[Any]
    """All columns, as `UNIT`."""
    vector_rows: Mapping[str, NDArray[np.int32]]
    """Row of each unit's vector by space, -1 where the space does not hold the unit."""

    def __len__(self) -> int:
        return len(self.table)

    @property
    def paragraph(self) -> NDArray[np.int32]:
        """Row of the paragraph."""
        return self.table["paragraph"]

    @property
    def start(self) -> NDArray[np.int32]:
        """First character in the paragraph's text."""
        return self.table["start"]

    @property
    def end(self) -> NDArray[np.int32]:
        """One past the last character in the paragraph's text."""
        return self.table["end"]

    @property
    def level(self) -> NDArray[np.int16]:
        """0: a whole paragraph or a part of an overlong one; 1: a sentence."""
        return self.table["level"]

    @property
    def language(self) -> NDArray[np.int16]:
        """Code of the paragraph's language: an index into `Index.languages`."""
        return self.table["language"]

    def rows(self, space: str) -> NDArray[np.int32]:
        """Row of each unit's vector in a space, -1 where the space does not hold the unit."""
        return self.vector_rows[space]


@dataclass(frozen=True)
class Tables:
    """Everything an index reads apart from the store."""

    files: tuple[str, ...]
    """Names in the order of the file codes."""
    paragraphs: ParagraphTable
    """All paragraphs, by file and number."""
    units: Units
    """All units."""
    keys: Mapping[str, NDArray[np.bytes_]]
    """Sorted names of the vectors, by space."""
    vectors: Mapping[str, Matrix]
    """Vectors in the order of their names, by space."""

    @cached_property
    def file_rows(self) -> dict[str, slice]:
        """Rows of the paragraphs of each file."""
        return dict(zip(self.files, _ranges(self.paragraphs.rows["file"], len(self.files)), strict=True))

    @cached_property
    def unit_rows(self) -> list[slice]:
        """Rows of the units of each file code."""
        return _ranges(self.paragraphs.rows["file"][self.units.paragraph], len(self.files))

    def save(self, folder: Path) -> None:
        """Write the artefacts into a folder, which is made.

        Raises:
            OSError: when they cannot be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "paragraphs.jsonl").open("wb") as lines:
            lines.writelines(self.paragraphs.line(row) for row in range(len(self.paragraphs)))
        np.save(folder / "paragraphs.npy", self.paragraphs.rows)
        np.save(folder / "units.npy", self.units.table)
        for space in self.keys:
            np.save(folder / f"rows-{space}.npy", self.units.rows(space))
            np.save(folder / f"keys-{space}.npy", self.keys[space])
            np.save(folder / f"vectors-{space}.npy", self.vectors[space])

    @classmethod
    def open(cls, folder: Path, files: tuple[str, ...], spaces: Sequence[str]) -> Tables:
        """Map the artefacts of a folder.

        Raises:
            OSError: when one is missing.
            ValueError: when one is cut short or does not fit the others.
        """
        rows = load_array(folder / "paragraphs.npy")
        table = load_array(folder / "units.npy")
        lines = _map(folder / "paragraphs.jsonl")
        vector_rows = {space: load_array(folder / f"rows-{space}.npy") for space in spaces}
        keys = {space: load_array(folder / f"keys-{space}.npy") for space in spaces}
        vectors = {space: load_array(folder / f"vectors-{space}.npy") for space in spaces}
        whole = (
            int(rows["length"].sum(dtype=np.int64)) == len(lines) and rows.dtype == PARAGRAPH and table.dtype == UNIT
        )
        if not whole or any(len(keys[s]) != len(vectors[s]) or len(vector_rows[s]) != len(table) for s in spaces):
            raise ValueError(f"the artefacts in {str(folder)!r} do not fit together")
        return cls(files, ParagraphTable(files, rows, lines), Units(table, vector_rows), keys, vectors)


def _ranges(codes: NDArray[Any], count: int) -> list[slice]:
    bounds = np.searchsorted(codes, np.arange(count + 1))
    return [slice(int(bounds[i]), int(bounds[i + 1])) for i in range(count)]


def load_array(path: Path) -> NDArray[Any]:
    """Map a stored array; a small one is read, which is quicker.

    Raises:
        OSError: when it is missing.
        ValueError: when it is cut short.
    """
    large = path.stat().st_size > 100_000
    return np.asarray(np.load(path, mmap_mode="r" if large else None, allow_pickle=False))


def _map(path: Path) -> bytes | mmap.mmap:
    with path.open("rb") as file:
        if path.stat().st_size < 1_000_000:
            return file.read()
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
