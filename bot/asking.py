"""What may be asked, and how: one question with its options, checked before anything is done."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from bot.errors import UsageError
from bot.types import Message

if TYPE_CHECKING:
    from bot.index import Index

MAX_QUESTION = 20_000
"""Longest question in characters."""


class AskOptions(TypedDict, total=False):
    """What may be given with a question, by keyword."""

    history: Sequence[Message]
    """Earlier turns, oldest first."""
    files: Sequence[str] | None
    """Answer from these files of the corpus only."""
    id: str | None
    """Identifier to give the answer; a new one when left out."""
    extra: Index | None
    """More documents for this question only, as `bot.index.index_documents` returns them."""


@dataclass(frozen=True, slots=True)
class Request:
    """A question that may be asked."""

    question: str
    history: tuple[Message, ...]
    files: tuple[str, ...] | None
    id: str
    extra: Index | None


def arguments_of(asked: str | dict[str, Any]) -> dict[str, Any]:
    """The arguments of `ask` in what a Runnable is given.

    Raises:
        UsageError: when a key is not known.
    """
    if isinstance(asked, str):
        return {"question": asked}
    if unknown := sorted(asked.keys() - {"question", "history", "files", "id"}):
        raise UsageError(f"the input {unknown[0]!r} is not known; give question, history, files or id")
    return asked


def request_of(
    question: str,
    *,
    history: Sequence[Message] = (),
    files: Sequence[str] | None = None,
    id: str | None = None,  # noqa: A002  the name the answer's schema fixes
    extra: Index | None = None,
) -> Request:
    """Check what was asked.

    Raises:
        UsageError: when the question is empty, too long or no text.
    """
    if not isinstance(question, str) or not question.strip():
        raise UsageError("the question is empty; ask something")
    if len(question) > MAX_QUESTION:
        raise UsageError(f"the question has {len(question)} characters; the limit is {MAX_QUESTION}")
    question = question.encode("utf-8", "replace").decode("utf-8")  # lone surrogates cannot leave as JSON
    return Request(question.strip(), tuple(history), tuple(files) if files else None, id or uuid.uuid4().hex, extra)
