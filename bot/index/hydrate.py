"""From the store back to the artefacts: what a second machine, or one that lost its files, needs to read an index."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from secrets import token_hex
from typing import Any

import numpy as np

from bot.index.home import parse_manifest, write_atomically
from bot.index.parts import FilePart, assemble, collections, with_vectors
from bot.index.store import Store
from bot.index.tables import KEY, UNIT, Tables


def derive(store: Store, folder: Path) -> None:
    """Write the artefacts of a generation from what its store holds.

    Raises:
        KeyError: when the store does not hold all of it.
        IndexingError: when its manifest is missing or newer.
        OSError: when the artefacts cannot be written.
    """
    data, records = store.load_tables()
    manifest = parse_manifest(data)
    found: dict[str, list[dict[str, Any]]] = {}
    for record in sorted(records, key=lambda record: record["part"]):
        found.setdefault(record["file"], []).append(record)
    parts = [_part(info, found[info.file], tuple(manifest.spaces)) for info in manifest.files]
    tables = assemble(parts, manifest.spaces, manifest.languages)
    tables = with_vectors(tables, {space: _vectors(store, tables, space) for space in manifest.spaces})
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".tables.{token_hex(4)}"
    try:
        tables.save(temporary)
        shutil.rmtree(folder / "tables", ignore_errors=True)
        temporary.rename(folder / "tables")
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    (folder / "in-use").touch()
    if not (folder / "manifest.json").exists():
        write_atomically(folder / "manifest.json", json.dumps(data, ensure_ascii=False).encode())


def _part(info: Any, records: list[dict[str, Any]], spaces: tuple[str, ...]) -> FilePart:
    paragraphs = [row for record in records for row in record["paragraphs"]]
    units = [unit for record in records for unit in record["units"]]
    if len(paragraphs) != info.paragraphs or len(units) != info.units:
        raise KeyError(f"{info.file!r} has {len(paragraphs)} of {info.paragraphs} paragraphs")
    return FilePart(
        info=info,
        lines=[json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() for row in paragraphs],
        languages=[row[4] for row in paragraphs],
        units=np.array([(*unit[:4], 0) for unit in units], dtype=UNIT),
        keys={
            space: np.array([unit[4 + records[0]["spaces"].index(space)].encode() for unit in units], dtype=KEY)
            for space in spaces
        },
    )


def _vectors(store: Store, tables: Tables, space: str) -> Any:
    keys = [key.decode() for key in tables.keys[space]]
    found: dict[str, Any] = {}
    for name in collections(tables):
        if name.rpartition("-")[0] == space:
            found.update(store.vectors(name, [key for key in keys if key not in found]))
    return np.stack([found[key] for key in keys]) if keys else np.zeros((0, 0), np.float32)
