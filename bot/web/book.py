"""A reader's conversations as the browser keeps them. What comes back from a browser is not trusted, only validated."""

from __future__ import annotations

import logging
import secrets
import time
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.types import Answer, Message

log = logging.getLogger(__name__)

CONVERSATIONS = 50
"""Most conversations that are kept; the oldest go first."""
BOOK_CHARS = 2_000_000
"""Most characters of all conversations as JSON, below what browsers store for one site (about 5 million)."""
HISTORY = 12
"""Turns of a conversation that a follow-up question is read with."""
RETRIEVED = 10
"""Ranked paragraphs that are kept with an answer."""

State = Literal["asking", "done", "stopped", "failed"]


def new_id() -> str:
    """Make an identifier that cannot be guessed: it is what opens a conversation's uploaded files."""
    return secrets.token_urlsafe(16)


class Turn(BaseModel):
    """One question and what came of it."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(default_factory=new_id, max_length=64)
    question: str = Field(max_length=20_000, description="As asked; empty when files were only added.")
    state: State = "asking"
    answer: Answer | None = None
    partial: str = Field("", max_length=100_000, description="Text that had come when the reader stopped it.")
    note: str = Field("", max_length=2_000, description="What went wrong, or what was added.")
    verdict: Literal["up", "down"] | None = None


class Conversation(BaseModel):
    """A list of turns."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(default_factory=new_id, max_length=64)
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
    """All conversations of one browser."""

    model_config = ConfigDict(extra="ignore")

    current: str = Field("", max_length=64, description="Identifier of the open conversation.")
    conversations: list[Conversation] = Field(default_factory=list, max_length=CONVERSATIONS * 2)

    @classmethod
    def read(cls, data: Any) -> Self:
        """Read what the browser sent; what does not fit the schema, such as an older version's, is left out."""
        if not isinstance(data, dict):
            return cls()
        book = cls(current=data["current"] if isinstance(data.get("current"), str) else "")
        kept = data.get("conversations")
        for item in kept[: CONVERSATIONS * 2] if isinstance(kept, list) else []:
            try:
                book.conversations.append(Conversation.model_validate(item))
            except ValidationError as error:
                log.info("a stored conversation is left out: %s", error.errors(include_input=False)[0]["msg"])
        return book

    def open(self) -> Conversation:
        """Return the open conversation, starting one when there is none."""
        for conversation in self.conversations:
            if conversation.id == self.current:
                return conversation
        fresh = Conversation()
        self.conversations.insert(0, fresh)
        self.current = fresh.id
        return fresh

    def start(self) -> Conversation:
        """Open a new conversation; an empty one that is there already is used again."""
        empty = next((item for item in self.conversations if not item.turns), None)
        self.current = empty.id if empty else ""
        return self.open()

    def delete(self, identifier: str) -> None:
        """Forget a conversation."""
        self.conversations = [item for item in self.conversations if item.id != identifier]
        if self.current == identifier:
            self.current = self.conversations[0].id if self.conversations else ""

    def write(self) -> dict[str, Any]:
        """Give what the browser is to store: the newest conversations that fit."""
        kept = [item for item in self.conversations if item.turns or item.id == self.current][:CONVERSATIONS]
        sizes = [len(item.model_dump_json()) for item in kept]
        while len(kept) > 1 and sum(sizes) > BOOK_CHARS:
            drop = len(kept) - 1 if kept[-1].id != self.current else len(kept) - 2
            del kept[drop], sizes[drop]
        return {"current": self.current, "conversations": [item.model_dump(mode="json") for item in kept]}


def slim(answer: Answer) -> Answer:
    """The answer with no more ranked paragraphs than the page shows."""
    return answer.model_copy(update={"retrieved": answer.retrieved[:RETRIEVED]})
