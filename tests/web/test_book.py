"""Conversations come back from the browser as they went, and nothing else does."""

from __future__ import annotations

from bot.web.book import BOOK_CHARS, CONVERSATIONS, Book, Conversation, Turn
from tests.web.test_render import answer


def filled() -> Book:
    book = Book()
    book.open().turns.append(Turn(question="Who?", state="done", answer=answer(), verdict="up"))
    return book


def test_a_book_survives_the_way_through_the_browser():
    book = filled()
    assert Book.read(book.write()) == book


def test_what_does_not_fit_is_left_out():
    good = filled().write()["conversations"][0]
    data = {"current": 3, "conversations": [good, {"turns": [{"question": 5}]}, "x", None], "more": {}}
    assert [len(item.turns) for item in Book.read(data).conversations] == [1]
    for data in (None, [], "x", {"conversations": "y"}, {"conversations": {}}):
        assert Book.read(data) == Book()


def test_old_conversations_go_when_there_is_no_room():
    book = Book(conversations=[Conversation(turns=[Turn(question="q")]) for _ in range(CONVERSATIONS + 5)])
    assert len(book.write()["conversations"]) == CONVERSATIONS
    long = "x" * 20_000
    book = Book(conversations=[Conversation(turns=[Turn(question=long) for _ in range(9)]) for _ in range(20)])
    book.current = book.conversations[-1].id
    kept = Book.read(book.write())
    assert kept.open().id == book.current
    assert sum(len(item.model_dump_json()) for item in kept.conversations) <= BOOK_CHARS


def test_a_new_conversation_uses_an_empty_one_and_deleting_opens_the_next():
    book = filled()
    first = book.current
    second = book.start().id
    assert book.start().id == second != first
    book.delete(second)
    assert book.open().id == first


def test_the_history_is_the_answered_turns():
    book = filled()
    conversation = book.open()
    conversation.turns += [
        Turn(question="And?", state="stopped", partial="x"),
        Turn(question="", note="file", state="done"),
    ]
    assert [turn.content for turn in conversation.history] == ["Who?", answer().text]
    assert conversation.title == "Who?"
