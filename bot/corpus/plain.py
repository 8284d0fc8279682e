"""Paragraphs of plain text: a line each, or a block of lines where the text is hard-wrapped."""

from __future__ import annotations

import regex

from bot.corpus.records import Block

_LINE = regex.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")


def plain_blocks(text: str) -> list[Block]:
    """Return the blocks of a plain text, whole lines without their terminators."""
    return [Block(match.start(), match.end()) for match in _LINE.finditer(text) if match[0].strip()]
