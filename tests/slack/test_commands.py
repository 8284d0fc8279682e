"""The slash command, its dialog and picker, sharing, and verdicts."""

from __future__ import annotations

import json

import pytest

from bot.feedback import FeedbackStore
from tests.slack.blockkit import complaints, shown
from tests.slack.conftest import Server
from tests.slack.standin import TEAM, Fault, Slack


def asked(slack: Slack, server: Server, text: str, **more) -> list[dict]:
    """Give the command; returns what came at its response URL."""
    body = slack.command(text, **more)
    server.ask(body)
    return slack.responses_at(body["response_url"])


def test_the_answer_is_private_and_can_be_shared(slack: Slack, server: Server):
    (reply,) = asked(slack, server, "Who won?")
    assert reply["response_type"] == "ephemeral"
    assert reply["text"].startswith("You asked: Who won. [1]")
    assert [e["action_id"] for e in reply["blocks"][-1]["elements"]] == [
        "pinpoint_up", "pinpoint_down", "pinpoint_share",
    ]  # fmt: skip
    assert slack.count("chat.postMessage") == 0


def test_the_acknowledgement_shows_progress_and_the_question(slack: Slack, server: Server):
    done = server.ask(slack.command("Who &lt;!channel&gt; won?"))
    told = json.loads(done.body)
    assert told["response_type"] == "ephemeral"
    assert told["text"] == "Searching the documents…\nWho &lt;!channel&gt; won?"
    assert complaints(told["text"], told["blocks"]) == []


def test_a_command_delivered_twice_is_answered_once(slack: Slack, server: Server):
    body = slack.command("Who won?")
    server.deliver(body)
    server.ask(body)
    assert len(slack.responses_at(body["response_url"])) == 1


def test_a_long_answer_uses_the_response_url_at_most_four_times(slack: Slack, server: Server):
    replies = asked(slack, server, "a long one")
    assert 1 < len(replies) <= 4
    assert sum("pinpoint_share" in json.dumps(reply) for reply in replies) == 1


def test_files_and_hints_work_in_a_command(slack: Slack, server: Server):
    asked(slack, server, "Who won? files: 001_ab.txt")
    assert server.double.asked[0][2] == ("001_ab.txt",)
    assert "There is no file nope.txt" in asked(slack, server, "Who? files: nope.txt")[0]["text"]
    assert "could not be answered" in asked(slack, server, "fail")[0]["text"]


# Sharing


def share(slack: Slack, server: Server, reply: dict, **more) -> dict:
    value = reply["blocks"][-1]["elements"][-1]["value"]
    body = slack.pressed("pinpoint_share", value, **more)
    server.ask(body)
    return body


def test_sharing_posts_question_answer_and_who_asked(slack: Slack, server: Server):
    (reply,) = asked(slack, server, "Who won?")
    pressed = share(slack, server, reply)
    (message,) = slack.from_bot("C1")
    assert shown(message["blocks"]).startswith("Asked by ann: Who won?\nYou asked: Who won. [1]")
    assert "pinpoint_share" not in json.dumps(message["blocks"])
    assert slack.responses_at(pressed["response_url"])[0]["text"] == "Shared in the channel."


def test_a_shared_answer_takes_follow_ups_in_its_thread(slack: Slack, server: Server):
    (reply,) = asked(slack, server, "Who won?")
    share(slack, server, reply)
    (message,) = slack.from_bot("C1")
    server.ask(slack.message("C1", "And when?", thread_ts=message["ts"]))
    assert [m.content for m in server.double.asked[1][1]] == ["Who won?", "You asked: Who won. [1]"]


def test_pressing_twice_shares_once(slack: Slack, server: Server):
    (reply,) = asked(slack, server, "Who won?")
    share(slack, server, reply)
    share(slack, server, reply)
    assert len(slack.from_bot("C1")) == 1


@pytest.mark.parametrize("state", ["not_in", "unknown"])
def test_where_the_app_is_no_member_it_shares_through_the_press(slack: Slack, server: Server, state: str):
    (reply,) = asked(slack, server, "Who won?")
    getattr(slack, state).add("C1")
    pressed = share(slack, server, reply)
    shared, told = slack.responses_at(pressed["response_url"])
    assert (shared["response_type"], shared["replace_original"]) == ("in_channel", False)
    assert "You asked: Who won. [1]" in shared["text"]
    assert told["text"] == "Shared in the channel."


