"""An answer as Slack messages: Block Kit within every limit, and the same as plain text for notifications."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.answering.phrases import phrases
from bot.slack.pieces import Look, Piece, answer_pieces, measure, nearest_pieces, source_pieces, words
from bot.slack.text import cut, escape, escaped, isolate, units, visible
from bot.slack.words import say
from bot.types import Answer

Block = dict[str, Any]
"""A block as Slack's JSON has it."""

MESSAGE = 11_000
"""UTF-16 units of pieces in one message: Slack refuses about 13,200 over all blocks (slackapi/bolt-js#2509)."""
BLOCK = 2_800
"""UTF-16 units after which a new block is begun."""
FALLBACK = 3_900
"""UTF-16 units of the plain text: `chat.update` refuses more than 4,000."""
QUESTION = 1_000
"""UTF-16 units of the question where it is repeated."""

UP, DOWN, SHARE = "pinpoint_up", "pinpoint_down", "pinpoint_share"
"""Identifiers of the buttons."""


@dataclass(frozen=True, slots=True)
class Post:
    """One message, ready to be sent."""

    text: str
    """The answer as escaped plain text, for notifications and screen readers."""
    blocks: tuple[Block, ...]
    """The answer in Block Kit."""


def render(
    answer: Answer,
    *,
    question: bool = False,
    asked_by: str = "",
    files: Sequence[str] = (),
    buttons: bool = True,
    share: bool = False,
    look: Look | None = None,
    public_url: str | None = None,
    most: int = 8,
) -> list[Post]:
    """Write an answer as one message, or as several where it is too long for one.

    Args:
        answer: What was answered.
        question: Whether to repeat the question above the answer.
        asked_by: Name of the person who asked, to show with the question.
        files: The files the question was limited to.
        buttons: Whether to add the buttons for a verdict.
        share: Whether to add the button that shares a private answer.
        look: Finds the nearest paragraphs of an answer that found nothing.
        public_url: Address of the server as readers see it.
        most: Most messages; what goes beyond is folded away, and the last message says so.
    """
    head = _question(answer, asked_by) if question else []
    if answer.status == "not_found":
        pieces = [*answer_pieces(answer), *nearest_pieces(answer, look, public_url)]
    else:
        pieces = [*_warning(answer), *answer_pieces(answer), *source_pieces(answer)]
    parcels = _pack(pieces, MESSAGE - measure(head) - 400)
    folded = parcels[most:]
    parcels = parcels[:most]
    tail: list[Block] = []
    if folded:
        tail.append(_note(_folded(folded, answer.language)))
    if files:
        tail.append(_note(say("only", answer.language, files=cut(visible(", ".join(files)), 600))))
    if answer.notice:
        tail.append(_note(cut(visible(answer.notice), 600)))
    if buttons or share:
        tail.append(_buttons(answer, verdict=buttons, share=share))
    posts = []
    for number, parcel in enumerate(parcels, start=1):
        blocks = _blocks(parcel, answer)
        if len(parcels) > 1:
            blocks = [_note(say("continued", answer.language, part=number, parts=len(parcels))), *blocks]
        if number == 1:
            blocks = [*head, *blocks]
        if number == len(parcels):
            blocks += tail
        asked = escaped(visible(answer.question), QUESTION) + "\n\n" if question and number == 1 else ""
        posts.append(Post(_fallback(asked, parcel), tuple(blocks)))
    return posts


def _warning(answer: Answer) -> list[Piece]:
    """The mark of sources that disagree, with words where the text has none of its own."""
    if not answer.disagreement:
        return []
    led = answer.text.startswith(phrases(answer.language).disagreement)
    said = "⚠ " if led else f"⚠ {say('disagree', answer.language)}\n"
    return [Piece("text", (words(said),), said)]


def plain(text: str) -> Post:
    """One message of plain words: progress, an error, a hint."""
    shown = cut(visible(text), BLOCK)
    return Post(escaped(shown, FALLBACK), (_rich([_section([words(shown)])]),))


def _pack(pieces: Iterable[Piece], limit: int) -> list[list[Piece]]:
    """Put pieces into messages, in order, each as full as it may be."""
    parcels: list[list[Piece]] = [[]]
    used = 0
    for piece in pieces:
        if parcels[-1] and used + piece.size > limit:
            parcels.append([])
            used = 0
        if not parcels[-1] and not piece.plain.strip():
            continue
        parcels[-1].append(piece)
        used += piece.size
    return [parcel for parcel in parcels if parcel] or [[Piece("text", (words("…"),), "…")]]


