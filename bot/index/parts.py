"""The content of one file as the index holds it, and how the files' parts are put together into tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bot.embeddings.base import Matrix
from bot.embeddings.cache import text_key
from bot.index.records import FileInfo
from bot.index.tables import KEY, PARAGRAPH, UNIT, ParagraphTable, Tables, Units, encode_paragraph
from bot.index.units import paragraph_units

if TYPE_CHECKING:
    from bot.types import Paragraph

_PART = 100
"""Paragraphs in one record of the table collection."""


@dataclass(frozen=True)
class FilePart:
    """One file's paragraphs and units."""

    info: FileInfo
    """The file."""
    lines: list[bytes]
    """Its paragraphs as stored."""
    languages: list[str]
    """Language of each paragraph."""
    units: NDArray[Any]
    """Its units as `tables.UNIT`; paragraphs count from 0 in the file, languages are not set."""
    keys: dict[str, NDArray[np.bytes_]]
    """Key of each unit's text by space, empty where the space does not hold the unit."""
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    """Texts by space and key, when the file was read in this run."""

    def records(self, recipe: str) -> Iterator[tuple[str, Callable[[], str]]]:
        """Id and content of each record of the table collection that holds this file."""
        for number, start in zip(count(), range(0, len(self.lines), _PART)):
            name = f"{self.info.file}\0{self.info.hash}\0{recipe}\0{number}"
            yield (
                hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32],
                lambda number=number, start=start: self._record(number, start),  # type: ignore[misc]
            )

    def _record(self, number: int, start: int) -> str:
        inside = (self.units["paragraph"] >= start) & (self.units["paragraph"] < start + _PART)
        units = [
            [int(row["paragraph"]), int(row["start"]), int(row["end"]), int(row["level"]), *(k.decode() for k in keys)]
            for row, *keys in zip(self.units[inside], *(self.keys[space][inside] for space in self.keys), strict=True)
        ]
        lines = [json.loads(line.decode("utf-8", "surrogatepass")) for line in self.lines[start : start + _PART]]
        record = {
            "file": self.info.file,
            "part": number,
            "paragraphs": lines,
            "spaces": list(self.keys),
            "units": units,
        }
        return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace").decode()


def read_part(
    info: FileInfo, paragraphs: Sequence[Paragraph], *, spaces: tuple[str, ...], fits: Callable[[str], bool]
) -> FilePart:
    """Take a document's paragraphs apart into units."""
    rows: list[tuple[int, int, int, int, int]] = []
    keys: dict[str, list[bytes]] = {space: [] for space in spaces}
    texts: dict[str, dict[str, str]] = {space: {} for space in spaces}
    for place, paragraph in enumerate(paragraphs):
        for unit in paragraph_units(paragraph, spaces=spaces, fits=fits):
            rows.append((place, unit.start, unit.end, unit.level, 0))
            for space in spaces:
                text = unit.texts.get(space)
                key = "" if text is None else name_of(text)
                keys[space].append(key.encode())
                if text is not None:
                    texts[space][key] = text
    languages = [paragraph.language for paragraph in paragraphs]
    return FilePart(
        info=FileInfo(
            info.file, _main_language(paragraphs), len(paragraphs), info.indexed_at, info.hash, info.size, len(rows)
        ),
        lines=[encode_paragraph(paragraph) for paragraph in paragraphs],
        languages=languages,
        units=np.array(rows, dtype=UNIT),
        keys={space: np.array(found, dtype=KEY) for space, found in keys.items()},
        texts=texts,
    )


def stored_part(info: FileInfo, tables: Tables, code: int, languages: Sequence[str]) -> FilePart:
    """The part of an unchanged file, out of the tables of the last generation."""
    rows = tables.file_rows[info.file]
    inside = tables.unit_rows[code]
    units = np.array(tables.units.table[inside])
    units["paragraph"] -= rows.start
    keys = {}
    for space, names in tables.keys.items():
        places = tables.units.rows(space)[inside]
        keys[space] = (
            np.where(places >= 0, names[places], np.array(b"", KEY)) if len(names) else np.zeros(len(places), KEY)
        )
    return FilePart(
        info=info,
        lines=[tables.paragraphs.line(row) for row in range(rows.start, rows.stop)],
        languages=[languages[language] for language in tables.paragraphs.rows["language"][rows]],
        units=units,
        keys=keys,
    )


def assemble(parts: Sequence[FilePart], spaces: Iterable[str], languages: Sequence[str]) -> Tables:
    """Put the parts together, in the order given; the vectors are still to be filled in."""
    codes = {language: code for code, language in enumerate(languages)}
    lines = [line for part in parts for line in part.lines]
    rows = np.zeros(len(lines), dtype=PARAGRAPH)
    rows["length"] = [len(line) for line in lines]
    rows["offset"][1:] = np.cumsum(rows["length"][:-1], dtype=np.int64)
    rows["language"] = [codes[language] for part in parts for language in part.languages]
    rows["file"] = np.repeat(np.arange(len(parts)), [len(part.lines) for part in parts])
    rows["number"] = [number for part in parts for number in range(1, len(part.lines) + 1)]
    table = np.concatenate([part.units for part in parts]) if parts else np.zeros(0, UNIT)
    first = np.cumsum([0, *(len(part.lines) for part in parts)])[:-1]
    table["paragraph"] += np.repeat(first, [len(part.units) for part in parts]).astype(np.int32)
    table["language"] = rows["language"][table["paragraph"]]
    vector_rows, names = {}, {}
    for space in spaces:
        keys = np.concatenate([part.keys[space] for part in parts]) if parts else np.zeros(0, KEY)
        held = keys != b""
        names[space] = np.unique(keys[held])
        vector_rows[space] = np.where(held, np.searchsorted(names[space], keys), -1).astype(np.int32)
    files = tuple(part.info.file for part in parts)
    return Tables(files, ParagraphTable(files, rows, b"".join(lines)), Units(table, vector_rows), names, {})


def with_vectors(tables: Tables, vectors: Mapping[str, Matrix]) -> Tables:
    """The tables with the vectors of each space, in the order of the keys."""
    return Tables(tables.files, tables.paragraphs, tables.units, tables.keys, vectors)


def collections(tables: Tables) -> dict[str, NDArray[np.int32]]:
    """Rows of the vectors each collection holds, by `space-level`."""
    found = {}
    for space in tables.keys:
        rows = tables.units.rows(space)
        for level in np.unique(tables.units.level[rows >= 0]):
            found[f"{space}-{level}"] = np.unique(rows[(tables.units.level == level) & (rows >= 0)])
    return found


def name_of(text: str) -> str:
    """The key of a text: half of its SHA-256."""
    return text_key(text).hex()[:32]


def _main_language(paragraphs: Sequence[Paragraph]) -> str:
    sizes: dict[str, int] = {}
    for paragraph in paragraphs:
        sizes[paragraph.language] = sizes.get(paragraph.language, 0) + len(paragraph.text.encode("utf-8", "replace"))
    known = {language: size for language, size in sizes.items() if language != "und"} or sizes
    return max(known, key=lambda language: known[language], default="und")
