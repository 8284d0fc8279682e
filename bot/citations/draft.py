"""Takes a draft apart: sentences without their markers, and which passages each one names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import regex

from bot.citations.markers import Marker, find_markers, protected, remove_definitions
from bot.corpus.sentences import split_sentences

MAX_DRAFT: Final = 200_000
"""Longest draft that is read, in characters; what follows is cut off."""

_BROKEN: Final = {0: None} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_LINE: Final = regex.compile(r"[^\n]*\n?")
_BULLET: Final = regex.compile(r"\s*(?:[-*+•·–—>#]{1,6}\s+|\(?\d{1,3}[.)、．]\s+|\d{1,2}、)?")
_END: Final = regex.compile(r"[.。．!！?？…‼⁇।؟۔։。]['\"”’»」』）)*_]*$")
_REFERENCES: Final = regex.compile(
    r"\s*[#*_\s]*(?:sources?|references?|citations?|références?|quellen|fuentes|referencias|fontes|fonti|источники|"
    r"المصادر|参考文献|參考文獻|参考资料|參考資料|来源|來源|出典|출처|nguồn|स्रोत)\s*[*_]*\s*[:：]?\s*[*_]*\s*$",
    regex.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of a draft, or a stretch that is no sentence."""

    gap: str
    """White space and list signs before it, kept as written."""
    text: str
    """The words, without markers."""
    numbers: tuple[int, ...]
    """Passages its markers name, from 1, in order."""
    marked: bool
    """Whether a marker stood there at all, also one that names nothing."""
    is_claim: bool
    """False for code and for what holds no word."""


def read_draft(text: str, count: int, language: str) -> tuple[list[Claim], str]:
    """Split a draft into claims and give each its markers.

    Args:
        text: what was written.
        count: how many passages the writer saw.
        language: BCP 47, helps to split sentences.

    Returns:
        The claims in order, and the white space after the last one.
    """
    text = _without_references(remove_definitions(text[:MAX_DRAFT].translate(_BROKEN).replace("\r\n", "\n")))
    clean, marks = _lift(text, find_markers(text, count))
    claims: list[Claim] = []
    gap = ""
    at = 0
    for start, end, is_code in _blocks(clean):
        spans = [(start, end)] if is_code else _sentences(clean, start, end, language)
        owners = _owners(clean, spans, start, end, marks)
        for span, (numbers, marked) in zip(spans, owners, strict=True):
            gap += clean[at : span[0]]
            words = clean[span[0] : span[1]]
            at = span[1]
            if not words.strip():
                gap += words
                continue
            claims.append(Claim(gap, words, numbers, marked, not is_code and _has_words(words)))
            gap = ""
    return claims, gap + clean[at:]


def ends_whole(text: str) -> bool:
    """Whether a text ends at the end of a sentence."""
    return bool(_END.search(text.rstrip()[-12:]))


def _without_references(text: str) -> str:
    """Drop a closing list of sources: the citations themselves say where they point."""
    lines = text.rstrip().split("\n")
    index = len(lines)
    while index and (
        not lines[index - 1].strip()
        or regex.match(r"\s*[-*]?\s*[\[【［(（]\^?\d{1,3}[\]】］)）]\s*[:：]?\s*\S", lines[index - 1])
    ):
        index -= 1
    if 0 < index < len(lines) and _REFERENCES.fullmatch(lines[index - 1][:80]):
        return "\n".join(lines[: index - 1])
    return text


def _lift(text: str, markers: list[Marker]) -> tuple[str, list[tuple[int, Marker]]]:
    """Take the markers out; each is remembered with the place it had in the clean text."""
    pieces: list[str] = []
    marks: list[tuple[int, Marker]] = []
    length = at = 0
    for marker in markers:
        before = text[at : marker.start]
        after = text[marker.end : marker.end + 1]
        stripped = before.rstrip(" \t")
        if stripped != before and (not after or after.isspace() or after in ".,;:!?。，、；：！？[【［(（<)）"):
            before = stripped
        pieces.append(before)
        length += len(before)
        marks.append((length, marker))
        at = marker.end
        joined = before[-1:] or (pieces[-2][-1:] if len(pieces) > 1 and pieces[-2] else "")
        if joined and joined in ".!?…" and after.isalpha() and ord(after) < 0x2E80:
            pieces.append(" ")
            length += 1
    pieces.append(text[at:])
    return "".join(pieces), marks


def _blocks(text: str) -> list[tuple[int, int, bool]]:
    """Lines, and fenced code as one block: (start, end, is code)."""
    code = [(start, end) for start, end in protected(text) if text[start:end].lstrip()[:3] in ("```", "~~~")]
    found: list[tuple[int, int, bool]] = []
    at = 0
    for start, end in [*code, (len(text), len(text))]:
        lines = _LINE.finditer(text, at, start)
        found += [(match.start(), match.end(), False) for match in lines if match.end() > match.start()]
        if end > start:
            found.append((start, end, True))
        at = end
    return found


def _sentences(text: str, start: int, end: int, language: str) -> list[tuple[int, int]]:
    bullet = _BULLET.match(text, start, end)
    begin = bullet.end() if bullet else start
    line = text[begin:end]
    return [(begin + span.start, begin + span.end) for span in split_sentences(line, language)]


def _owners(
    text: str, spans: list[tuple[int, int]], start: int, end: int, marks: list[tuple[int, Marker]]
) -> list[tuple[tuple[int, ...], bool]]:
    """Give each marker of the block to the sentence it stands in or after; leading markers to the one that follows."""
    owned: list[list[int]] = [[] for _ in spans]
    marked = [False] * len(spans)
    mine = [(place, marker) for place, marker in marks if start <= place <= end and _in_block(place, start, end, text)]
    if spans and mine:
        leading = mine[0][0] <= spans[0][0] and mine[-1][0] < spans[-1][1]
        for place, marker in mine:
            index = 0
            for number, (left, _) in enumerate(spans):
                if place >= left if leading else place > left:
                    index = number
            if leading and place >= spans[index][1] and index + 1 < len(spans):
                index += 1
            owned[index].extend(marker.numbers)
            marked[index] = True
    return [(tuple(dict.fromkeys(numbers)), was) for numbers, was in zip(owned, marked, strict=True)]


def _in_block(place: int, start: int, end: int, text: str) -> bool:
    """A marker at the border belongs to the block before it, unless that block ended its line."""
    if place == end:
        return end == len(text) or text[end - 1 : end] != "\n"
    return place > start or place == 0 or text[start - 1] == "\n"


def _has_words(text: str) -> bool:
    return bool(regex.search(r"\p{L}|\d", text))