def _blocks(parcel: Sequence[Piece], answer: Answer) -> list[Block]:
    """Blocks of one message: the text, then the sources under their heading."""
    blocks: list[Block] = []
    for kind, run in groupby(parcel, key=lambda piece: piece.kind):
        if kind == "source":
            heading = "nearest" if answer.status == "not_found" else "sources"
            blocks.append(_note(say(heading, answer.language), bold=True))
        for group in _groups(run):
            elements = [element for piece in group for element in piece.elements]
            if kind == "source":
                blocks.append(_rich(elements))
            elif elements := _trimmed(elements):
                blocks.append(_rich([_section(elements)]))
    return blocks


def _groups(pieces: Iterable[Piece]) -> list[list[Piece]]:
    groups: list[list[Piece]] = []
    used = BLOCK
    for piece in pieces:
        if used + piece.size > BLOCK and (not groups or groups[-1]):
            groups.append([])
            used = 0
        groups[-1].append(piece)
        used += piece.size
    return groups


def _trimmed(elements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the line ends at both ends of a block, and without elements that would be empty."""
    kept = [dict(element) for element in elements]
    while kept and not kept[0]["text"].strip():
        kept.pop(0)
    while kept and not kept[-1]["text"].strip():
        kept.pop()
    if kept:
        kept[0]["text"] = kept[0]["text"].lstrip("\n")
        kept[-1]["text"] = kept[-1]["text"].rstrip()
    return [element for element in kept if element["text"]]


def _fallback(asked: str, parcel: Sequence[Piece]) -> str:
    """The message in plain words after the question, already escaped; cut between pieces where it is long."""
    text = asked
    for kind, run in groupby(parcel, key=lambda piece: piece.kind):
        text = text.rstrip() + "\n" if kind == "source" else text
        for piece in run:
            more = ("\n" if kind == "source" else "") + escape(piece.plain)
            if units(text) + units(more) > FALLBACK - 2:
                return (
                    text.strip() + " …"
                    if text != asked
                    else asked + escaped(piece.plain.strip(), FALLBACK - units(asked))
                )
            text += more
    return text.strip() or "…"


def _question(answer: Answer, asked_by: str) -> list[Block]:
    asked = cut(visible(answer.question), QUESTION)
    shown = [words(isolate(asked) if asked_by else asked, bold=True)]
    if asked_by:
        shown = [words(f"{say('shared_by', answer.language)} {isolate(cut(visible(asked_by), 80))}: "), *shown]
    return [_rich([_section(shown)])]


def _folded(folded: Sequence[Sequence[Piece]], language: str) -> str:
    pieces = [piece for parcel in folded for piece in parcel]
    sources = sum(piece.kind == "source" for piece in pieces)
    said = [say("folded", language)] if any(piece.kind == "text" for piece in pieces) else []
    return " ".join([*said, *([say("more", language, count=sources)] if sources else [])])


def _buttons(answer: Answer, *, verdict: bool, share: bool) -> Block:
    elements = []
    if verdict:
        elements = [_button(UP, "👍", "good", answer), _button(DOWN, "👎", "bad", answer)]
    if share:
        elements.append(_button(SHARE, "", "share", answer))
    return {"type": "actions", "elements": elements}


def _button(action: str, sign: str, label: str, answer: Answer) -> dict[str, Any]:
    said = say(label, answer.language)
    return {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": f"{sign} {said}".strip(), "emoji": True},
        "value": answer.id,
        "accessibility_label": said,
    }


def _note(text: str, *, bold: bool = False) -> Block:
    """A line about the answer, in rich text like all else that may hold words of others."""
    return _rich([_section([words(text, **({"bold": True} if bold else {"italic": True}))])])


def _section(elements: list[dict[str, Any]]) -> dict[str, Any]:
    kept = [element for element in elements if element["text"]]
    return {"type": "rich_text_section", "elements": kept or [words("…")]}


def _rich(elements: list[dict[str, Any]]) -> Block:
    return {"type": "rich_text", "elements": elements}


def response(post: Post, *, public: bool = False, replace: bool = False) -> dict[str, Any]:
    """A message as a response URL takes it."""
    return {
        "response_type": "in_channel" if public else "ephemeral",
        "replace_original": replace,
        "text": post.text,
        "blocks": list(post.blocks),
        "unfurl_links": False,
        "unfurl_media": False,
    }
