"""A reader's conversations as the browser keeps them. What comes back from a browser is not trusted, only validated.

The browser sends all it keeps (`Book.read`) and gets back only what an event changed (`Book.write`), which `book.js`
merges into its store turn by turn: several tabs write to that store and must not undo each other's work.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from base64 import b64encode
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from bot.types import Answer, Message

log = logging.getLogger(__name__)

CONVERSATIONS = 50
"""Most conversations that the browser keeps; the oldest go first."""
BOOK_CHARS = 2_000_000
"""Most characters of all of them as JSON, below what browsers store for one site (about 5 million)."""
HISTORY = 12
"""Turns of a conversation that a follow-up question is read with."""
_ID_CHARS = 64
RETRIEVED = 10
"""Ranked paragraphs that are kept with an answer."""

State = Literal["asking", "done", "stopped", "failed"]


def new_id() -> str:
    """Make an identifier that cannot be guessed: it is what opens a conversation's uploaded files."""
    return secrets.token_urlsafe(16)


class Turn(BaseModel):
    """One question and what came of it."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(default_factory=new_id, max_length=_ID_CHARS)
    question: str = Field(max_length=20_000, description="As asked; empty when files were only added.")
    state: State = "asking"
    answer: Answer | None = None
    partial: str = Field("", max_length=100_000, description="Text that had come when the reader stopped it.")
    note: str = Field("", max_length=2_000, description="What went wrong, or what was added.")
    dropped: list[str] = Field(default_factory=list, max_length=1000, description="Names of the files dropped with it.")
    verdict: Literal["up", "down"] | None = None


class Conversation(BaseModel):
    """A list of turns."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(default_factory=new_id, max_length=_ID_CHARS)
    created: float = Field(default_factory=time.time, description="Seconds since 1970.")
    turns: list[Turn] = Field(default_factory=list, max_length=500)
    files: list[str] = Field(default_factory=list, max_length=1000, description="Files to answer from; all when empty.")

    @property
    def title(self) -> str:
        """The first question, shortened; empty for a new conversation."""
        first = next((turn.question for turn in self.turns if turn.question), "")
        first = " ".join(first.split())
        return first if len(first) <= 60 else first[:59].rstrip() + "…"

    @property
    def history(self) -> list[Message]:
        """The answered turns, for the pipeline."""
        messages: list[Message] = []
        for turn in self.turns:
            if turn.answer is not None and turn.state == "done" and turn.question:
                messages += [Message("user", turn.question), Message("assistant", turn.answer.text)]
        return messages[-2 * HISTORY :]


class Book(BaseModel):
    """All conversations of one browser, as one tab sees them."""

    model_config = ConfigDict(extra="ignore")

    current: str = Field("", max_length=_ID_CHARS, description="Identifier of the open conversation.")
    conversations: list[Conversation] = Field(default_factory=list, max_length=CONVERSATIONS * 2)
    _before: dict[str, dict[str, Any]] = PrivateAttr(default_factory=dict)

    @classmethod
    def read(cls, data: Any) -> Self:
        """Read the JSON that the browser sent; what does not fit the schema is left out."""
        try:
            data = json.loads(data) if isinstance(data, str) and data else data
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            return cls()
        current = data.get("current")
        book = cls(current=current if isinstance(current, str) and len(current) <= _ID_CHARS else "")
        kept = data.get("conversations")
        for item in kept[: CONVERSATIONS * 2] if isinstance(kept, list) else []:
            try:
                book.conversations.append(Conversation.model_validate(item))
            except ValidationError as error:
                log.info("a stored conversation is left out: %s", error.errors(include_input=False)[0]["msg"])
        book._before = {item.id: item.model_dump(mode="json") for item in book.conversations}
        return book

    def open(self) -> Conversation:
        """Return the open conversation, starting one when there is none."""
        for conversation in self.conversations:
            if conversation.id == self.current:
                return conversation
        fresh = Conversation(id=self.current or new_id())
        self.conversations.insert(0, fresh)
        self.current = fresh.id
        return fresh

    def start(self) -> Conversation:
        """Open a new conversation."""
        self.current = ""
        return self.open()

    def delete(self, identifier: str) -> None:
        """Forget a conversation."""
        self.conversations = [item for item in self.conversations if item.id != identifier]
        if self.current == identifier:
            self.current = self.conversations[0].id if self.conversations else ""

    def write(self) -> str:
        """Tell the browser what is open and what has changed since `read`.

        Returns:
            An HTML block that holds JSON as base64, so that no layer on the way can take it for markup: `n` sets it
            apart from the one before, `current` is the open conversation, `listed` the number of conversations that
            this tab's list shows, `delete` has identifiers, and each of `put` a `conversation` with the identifiers of
            the turns that had been `seen` in it and of those that `changed`.
        """
        put = []
        delete = list(self._before.keys() - {item.id for item in self.conversations})
        for item in self.conversations:
            now, before = item.model_dump(mode="json"), self._before.get(item.id)
            if not item.turns and before is not None:
                delete.append(item.id)
            elif item.turns and now != before:
                known = {turn["id"]: turn for turn in before["turns"]} if before else {}
                changed = [turn["id"] for turn in now["turns"] if turn != known.get(turn["id"])]
                put.append({"conversation": now, "seen": list(known), "changed": changed})
        listed = sum(bool(item.turns) for item in self.conversations)
        message = {"n": new_id(), "current": self.current, "listed": listed, "put": put, "delete": delete}
        encoded = b64encode(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")).decode()
        return f'<div class="pp-kept">{encoded}</div>'


def slim(answer: Answer) -> Answer:
    """The answer with no more ranked paragraphs than the page shows."""
    return answer.model_copy(update={"retrieved": answer.retrieved[:RETRIEVED]})
