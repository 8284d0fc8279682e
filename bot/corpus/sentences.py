"""Where sentences begin and end, in any script."""

from __future__ import annotations

from functools import lru_cache

import regex

from bot.types import Span

_CLOSING = r"\p{Pe}\p{Pf}\"'”’»›」』）】〉》"
_FULL_STOP = regex.compile(r"[。！？｡‼⁇⁈⁉．]+|(?<=[\p{Han}\p{Hiragana}\p{Katakana}])[!?;；]+|[।॥؟۔።፧፨။៕៖]+|[？！]+")
_AFTER = regex.compile(rf"[{_CLOSING}]+")
_INITIAL = regex.compile(r"(?:^|[\s(\[“\"'«\-.])\p{Lu}\.$")
_NEWLINE = regex.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]\s*")
_HAN_OR_KANA = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")


@lru_cache(maxsize=1)
def _boundaries():  # type: ignore[no-untyped-def]
    from sentencex import get_sentence_boundaries

    return get_sentence_boundaries


def split_sentences(text: str, language: str = "und") -> list[Span]:
    """Split into sentences: trimmed spans in order that together hold every character that is not white space.

    Args:
        text: A paragraph.
        language: BCP 47 tag; it only helps with abbreviations.
    """
    code = language.split("-")[0].lower()
    cuts = {0, len(text)}
    for found in _boundaries()("en" if code == "und" else code, text):
        cuts.add(found["end_index"])
    spans = []
    ordered = sorted(cut for cut in cuts if 0 <= cut <= len(text))
    for start, end in zip(ordered, ordered[1:], strict=False):
        piece = text[start:end]
        left = len(piece) - len(piece.lstrip())
        right = len(piece.rstrip())
        if right > left:
            spans.append(Span(start + left, start + right))
    return spans
