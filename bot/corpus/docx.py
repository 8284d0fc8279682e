"""Paragraphs of a Word file, tables included, in the order of its body."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from bot.corpus.records import Parsed
from bot.corpus.writer import BlockWriter
from bot.errors import CorpusError
from bot.types import Kind

MAX_UNPACKED = 200_000_000
"""Most bytes that a file may unpack to: a small archive can hold a huge one."""
_ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def parse_docx(file: str, data: bytes) -> Parsed:
    """Return the text of the body, block below block, and its blocks.

    Raises:
        CorpusError: when it is encrypted, no Word file, or unpacks to too much.
    """
    if data.startswith(_ENCRYPTED):
        raise CorpusError(
            f"{file!r} is protected by a password or an old .doc file; save it as .docx without a password"
        )
    _check_archive(file, data)
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = docx.Document(io.BytesIO(data))
        writer = BlockWriter()
        for element in document.element.body.iterchildren():
            _add(element, document, writer)
    except (
        PackageNotFoundError,
        SyntaxError,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        AttributeError,
        OSError,
    ) as error:
        raise CorpusError(
            f"cannot read {file!r}: it is not a sound Word file; open it in Word and save it again"
        ) from error
    return writer.parsed("docx")


def _check_archive(file: str, data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise CorpusError(
            f"cannot read {file!r}: it is not a Word file; open it in Word and save it as .docx"
        ) from error
    # Reading stops at the size an entry declares, so the sum bounds what can come out.
    if len(entries) > 10_000 or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise CorpusError(f"{file!r} unpacks to more than {MAX_UNPACKED:,} bytes; save its text in a smaller file")


def _add(element: Any, document: Any, writer: BlockWriter) -> None:
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    if element.tag == qn("w:p"):
        paragraph = Paragraph(element, document)
        kind, level = _kind(paragraph)
        writer.add(paragraph.text.strip("\n"), kind, level)
    elif element.tag == qn("w:tbl"):
        rows = []
        for row in element.iterchildren(qn("w:tr")):
            cells = [" ".join(_text_of(cell).split()) for cell in row.iterchildren(qn("w:tc"))]
            if any(cells):
                rows.append(" | ".join(cells))
        writer.add("\n".join(rows), "table")
    elif element.tag == qn("w:sdt"):
        for content in element.iterchildren(qn("w:sdtContent")):
            for child in content.iterchildren():
                _add(child, document, writer)


def _text_of(cell: Any) -> str:
    from docx.oxml.ns import qn

    return "\n".join("".join(text.text or "" for text in p.iter(qn("w:t"))) for p in cell.iter(qn("w:p")))


def _kind(paragraph: Any) -> tuple[Kind | None, int]:
    """Return kind and heading level from the style; built-in styles have English names in every language."""
    style = paragraph.style
    name = (style.name or "").lower() if style is not None else ""
    if name == "title":
        return "heading", 1
    if name.startswith("heading") and name.split()[-1].isdigit():
        return "heading", int(name.split()[-1]) + 1
    if name == "caption":
        return "caption", 0
    properties = paragraph._p.pPr  # noqa: SLF001 - the library has no public way to see numbering
    if name.startswith("list") or (properties is not None and properties.numPr is not None):
        return "list_item", 0
    return None, 0
