"""Mentions, threads, direct messages, the assistant's pane; edits, deletions and bots."""

from __future__ import annotations

import pytest

from tests.slack.blockkit import shown
from tests.slack.conftest import Server
from tests.slack.standin import BOT_ID, BOT_USER, TEAM, Slack


def answers(slack: Slack, channel: str) -> list[str]:
    return [message["text"] for message in slack.from_bot(channel)]


def test_a_mention_is_answered_in_its_thread_after_a_progress_message(slack: Slack, server: Server):
    body = slack.mention("C1", "Who won?")
    server.ask(body)
    (message,) = slack.from_bot("C1")
    assert message["thread_ts"] == body["event"]["ts"]
    assert message["text"].startswith("You asked: Who won. [1]\n\n[1] 001_ab.txt, ¶ 7: “Who won?”")
    posted, updated = (next(c for c in slack.calls if c.method == m) for m in ("chat.postMessage", "chat.update"))
    assert posted.args["text"] == "Searching the documents…"
    assert updated.args["ts"] == message["ts"]
    assert {e["action_id"] for e in message["blocks"][-1]["elements"]} == {"pinpoint_up", "pinpoint_down"}


def test_progress_speaks_the_language_of_the_question(slack: Slack, server: Server):
    server.ask(slack.mention("C1", "谁赢得了这场比赛？"))
    assert next(c for c in slack.calls if c.method == "chat.postMessage").args["text"] == "正在检索文档……"


def test_a_mention_inside_a_thread_is_answered_there_with_the_thread_as_history(slack: Slack, server: Server):
    root = slack.said("C1", "The budget is late &amp; <@U2> knows", user="U9")
    slack.said("C1", "Why?", user="U2", thread_ts=root["ts"])
    server.ask(slack.mention("C1", "who decided?", thread_ts=root["ts"]))
    (message,) = slack.from_bot("C1")
    assert message["thread_ts"] == root["ts"]
    ((question, history, _),) = server.double.asked
    assert question == "who decided?"
    assert [(m.role, m.content) for m in history] == [("user", "The budget is late & knows"), ("user", "Why?")]


def test_follow_ups_need_no_mention_where_the_bot_was_asked(slack: Slack, server: Server):
    first = slack.mention("C1", "Who won?")
    server.ask(first)
    server.ask(slack.message("C1", "And when?", thread_ts=first["event"]["ts"]))
    assert len(slack.from_bot("C1")) == 2
    question, history, _ = server.double.asked[1]
    assert question == "And when?"
    assert [(m.role, m.content) for m in history] == [
        ("user", "Who won?"),
        ("assistant", "You asked: Who won. [1]"),
    ]


def test_people_who_talk_to_each_other_in_the_thread_are_left_alone(slack: Slack, server: Server):
    first = slack.mention("C1", "Who won?")
    server.ask(first)
    server.ask(slack.message("C1", "<@U2> what do you think?", thread_ts=first["event"]["ts"]))
    assert len(slack.from_bot("C1")) == 1


def test_other_threads_and_other_talk_are_left_alone(slack: Slack, server: Server):
    root = slack.said("C1", "Lunch?")
    server.ask(slack.message("C1", "Pizza", thread_ts=root["ts"]))
    server.ask(slack.message("C1", "What a day"))
    server.ask(slack.message("G1", "Who won?", channel_type="mpim"))
    server.ask(slack.event({"type": "reaction_added", "user": "U1", "item": {"channel": "C1"}}))
    assert slack.count("chat.postMessage") == 0


def test_a_direct_message_is_answered_beside_it(slack: Slack, server: Server):
    server.ask(slack.message("D1", "Who won?", channel_type="im"))
    (message,) = slack.from_bot("D1")
    assert "thread_ts" not in message
    assert message["text"].startswith("You asked: Who won. [1]")