def test_an_archived_channel_cannot_be_shared_to_and_says_so(slack: Slack, server: Server):
    (reply,) = asked(slack, server, "Who won?")
    slack.archived.add("C1")
    pressed = share(slack, server, reply)
    (told,) = slack.responses_at(pressed["response_url"])
    assert told["text"] == "This answer could not be shared: the conversation is archived."


def test_an_answer_that_is_no_longer_kept_says_so(slack: Slack, server: Server):
    for action in ("pinpoint_share", "pinpoint_up"):
        body = slack.pressed(action, "forgotten")
        server.ask(body)
        slack.wait(lambda body=body: slack.responses_at(body["response_url"]))
        assert slack.responses_at(body["response_url"])[0]["text"] == "This answer is no longer kept; ask again."


# Verdicts


def test_a_verdict_is_stored_with_the_answer_and_the_last_one_counts(slack: Slack, server: Server):
    server.ask(slack.mention("C1", "Who won?"))
    value = slack.from_bot("C1")[0]["blocks"][-1]["elements"][0]["value"]
    for action, user in (("pinpoint_up", "U1"), ("pinpoint_down", "U1"), ("pinpoint_up", "U2")):
        body = slack.pressed(action, value, user={"id": user, "name": user})
        server.ask(body)
        slack.wait(lambda body=body: slack.responses_at(body["response_url"]))
        assert slack.responses_at(body["response_url"])[0]["text"] == "Thank you, your verdict is saved."
    stored = {(item.reader, item.verdict, item.surface) for item in FeedbackStore(server.data)}
    assert stored == {("U1", "down", "slack"), ("U2", "up", "slack")}
    assert next(iter(FeedbackStore(server.data))).answer.question == "Who won?"


def test_a_press_that_means_nothing_is_acknowledged(slack: Slack, server: Server):
    assert server.ask(slack.pressed("whatever", "x")).status == 200


# The dialog and its picker


def submitted(slack: Slack, view: dict, question: str, files: list[dict]) -> dict:
    values = {
        "pinpoint_question": {"pinpoint_question": {"type": "plain_text_input", "value": question}},
        "pinpoint_files": {"pinpoint_files": {"type": "multi_external_select", "selected_options": files}},
    }
    return {
        "type": "view_submission", "team": {"id": TEAM}, "user": {"id": "U1ASKER", "name": "ann"}, "trigger_id": "t",
        "api_app_id": "A1APP", "token": "x", "view": view | {"id": f"V{slack.ts()}", "state": {"values": values}},
    }  # fmt: skip


def opened(slack: Slack, server: Server, **more) -> tuple[dict, dict]:
    body = slack.command("", **more)
    assert server.ask(body).body == ""
    slack.wait(lambda: slack.count("views.open"))
    return body, next(c for c in slack.calls if c.method == "views.open").args["view"]


def suggestions(slack: Slack, server: Server, typed: str) -> list[dict]:
    body = {
        "type": "block_suggestion", "team": {"id": TEAM}, "user": {"id": "U1ASKER"}, "action_id": "pinpoint_files",
        "block_id": "pinpoint_files", "value": typed, "api_app_id": "A1APP", "token": "x",
    }  # fmt: skip
    return json.loads(server.ask(body).body)["options"]


def test_the_command_alone_opens_a_dialog_whose_picker_narrows_the_sources(slack: Slack, server: Server):
    body, view = opened(slack, server)
    found = suggestions(slack, server, "REPORT")
    assert [option["text"]["text"] for option in found] == ["My report.md"]
    server.ask(submitted(slack, view, "Who won?", found))
    assert server.double.asked == [("Who won?", (), ("My report.md",))]
    (reply,) = slack.responses_at(body["response_url"])
    assert "Only from: My report.md" in shown(reply["blocks"])


def test_the_picker_lists_all_files_when_nothing_is_typed(slack: Slack, server: Server):
    found = suggestions(slack, server, "")
    assert len(found) == 3
    assert all(len(option["value"]) <= 75 for option in found)


def test_an_empty_dialog_is_refused_beside_its_field(slack: Slack, server: Server):
    _, view = opened(slack, server)
    done = server.ask(submitted(slack, view, "   ", []))
    assert json.loads(done.body)["response_action"] == "errors"
    assert server.double.asked == []


def test_a_dialog_that_cannot_be_opened_gives_a_hint(slack: Slack, server: Server):
    slack.faults["views.open"].append(Fault("expired_trigger_id"))
    body = slack.command("help")
    server.ask(body)
    slack.wait(lambda: slack.responses_at(body["response_url"]))
    assert "/ask What do the documents say" in slack.responses_at(body["response_url"])[0]["text"]
