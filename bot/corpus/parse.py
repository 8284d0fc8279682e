"""From the bytes of one file to its document: format, paragraphs, kinds, headings and languages."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import PurePosixPath

import regex

from bot.corpus.encoding import decode
from bot.corpus.kinds import classify
from bot.corpus.language import detect_languages
from bot.corpus.plain import plain_blocks
from bot.corpus.records import Document, Parsed
from bot.errors import CorpusError
from bot.types import Kind, Paragraph


def parse_document(file: str, data: bytes) -> Document:
    """Read one file.

    Args:
        file: Path below the corpus folder, or the name of an upload; its ending tells the format.
        data: The bytes of the file.

    Raises:
        CorpusError: when it cannot be read, with the reason and the remedy in one sentence.
    """
    if not data:
        raise CorpusError(f"{file!r} is empty; add text to it or remove it")
    parsed = _parse(file, data)
    if not parsed.blocks:
        raise CorpusError(f"{file!r} holds no text; add text to it or remove it")
    return Document(
        file=file,
        hash=hashlib.sha256(data).hexdigest(),
        size=len(data),
        encoding=parsed.encoding,
        paragraphs=_paragraphs(file, parsed),
        warning=parsed.warning,
    )


def _parse(file: str, data: bytes) -> Parsed:
    """Read by the format that the file's ending names; libraries are loaded for the formats in use."""
    suffix = PurePosixPath(file).suffix.lower()
    if suffix == ".pdf":
        from bot.corpus.pdf import parse_pdf

        return parse_pdf(file, data)
    if suffix == ".docx":
        from bot.corpus.docx import parse_docx

        return parse_docx(file, data)
    if suffix in {".html", ".htm", ".xhtml"}:
        from bot.corpus.html import parse_html

        return parse_html(file, data)
    text, encoding, warning = decode(file, data)
    if suffix in {".md", ".markdown"}:
        from bot.corpus.markdown import markdown_blocks

        return Parsed(text, encoding, tuple(markdown_blocks(text)), warning)
    return Parsed(text, encoding, tuple(plain_blocks(text)), warning)


def _paragraphs(file: str, parsed: Parsed) -> tuple[Paragraph, ...]:
    texts = [parsed.text[block.start : block.end] for block in parsed.blocks]
    kinds = classify(parsed.blocks, texts)
    return tuple(
        Paragraph(
            file=file,
            number=number,
            text=text,
            start=block.start,
            end=block.end,
            language=language,
            kind=kind,
            headings=headings,
            hash=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12],
            page=block.page,
        )
        for number, (block, text, language, (kind, _), headings) in enumerate(
            zip(parsed.blocks, texts, detect_languages(texts), kinds, heading_paths(texts, kinds), strict=True), 1
        )
    )


def heading_paths(texts: Sequence[str], kinds: Sequence[tuple[Kind, int]]) -> list[tuple[str, ...]]:
    """Return for each paragraph the headings above it, outermost first, without itself."""
    paths = []
    above: list[tuple[int, str]] = []
    for text, (kind, level) in zip(texts, kinds, strict=True):
        if kind == "heading":
            above = [entry for entry in above if entry[0] < level]
        paths.append(tuple(heading for _, heading in above))
        if kind == "heading":
            above.append((level, heading_title(text)))
    return paths


def heading_title(text: str) -> str:
    """Return a heading without its marks, on one line."""
    lines = text.strip().splitlines()
    if len(lines) > 1 and regex.fullmatch(r"\s*(?:=+|-+)\s*", lines[-1]):
        lines = lines[:-1]
    joined = " ".join(" ".join(lines).split())
    return regex.sub(r"^[>\s]*#{1,6}\s+|\s+#+$", "", joined).strip() or joined