def test_a_direct_message_has_the_last_hour_as_history(slack: Slack, server: Server):
    server.ask(slack.message("D1", "Who won?", channel_type="im"))
    server.ask(slack.message("D1", "And when?", channel_type="im"))
    assert [m.content for m in server.double.asked[1][1]] == ["Who won?", "You asked: Who won. [1]"]


def test_a_direct_message_in_a_thread_is_answered_there(slack: Slack, server: Server):
    first = slack.message("D1", "Who won?", channel_type="im")
    server.ask(first)
    server.ask(slack.message("D1", "And when?", channel_type="im", thread_ts=first["event"]["ts"]))
    assert slack.from_bot("D1")[1]["thread_ts"] == first["event"]["ts"]


def test_the_same_message_told_by_two_events_is_answered_once(slack: Slack, server: Server):
    mention = slack.mention("C1", "Who won?")
    twin = slack.event(mention["event"] | {"type": "message", "channel_type": "channel"})
    server.deliver(mention)
    server.ask(twin)
    assert len(slack.from_bot("C1")) == 1
    assert len(server.double.asked) == 1


@pytest.mark.parametrize("copies", [1, 4])
def test_the_same_event_is_answered_once_however_often_it_comes(slack: Slack, server: Server, copies: int):
    body = slack.mention("C1", "Who won?")
    for number in range(copies):
        server.ask(body, retry=number)
    assert len(slack.from_bot("C1")) == len(server.double.asked) == 1


def test_the_assistants_pane_greets_suggests_and_shows_its_own_progress(slack: Slack, server: Server):
    opened = {
        "type": "assistant_thread_started",
        "assistant_thread": {"user_id": "U1ASKER", "context": {}, "channel_id": "D2", "thread_ts": "1700000000.000001"},
        "event_ts": "1700000000.000001",
    }
    server.ask(slack.event(opened))
    (greeting,) = slack.from_bot("D2")
    assert greeting["text"].startswith("Ask a question in any language.")
    server.ask(slack.message("D2", "Who won?", channel_type="im", thread_ts="1700000000.000001"))
    assert slack.count("assistant.threads.setStatus") == 1
    slack.wait(lambda: slack.count("assistant.threads.setTitle") == 1)
    assert slack.count("chat.update") == 0
    assert answers(slack, "D2")[1].startswith("You asked: Who won. [1]")


def test_the_pane_without_its_scope_falls_back_to_a_progress_message(slack: Slack, server: Server):
    from tests.slack.standin import Fault

    thread = {"user_id": "U1ASKER", "context": {}, "channel_id": "D2", "thread_ts": "1700000000.000001"}
    server.ask(slack.event({"type": "assistant_thread_started", "assistant_thread": thread}))
    slack.faults["assistant.threads.setStatus"].append(Fault("missing_scope", more={"needed": "assistant:write"}))
    server.ask(slack.message("D2", "Who won?", channel_type="im", thread_ts=thread["thread_ts"]))
    assert slack.count("chat.update") == 1
    assert answers(slack, "D2")[1].startswith("You asked: Who won. [1]")


# Files


@pytest.mark.parametrize(
    ("said", "files"),
    [
        ("Who won? files: 001_ab.txt", ("001_ab.txt",)),
        ("files: deep.txt, my report.md who won?", ("sub/deep.txt", "My report.md")),
    ],
)
def test_files_in_the_question_narrow_the_sources(slack: Slack, server: Server, said: str, files: tuple[str, ...]):
    server.ask(slack.mention("C1", said))
    assert server.double.asked[0][2] == files
    assert "Only from: " + ", ".join(files) in shown(slack.from_bot("C1")[0]["blocks"])


def test_an_unknown_file_is_said_with_those_that_are_there(slack: Slack, server: Server):
    server.ask(slack.mention("C1", "Who won? files: <http://nope.md|nope.md>"))
    assert server.double.asked == []
    assert "There is no file nope.md in the index. These are there: 001_ab.txt" in answers(slack, "C1")[0]


def test_an_empty_mention_gets_a_hint(slack: Slack, server: Server):
    server.ask(slack.mention("C1", ""))
    assert answers(slack, "C1")[0].startswith("Ask a question in any language")


