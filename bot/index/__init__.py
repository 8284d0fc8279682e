"""Paragraphs to a searchable store: `sync` builds, `open_index` reads, `index_documents` keeps a few in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.index.build import sync
    from bot.index.memory import index_documents
    from bot.index.progress import Progress
    from bot.index.read import Index, open_index
    from bot.index.records import FileInfo, Manifest, SyncReport
    from bot.index.root import corpus_folder
    from bot.index.tables import Units

__all__ = [
    "FileInfo", "Index", "Manifest", "Progress", "SyncReport", "Units", "corpus_folder", "index_documents",
    "open_index", "sync",
]  # fmt: skip

_HOMES = {
    "Progress": "progress", "sync": "build", "index_documents": "memory", "Index": "read", "open_index": "read",
    "FileInfo": "records", "Manifest": "records", "SyncReport": "records", "Units": "tables",
    "corpus_folder": "root",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: reading an index needs nothing of what builds one."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
