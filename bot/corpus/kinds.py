"""What each paragraph is (text, heading, byline, …) by signals that hold in any language.

Length, place in the file, closing punctuation, leading numbers and bullets, `name: people` lines. A wrong guess costs
most where it takes evidence away, so every rule leaves `text` when in doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from bot.corpus.legal import boilerplate_tail, is_notice
from bot.corpus.plain import columns
from bot.corpus.records import Block
from bot.types import Kind

_CLOSERS = r"[\p{Pe}\p{Pf}\"'”’»」』）】]*"
_STOP = r"[.!?。！？｡…؟۔।॥።។]"
_ENDS_SENTENCE = regex.compile(rf"{_STOP}{_CLOSERS}$")
_ENDS_ASKING = regex.compile(rf"[?!？！؟]{_CLOSERS}$")
_ENDS_OPEN = regex.compile(rf"[,;:，；：、،؛]{_CLOSERS}$")
_ENDS_COLON = regex.compile(r"[:：]$")
_INNER_STOP = regex.compile(
    rf"[。！？।۔؟]{_CLOSERS}(?=\S)|[।۔؟.!?…]{_CLOSERS}\s+(?=[\p{{Lu}}\p{{Lo}}\p{{N}}\p{{Pi}}\p{{Ps}}\"'«“])"
)
_ABBREVIATED = regex.compile(r"\b(?:\p{Lu}|\p{L}{1,3})\.\s")
_NUMBERING = regex.compile(
    r"(?P<roman>[IVXLC]{1,6}[.、)）])\s*|(?P<decimal>\d{1,3}(?:\.\d{1,3})*)(?:[.、)）．:：]\s*|\s+)"
    r"|(?P<letter>\(?[A-Za-z][.)])\s+|(?P<bracket>[(（][\d一二三四五六七八九十]{1,3}[)）])\s*"
    r"|(?P<cjk>[一二三四五六七八九十]{1,3}[、．.])\s*|(?P<bullet>[-*+•‣◦▪●○■□·–—※]\s*)"
)
_DASHED = regex.compile(r"\s*[\p{Pd}―~～·•*]+\s*[\p{L}]")
_BRACKETED = regex.compile(r"[(（\[【〔].*[)）\]】〕]", regex.DOTALL)
_LABELLED = regex.compile(r"[^:：]{1,40}[:：]\s*\S.*", regex.DOTALL)
_CREDIT_END = regex.compile(r"[/／|｜©:：]\s*\S.{0,40}$")
_WORDS = regex.compile(r"[\p{L}\p{N}]")
_LONGEST = 400
_TABLE = regex.compile(r"(?:[^\t\n]*\t){2}|(?:[^|\n]*\|){3}|.*\S {3,}\S+ {3,}\S")


@dataclass(slots=True)
class _Shape:
    """What can be told from one paragraph alone."""

    text: str
    width: int
    ends: bool
    """Ends like a sentence."""
    asks: bool
    """Ends with a question or exclamation mark."""
    opens: bool
    """Ends with a comma, semicolon or colon."""
    inner: bool
    """A sentence ends before the end."""
    numbering: str | None
    """Kind of leading number or bullet."""
    depth: int
    """Parts of a leading decimal number (`2.1` has 2)."""

    @property
    def body(self) -> bool:
        return (self.ends and self.width >= 60) or self.width >= 160

    @property
    def short(self) -> bool:
        """Looks like a title, name or label rather than a sentence."""
        label = self.opens and self.width <= 30 and _ENDS_COLON.search(self.text) is not None
        asks = self.asks and self.width <= 100
        return self.width <= 120 and (not self.ends or asks) and (not self.opens or label) and not self.inner


def classify(blocks: Sequence[Block], texts: Sequence[str]) -> list[tuple[Kind, int]]:
    """Return kind and heading level (from 1; 0 for what is no heading) of each block."""
    shapes = [_shape(text) for text in texts]
    bodies = [index for index, shape in enumerate(shapes) if shape.body and blocks[index].kind in {None, "text"}]
    if len(bodies) > 1 and bodies[0] == 0 and _is_question_title(shapes[0], shapes[1:]):
        bodies = bodies[1:]
    first, last = (bodies[0], bodies[-1]) if bodies else (0, -1)
    tail = boilerplate_tail(texts)
    marked = any(block.kind == "heading" for block in blocks)
    kinds: list[tuple[Kind, int]] = []
    for index, (block, shape) in enumerate(zip(blocks, shapes, strict=True)):
        kind: Kind
        if block.kind is not None:
            kind = block.kind
        elif index >= tail or is_notice(shape.text) or not _WORDS.search(shape.text):
            kind = "boilerplate"
        elif not bodies:
            kind = "list_item" if shape.numbering == "bullet" else "text"
        elif index < first:
            kind = _head_kind(shape, index, first)
        elif index > last:
            kind = _tail_kind(shape)
        else:
            kind = _middle_kind(shapes, index)
        if marked and kind == "heading" and block.kind is None:
            # Where the markup names headings, a short line without is not one.
            kind = "text"
        kinds.append((kind, _level(block, shape, index) if kind == "heading" else 0))
    return kinds


def _is_question_title(shape: _Shape, others: Sequence[_Shape]) -> bool:
    """Tell whether a file opens with a question as its title: one sentence, much shorter than the longest paragraph."""
    return shape.asks and not shape.inner and shape.width <= 200 and max(o.width for o in others) >= 2 * shape.width


def _shape(text: str) -> _Shape:
    text = text.strip()
    if len(text) > 2 * _LONGEST:
        # Beyond a few lines only the beginning and the end tell anything; some patterns are slow on endless lines.
        text = text[:_LONGEST] + text[-_LONGEST:]
    found = _NUMBERING.match(text)
    numbering = found.lastgroup if found else None
    depth = found["decimal"].count(".") + 1 if found and found["decimal"] else 0
    rest = text[found.end() :] if found else text
    stops = [m for m in _INNER_STOP.finditer(rest) if not _ABBREVIATED.search(rest[max(0, m.start() - 3) : m.end()])]
    return _Shape(
        text=text,
        width=columns(text[:400]),
        ends=_ENDS_SENTENCE.search(text) is not None,
        asks=_ENDS_ASKING.search(text) is not None,
        opens=_ENDS_OPEN.search(text) is not None,
        inner=bool(stops),
        numbering=numbering,
        depth=depth,
    )


def _head_kind(shape: _Shape, index: int, first: int) -> Kind:
    """Above the first paragraph of prose: title, byline, caption."""
    if index == 0 and shape.asks and not shape.inner:
        return "heading"
    if shape.inner and not shape.ends and shape.width <= 160:
        return "caption"
    if not shape.short:
        return "list_item" if shape.numbering else "text"
    if first > 8:
        # A list of contents rather than a title with its byline.
        return "heading" if index == 0 else "text"
    if _DASHED.match(shape.text) or (_BRACKETED.fullmatch(shape.text) and index > 0):
        return "byline"
    if index == 0 or shape.numbering or index == first - 1 or not _LABELLED.fullmatch(shape.text):
        return "heading"
    return "byline"


def _tail_kind(shape: _Shape) -> Kind:
    """Below the last paragraph of prose: credits."""
    if _BRACKETED.fullmatch(shape.text) and shape.width <= 200:
        return "byline"
    if shape.short and not shape.asks and (not shape.numbering or _DASHED.match(shape.text)):
        return "byline"
    return "list_item" if shape.numbering else "text"


def _middle_kind(shapes: Sequence[_Shape], index: int) -> Kind:
    """Between paragraphs of prose: section headings, captions, list items, tables."""
    shape = shapes[index]
    if "\n" in shape.text and _TABLE.match(shape.text):
        return "table"
    if shape.inner and not shape.ends and shape.width <= 160 and _CREDIT_END.search(shape.text):
        return "caption"
    if not shape.short or _run(shapes, index) > 3:
        return "list_item" if shape.numbering and shape.numbering != "roman" else "text"
    if _BRACKETED.fullmatch(shape.text):
        return "caption"
    if shape.numbering == "bullet":
        return "byline" if shapes[index - 1].short and _DASHED.match(shape.text) else "list_item"
    if _LABELLED.fullmatch(shape.text) and not shape.numbering and not any(c.isdigit() for c in shape.text):
        return "caption" if shape.width <= 60 else "text"
    letter = _WORDS.search(shape.text)
    return "text" if letter is None or letter[0].islower() else "heading"


def _run(shapes: Sequence[_Shape], index: int) -> int:
    """Return how many paragraphs that look like titles stand in a row around this one."""
    start = end = index
    while start > 0 and shapes[start - 1].short and not shapes[start - 1].body:
        start -= 1
    while end < len(shapes) - 1 and shapes[end + 1].short and not shapes[end + 1].body:
        end += 1
    return end - start + 1


def _level(block: Block, shape: _Shape, index: int) -> int:
    """Return the depth of a heading: the markup's, else the title above the numbered and the other ones."""
    if block.level:
        return block.level
    if shape.opens:
        # A label such as `Note:` stands over what follows it, not over the whole file.
        return 3
    return 1 if index == 0 else 1 + max(1, shape.depth)
