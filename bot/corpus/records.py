"""What reading a folder gives: documents with their paragraphs, and one sentence for each file that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.types import Kind, Paragraph


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a decoded file that becomes a paragraph, with what its format says about it."""

    start: int
    """First character in the decoded file, from 0."""
    end: int
    """One past the last character in the decoded file."""
    kind: Kind | None = None
    """What the markup says it is; None when the format leaves it open."""
    level: int = 0
    """Depth of a heading, from 1; 0 when the format gives none."""
    page: int | None = None
    """Page of a PDF, from 1."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """The decoded text of a file and where its blocks are."""

    text: str
    """Decoded file; for HTML, PDF and Word the extracted text, blocks one below the other."""
    encoding: str
    """Name of the character encoding, or the format it was extracted from (`pdf`, `docx`)."""
    blocks: tuple[Block, ...]
    """In file order, not overlapping, none blank."""
    warning: str | None = None
    """One sentence about what could be read in part only; None when all is well."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file that could be read."""

    file: str
    """Path below the corpus folder, with forward slashes."""
    hash: str
    """SHA-256 of the bytes, 64 hex digits."""
    size: int
    """Bytes."""
    encoding: str
    """Character encoding the text was decoded from, or the format it was extracted from."""
    paragraphs: tuple[Paragraph, ...]
    """In file order, numbered from 1 without gaps; never empty."""
    warning: str | None = None
    """One sentence about what could be read in part only; None when all is well."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that could not be read, or in part only."""

    file: str
    """Path below the corpus folder, with forward slashes."""
    message: str
    """One sentence: the file, what happened, and the remedy."""


@dataclass(frozen=True)
class Corpus:
    """A folder as read at one moment."""

    root: Path
    """The folder."""
    documents: tuple[Document, ...]
    """Sorted by file."""
    problems: tuple[Problem, ...]
    """Sorted by file."""

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """All paragraphs, by file and number."""
        return tuple(paragraph for document in self.documents for paragraph in document.paragraphs)
