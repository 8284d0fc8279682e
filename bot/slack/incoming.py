"""What an event of Slack means to us: a question, an edit, a deletion, an opened pane, or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.slack.jobs import Job
from bot.slack.question import read_message

_ASKING = {None, "file_share", "thread_broadcast", "me_message"}
"""Subtypes of messages that a person wrote."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asks; `joined` says whether follow-ups in its thread are for us."""

    job: Job
    """What to do."""
    joined: bool


@dataclass(frozen=True, slots=True)
class Revised:
    """A question was edited, or deleted."""

    key: str
    """The job of the question."""
    text: str | None
    """The new words; None when it is deleted."""


ThreadOf = Callable[[str, str], str]
"""What a thread is to us, by channel and time stamp: `pane`, `joined` or an empty string."""


def read_event(body: dict[str, Any], thread_of: ThreadOf, *, bot: str = "") -> Asked | Revised | None:
    """Read the envelope of an event.

    Args:
        body: As Slack sends it.
        thread_of: Knows the threads in which we were asked.
        bot: User id of this app, for an envelope that does not tell it.
    """
    event = body.get("event") or {}
    kind = event.get("type")
    if kind == "assistant_thread_started":
        return _opened(event, str(body.get("team_id") or ""))
    if kind not in {"message", "app_mention"}:
        return None
    subtype = event.get("subtype")
    bot = bot_user(body) or bot
    if subtype in {"message_changed", "message_deleted"}:
        return _revised(event, team_of(body), bot)
    if subtype not in _ASKING or by_bot(event, bot):
        return None
    return _asked(event, team_of(body), bot, thread_of)


def bot_user(body: dict[str, Any]) -> str:
    """User id of this app in the workspace the event is for."""
    for item in body.get("authorizations") or ():
        if isinstance(item, dict) and item.get("is_bot"):
            return str(item.get("user_id") or "")
    return ""


def team_of(body: dict[str, Any]) -> str:
    """The workspace in which this app is to act; in a shared channel it is not that of the person."""
    for item in body.get("authorizations") or ():
        if isinstance(item, dict) and item.get("team_id"):
            return str(item["team_id"])
    team = body.get("team_id") or (body.get("team") or {}).get("id")
    return str(team or "")


def by_bot(message: dict[str, Any], bot: str) -> bool:
    """Whether a program wrote a message: ours, another app, a workflow or Slack itself."""
    user = message.get("user")
    return bool(
        message.get("bot_id") or message.get("bot_profile") or message.get("app_id") or not user
        or user in {bot, "USLACKBOT"} or message.get("subtype") == "bot_message"
    )  # fmt: skip


def _asked(event: dict[str, Any], team: str, bot: str, thread_of: ThreadOf) -> Asked | None:
    channel, ts = str(event.get("channel") or ""), str(event.get("ts") or "")
    thread = str(event.get("thread_ts") or "")
    if not channel or not ts:
        return None
    raw = str(event.get("text") or "")
    direct = event.get("channel_type") == "im" or channel.startswith("D")
    mentioned = event.get("type") == "app_mention" or bool(bot and f"<@{bot}" in raw)
    known = thread_of(channel, thread) if thread else ""
    if not direct and not mentioned and (not known or _to_somebody_else(raw, bot)):
        return None
    job = Job(
        key=message_key(team, channel, ts),
        kind="message",
        channel=channel,
        user=str(event.get("user") or ""),
        team=team,
        ts=ts,
        thread=thread or ("" if direct else ts),
        text=read_message(event, bot),
        pane=known == "pane",
        direct=direct,
    )
    return Asked(job, joined=True)


def _to_somebody_else(raw: str, bot: str) -> bool:
    """Whether a message in a thread begins with another person's name: then people talk to each other."""
    raw = raw.lstrip()
    return raw.startswith("<@") and not (bot and raw.startswith(f"<@{bot}"))


def _revised(event: dict[str, Any], team: str, bot: str) -> Revised | None:
    channel = str(event.get("channel") or "")
    before = event.get("previous_message") or {}
    if event.get("subtype") == "message_deleted":
        ts = str(event.get("deleted_ts") or before.get("ts") or "")
        return (
            Revised(message_key(team, channel, ts), None) if ts and not by_bot(before | _someone(before), bot) else None
        )
    message = event.get("message") or {}
    ts = str(message.get("ts") or "")
    if message.get("subtype") == "tombstone":
        return Revised(message_key(team, channel, ts), None) if ts else None
    if not ts or by_bot(message, bot) or not message.get("edited"):
        return None  # previews, reactions to links and our own updates change messages as well
    return Revised(message_key(team, channel, ts), read_message(message, bot))


def _someone(message: dict[str, Any]) -> dict[str, Any]:
    """Slack may leave the deleted message out: then nobody is known to have written it, which is no bot."""
    return {"user": message.get("user") or "unknown"}


def _opened(event: dict[str, Any], team: str) -> Asked | None:
    thread = event.get("assistant_thread") or {}
    channel, ts = str(thread.get("channel_id") or ""), str(thread.get("thread_ts") or "")
    if not channel or not ts:
        return None
    user = str(thread.get("user_id") or "")
    job = Job(
        key=f"pane:{team}:{channel}:{ts}", kind="welcome", channel=channel, user=user, team=team, thread=ts,
        pane=True, direct=True,
    )  # fmt: skip
    return Asked(job, joined=True)


def message_key(team: str, channel: str, ts: str) -> str:
    """What identifies a message, whatever events tell of it."""
    return f"message:{team}:{channel}:{ts}"


def file_key(file: str) -> str:
    """What stands for a file in the picker, whose values are short."""
    return hashlib.sha256(file.encode("utf-8", "surrogateescape")).hexdigest()[:40]
