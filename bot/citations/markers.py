"""Finds citation markers in whatever form a model writes them, and nothing that merely looks like one.

Every pattern has bounded repeats, so the time is linear in the length of the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import regex

MAX_NUMBERS: Final = 20
"""Most passages one marker may name; a longer list or range names no passage at all."""

MAX_MARKER: Final = 160
"""Longest marker in characters; a stream holds back at most this much."""

_OPEN: Final = r"[\[【［〔〖]"
_CLOSE: Final = r"[\]】］〕〗]"
_LABEL: Final = (
    r"(?:(?:citations?|cites?|cit|refs?|references?|références?|réf|sources?|src|passages?|docs?|documents?|extraits?|"
    r"quelle|quellen|fuentes?|fontes?|fonti|nguồn|источник|المصدر|مصدر|स्रोत|출처|來源|来源|參考|参考|文献|引用|段落|出典|資料|资料)"
    r"[\s_:：.#]{0,2})?"
)
_NUMBER: Final = r"(?:\d{1,4}|[⁰¹²³⁴-⁹]{1,4})"
_JOIN: Final = r"\s{0,2}(?:[,;、，；/&+·]|[-‐-―−~～〜至到]|and|et|y|und|和|及|与|與)\s{0,2}"
_BODY: Final = rf"[\^#¶]?\s?{_LABEL}(?P<body>{_NUMBER}(?:{_JOIN}{_LABEL}[\^#¶]?{_NUMBER}){{0,40}})"
_TAIL: Final = r"(?:\s{0,2}(?:[:：]\d{1,4})?\s{0,2}[†‡|][^\[\]【】［］〔〕〖〗\n]{0,80}|[:：]\d{1,4}|[.。])?"

_BRACKETED: Final = regex.compile(
    rf"\\?{_OPEN}{{1,2}}\s{{0,3}}{_BODY}{_TAIL}\s{{0,3}}\\?{_CLOSE}{{1,2}}(?P<link>\([^()\s]{{1,300}}\))?",
    regex.IGNORECASE,
)
_SUP_TAG: Final = regex.compile(
    rf"<(?P<tag>sup|cite)>\s{{0,3}}{_OPEN}?\s?{_BODY}\s?{_CLOSE}?\s{{0,3}}</(?P=tag)>", regex.IGNORECASE
)
_ROUND: Final = regex.compile(rf"[(（]\s{{0,2}}{_BODY}\s{{0,2}}[)）]", regex.IGNORECASE)
_SUPERSCRIPT: Final = regex.compile(r"[⁰¹²³⁴-⁹]{1,6}(?:[⁻⁼,˒، ]{1,2}[⁰¹²³⁴-⁹]{1,4}){0,20}")

_FENCE: Final = regex.compile(r"^[ ]{0,3}(`{3,}|~{3,})[^\n]{0,200}$", regex.MULTILINE)
_INLINE: Final = regex.compile(
    r"(?<![`\\])(?P<ticks>`{1,2})(?!`)[^`\n]{1,400}(?P=ticks)(?!`)"
    r"|\$\$[^$]{1,1000}\$\$"
    r"|(?<![\w$\\])\$(?=[^\s$])[^$\n]{0,200}[^\s$\\]\$(?![\w$])"
    r"|\\\([^\n]{1,300}?\\\)|\\\[(?!\s?\^?[\d,;\s-]{1,40}\\\])[^\n]{1,300}?\\\]"
)
_DEFINITION: Final = regex.compile(r"^[ ]{0,3}\[\^?\d{1,4}\]:[^\n]*\n?", regex.MULTILINE)
_FORGED: Final = regex.compile(r"\[(?=\d[\d\s,;、，；‐-―-]{0,60}\])")

_ENDS: Final = ".。．!！?？…‼⁇।؟۔։។၊።"
_CLOSERS: Final = "\"'”’»」』）)]】*_"
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RANGE: Final = regex.compile(r"[-‐-―−~～〜至到]")
_NOT_CITED: Final = regex.compile(
    r"(?:fig(?:ure|\.)?|tab(?:le|\.)?|eq(?:uation|\.)?|section|sec\.|chapter|article|art\.|clause|rule|no\.|nr\.|n°|№|§|step|"
    r"phase|tableau|chapitre|étape|abschnitt|artikel|tabla|sección|artículo|図|表|式|第|条|條|節|节|章|等級|等级)\s{0,2}$",
    regex.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Marker:
    """One marker in a text."""

    start: int
    """First character, from 0."""
    end: int
    """One past the last character."""
    numbers: tuple[int, ...]
    """The passage numbers it names that exist, in its own order; empty when none does."""


def protected(text: str) -> list[tuple[int, int]]:
    """Ranges that are code or mathematics, in order: nothing in them is a marker. An open fence runs to the end."""
    ranges: list[tuple[int, int]] = []
    at = 0
    fences = list(_FENCE.finditer(text))
    index = 0
    while index < len(fences):
        opening = fences[index]
        index += 1
        while index < len(fences) and not _closes(opening[1], fences[index]):
            index += 1
        end = fences[index].end() if index < len(fences) else len(text)
        index += 1
        ranges.extend(match.span() for match in _INLINE.finditer(text, at, opening.start()))
        ranges.append((opening.start(), end))
        at = end
    ranges.extend(match.span() for match in _INLINE.finditer(text, at))
    return ranges


def _closes(fence: str, match: regex.Match[str]) -> bool:
    return match[1][0] == fence[0] and len(match[1]) >= len(fence) and match[0].strip() == match[1]


def find_markers(text: str, count: int) -> list[Marker]:
    """Find every citation marker.

    Args:
        text: what a model wrote.
        count: how many passages there are; numbers outside 1..count name nothing.

    Returns:
        Markers in order, without overlaps. A marker whose numbers are all out of range is returned with none, so that
        the caller removes it; `(2019)`, `[2019]`, `x²`, `Article 5(1)` and list numbers are not markers.
    """
    skip = protected(text)
    found = list(_outside(_SUP_TAG.finditer(text), skip))
    markers = [Marker(m.start(), m.end(), parse_numbers(m["body"], count)) for m in found]
    for match in _outside(_BRACKETED.finditer(text), skip):
        if _is_year(match["body"], count) or _balanced(match[0]) is False:
            continue
        markers.append(Marker(match.start(), match.end(), parse_numbers(match["body"], count)))
    markers.extend(_outside_markers(_round(text, count, skip), markers))
    markers.extend(_outside_markers(_superscripts(text, count, skip), markers))
    markers.sort(key=lambda marker: (marker.start, -marker.end))
    return _without_overlaps(markers)


@lru_cache(maxsize=4096)
def parse_numbers(body: str, count: int) -> tuple[int, ...]:
    """Read the inside of a marker: `1, 3-5` gives 1, 3, 4, 5; numbers outside 1..count are left out."""
    numbers: list[int] = []
    previous_end = 0
    last: int | None = None
    for match in regex.finditer(_NUMBER, body):
        value = _value(match[0])
        between = body[previous_end : match.start()]
        if last is not None and _RANGE.search(between) and last < value:
            if value - last >= MAX_NUMBERS:
                return ()
            numbers.extend(range(last + 1, value + 1))
        else:
            numbers.append(value)
        last, previous_end = value, match.end()
    kept = [number for number in dict.fromkeys(numbers) if 1 <= number <= count]
    return tuple(kept) if len(kept) <= MAX_NUMBERS else ()


def _value(digits: str) -> int:
    """The number, or 0 for digits that are newer than Python's Unicode tables."""
    digits = digits.translate(_SUPERSCRIPTS)
    return int(digits) if digits.isdecimal() else 0


