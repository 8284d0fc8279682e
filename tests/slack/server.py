"""The Slack app over HTTP in a process of its own: `python -m tests.slack.server DATA PORT API [DELAY] [LEASE]`."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import uvicorn

from bot.settings import Settings
from bot.slack.run import http_app
from tests.slack.double import Double
from tests.slack.standin import BOT_TOKEN, SECRET


def settings_for(data: Path, api: str, **more: object) -> Settings:
    values = {"slack_bot_token": BOT_TOKEN, "slack_signing_secret": SECRET, "slack_api_url": api, "data": data}
    return Settings(_env_file=None, **values | more)


def main(data: str, port: str, api: str, delay: str = "0", lease: str = "2") -> None:
    logging.basicConfig(level=logging.INFO)
    settings = settings_for(Path(data), api, max_concurrent=8)
    app = http_app(settings, Double(settings, float(delay)), lease=float(lease))
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")


if __name__ == "__main__":
    main(*sys.argv[1:])
