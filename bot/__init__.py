"""Pinpoint: answers from a folder of documents, each statement pinned to its file and paragraph.

from bot import Pinpoint, Settings

answer = Pinpoint(Settings.load()).ask("Who proposed a World AI Cooperation Organization?")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.errors import PinpointError
    from bot.pinpoint import Pinpoint
    from bot.settings import Settings
    from bot.types import Answer, Citation, Message, Paragraph, Passage, Sentence

__all__ = [
    "Answer",
    "Citation",
    "Message",
    "Paragraph",
    "Passage",
    "Pinpoint",
    "PinpointError",
    "Sentence",
    "Settings",
]

_HOMES = {"Pinpoint": "bot.pinpoint", "PinpointError": "bot.errors", "Settings": "bot.settings"}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `import bot` costs nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'bot' has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "bot.types")), name)
