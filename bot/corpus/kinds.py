"""What each paragraph is (text, heading, byline, …) and which headings stand above it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.corpus.records import Block
from bot.types import Kind


def classify(text: str, blocks: Sequence[Block]) -> list[tuple[Kind, int]]:
    """Return the kind and heading level of each block."""
    return [(block.kind or "text", block.level) for block in blocks]
