"""Paragraphs of HTML: the text of its block elements, without scripts, styles and navigation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex

from bot.corpus.encoding import decode
from bot.corpus.records import Parsed
from bot.corpus.writer import BlockWriter
from bot.types import Kind

_DROPPED = frozenset(
    [
        "head",
        "script",
        "style",
        "noscript",
        "template",
        "nav",
        "svg",
        "math",
        "canvas",
        "iframe",
        "object",
        "embed",
        "audio",
        "video",
        "form",
        "select",
        "button",
        "input",
        "textarea",
        "dialog",
        "-comment",
        "_comment",
        "!doctype",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "ul",
    ]
)
_KINDS: dict[str, Kind] = {
    "li": "list_item",
    "dd": "list_item",
    "pre": "code",
    "figcaption": "caption",
    "table": "table",
}
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_NEAREST = 40
"""How many enclosing blocks are looked at to tell what a text is."""
_CHARSET = regex.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", regex.IGNORECASE)
_SPACE = regex.compile(r"[ \t\n\r\f]+")


def parse_html(file: str, data: bytes) -> Parsed:
    """Return the extracted text, block below block, and its blocks.

    Raises:
        CorpusError: when the bytes are no text.
    """
    from selectolax.lexbor import LexborHTMLParser

    text, encoding, warning = _decode(file, data)
    tree = LexborHTMLParser(text)
    writer = BlockWriter()
    if tree.body is not None:
        if not tree.css("h1"):
            title = tree.css_first("title")
            writer.add(_SPACE.sub(" ", title.text(deep=True) if title else "").strip(), "heading", 1)
        _walk(tree.body, writer)
    return writer.parsed(encoding, warning)


def _decode(file: str, data: bytes) -> tuple[str, str, str | None]:
    """Decode as the page says, unless it is sound UTF-8 anyway or the page is wrong."""
    try:
        return data.decode("utf-8-sig"), "utf-8", None
    except UnicodeDecodeError:
        pass
    declared = _CHARSET.search(data[:4096])
    if declared:
        name = declared[1].decode("ascii").lower()
        name = {
            "gb2312": "gb18030",
            "gbk": "gb18030",
            "big5": "big5hkscs",
            "shift_jis": "cp932",
            "euc-kr": "cp949",
        }.get(name, "cp1252" if name in {"iso-8859-1", "latin1", "us-ascii"} else name)
        try:
            return data.decode(name), name, None
        except (UnicodeDecodeError, LookupError):
            pass
    return decode(file, data)


def _walk(body: Any, writer: BlockWriter) -> None:
    """Go through the elements in order, without recursion: pages nest as deep as their authors' tools let them."""
    pieces: list[str] = []
    # Enclosing block elements; the text between two of their edges is a block.
    open_blocks: list[str] = []

    def flush() -> None:
        joined = "".join(pieces)
        pieces.clear()
        if not joined.strip():
            return
        kind, level = _kind(open_blocks[-_NEAREST:])
        writer.add(_tidy(joined, keep=kind == "code"), kind, level)

    for step, tag, node in _steps(body):
        if step == "text":
            pieces.append(node)
        elif tag == "br":
            pieces.append("\v")
        elif tag == "table":
            flush()
            writer.add(node, "table")
        elif tag in _BLOCKS:
            flush()
            if step == "open":
                open_blocks.append(tag)
            elif open_blocks:
                open_blocks.pop()
    flush()


def _steps(body: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield (open | close | text, tag, text) in document order; a table comes as one, rows as lines."""
    stack: list[tuple[str, Any]] = [("open", body)]
    while stack:
        step, node = stack.pop()
        tag = (node.tag or "").lower()
        if step == "close":
            yield "close", tag, None
        elif tag == "-text":
            yield "text", tag, node.text(deep=False) or ""
        elif tag in _DROPPED or "hidden" in node.attributes or node.attributes.get("aria-hidden") == "true":
            continue
        elif tag == "table" and _is_data(node):
            yield "open", tag, _table(node)
        else:
            yield "open", "div" if tag in {"table", "tr", "td", "th", "caption"} else tag, None
            stack.append(("close", node) if tag not in {"table", "tr", "td", "th", "caption"} else ("close-div", node))
            child = node.child
            children = []
            while child is not None:
                children.append(("open", child))
                child = child.next
            stack.extend(reversed(children))
            continue
        if step == "close-div":
            yield "close", "div", None


def _is_data(table: Any) -> bool:
    """Tell a table of data from one that lays out a page: no table in it, and short cells."""
    pending = [table.child]
    while pending:
        node = pending.pop()
        while node is not None:
            if node.tag == "table":
                return False
            if node.child is not None:
                pending.append(node.next)
                node = node.child
            else:
                node = node.next
    cells = table.css("td, th")
    return bool(cells) and sum(len(cell.text(deep=True)) for cell in cells) / len(cells) <= 200


def _table(table: Any) -> str:
    rows = []
    for row in table.css("tr"):
        cells = [_SPACE.sub(" ", cell.text(deep=True)).strip() for cell in row.css("td, th")]
        if any(cells):
            rows.append(" | ".join(cells))
    return "\n".join(rows)


def _kind(open_blocks: list[str]) -> tuple[Kind | None, int]:
    for tag in reversed(open_blocks):
        if tag in _HEADINGS:
            return "heading", int(tag[1])
        if tag in _KINDS:
            return _KINDS[tag], 0
    return None, 0


def _tidy(text: str, *, keep: bool) -> str:
    if keep:
        return text.replace("\v", "\n").strip("\r\n")
    lines = (_SPACE.sub(" ", line).strip() for line in text.split("\v"))
    return "\n".join(line for line in lines if line)