# What an answer can be


def test_nothing_found_disagreement_and_doubt_are_shown(slack: Slack, server: Server):
    server.ask(slack.mention("C1", "nothing of this"))
    server.ask(slack.mention("C2", "disagree and unsupported"))
    assert "Nearest paragraphs, not an answer" in shown(slack.from_bot("C1")[0]["blocks"])
    assert "Paragraph 1 of 001_ab.txt" in shown(slack.from_bot("C1")[0]["blocks"])
    seen = shown(slack.from_bot("C2")[0]["blocks"])
    assert "⚠ The sources disagree" in seen
    assert "This is a guess. [⚠ not supported by the sources]" in seen


def test_a_long_answer_is_several_messages_in_the_thread(slack: Slack, server: Server):
    body = slack.mention("C1", "a long one")
    server.ask(body)
    messages = slack.from_bot("C1")
    assert len(messages) > 1
    assert {message["thread_ts"] for message in messages} == {body["event"]["ts"]}


def test_a_question_that_cannot_be_answered_gets_its_sentence_and_pings_nobody(slack: Slack, server: Server):
    server.ask(slack.mention("C1", "please fail"))
    assert answers(slack, "C1") == [
        "This question could not be answered. the question &lt;!channel&gt; cannot be answered; ask another"
    ]


def test_a_bug_is_told_kindly_and_logged_with_its_traceback(slack: Slack, server: Server, caplog):
    server.ask(slack.mention("C1", "please crash"))
    assert answers(slack, "C1") == ["This question could not be answered."]
    assert "RuntimeError: a bug" in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        "<!channel> &amp; <https://evil.example|bank> *b* `c`",
        "ما هو الذكاء الاصطناعي؟",
        "AI 🤖 是什麼？ :robot_face:",
        "```\nprint('&lt;hi&gt;')\n``` what does it do?",
    ],
)
def test_any_words_are_taken_and_none_become_markup(slack: Slack, server: Server, text: str):
    server.ask(slack.mention("C1", text))
    assert len(slack.from_bot("C1")) == 1


# Bots


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B9", "user": "U9"},
        {"bot_id": BOT_ID, "user": BOT_USER},
        {"user": BOT_USER},
        {"subtype": "bot_message", "bot_id": "B9"},
        {"bot_profile": {"id": "B9"}},
        {"app_id": "A9"},
        {"user": "USLACKBOT"},
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
        {"user": None},
    ],
    ids=lambda more: "-".join(map(str, more.items()))[:30],
)
def test_programs_are_never_answered(slack: Slack, server: Server, more: dict):
    body = slack.mention("C1", "Who won?")
    server.ask(body | {"event": body["event"] | more})
    body = slack.message("D1", "Who won?", channel_type="im")
    server.ask(body | {"event": body["event"] | more})
    assert slack.count("chat.postMessage") == 0


def test_its_own_answers_coming_back_as_events_never_loop(slack: Slack, server: Server):
    first = slack.mention("C1", "Who won?")
    server.ask(first)
    for channel, kind in (("C1", "channel"), ("D1", "im")):
        own = slack.from_bot("C1")[0] | {"channel": channel, "channel_type": kind}
        server.ask(slack.event(own))
        server.ask(slack.event({
            "type": "message", "subtype": "message_changed", "channel": channel, "channel_type": kind,
            "message": own | {"edited": {"user": BOT_USER, "ts": "2.0"}}, "previous_message": own,
        }))  # fmt: skip
    assert len(server.double.asked) == 1


# Edits and deletions


def edited(slack: Slack, body: dict, text: str, **more) -> dict:
    before = {k: v for k, v in body["event"].items() if k not in {"channel", "channel_type"}}
    after = before | {"type": "message", "text": text, "edited": {"user": before["user"], "ts": "1800000000.1"}} | more
    channel = body["event"]["channel"]
    for message in slack.messages[channel]:
        if message["ts"] == before["ts"]:
            message["text"] = text
    return slack.event({
        "type": "message", "subtype": "message_changed", "channel": channel, "ts": slack.ts(), "hidden": True,
        "channel_type": "channel", "message": after, "previous_message": before,
    })  # fmt: skip


