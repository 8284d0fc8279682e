"""Which vector spaces an index has, and which embedder fills each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.embeddings import Embedder, make_embedder, use_embedder
from bot.index.units import spaces_for

if TYPE_CHECKING:
    from bot.settings import Settings


def space_embedders(settings: Settings) -> dict[str, Embedder]:
    """The embedder of each space; the first is the primary one."""
    primary = make_embedder(settings)
    return {name: primary if place == 0 else use_embedder() for place, name in enumerate(spaces_for(primary.name))}


def space_names(settings: Settings) -> dict[str, str]:
    """Name of the embedder of each space, without loading a model."""
    return {space: embedder.name for space, embedder in space_embedders(settings).items()}
