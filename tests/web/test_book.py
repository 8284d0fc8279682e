"""Conversations come back from the browser as they went, and nothing else does."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from typing import Any

from bot.web.book import Book, Turn
from tests.web.test_render import answer


def filled() -> Book:
    book = Book()
    book.open().turns.append(Turn(question="Who?", state="done", answer=answer(), verdict="up"))
    return book


def message(book: Book) -> dict[str, Any]:
    """What `book.js` reads."""
    encoded = re.fullmatch(r'<div class="pp-kept">([A-Za-z0-9+/=]+)</div>', book.write())
    assert encoded is not None
    return json.loads(b64decode(encoded[1]))


def kept(book: Book) -> str:
    """What the browser sends when it keeps a whole book."""
    return book.model_dump_json()


def test_a_book_survives_the_way_through_the_browser():
    book = filled()
    assert Book.read(kept(book)).model_dump() == book.model_dump()
    assert message(book)["put"][0]["conversation"] == json.loads(kept(book))["conversations"][0]


def test_what_does_not_fit_is_left_out():
    good = json.loads(kept(filled()))["conversations"][0]
    data = {"current": 3, "conversations": [good, {"turns": [{"question": 5}]}, "x", None], "more": {}}
    assert [len(item.turns) for item in Book.read(data).conversations] == [1]
    for wrong in (None, "", [], "x", "[1]", {"conversations": "y"}, {"conversations": {}}, {"current": "c" * 65}):
        assert Book.read(wrong) == Book()
    assert Book.read("[" * 100_000) == Book()


def test_only_what_changed_is_written():
    book = Book.read(kept(filled()))
    assert message(book)["put"] == message(book)["delete"] == []
    assert message(book)["listed"] == 1
    first = book.open().turns[0]
    book.open().turns.append(Turn(question="And?"))
    (put,) = message(book)["put"]
    assert put["seen"] == [first.id]
    assert put["changed"] == [book.open().turns[1].id]
    first.verdict = None
    assert message(book)["put"][0]["changed"] == [turn.id for turn in book.open().turns]


def test_what_is_deleted_or_emptied_is_said():
    book = Book.read(kept(filled()))
    first = book.current
    book.open().turns = []
    assert message(book)["delete"] == [first]
    book = Book.read(kept(filled()))
    first = book.current
    book.delete(first)
    assert message(book) | {"n": ""} == {"n": "", "current": "", "listed": 0, "put": [], "delete": [first]}


def test_a_new_conversation_is_kept_once_it_has_a_turn_and_deleting_opens_the_next():
    book = filled()
    first = book.current
    second = book.start().id
    assert second != first
    assert [put["conversation"]["id"] for put in message(book)["put"]] == [first]
    book.delete(second)
    assert book.open().id == first
    assert Book(current="mine").open().id == "mine"


def test_the_history_is_the_answered_turns():
    book = filled()
    conversation = book.open()
    conversation.turns += [
        Turn(question="And?", state="stopped", partial="x"),
        Turn(question="", note="file", state="done"),
    ]
    assert [turn.content for turn in conversation.history] == ["Who?", answer().text]
    assert conversation.title == "Who?"
