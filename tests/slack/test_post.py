"""`pinpoint slack post`: a question and its cited answer through a webhook; exit codes say what happened."""

from __future__ import annotations

import json
import sys

import pytest

from bot.cli import main
from tests.slack.blockkit import complaints, shown
from tests.slack.double import Double
from tests.slack.standin import Slack


@pytest.fixture
def post(slack: Slack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run the command; returns exit status, output and errors."""
    monkeypatch.setattr("bot.pinpoint.Pinpoint", Double)
    monkeypatch.setenv("SLACK_WEBHOOK_URL", f"http://127.0.0.1:{slack.port}/hook/T1/B1/verysecret")

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["pinpoint", "slack", "post", *arguments])
        status = 0
        try:
            main()
        except SystemExit as stop:
            status = int(stop.code or 0)
        out, err = capsys.readouterr()
        assert "verysecret" not in out + err
        assert "Traceback" not in err
        return status, out, err

    return run


def test_question_answer_and_sources_are_posted(slack: Slack, post):
    status, out, err = post("Who won?")
    assert (status, out) == (0, "")
    assert "posted 1 message" in err
    (call,) = slack.calls
    seen = shown(call.args["blocks"])
    assert seen.startswith("Who won?\nYou asked: Who won. [1]\nSources\n[1] 001_ab.txt, ¶ 7\nWho won?")
    assert call.args["text"].startswith("Who won?\n\nYou asked: Who won. [1]")
    assert (call.args["unfurl_links"], call.args["unfurl_media"]) == (False, False)


def test_dry_run_prints_the_payload_and_posts_nothing(slack: Slack, post, monkeypatch):
    monkeypatch.delenv("SLACK_WEBHOOK_URL")
    status, out, _ = post("Who <!channel> won?", "--dry-run")
    assert status == 0
    assert slack.calls == []
    payload = json.loads(out)
    assert complaints(payload["text"], payload["blocks"]) == []


def test_long_answers_are_several_messages(slack: Slack, post):
    status, out, _ = post("a long one", "--dry-run")
    printed = [json.loads(line) for line in out.splitlines()]
    assert post("a long one")[0] == status == 0
    assert len(slack.calls) == len(printed) > 1


def test_files_narrow_the_sources(slack: Slack, post):
    assert post("Who?", "--file", "My report.md")[0] == 0
    assert "Only from: My report.md" in shown(slack.calls[0].args["blocks"])
    status, _, err = post("Who?", "--file", "nope.txt")
    assert status == 2
    assert "'nope.txt'" in err


def test_no_webhook_is_wrong_usage(slack: Slack, post, monkeypatch):
    monkeypatch.delenv("SLACK_WEBHOOK_URL")
    status, _, err = post("Who?")
    assert status == 2
    assert "SLACK_WEBHOOK_URL is not set" in err
    monkeypatch.setenv("SLACK_WEBHOOK_URL", "hooks.slack.com/verysecret")
    assert post("Who?")[0] == 2


def test_an_empty_question_is_wrong_usage(post):
    assert post("  ")[0] == 2


REFUSALS = [
    (400, "invalid_payload", "refused the message"), (403, "action_prohibited", "administrator"),
    (404, "channel_not_found", "channel is gone"), (410, "channel_is_archived", "is archived"),
    (404, "no_service", "revoked or wrong"), (403, "invalid_token", "revoked or wrong"),
    (404, "no_team", "workspace is gone"),
    (500, "rollup_error", "status 500"), (302, "", "status 302"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text", "said"), REFUSALS)
def test_each_refusal_is_one_sentence_and_exit_7(slack: Slack, post, code, text, said):
    slack.hook_answers = [(code, text, {})]
    status, _, err = post("Who?")
    assert status == 7
    assert said in err
    assert err.count("\n") == 1


def test_a_short_pause_is_waited_for_and_a_long_one_is_not(slack: Slack, post):
    slack.hook_answers = [(429, "ratelimited", {"Retry-After": "1"})]
    assert post("Who?")[0] == 0
    slack.hook_answers = [(429, "ratelimited", {"Retry-After": "4000"})] * 3
    status, _, err = post("Who?")
    assert status == 7
    assert "pause of 4000 s" in err
    assert slack.count("hook") == 3


def test_slack_out_of_reach_is_said(post, monkeypatch):
    monkeypatch.setenv("SLACK_WEBHOOK_URL", "http://127.0.0.1:9/hook/verysecret")
    status, _, err = post("Who?")
    assert status == 7
    assert "cannot be reached" in err
