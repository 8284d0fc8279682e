"""What Slack's refusals mean: what to log, what to tell the person, and whether trying again can help."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Any, Literal

log = logging.getLogger("bot.slack")

Sort = Literal["later", "token", "place", "content", "message", "other"]
"""What a refusal is about: the moment, the token, the conversation, the words, the message to change, or else."""

_LATER = {
    "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout",
    "team_added_to_org", "accesslimited", "unreachable", "message_limit_exceeded",
}  # fmt: skip
_TOKEN = {
    "invalid_auth": "the bot token is wrong; copy it again into SLACK_BOT_TOKEN",
    "not_authed": "no bot token was sent; set SLACK_BOT_TOKEN",
    "token_revoked": "the bot token is revoked; install the app again and set SLACK_BOT_TOKEN",
    "token_expired": "the bot token has expired; turn token rotation off and install the app again",
    "account_inactive": "the app was removed from the workspace; install it again and set SLACK_BOT_TOKEN",
    "missing_scope": "the app lacks a scope; add it under OAuth & Permissions and install the app again",
    "no_permission": "the app may not do this; compare its scopes with docs/slack-manifest.yaml",
    "not_allowed_token_type": "SLACK_BOT_TOKEN is no bot token; it begins with xoxb-",
    "org_login_required": "the workspace is moving to an organisation; try again later",
    "ekm_access_denied": "an administrator has suspended posting",
    "team_access_not_granted": "the app is not granted to this workspace; an administrator of the organisation can",
    "enterprise_is_restricted": "the organisation does not allow this call",
}
_PLACE = {
    "channel_not_found": "the conversation is not visible to the app; invite it there with /invite",
    "not_in_channel": "the app is not a member of the conversation; invite it there with /invite",
    "is_archived": "the conversation is archived",
    "user_not_in_channel": "the person is not in the conversation",
    "restricted_action": "an administrator restricts posting there",
    "restricted_action_read_only_channel": "the channel is read-only",
    "restricted_action_thread_only_channel": "the channel takes replies in threads only",
    "restricted_action_non_threadable_channel": "the channel takes no replies in threads",
    "restricted_action_thread_locked": "the thread is locked",
    "cannot_reply_to_message": "this message takes no replies",
    "thread_not_found": "the thread is gone",
    "messages_tab_disabled": "the app takes no direct messages; turn the messages tab on under App Home",
    "user_disabled": "the person's account is switched off",
    "ekm_access_denied_channel": "an administrator has suspended posting there",
    "slack_connect_canvas_sharing_blocked": "the shared channel does not allow this",
    "slack_connect_file_link_sharing_blocked": "the shared channel does not allow links",
}
_CONTENT = {
    "invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "no_text", "too_many_attachments",
    "invalid_metadata_format", "metadata_too_large", "invalid_metadata_schema", "block_mismatch",
}  # fmt: skip
_MESSAGE = {
    "message_not_found", "cant_update_message", "cant_delete_message", "edit_window_closed",
    "compliance_exports_prevent_deletion",
}  # fmt: skip


@dataclass(eq=False)
class Trouble(Exception):
    """Slack did not do what was asked."""

    method: str
    """The method of the Web API, or `response_url`."""
    code: str
    """Slack's own word for it, or `unreachable`."""
    pause: float = 0.0
    """Seconds Slack asks to wait, 0 when it says nothing."""
    needed: str = ""
    """The scope that is missing, when Slack names it."""

    @property
    def sort(self) -> Sort:
        """What it is about."""
        if self.code in _LATER:
            return "later"
        if self.code in _TOKEN:
            return "token"
        if self.code in _PLACE:
            return "place"
        if self.code in _MESSAGE:
            return "message"
        return "content" if self.code in _CONTENT else "other"

    @property
    def reason(self) -> str:
        """What happened and what to do, without a capital or a full stop."""
        if self.code == "unreachable":
            return "Slack cannot be reached; check the network"
        if self.sort == "later":
            return "Slack is busy" + (f" and asks for a pause of {self.pause:.0f} s" if self.pause else "")
        said = _TOKEN.get(self.code) or _PLACE.get(self.code) or f"Slack refused ({self.code})"
        return f"{said} (needed: {self.needed})" if self.needed else said

    def __str__(self) -> str:
        """One line for the log."""
        return f"{self.method}: {self.code}: {self.reason}"


def as_trouble(method: str, error: Exception) -> Trouble:
    """Make one kind of error of all that a call can raise."""
    response: Any = getattr(error, "response", None)
    if response is None:
        return Trouble(method, "unreachable")
    data = getattr(response, "data", None)
    data = data if isinstance(data, dict) else {}
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
    code = str(data.get("error") or "")
    if status == 429:
        return Trouble(method, "ratelimited", pause=wait_seconds(getattr(response, "headers", None)))
    if not code:
        code = "service_unavailable" if status >= 500 else f"status_{status}"
    return Trouble(method, code, needed=str(data.get("needed") or "")[:100])


def wait_seconds(headers: Any) -> float:
    """Seconds of a `Retry-After` header, 1 when it is missing or no number."""
    for name, value in dict(headers or {}).items():
        if str(name).lower() == "retry-after":
            text = str(value[0] if isinstance(value, list | tuple) and value else value)
            return float(text) if text.isascii() and text.isdigit() else 1.0
    return 1.0


class Once:
    """Writes a log line, but not the same one again and again."""

    def __init__(self, seconds: float = 60.0) -> None:
        self._seconds = seconds
        self._said: dict[str, float] = {}

    def warn(self, key: str, message: str) -> None:
        """Write the line unless it was written a short while ago."""
        now = time.monotonic()
        if now - self._said.get(key, -1e9) >= self._seconds:
            if len(self._said) > 1_000:
                self._said.clear()
            self._said[key] = now
            log.warning("%s", message)


class Repeats(logging.Filter):
    """Lets the log lines of a library pass once a minute each, as one line without a traceback."""

    def __init__(self, seconds: float = 60.0) -> None:
        super().__init__()
        self._seconds = seconds
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write the line."""
        now = time.monotonic()
        place = f"{record.pathname}:{record.lineno}"
        if record.levelno < logging.WARNING or now - self._said.get(place, -1e9) < self._seconds:
            return False
        self._said[place] = now
        record.msg, record.args, record.exc_info = " ".join(record.getMessage().split())[:300], None, None
        return True
