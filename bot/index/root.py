"""Which folder of documents is meant: the one that is set, else the one the index was made from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.index.home import open_home

if TYPE_CHECKING:
    from bot.index.records import Manifest
    from bot.settings import Settings


def corpus_folder(settings: Settings) -> Path:
    """The corpus folder that the answers come from; whatever reads documents without the index asks here.

    Raises:
        IndexIncompatible: when the index that would know is damaged, or a newer Pinpoint wrote it.
        IndexingError: when the Chroma server cannot be reached.
    """
    if "corpus" in settings.model_fields_set:
        return corpus_root(settings, None)
    home = open_home(settings)
    try:
        generation = home.current()
        return corpus_root(settings, home.manifest(generation) if generation else None)
    except FileNotFoundError:  # not complete, or made on another machine
        return corpus_root(settings, None)
    finally:
        home.close()


def corpus_root(settings: Settings, manifest: Manifest | None) -> Path:
    """The corpus folder, absolute: as set, else the one the index was made from, else the default."""
    if "corpus" not in settings.model_fields_set and manifest is not None and Path(manifest.root).is_dir():
        return Path(manifest.root)
    return settings.corpus.absolute()