def remove_definitions(text: str) -> str:
    """Drop footnote definitions such as `[^1]: a source`: they describe passages, they claim nothing."""
    return str(_DEFINITION.sub("", text))


def neutralise(text: str) -> str:
    """Make sure that no `[n]` remains which a reader could take for one of our citations: `a[1]` becomes `a[ 1]`."""
    return str(_FORGED.sub("[ ", text))


def marker_may_continue(text: str) -> int:
    """Where to cut a growing text so that no marker is cut in two: the length of the part that is settled."""
    tail_start = max(0, len(text) - MAX_MARKER)
    tail = text[tail_start:]
    cut = len(tail)
    for opener in "[【［〔〖(（<\\":
        at = tail.rfind(opener)
        if at >= 0 and not regex.search(r"[\]】］〕〗)）>]", tail[at:]):
            cut = min(cut, at)
    while cut and (tail[cut - 1] in "[【［〔〖(（<\\⁰¹²³⁴⁵⁶⁷⁸⁹" or tail[cut - 1].isspace()):
        cut -= 1
    return tail_start + cut


def _outside(matches: Iterator[regex.Match[str]], skip: list[tuple[int, int]]) -> Iterator[regex.Match[str]]:
    at = 0
    for match in matches:
        while at < len(skip) and skip[at][1] <= match.start():
            at += 1
        if at < len(skip) and skip[at][0] < match.end():
            continue
        yield match