def deleted(slack: Slack, body: dict) -> dict:
    before = {k: v for k, v in body["event"].items() if k not in {"channel", "channel_type"}}
    return slack.event({
        "type": "message", "subtype": "message_deleted", "channel": body["event"]["channel"], "ts": slack.ts(),
        "deleted_ts": before["ts"], "previous_message": before, "hidden": True, "channel_type": "channel",
    })  # fmt: skip


def test_an_edited_question_is_answered_again_in_place(slack: Slack, server: Server):
    body = slack.mention("C1", "Who won?")
    server.ask(body)
    server.ask(edited(slack, body, f"<@{BOT_USER}> Who lost?"))
    assert [text[:23] for text in answers(slack, "C1")] == ["You asked: Who lost. [1"]


def test_an_edit_that_makes_the_answer_shorter_takes_the_rest_back(slack: Slack, server: Server):
    body = slack.mention("C1", "a long one")
    server.ask(body)
    assert len(slack.from_bot("C1")) > 1
    server.ask(edited(slack, body, f"<@{BOT_USER}> Who lost?"))
    assert len(slack.from_bot("C1")) == 1


def test_a_preview_or_the_same_words_are_no_edit(slack: Slack, server: Server):
    body = slack.mention("C1", "Who won?")
    server.ask(body)
    server.ask(edited(slack, body, body["event"]["text"]))
    server.ask(edited(slack, body, f"<@{BOT_USER}> Other?", edited=None))
    assert len(server.double.asked) == 1


def test_an_edit_while_the_answer_is_sought_wins(slack: Slack, serve):
    server = serve(delay=1.0)
    body = slack.mention("C1", "Who won?")
    server.deliver(body)
    slack.wait(lambda: server.double.running == 1)
    server.ask(edited(slack, body, f"<@{BOT_USER}> Who lost?"))
    assert len(answers(slack, "C1")) == 1
    assert answers(slack, "C1")[0].startswith("You asked: Who lost.")


def test_editing_something_else_is_nothing(slack: Slack, server: Server):
    server.ask(edited(slack, slack.message("C1", "Lunch?"), "Dinner?"))
    assert slack.count("chat.postMessage") == 0


def test_a_deleted_question_takes_its_answer_with_it(slack: Slack, server: Server):
    body = slack.mention("C1", "a long one")
    server.ask(body)
    server.ask(deleted(slack, body))
    assert slack.from_bot("C1") == []


def test_a_question_deleted_while_its_answer_is_sought_leaves_nothing(slack: Slack, serve):
    server = serve(delay=1.0)
    body = slack.mention("C1", "Who won?")
    server.deliver(body)
    slack.wait(lambda: server.double.running == 1)
    server.ask(deleted(slack, body))
    assert slack.from_bot("C1") == []


def test_a_deleted_root_of_a_thread_counts_as_deleted(slack: Slack, server: Server):
    body = slack.mention("C1", "Who won?")
    server.ask(body)
    tombstone = edited(slack, body, "This message was deleted.", subtype="tombstone", user="USLACKBOT")
    server.ask(tombstone)
    assert slack.from_bot("C1") == []


def test_another_workspace_is_acknowledged_and_left_alone(slack: Slack, server: Server, caplog):
    slack.wait(lambda: slack.count("auth.test") == 1)
    for _ in range(3):
        body = slack.mention("C1", "Who won?")
        other = {"enterprise_id": None, "team_id": "T9OTHER", "user_id": "U9", "is_bot": True}
        server.ask(body | {"team_id": "T9OTHER", "authorizations": [other]})
    assert slack.count("chat.postMessage") == 0
    assert caplog.text.count("a request of the workspace 'T9OTHER' was not answered") == 1
    assert TEAM in caplog.text
