"""Where sentences begin and end, in any script."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Any

import regex

from bot.types import Span

_CLOSERS = "\\p{Pe}\\p{Pf}\"'”’»"
_WIDE = regex.compile(rf"[。！？｡︒．!?；…]++[{_CLOSERS}]*+")
"""Stops of Chinese and Japanese end a sentence wherever they stand, with the brackets and quotes they close."""
_WIDE_STOPS = frozenset("。！？｡︒")
_OTHER = regex.compile(
    rf"(?:[।॥؟۔።፧፨។៕။༎܀‼⁇⁈⁉]|(?<=[\p{{Han}}\p{{Hiragana}}\p{{Katakana}}\p{{Hangul}}])[!?]+"
    rf"|(?<=[\p{{Arabic}}\p{{Hebrew}}\p{{Devanagari}}\p{{Hangul}}][\p{{M}}]?)[.!?])[{_CLOSERS}]*(?=[\s\p{{Lo}}]|$)"
)
_LINE = regex.compile(r"\s*[\n\r\x0b\x0c\x85\u2028\u2029]\s*")
_LISTED = regex.compile(r"(?:[-*+•‣◦▪·–—#>|]|\(?\d{1,3}[.)、．]|[（(][\p{N}一二三四五六七八九十]{1,3}[）)])\s?")
_QUOTING = regex.compile(r"[\p{Pe}\p{Pf}\"'”’]$")
_JOINS_JAPANESE = regex.compile(r"\p{Hiragana}")
_JOINS_LATIN = regex.compile(r"[\s]*[\p{Ll},;:)\]}%]")
_WORD_BEFORE = r"(?:^|[\s(\[“\"'«\-–/])"
_ABBREVIATED = regex.compile(
    rf"{_WORD_BEFORE}(?:\p{{Lu}}|\p{{Lu}}\.\s?\p{{Lu}}|\p{{L}}\.\s\p{{L}}"
    r"|Mr|Mrs|Ms|Dr|Prof|St|Mt|Mme|Mlle|vs|cf|ca|approx|resp|bzw|ggf|г|ул|им|см|проф)\.$"
)
_BEFORE_NUMBER = regex.compile(
    rf"{_WORD_BEFORE}(?:No|Nos|Nr|Art|Abs|Fig|Figs|Vol|Ch|Sec|Eq|p|pp|S|стр|рис|гл)\.$", regex.IGNORECASE
)
_ORDINAL = regex.compile(r"(?:^|[\s(])\d{1,3}\.$")
_ORDINAL_LANGUAGES = frozenset(("de", "da", "no", "fi", "is", "et", "lv", "cs", "sk", "sl", "hr", "sr", "hu"))
_THAI = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_LONG_THAI = 120
_WINDOW = 4000
"""Characters that are split at a time: some patterns are slow on endless runs, and no real sentence is longer."""


@lru_cache(maxsize=1)
def _library() -> Callable[[str, str], Iterable[dict[str, Any]]]:
    from sentencex import get_sentence_boundaries

    boundaries: Callable[[str, str], Iterable[dict[str, Any]]] = get_sentence_boundaries
    return boundaries


def split_sentences(text: str, language: str = "und") -> list[Span]:
    """Split into sentences: trimmed spans in order that together hold every character that is not white space.

    sentencex knows the abbreviations of many languages; on top come the stops and closing quotes of other scripts,
    list lines, and what it cuts too eagerly. A line break ends a sentence only before a list item or after a stop.
    Thai and its like, which write no stops, are cut at spaces when long.

    Args:
        text: A paragraph.
        language: BCP 47 tag; it only helps with abbreviations.
    """
    code = language.split("-", maxsplit=1)[0].lower()
    spans: list[Span] = []
    start = 0
    while start < len(text):
        window = text[start : start + _WINDOW]
        found = _split(window, code)
        if start + len(window) < len(text) and len(found) > 1:
            # The last one may go on beyond the window: begin the next window with it.
            window = window[: found.pop().start]
        spans.extend(Span(start + span.start, start + span.end) for span in found)
        start += len(window)
    return spans


def _split(text: str, code: str) -> list[Span]:
    cuts = _library_cuts(text, code) | _script_cuts(text)
    cuts = {cut for cut in cuts if not _joins(text, cut, code)} | _list_cuts(text)
    spans = _trimmed(text, sorted(cuts | {0, len(text)}))
    return [part for span in spans for part in _spaced(text, span)]


def _library_cuts(text: str, code: str) -> set[int]:
    # It ends sentences at line breaks, which in a hard-wrapped paragraph are nothing but spaces.
    flat = _LINE.sub(lambda match: " " * len(match[0]), text)
    return {found["end_index"] for found in _library()("en" if code in {"und", "mul"} else code, flat)}


def _script_cuts(text: str) -> set[int]:
    wide = {match.end() for match in _WIDE.finditer(text) if not _WIDE_STOPS.isdisjoint(match[0])}
    return wide | {match.end() for match in _OTHER.finditer(text)}


def _list_cuts(text: str) -> set[int]:
    """Return where a line begins that is a list item."""
    return {match.end() for match in _LINE.finditer(text) if _LISTED.match(text, match.end())}


def _joins(text: str, cut: int, code: str) -> bool:
    """Tell whether a cut is none: after an abbreviation, or where the sentence goes on."""
    before, after = text[max(0, cut - 40) : cut].rstrip(), text[cut : cut + 40]
    if not before or not after.strip():
        return False
    following = after.lstrip()
    if not any(character.isalnum() for character in following.split(None, 1)[0]) and not following.startswith("¿"):
        # Nothing but punctuation comes next: it belongs to what it closes.
        return not regex.match(r"[\p{Ps}\p{Pi}\"'“‘«—–\-]", following)
    if following[0].isnumeric() and _BEFORE_NUMBER.search(before):
        return True
    if _ABBREVIATED.search(before) or (code in _ORDINAL_LANGUAGES and _ORDINAL.search(before)):
        return True
    if _QUOTING.search(before):
        # `「はい。」と言った` and `“Go!” he said` go on after the quotation.
        japanese = regex.search(r"[。！？][\p{Pe}\p{Pf}”’]+$", before) is not None and code == "ja"
        return bool(_JOINS_JAPANESE.match(after)) if japanese else bool(_JOINS_LATIN.match(after))
    return regex.match(r"\s*[\p{Ll},;:]", after) is not None and regex.search(r"[.…]$", before) is not None


def _trimmed(text: str, cuts: list[int]) -> list[Span]:
    spans = []
    for start, end in pairwise(cuts):
        piece = text[start:end]
        left, right = len(piece) - len(piece.lstrip()), len(piece.rstrip())
        if right > left:
            spans.append(Span(start + left, start + right))
    return spans


def _spaced(text: str, span: Span) -> list[Span]:
    """Cut a long stretch of Thai, Lao, Khmer or Burmese at its spaces, which stand between clauses."""
    piece = text[span.start : span.end]
    if len(piece) <= _LONG_THAI or not _THAI.search(piece):
        return [span]
    cuts, last = [span.start], span.start
    for match in regex.finditer(
        r"(?<=[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ๆฯ])\s+", text, pos=span.start, endpos=span.end
    ):
        if match.end() - last >= _LONG_THAI // 3:
            cuts.append(match.end())
            last = match.end()
    return _trimmed(text, [*cuts, span.end])