def _outside_markers(markers: Iterator[Marker], taken: list[Marker]) -> list[Marker]:
    covered = {position for marker in taken for position in range(marker.start, marker.end)}
    return [marker for marker in markers if marker.start not in covered]


def _without_overlaps(markers: list[Marker]) -> list[Marker]:
    kept: list[Marker] = []
    for marker in markers:
        if not kept or marker.start >= kept[-1].end:
            kept.append(marker)
    return kept


def _is_year(body: str, count: int) -> bool:
    return len(body) == 4 and body.isdecimal() and not 1 <= int(body) <= count and 1000 <= int(body) <= 2999


def _balanced(marker: str) -> bool:
    """Whether the doubled brackets of `[[1]]` match; `[[1]` would take a bracket that belongs to the text."""
    opening = sum(marker.count(c) for c in "[【［〔〖")
    closing = sum(marker.count(c) for c in "]】］〕〗")
    return opening == closing


def _round(text: str, count: int, skip: list[tuple[int, int]]) -> Iterator[Marker]:
    """`(1)` counts only at the end of a sentence, after words, with every number in range."""
    for match in _outside(_ROUND.finditer(text), skip):
        numbers = parse_numbers(match["body"], count)
        written = {_value(n) for n in regex.findall(_NUMBER, match["body"])}
        if not numbers or not written <= set(range(1, count + 1)):
            continue
        before, after = text[max(0, match.start() - 24) : match.start()], text[match.end() : match.end() + 2]
        line = before.rsplit("\n", 1)[-1]
        bare = line.rstrip()
        if not bare or _NOT_CITED.search(line) or bare[-1].isdecimal():
            continue
        if line == bare and bare[-1].isalnum() and bare[-1].isascii():
            continue
        ended = bare.rstrip(_CLOSERS)[-1:] in _ENDS and bare.rstrip(_CLOSERS) != ""
        closes = not after or after[0] in _ENDS + "\n" or (after[0] in "(（" and after[1:].isdecimal())
        if ended or closes:
            yield Marker(match.start(), match.end(), numbers)


def _superscripts(text: str, count: int, skip: list[tuple[int, int]]) -> Iterator[Marker]:
    """`¹` counts after a word of four letters or more, after punctuation or touching CJK; `m²` and `10²` never do."""
    for match in _outside(_SUPERSCRIPT.finditer(text), skip):
        before = text[max(0, match.start() - 8) : match.start()]
        word = regex.search(r"\p{L}*$", before)
        letters = word[0] if word else ""
        wide = (
            bool(regex.match(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]", before[-1:]))
            and before[-1:] != "米"
        )
        closed = before.rstrip(_CLOSERS)[-1:] in _ENDS + ",;:，；：、" if before.strip() else False
        quoted = before[-1:] in "\"'”’»」』" and before[-1:] != ""
        ends = text[match.end() : match.end() + 1] in _ENDS + "\n"
        if not (len(letters) >= (3 if ends else 4) or wide or closed or quoted):
            continue
        body = match[0].strip()
        numbers = parse_numbers(body, count)
        if not numbers and body.translate(_SUPERSCRIPTS).isdecimal():
            singles = tuple(dict.fromkeys(int(c) for c in body.translate(_SUPERSCRIPTS)))
            numbers = singles if all(1 <= n <= count for n in singles) else ()
        yield Marker(match.start(), match.start() + len(match[0].rstrip()), numbers)
