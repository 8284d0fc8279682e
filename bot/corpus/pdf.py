"""Paragraphs of a PDF, from the lines of its pages."""

from __future__ import annotations

import io
import logging
from dataclasses import replace

from bot.corpus.plain import plain_blocks
from bot.corpus.records import Parsed
from bot.errors import CorpusError

MAX_CHARACTERS = 30_000_000
"""Most text that is taken from one PDF."""
_DAMAGE = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError, ArithmeticError)


def parse_pdf(file: str, data: bytes) -> Parsed:
    """Return the text of the pages, separated by form feeds, and its blocks with their page numbers.

    Raises:
        CorpusError: when it is encrypted, damaged, or holds pictures of text only.
    """
    # It reports each oddity of a file as a warning; what matters to the reader is raised below.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise CorpusError(f"{file!r} is protected by a password; save a copy without one")
        pages, damaged = _pages(file, reader)
    except (PyPdfError, NotImplementedError, *_DAMAGE) as error:
        raise CorpusError(
            f"cannot read {file!r}: it is not a sound PDF ({type(error).__name__}); print it to PDF again"
        ) from error
    text = "\f".join(pages)
    blocks = plain_blocks(text, wrapped=True)
    if not blocks:
        raise CorpusError(f"{file!r} holds no text, only pictures of it; run it through text recognition (OCR) first")
    paged = [replace(block, page=1 + text.count("\f", 0, block.start)) for block in blocks]
    warning = None
    if damaged:
        numbers = ", ".join(map(str, damaged[:10]))
        warning = f"page {numbers} of {file!r} cannot be read and is left out; print the file to PDF again"
    return Parsed(text, "pdf", tuple(paged), warning)


def _pages(file: str, reader: object) -> tuple[list[str], list[int]]:
    """Return the text of each page, and the numbers of those that cannot be read."""
    from pypdf.errors import PyPdfError

    pages: list[str] = []
    damaged: list[int] = []
    total = 0
    for number, page in enumerate(reader.pages, 1):  # type: ignore[attr-defined]
        try:
            text = page.extract_text()
        except (PyPdfError, NotImplementedError, *_DAMAGE):
            damaged.append(number)
            text = ""
        pages.append(text.replace("\f", " ").encode("utf-8", "replace").decode("utf-8"))
        total += len(text)
        if total > MAX_CHARACTERS:
            raise CorpusError(f"{file!r} holds more than {MAX_CHARACTERS:,} characters; split it into several files")
    if damaged and len(damaged) == len(pages):
        raise ValueError("no page can be read")
    return pages, damaged
