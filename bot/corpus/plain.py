"""Paragraphs of plain text: a line each, or a block of lines where the text is hard-wrapped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from bot.corpus.records import Block

_BREAK = regex.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANK = regex.compile(r"[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*")
_LIST_MARK = regex.compile(
    r"\s*(?:[-*+•‣◦▪·–—]\s|\(?\d{1,3}[.)]\s|\(?\d{1,3}[、．）]|\(?[a-zA-Z][.)]\s|[（(]?[一二三四五六七八九十]{1,3}[、）)])"
)
_SENTENCE_END = regex.compile(r"[.!?:;。！？：；…؟۔।॥።។][\p{Pe}\p{Pf}\"'”’»」』）]*\s*$")
_MID_SENTENCE = regex.compile(r"[\p{L}\p{N}\p{M}\p{Pd}]\s*$")
_SPACELESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_WIDE = regex.compile(r"[\p{East_Asian_Width=W}\p{East_Asian_Width=F}]")
_NARROW = regex.compile(r"[\p{Mn}\p{Me}]")
_SAMPLE = 20_000
_NARROWEST, _WIDEST = 40, 140


@dataclass(slots=True)
class _Line:
    """A line that is not blank."""

    start: int
    end: int
    text: str
    after_gap: bool
    """Whether a blank line or a page break stands before it."""
    page: int
    """Pages are separated by form feeds; counted from 0."""
    furniture: bool = False
    """Whether it is a page header or footer."""


def plain_blocks(text: str, *, wrapped: bool = False) -> list[Block]:
    """Return the blocks of a plain text: whole lines without their terminators, or runs of lines when hard-wrapped.

    Args:
        text: The decoded file.
        wrapped: Whether it is known that lines are those of a printed page.
    """
    lines = _lines(text)
    _mark_furniture(lines)
    groups = _groups(lines)
    several = [group for group in groups if len(group) > 1][:_SAMPLE]
    width = _usual_width(several) if wrapped else _wrap_width(several, strict=False)
    blocks = []
    for group in groups:
        if group[0].furniture:
            blocks.append(Block(group[0].start, group[0].end, "boilerplate"))
            continue
        wrapped_at = width or _wrap_width([group], strict=True)
        runs = _runs(group, wrapped_at) if wrapped_at else [[line] for line in group]
        blocks.extend(Block(run[0].start, run[-1].end) for run in runs)
    return blocks


def is_blank(text: str) -> bool:
    """Tell whether nothing can be seen in the text: white space of any kind, controls, byte order marks."""
    return _BLANK.fullmatch(text) is not None


def _lines(text: str) -> list[_Line]:
    lines = []
    start, page, gap = 0, 0, True
    while start <= len(text):
        found = _BREAK.search(text, start)
        end = found.start() if found else len(text)
        line = text[start:end]
        if is_blank(line):
            gap = True
        else:
            lines.append(_Line(start, end, line, gap, page))
            gap = False
        if found is None:
            break
        if found[0] == "\f":
            page, gap = page + 1, True
        start = found.end()
    return lines


def _mark_furniture(lines: Sequence[_Line]) -> None:
    """Mark first and last lines of pages that are alike, but for digits, on at least three pages."""
    if not lines or lines[-1].page < 2:
        return
    edges = [
        line
        for index, line in enumerate(lines)
        if index in {0, len(lines) - 1} or lines[index - 1].page != line.page or lines[index + 1].page != line.page
    ]
    shapes = [" ".join(regex.sub(r"\p{N}+", "#", line.text).split()) for line in edges]
    often = Counter(shapes)
    for line, shape in zip(edges, shapes, strict=True):
        line.furniture = often[shape] >= 3


def _groups(lines: Sequence[_Line]) -> list[list[_Line]]:
    groups: list[list[_Line]] = []
    for line in lines:
        if line.after_gap or line.furniture or not groups or groups[-1][-1].furniture:
            groups.append([line])
        else:
            groups[-1].append(line)
    return groups


def _wrap_width(groups: Sequence[Sequence[_Line]], *, strict: bool) -> int:
    """Return the width the text is wrapped at, in columns; 0 when it is not hard-wrapped.

    A wrapped line ends where the next line's first word did not fit, mostly in mid-sentence, and the next line then
    mostly goes on in lower case. Verse and lists fail one of the three; fixed-width records begin alike.
    """
    pairs = [pair for group in groups for pair in pairwise(group)]
    if len(pairs) < (4 if strict else 3):
        return 0
    widths = sorted(_width(line) for line, _ in pairs)
    width = widths[-1] if strict else widths[int(len(widths) * 0.95)]
    if not _NARROWEST <= width <= _WIDEST:
        return 0
    heads = Counter(regex.sub(r"\p{N}+", "#", (line.text[:_WIDEST].split(None, 1) or [""])[0]) for line, _ in pairs)
    if heads.most_common(1)[0][1] * 2 > len(pairs):
        return 0
    # Editors re-wrap unevenly, so a line counts as full from 85 % of the width on; a lone block has to be neater.
    full = sum(_is_full(line, after, width, slack=1 if strict else 0.85) for line, after in pairs)
    middle = sum(_MID_SENTENCE.search(line.text[-40:]) is not None for line, _ in pairs)
    first = [after.text[: 2 * _WIDEST].lstrip()[:1] for _, after in pairs]
    lower = sum(letter.islower() for letter in first)
    cased = lower + sum(letter.isupper() for letter in first)
    if cased * 4 < len(pairs) and len(pairs) < 6 and strict:
        return 0
    enough_full, enough_middle, enough_lower = (0.9, 0.7, 0.6) if strict else (0.75, 0.55, 0.5)
    wrapped = full >= enough_full * len(pairs) and middle >= enough_middle * len(pairs)
    return width if wrapped and (cased < 3 or lower >= enough_lower * cased) else 0


def _usual_width(groups: Sequence[Sequence[_Line]]) -> int:
    widths = sorted(_width(line) for group in groups for line in group[:-1])
    return widths[int(len(widths) * 0.95)] if widths else 0


def _is_full(line: _Line, after: _Line, width: int, slack: float = 1.0) -> bool:
    """Tell whether the first word of the next line would not have fitted on this one."""
    head = after.text[: 2 * _WIDEST].lstrip() or "x"
    # Without spaces the next character is what did not fit, but for punctuation that may not begin a line.
    word = 6 if _SPACELESS.match(head) else min(columns(head.split(None, 1)[0]), 30) + 1
    return _width(line) + word > width * slack


def _runs(group: Sequence[_Line], width: int) -> list[list[_Line]]:
    """Cut a block of a hard-wrapped text where a paragraph begins without a blank line before it."""
    marks = sum(_LIST_MARK.match(line.text) is not None for line in group)
    usual = Counter(_indent(line.text) for line in group).most_common(1)[0][0]
    runs = [[group[0]]]
    for before, line in pairwise(group):
        ended = _SENTENCE_END.search(before.text[-40:]) is not None
        item = marks > 1 and _LIST_MARK.match(line.text) is not None
        indented = _indent(line.text) >= usual + 2 and _indent(before.text) < usual + 2
        short = not _is_full(before, line, width, slack=0.85)
        indented = indented and (ended or line.text.startswith("\u3000"))
        # A title right above its text: far shorter than the lines below, and alone so far.
        title = len(runs[-1]) == 1 and not ended and _width(before) < 0.6 * width <= 0.8 * _width(line)
        begins = indented or title or (item and (ended or short)) or (short and ended)
        if begins:
            runs.append([line])
        else:
            runs[-1].append(line)
    return runs


def _width(line: _Line) -> int:
    """Return the width of a line, no more than is needed to know that it is too long to be wrapped."""
    return columns(line.text[: 2 * _WIDEST].rstrip())


def _indent(text: str) -> int:
    text = text[:_WIDEST]
    return columns(text[: len(text) - len(text.lstrip())].replace("\t", "    "))


def columns(text: str) -> int:
    """Return the width of the text in a fixed-width font: 2 for a wide character, 0 for a combining one."""
    if text.isascii():
        return len(text)
    return len(text) + len(_WIDE.findall(text)) - len(_NARROW.findall(text))
