"""When Slack refuses: one clear log line, a message where one is possible, no crash and no storm."""

from __future__ import annotations

import logging
import time

import pytest

from bot.errors import SlackError
from bot.slack.client import identify
from tests.slack.conftest import Server
from tests.slack.server import settings_for
from tests.slack.standin import BOT_TOKEN, Fault, Slack


def lines(caplog: pytest.LogCaptureFixture, word: str) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING and word in r.getMessage()]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("token_revoked", "install the app again"), ("invalid_auth", "the bot token is wrong"),
        ("account_inactive", "removed from the workspace"), ("token_expired", "has expired"),
        ("not_authed", "SLACK_BOT_TOKEN"),
    ],
)  # fmt: skip
def test_a_refused_token_is_one_line_and_no_storm(slack: Slack, server: Server, caplog, code: str, said: str):
    slack.faults["chat.postMessage"].append(Fault(code, times=100))
    for _ in range(5):
        server.ask(slack.mention("C1", "Who won?"))
    assert len(lines(caplog, code)) == 1
    assert said in lines(caplog, code)[0]
    assert BOT_TOKEN not in caplog.text
    assert slack.count("chat.postMessage") == 1
    assert server.jobs() == {"failed": 5}


def test_a_command_is_answered_even_with_a_refused_token(slack: Slack, server: Server):
    slack.faults["chat.postMessage"].append(Fault("token_revoked", times=100))
    server.ask(slack.mention("C1", "Who won?"))
    body = slack.command("Who won?")
    server.ask(body)
    assert len(slack.responses_at(body["response_url"])) == 1


def test_a_missing_scope_is_named(slack: Slack, server: Server, caplog):
    slack.faults["chat.postMessage"].append(Fault("missing_scope", more={"needed": "chat:write", "provided": "x"}))
    server.ask(slack.mention("C1", "Who won?"))
    assert "needed: chat:write" in lines(caplog, "missing_scope")[0]
    server.ask(slack.mention("C1", "Who won?"))
    assert len(slack.from_bot("C1")) == 1


@pytest.mark.parametrize("code", ["missing_scope", "channel_not_found", "internal_error"])
def test_without_its_history_a_follow_up_is_still_answered(slack: Slack, server: Server, caplog, code: str):
    first = slack.mention("C1", "Who won?")
    server.ask(first)
    slack.faults["conversations.replies"].append(Fault(code, more={"needed": "channels:history"}))
    server.ask(slack.message("C1", "And when?", thread_ts=first["event"]["ts"]))
    assert server.double.asked[1][1] == ()
    assert len(slack.from_bot("C1")) == 2
    assert len(lines(caplog, "without its history")) == 1


@pytest.mark.parametrize(
    ("state", "code", "said"),
    [
        ("unknown", "channel_not_found", "not visible to the app"), ("archived", "is_archived", "is archived"),
        ("not_in", "not_in_channel", "not a member"),
    ],
)  # fmt: skip
def test_a_conversation_that_takes_no_answer_is_told_in_a_direct_message(
    slack: Slack, server: Server, caplog, state: str, code: str, said: str
):
    getattr(slack, state).add("C1")
    server.ask(slack.mention("C1", "Who won?"))
    (told,) = slack.from_bot("DU1ASKER")
    assert told["text"].startswith("Your question in #C1 could not be answered there: ")
    assert said in told["text"]
    assert len(lines(caplog, code)) == 1
    assert server.double.asked == []
    assert server.jobs() == {"failed": 1}


def test_when_not_even_that_is_possible_it_is_one_line_more(slack: Slack, server: Server, caplog):
    slack.archived |= {"C1", "U1ASKER"}
    server.ask(slack.mention("C1", "Who won?"))
    assert len(lines(caplog, "is_archived")) == 2
    assert slack.count("chat.postMessage") == 2


def test_a_channel_archived_while_the_answer_is_sought(slack: Slack, serve):
    server = serve(delay=0.5)
    server.deliver(slack.mention("C1", "Who won?"))
    slack.wait(lambda: server.double.running == 1)
    slack.archived.add("C1")
    server.settled()
    assert "is archived" in slack.from_bot("DU1ASKER")[0]["text"]


def test_a_short_pause_is_waited_for(slack: Slack, server: Server):
    slack.faults["chat.update"].append(Fault(retry_after=1))
    begun = time.monotonic()
    server.ask(slack.mention("C1", "Who won?"))
    assert time.monotonic() - begun >= 1
    assert slack.from_bot("C1")[0]["text"].startswith("You asked")
    assert slack.count("chat.update") == 2


def test_a_progress_message_that_is_limited_does_not_hold_the_answer_up(slack: Slack, server: Server):
    slack.faults["chat.postMessage"].append(Fault("fatal_error"))
    server.ask(slack.mention("C1", "Who won?"))
    assert slack.count("chat.update") == 0
    assert [m["text"][:9] for m in slack.from_bot("C1")] == ["You asked"]


def test_a_long_pause_puts_the_answer_off_without_a_storm(slack: Slack, server: Server, caplog):
    slack.faults["chat.update"].append(Fault(retry_after=11))
    server.deliver(slack.mention("C1", "Who won?"))
    slack.wait(lambda: lines(caplog, "trying again in 11 s"))
    time.sleep(1.5)
    assert slack.count("chat.update") == 1
    assert server.jobs() == {"waiting": 1}


def test_an_answer_that_fails_once_is_tried_again(slack: Slack, server: Server, caplog):
    slack.faults["chat.update"].append(Fault("internal_error", times=1))
    server.ask(slack.mention("C1", "Who won?"))
    assert slack.from_bot("C1")[0]["text"].startswith("You asked")
    assert len(slack.from_bot("C1")) == 1
    assert len(lines(caplog, "internal_error")) == 1


