"""What is to be done for one message, command or press of a button, as it is kept until it is done."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, Self

Kind = Literal["message", "command", "share", "welcome"]
"""How the work is delivered: as messages of the Web API, through a response URL, shared, or as a greeting."""


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do, complete in itself: another process can do it after a crash."""

    key: str
    """What makes it the same work however often Slack tells of it: team, channel and time stamp of the message."""
    kind: Kind
    """See `Kind`."""
    channel: str = ""
    """Where the answer goes."""
    user: str = ""
    """Who asked, a Slack user id."""
    name: str = ""
    """Display name of the person, when Slack told it."""
    team: str = ""
    """The workspace."""
    ts: str = ""
    """Time stamp of the message that asks."""
    thread: str = ""
    """Time stamp of the thread to answer in; empty for the channel itself."""
    text: str = ""
    """The words of the question, without Slack's markup."""
    files: tuple[str, ...] = ()
    """Files chosen in the picker, each as the hash that stands for its name."""
    pane: bool = False
    """Whether it was asked in the assistant's pane, which shows progress of its own."""
    direct: bool = False
    """Whether it was asked in a direct message."""
    response_url: str = ""
    """Where a command's answer goes."""
    message: str = ""
    """Time stamp of the private message that is shared."""
    answer: str = ""
    """Identifier of the answer that is shared."""
    deleted: bool = False
    """Whether the question is gone, and what was posted for it is to go as well."""

    def dump(self) -> str:
        """Write as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def load(cls, text: str) -> Self:
        """Read what `dump` wrote; fields of other versions are left out."""
        known = {item.name for item in fields(cls)}
        values: dict[str, Any] = {name: value for name, value in json.loads(text).items() if name in known}
        return cls(**values | {"files": tuple(values.get("files", ()))})

    def changed(self, **values: Any) -> Self:
        """A copy with other values."""
        return replace(self, **values)


@dataclass(frozen=True, slots=True)
class Offer:
    """A job as a request brings it."""

    event: str
    """What identifies the delivery: an event id, or a command's trigger."""
    job: Job
    """What to do."""
    join: bool = False
    """Whether follow-ups in the job's thread are for us from now on."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A job that this process has taken on."""

    job: Job
    """What to do."""
    revision: int
    """Counts edits of the question, from 0."""
    tries: int
    """How often it was taken on, from 1."""
    sent: dict[str, str] = field(default_factory=dict)
    """Time stamps of the messages posted so far, by part from "0"."""
