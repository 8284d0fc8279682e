"""Posting through an incoming webhook: for schedules and CI, where nobody is there to ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from bot.errors import SlackError, UsageError
from bot.slack.render import Post, render
from bot.slack.trouble import wait_seconds
from bot.types import Paragraph

if TYPE_CHECKING:
    from bot.pinpoint import Pinpoint
    from bot.settings import Settings

LONGEST_WAIT = 30
"""Most seconds of one `Retry-After` that are waited for."""
TIMEOUT = 20
"""Seconds one request may take."""

_REASONS = {
    "invalid_payload": "Slack refused the message; report this as a bug with the output of --dry-run",
    "invalid_blocks": "Slack refused the message; report this as a bug with the output of --dry-run",
    "action_prohibited": "an administrator restricts posting there; ask them, or make a webhook for another channel",
    "channel_not_found": "the webhook's channel is gone; make a webhook for another channel",
    "channel_is_archived": "the webhook's channel is archived; unarchive it or make a webhook for another channel",
    "no_active_hooks": "the webhook is switched off; make a new one and set SLACK_WEBHOOK_URL",
    "no_service": "the webhook is revoked or wrong; make a new one and set SLACK_WEBHOOK_URL",
    "no_service_id": "the webhook is wrong; copy it again into SLACK_WEBHOOK_URL",
    "no_team": "the webhook's workspace is gone; make a new webhook and set SLACK_WEBHOOK_URL",
    "team_disabled": "the webhook's workspace is switched off",
    "invalid_token": "the webhook is revoked or wrong; make a new one and set SLACK_WEBHOOK_URL",
    "posting_to_general_channel_denied": "only administrators post in the general channel; choose another one",
    "user_not_found": "the person who made the webhook is gone; make a new one and set SLACK_WEBHOOK_URL",
}


def payloads(pinpoint: Pinpoint, question: str, *, files: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Answer a question and write the messages to post.

    Args:
        pinpoint: Answers.
        question: What to ask.
        files: Answer from these files of the index only.

    Raises:
        UsageError: when the question is empty or too long, or a file is not in the index.
    """
    known = {info.file for info in pinpoint.index.files} if files else set()
    for name in files or ():
        if name not in known:
            raise UsageError(f"there is no file {name!r} in the index; `pinpoint index` shows what was read")
    answer = pinpoint.ask(question, files=files or None)
    look: Callable[[str, int], Paragraph | None] = pinpoint.index.paragraph
    posts = render(
        answer,
        question=True,
        files=tuple(files or ()),
        buttons=False,
        look=look if answer.status == "not_found" else None,
        public_url=pinpoint.settings.public_url,
    )
    return [payload(post) for post in posts]


def payload(post: Post) -> dict[str, Any]:
    """One message as a webhook takes it; previews are off, since fetching one could carry data out."""
    return {"text": post.text, "blocks": list(post.blocks), "unfurl_links": False, "unfurl_media": False}


def ready(settings: Settings) -> str:
    """The address of the webhook.

    Raises:
        UsageError: when there is none, or it is no address.
    """
    if settings.slack_webhook_url is None or not settings.slack_webhook_url.get_secret_value().strip():
        raise UsageError("SLACK_WEBHOOK_URL is not set; docs/slack.md tells how to make one, --dry-run needs none")
    url = settings.slack_webhook_url.get_secret_value().strip()
    if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise UsageError("SLACK_WEBHOOK_URL is no https address; copy it again from the app's page of webhooks")
    return url


def send(settings: Settings, messages: Sequence[dict[str, Any]]) -> None:
    """Post messages to `SLACK_WEBHOOK_URL`, in order.

    Raises:
        UsageError: when there is no webhook.
        SlackError: when Slack refuses or cannot be reached; says how many messages were posted before.
    """
    url = ready(settings)
    for number, message in enumerate(messages):
        reason = _post(url, message)
        if reason:
            done = f" after {number} of {len(messages)} messages" if number else ""
            raise SlackError(f"the webhook did not take the message{done}: {reason}")


def _post(url: str, message: dict[str, Any]) -> str:
    """Post one message; returns why it was not taken, or an empty string. The address, a secret, is never shown."""
    from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
    from slack_sdk.webhook import WebhookClient

    class Bounded(RateLimitErrorRetryHandler):
        """Waits as long as Slack asks for, within reason."""

        def _can_retry(self, **given: Any) -> bool:
            response = given.get("response")
            return (
                response is not None and response.status_code == 429 and wait_seconds(response.headers) <= LONGEST_WAIT
            )

    client = WebhookClient(url, timeout=TIMEOUT, retry_handlers=[Bounded(max_retry_count=3)])
    try:
        response = client.send_dict(message)
    except OSError as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or type(error).__name__
        return f"Slack cannot be reached ({reason}); check the network and SLACK_WEBHOOK_URL"
    except ValueError:
        return "SLACK_WEBHOOK_URL is no address; copy it again from the app's page of webhooks"
    if response.status_code == 200 and response.body.strip() == "ok":
        return ""
    if response.status_code == 429:
        return f"Slack asks for a pause of {wait_seconds(response.headers):.0f} s; try again later"
    code = response.body.strip()[:60]
    return _REASONS.get(code, f"status {response.status_code}, {code!r}; check SLACK_WEBHOOK_URL")
