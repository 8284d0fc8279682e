"""`verify.check_apart` in this process, without the second that starting another Python takes."""

from __future__ import annotations

from pathlib import Path

from bot.index.store import Store, connect_folder
from bot.index.tables import Tables
from bot.index.verify import check


def check_here(chroma: Path, tables: Path, spaces: list[str]) -> str | None:
    """Not in the parent of forked children: they would not survive Chroma's threads."""
    store = Store(connect_folder(chroma))
    try:
        return check(store, Tables.open(tables, (), spaces))
    finally:
        store.close()
