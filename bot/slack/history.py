"""The conversation so far, read from Slack itself, so that edited and deleted messages count as they are now."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.slack.incoming import by_bot
from bot.slack.question import narrow, read_message
from bot.types import Answer, Message

EVENT_TYPE = "pinpoint_answer"
"""Type of the metadata our messages carry: which job they belong to, which part they are, which answer they show."""
TURNS = 12
"""Most messages handed on as history."""
_SOURCES = re.compile(r"\n\n(?:\[\d+\]|•) ")


def metadata(job: str, part: str, answer: str = "") -> dict[str, Any]:
    """What our messages carry, unseen by people."""
    return {"event_type": EVENT_TYPE, "event_payload": {"job": job, "part": part, "answer": answer}}


def carried(message: dict[str, Any]) -> dict[str, str]:
    """What a message of ours carries; an empty dict for others."""
    found = message.get("metadata") or {}
    payload = found.get("event_payload") or {}
    return {str(k): str(v) for k, v in payload.items()} if found.get("event_type") == EVENT_TYPE else {}


def turns(
    messages: Sequence[dict[str, Any]], *, before: str, bot: str, answers: dict[str, Answer], known: Sequence[str] = ()
) -> tuple[Message, ...]:
    """Read messages as turns of a conversation.

    Args:
        messages: As Slack gives them, oldest first.
        before: Time stamp of the message that asks now; it and what came later is left out.
        bot: User id of this app.
        answers: Kept answers by identifier.
        known: Names of the indexed files, to take `files: …` out of questions.
    """
    found: list[Message] = []
    for message in messages:
        if float(message.get("ts") or 0) >= float(before):
            continue
        own = carried(message)
        if own:
            if own.get("part") == "0" and own.get("answer"):
                kept = answers.get(own["answer"])
                if kept and own.get("job", "").startswith("share:"):
                    found.append(Message("user", kept.question))
                text = kept.text if kept else _without_sources(read_message({"text": message.get("text")}, bot))
                found.append(Message("assistant", text))
        elif not by_bot(message, bot) and message.get("subtype") in {None, "file_share", "thread_broadcast"}:
            text = narrow(read_message(message, bot), known).question
            if text:
                found.append(Message("user", text))
    return tuple(found[-TURNS:])


def _without_sources(text: str) -> str:
    return _SOURCES.split(text, maxsplit=1)[0].strip()
