"""Fits passages and history into a prompt's token budget: best passages kept, texts cut at sentence ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from bot.answering.prompts import neutralise
from bot.corpus.sentences import split_sentences
from bot.types import Message, Passage, Span

HISTORY_SHARE = 4
"""The history may take one part in this many of the budget; passages matter more."""
_MIN_PASSAGE = 24
"""Tokens below which a piece of a passage is not worth its frame."""

Count = Callable[[str], int]
"""Tokens of a text."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What goes into a prompt."""

    passages: tuple[Passage, ...]
    """The passages that are shown, best first: marker [i] names `passages[i - 1]`."""
    text: str
    """The numbered passages as the model reads them."""
    history: str
    """The turns that fit, oldest first, one a line; empty without history."""


def fit(
    passages: Sequence[Passage], history: Sequence[Message], *, budget: int, count: Count, nonce: str = ""
) -> Fitted:
    """Choose what fits into `budget` tokens: the newest turns up to a share of it, then the best passages.

    A passage that does not fit whole is cut around the part that matched; one that cannot be cut to fit is left out,
    and shorter ones after it are still tried.
    """
    turns = fit_history(history, budget=budget // HISTORY_SHARE, count=count)
    left = budget - count(turns)
    shown: list[Passage] = []
    blocks: list[str] = []
    for passage in passages:
        block = _fit_passage(passage, number=len(shown) + 1, budget=left, count=count, nonce=nonce)
        if block is None:
            continue
        left -= count(block) + 1
        shown.append(passage)
        blocks.append(block)
    return Fitted(tuple(shown), "\n".join(blocks), turns)


def fit_history(history: Sequence[Message], *, budget: int, count: Count) -> str:
    """The newest turns whose lines fit into `budget` tokens; the oldest that fits only in part keeps its end."""
    lines: list[str] = []
    for message in reversed(history):
        prefix = f"{message.role}: "
        content = neutralise(" ".join(message.content.split()))
        room = budget - count(prefix) - 2
        if count(content) > room:
            content = _tail(content, room, count)
        if not content:
            break
        lines.append(prefix + content)
        budget -= count(lines[-1]) + 1
    return "\n".join(reversed(lines))


def _tail(text: str, budget: int, count: Count) -> str:
    """The last whole sentences of a text that fit."""
    spans = split_sentences(text)
    start = len(text)
    for span in reversed(spans):
        if count(text[span.start :]) > budget:
            break
        start = span.start
    return text[start:]


def _frame(passage: Passage, number: int, text: str, nonce: str) -> str:
    """One passage as the model reads it, in tags that its own text cannot close."""
    paragraph = passage.paragraph
    tag = f"passage-{nonce}" if nonce else "passage"
    place = f'file="{escape(neutralise(paragraph.file))}" paragraph="{paragraph.number}"'
    under = f' under="{escape(neutralise(" > ".join(paragraph.headings))[:200])}"' if paragraph.headings else ""
    return f"[{number}] <{tag} {place}{under}>{neutralise(text)}</{tag}>"


def _fit_passage(passage: Passage, *, number: int, budget: int, count: Count, nonce: str) -> str | None:
    whole = _frame(passage, number, passage.paragraph.text, nonce)
    if count(whole) + 1 <= budget:
        return whole
    room = budget - count(_frame(passage, number, "", nonce)) - 1
    if room < _MIN_PASSAGE:
        return None
    text = cut_around(
        passage.paragraph.text, passage.span, budget=room, count=count, language=passage.paragraph.language
    )
    while text:
        block = _frame(passage, number, text, nonce)
        if count(block) + 1 <= budget:
            return block
        # Tokens across a seam can be one more than the sum of the parts: give way by one sentence at a time.
        spans = split_sentences(text, passage.paragraph.language)
        text = text[: spans[-1].start].rstrip(" …") if len(spans) > 1 else ""
    return None


def cut_around(text: str, span: Span, *, budget: int, count: Count, language: str = "und") -> str:
    """The sentences around `span` that fit into `budget` tokens, in order, with … where something is left out.

    Empty when not even the sentence at the span fits.
    """
    spans = split_sentences(text, language)
    if not spans:
        return ""
    first = next((i for i, s in enumerate(spans) if s.end > span.start), len(spans) - 1)
    last = max(first, max((i for i, s in enumerate(spans) if s.start < span.end), default=first))
    if _size(text, spans, first, last, count) > budget:
        last = first
        if _size(text, spans, first, last, count) > budget:
            return ""
    while True:
        # Widen on both sides in turn: what follows a claim qualifies it as often as what comes before.
        if last + 1 < len(spans) and _size(text, spans, first, last + 1, count) <= budget:
            last += 1
        elif first > 0 and _size(text, spans, first - 1, last, count) <= budget:
            first -= 1
        else:
            return _piece(text, spans, first, last)


def _piece(text: str, spans: Sequence[Span], first: int, last: int) -> str:
    before = "… " if first > 0 else ""
    after = " …" if last + 1 < len(spans) else ""
    return f"{before}{text[spans[first].start : spans[last].end]}{after}"


def _size(text: str, spans: Sequence[Span], first: int, last: int, count: Count) -> int:
    return count(_piece(text, spans, first, last))
