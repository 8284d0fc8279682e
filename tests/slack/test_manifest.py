"""The manifest an admin pastes asks for what the app uses, and for nothing else."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.conftest import REPOSITORY

TEXT = (REPOSITORY / "docs" / "slack-manifest.yaml").read_text("utf-8")
OVER_HTTP = re.sub(r"# ((?:request_|message_menu_options_)?url:)", r"\1", TEXT).replace(
    "socket_mode_enabled: true", "socket_mode_enabled: false"
)


@pytest.fixture(params=[TEXT, OVER_HTTP], ids=["socket", "http"])
def manifest(request: pytest.FixtureRequest) -> dict:
    return yaml.safe_load(request.param)


def test_it_asks_for_the_scopes_in_use_and_no_others(manifest: dict):
    assert manifest["oauth_config"] == {
        "scopes": {
            "bot": [
                "app_mentions:read", "assistant:write", "channels:history", "chat:write", "commands", "groups:history",
                "im:history", "mpim:history",
            ]
        }
    }  # fmt: skip


def test_it_subscribes_to_what_the_app_reads(manifest: dict):
    assert set(manifest["settings"]["event_subscriptions"]["bot_events"]) == {
        "app_mention", "assistant_thread_started", "message.channels", "message.groups", "message.im", "message.mpim",
    }  # fmt: skip
    assert manifest["settings"]["interactivity"]["is_enabled"]


def test_it_keeps_slacks_limits(manifest: dict):
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    (command,) = manifest["features"]["slash_commands"]
    assert (command["command"], command["should_escape"]) == ("/ask", True)
    assert len(manifest["features"]["assistant_view"]["assistant_description"]) <= 200


def test_over_http_every_address_is_the_one_endpoint():
    manifest = yaml.safe_load(OVER_HTTP)
    addresses = {
        manifest["features"]["slash_commands"][0]["url"],
        manifest["settings"]["event_subscriptions"]["request_url"],
        manifest["settings"]["interactivity"]["request_url"],
        manifest["settings"]["interactivity"]["message_menu_options_url"],
    }
    assert addresses == {"https://pinpoint.example.com/slack/events"}
    assert not manifest["settings"]["socket_mode_enabled"]
