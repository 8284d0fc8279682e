"""Paragraphs of Markdown: its block elements, with the marks as they stand in the file."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

import regex
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.corpus.plain import is_blank
from bot.corpus.records import Block
from bot.types import Kind

_NEWLINE = regex.compile(r"\r\n?|\n")
_FRONT_MATTER = regex.compile(
    r"(?P<fence>---|\+\+\+)[ \t]*(?:\r\n?|\n)(?s:.*?)(?:\r\n?|\n)(?:(?P=fence)|\.\.\.)[ \t]*(?=[\r\n]|$)"
)
_COMMENT = regex.compile(r"\s*<!--(?s:.*?)-->\s*")


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 40}).enable("table")
    # Only the blocks are wanted, and a link definition is text that can be cited.
    parser.core.ruler.enableOnly(["normalize", "block"])
    parser.block.ruler.disable("reference")
    return parser


def markdown_blocks(text: str) -> list[Block]:
    """Return headings, paragraphs, list items, tables and code blocks as whole lines; rules are left out."""
    starts = [0, *(match.end() for match in _NEWLINE.finditer(text))]
    blocks: list[Block] = []
    source = text
    front = _FRONT_MATTER.match(text)
    if front:
        blocks.append(Block(0, front.end(), "byline"))
        source = regex.sub(r"[^\r\n]", " ", text[: front.end()]) + text[front.end() :]
    covered = bisect_right(starts, front.end()) if front else 0
    containers: list[str] = []
    for token in _parser().parse(source):
        if token.nesting == 1 and token.type.endswith(("list_item_open", "blockquote_open", "table_open")):
            containers.append(token.type)
        elif token.nesting == -1 and token.type.endswith(("list_item_close", "blockquote_close", "table_close")):
            containers.pop()
        found = _kind(token, containers)
        if found is None or token.map is None:
            continue
        first, last = max(token.map[0], covered), token.map[1]
        if last > first:
            covered = last
            block = _block(text, starts, first, last, *found)
            if block:
                blocks.append(block)
    return _with_rest(text, blocks)


def _kind(token: Token, containers: list[str]) -> tuple[Kind | None, int] | None:
    """Return kind and heading level of a token that begins a block; None for any other."""
    if token.type == "heading_open":
        return "heading", int(token.tag[1])
    if token.type == "table_open":
        return "table", 0
    if token.type in {"fence", "code_block"}:
        return "code", 0
    if token.type == "html_block":
        return ("boilerplate" if _COMMENT.fullmatch(token.content) else None), 0
    if token.type == "paragraph_open":
        return ("list_item" if "list_item_open" in containers else None), 0
    return None


def _block(text: str, starts: list[int], first: int, last: int, kind: Kind | None, level: int) -> Block | None:
    start = starts[first]
    end = starts[last] if last < len(starts) else len(text)
    end = start + len(text[start:end].rstrip("\r\n"))
    while end > start and is_blank(text[max(start, text.rfind("\n", start, end)) : end]):
        shorter = start + len(text[start : max(start, text.rfind("\n", start, end))].rstrip("\r\n"))
        if shorter >= end:
            break
        end = shorter
    return None if is_blank(text[start:end]) else Block(start, end, kind, level)


def _with_rest(text: str, blocks: list[Block]) -> list[Block]:
    """Add what the parser gave up on (nesting beyond its limit) as plain lines, so that no word is lost."""
    gaps: list[Block] = []
    position = 0
    for block in [*blocks, Block(len(text), len(text))]:
        gaps.extend(
            Block(position + match.start(), position + match.end())
            for match in regex.finditer(r"[^\r\n]+", text[position : block.start])
            if regex.search(r"[\p{L}\p{N}]", match[0])
        )
        position = block.end
    return sorted([*blocks, *gaps], key=lambda block: block.start) if gaps else blocks
