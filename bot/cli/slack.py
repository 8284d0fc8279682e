"""`pinpoint slack`: run the Slack app on its own, or post one cited answer through a webhook."""

from __future__ import annotations

import io
import json
import sys
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the commands."""
    slack = typer.Typer(help="Answer in Slack: run the app, or post one answer.", no_args_is_help=True)
    slack.command("serve")(serve)
    slack.command("post")(post)
    app.add_typer(slack, name="slack")


def serve(
    http: Annotated[
        int | None,
        typer.Option("--http", metavar="PORT", help="Take events over HTTP at /slack/events instead of Socket Mode."),
    ] = None,
) -> None:
    """Run the Slack app on its own: Socket Mode, which needs no public address, or HTTP.

    Socket Mode needs SLACK_BOT_TOKEN and SLACK_APP_TOKEN; HTTP needs SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET.
    `pinpoint serve` takes events over HTTP as well, beside the chat page.
    """
    from bot.settings import Settings
    from bot.slack.run import serve_http, serve_socket

    settings = Settings.load(port=http)
    if http is None:
        serve_socket(settings, ready=_ready)
    else:
        serve_http(settings, ready=_ready)


def _ready(line: str) -> None:
    print(line, flush=True)


def post(
    question: Annotated[str, typer.Argument(help="What to ask, in any language.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be posted, one JSON object a line, and post nothing.")
    ] = False,
    file: Annotated[list[str] | None, typer.Option("--file", help="Answer from this file only; repeatable.")] = None,
) -> None:
    """Post a question and its cited answer to SLACK_WEBHOOK_URL.

    Exits with 0 when Slack has taken every message, 2 for wrong usage or settings, 4 without an index, 7 when Slack
    refuses or cannot be reached.
    """
    from bot.pinpoint import Pinpoint
    from bot.settings import Settings
    from bot.slack.webhook import payloads, ready, send

    settings = Settings.load()
    if not dry_run:
        ready(settings)
    messages = payloads(Pinpoint(settings), question, files=file)
    if dry_run:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", errors="replace")
        for message in messages:
            print(json.dumps(message, ensure_ascii=False))
        return
    send(settings, messages)
    print(f"posted {len(messages)} {'message' if len(messages) == 1 else 'messages'}", file=sys.stderr)
