"""Lays the blocks of an extracted format one below the other and remembers where each stands."""

from __future__ import annotations

from bot.corpus.plain import is_blank
from bot.corpus.records import Block, Parsed
from bot.types import Kind


class BlockWriter:
    """Collects blocks; the text they form together is what offsets count in."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0

    def add(self, text: str, kind: Kind | None = None, level: int = 0, page: int | None = None) -> None:
        """Add a block below the last one; a blank one is left out."""
        if is_blank(text):
            return
        if self._pieces:
            self._pieces.append("\n\n")
            self._length += 2
        self._blocks.append(Block(self._length, self._length + len(text), kind, level, page))
        self._pieces.append(text)
        self._length += len(text)

    def parsed(self, encoding: str, warning: str | None = None) -> Parsed:
        """Return what was collected."""
        return Parsed("".join(self._pieces), encoding, tuple(self._blocks), warning)
