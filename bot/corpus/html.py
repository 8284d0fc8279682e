"""Paragraphs of HTML: the text of its block elements, without scripts, styles and navigation."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
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
_TABLE_PARTS = frozenset(("table", "caption", "tr", "td", "th"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_NEAREST = 40
"""How many enclosing blocks are looked at to tell what a text is."""
_UNCLOSED = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"),
        *("p", "li", "dt", "dd", "option", "tr", "td", "th", "tbody", "thead", "tfoot"),
    )
)
_TAG = regex.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]{0,20})(?:[^<>]{0,2000}(?:>|(?=<)|$))")
_HIDDEN = regex.compile(
    r"<(script|style|template)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)", regex.IGNORECASE | regex.DOTALL
)
_DEEPEST = 1000
_CHARSET = regex.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", regex.IGNORECASE)
_SPACE = regex.compile(r"[ \t\n\r\f]+")


def parse_html(file: str, data: bytes) -> Parsed:
    """Return the extracted text, block below block, and its blocks.

    Raises:
        CorpusError: when the bytes are no text.
    """
    from selectolax.lexbor import LexborHTMLParser

    text, encoding, warning = _decode(file, data)
    writer = BlockWriter()
    if _depth(text) > _DEEPEST:
        _add_flat(text, writer)
        return writer.parsed(encoding, warning)
    tree = LexborHTMLParser(text)
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


def _depth(text: str) -> int:
    """Return how deep the elements nest, roughly: those that need no end tag are left out."""
    depth = deepest = 0
    for match in _TAG.finditer(text):
        if match["name"].lower() in _UNCLOSED or match[0].endswith("/>"):
            continue
        depth = max(0, depth - 1) if match["end"] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _add_flat(text: str, writer: BlockWriter) -> None:
    """Add the text between the tags as it comes: a parser takes time quadratic in the depth of a hostile page."""
    text = _HIDDEN.sub(" ", text)
    text = _TAG.sub(lambda match: "\v" if match["name"].lower() in _BLOCKS | _TABLE_PARTS else "", text)
    for piece in text.split("\v"):
        writer.add(_tidy(unescape(piece), keep=False))


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
    stack: list[tuple[str, Any]] = [("", body)]
    while stack:
        closing, node = stack.pop()
        tag = (node.tag or "").lower()
        if closing:
            yield "close", closing, None
        elif tag == "-text":
            yield "text", tag, node.text(deep=False) or ""
        elif tag in _DROPPED or "hidden" in node.attributes or node.attributes.get("aria-hidden") == "true":
            continue
        elif tag == "table" and _is_data(node):
            yield "open", tag, _table(node)
        else:
            # A table that lays out a page is boxes.
            shown = "div" if tag in _TABLE_PARTS else tag
            yield "open", shown, None
            stack.append((shown, node))
            children = []
            child = node.child
            while child is not None:
                children.append(("", child))
                child = child.next
            stack.extend(reversed(children))


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