def test_a_busy_channel_gets_every_answer_once(slack: Slack, server: Server):
    slack.per_second = 8
    for body in (bodies := [slack.mention("C1", f"Question {n}?") for n in range(12)]):
        server.deliver(body)
    server.settled(60)
    said = [m["text"].split(".")[0] for m in slack.from_bot("C1")]
    assert sorted(said) == sorted(f"You asked: Question {n}" for n in range(len(bodies)))


def test_a_lost_answer_of_slack_is_found_again_and_not_posted_twice(slack: Slack, server: Server):
    slack.faults["chat.update"].append(Fault(after=True))
    server.ask(slack.mention("C1", "Who won?"))
    assert len(slack.from_bot("C1")) == 1


def test_a_lost_progress_message_is_found_again(slack: Slack, server: Server):
    slack.faults["chat.postMessage"].append(Fault(after=True))
    server.ask(slack.mention("C1", "Who won?"))
    assert [m["text"][:9] for m in slack.from_bot("C1")] == ["You asked"]


@pytest.mark.parametrize("skip", [1, 2])
def test_a_lost_part_of_a_long_answer_is_found_again(slack: Slack, server: Server, skip: int):
    slack.faults["chat.postMessage"].append(Fault(after=True, skip=skip))
    server.ask(slack.mention("C1", "a long one"))
    parts = [message["metadata"]["event_payload"]["part"] for message in slack.from_bot("C1")]
    assert parts == [str(number) for number in range(len(parts))]
    assert len(parts) > skip


def test_a_progress_message_deleted_meanwhile_gives_way_to_a_new_one(slack: Slack, serve):
    server = serve(delay=0.5)
    server.deliver(slack.mention("C1", "Who won?"))
    slack.wait(lambda: slack.from_bot("C1"))
    slack.messages["C1"] = [m for m in slack.messages["C1"] if "bot_id" not in m]
    server.settled()
    assert [m["text"][:9] for m in slack.from_bot("C1")] == ["You asked"]


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_blocks_too_long", "msg_too_long"])
def test_blocks_that_slack_refuses_after_all_leave_the_words(slack: Slack, server: Server, code: str):
    slack.faults["chat.update"].append(Fault(code))
    server.ask(slack.mention("C1", "Who won?"))
    (message,) = slack.from_bot("C1")
    assert message["text"].startswith("You asked: Who won. [1]")
    assert not message["blocks"]


@pytest.mark.parametrize(("status", "text"), [(404, "used_url"), (404, "expired_url"), (500, ""), (403, "x" * 500)])
def test_a_response_url_that_fails_is_no_crash(slack: Slack, server: Server, caplog, status: int, text: str):
    slack.faults["response"].append(Fault(text, status=status))
    server.ask(slack.command("Who won?"))
    assert len(lines(caplog, "response_url")) == 1
    server.ask(slack.command("Who won?"))


def test_slack_out_of_reach_is_tried_again(slack: Slack, serve, caplog):
    server = serve()
    slack.wait(lambda: slack.count("auth.test"))
    slack.faults["chat.postMessage"].append(Fault("", status=502, times=2))
    server.ask(slack.mention("C1", "Who won?"))
    assert len(slack.from_bot("C1")) == 1


def test_identify_says_whose_the_token_is(slack: Slack, tmp_path):
    assert identify(settings_for(tmp_path, slack.api)) == "'pinpoint' in the workspace 'Testers' (T1TEAM)"


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive"])
def test_identify_refuses_in_one_sentence_without_the_token(slack: Slack, tmp_path, code: str):
    slack.faults["auth.test"].append(Fault(code))
    with pytest.raises(SlackError) as caught:
        identify(settings_for(tmp_path, slack.api))
    assert str(caught.value).startswith("auth.test failed: the ")
    assert BOT_TOKEN not in str(caught.value)


def test_identify_without_a_token_or_a_network(tmp_path):
    with pytest.raises(SlackError, match="SLACK_BOT_TOKEN is not set"):
        identify(settings_for(tmp_path, "http://127.0.0.1:9/api/", slack_bot_token=None))
    with pytest.raises(SlackError, match="cannot be reached"):
        identify(settings_for(tmp_path, "http://127.0.0.1:9/api/"))


def test_a_question_that_is_too_long_is_told_so(slack: Slack, serve):
    server = serve(question_chars=20)
    server.ask(slack.mention("C1", "x" * 21))
    assert slack.from_bot("C1")[0]["text"] == "The question has 21 characters; shorten it to 20."
    assert server.double.asked == []


def test_a_table_that_cannot_be_used_is_one_line_and_slack_comes_again(slack: Slack, serve, tmp_path, caplog):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "slack.sqlite").write_bytes(b"no database at all, but long enough to be read as one" * 40)
    server = serve()
    assert slack.deliver(server.url, slack.mention("C1", "Who won?")).status == 503
    assert len(lines(caplog, "Slack is off")) == 1


def test_what_slack_never_takes_is_given_up_with_a_line(slack: Slack, server: Server, caplog, monkeypatch):
    monkeypatch.setattr("bot.slack.store.TRIES", 1)
    slack.faults["chat.update"].append(Fault("internal_error", times=9))
    server.deliver(slack.mention("C1", "Who won?"))
    slack.wait(lambda: lines(caplog, "is given up"))
    assert server.jobs() == {"failed": 1}
    assert slack.count("chat.update") == 1
