"""Dropped files belong to one conversation, within limits, and leave nothing behind."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from bot.errors import CorpusError, UsageError
from bot.web import uploads as module
from bot.web.book import Turn
from bot.web.dropped import take_in
from bot.web.uploads import Uploads
from bot.web.words import words


@pytest.fixture
def uploads(settings):
    changed = settings.model_copy(update={"upload_bytes": 1000, "upload_files": 2})
    return Uploads(changed, build=lambda documents: SimpleNamespace(files=[item.file for item in documents]))


@pytest.fixture
def drop(tmp_path):
    def make(data: bytes = b"Cats sleep a lot.\n\nDogs do not."):
        path = tmp_path / "arrived"
        path.write_bytes(data)
        return path

    return make


def test_a_file_is_read_indexed_and_deleted_from_the_disk(uploads, drop):
    path = drop()
    document = uploads.read("c1", path, "../../etc/pets.txt")
    held = uploads.add("c1", [document])
    assert document.file == "upload/pets.txt"
    assert held.index.files == ["upload/pets.txt"]
    assert not path.exists()
    found = uploads.paragraphs("c1", "upload/pets.txt")
    assert [item.text for item in found] == ["Cats sleep a lot.", "Dogs do not."]
    assert uploads.paragraphs("c2", "upload/pets.txt") is None


def test_limits_have_clear_messages_and_the_file_goes_all_the_same(uploads, drop):
    for data, name, error, said in [
        (b"x" * 1001, "big.txt", UsageError, "larger than"),
        (b"x", "tool.exe", UsageError, "kind of file"),
        (b"", "empty.txt", CorpusError, "empty"),
    ]:
        path = drop(data)
        with pytest.raises(error, match=said):
            uploads.read("c1", path, name)
        assert not path.exists()
    for name in ("a.txt", "a.txt"):
        uploads.add("c1", [uploads.read("c1", drop(), name)])
    assert [item.file for item in uploads.get("c1").documents] == ["upload/a.txt", "upload/a (2).txt"]
    with pytest.raises(UsageError, match="2 files already"):
        uploads.read("c1", drop(), "b.txt")


def test_too_many_files_at_once_are_refused_before_one_is_read(uploads, tmp_path):
    paths = [tmp_path / f"{n}.txt" for n in range(3)]
    for path in paths:
        path.write_text("Cats sleep.")
    uploads.make_room("c1", paths[:2])
    with pytest.raises(UsageError, match="takes 2 files, this one 2 more, and 3 were dropped"):
        uploads.make_room("c1", paths)
    assert not any(path.exists() for path in paths)
    assert uploads.get("c1") is None


def taking(uploads, turn, paths):
    async def steps():
        return [step async for step in take_in(uploads, "c1", turn, paths, words("en"))]

    return asyncio.run(steps())


def test_files_dropped_together_are_added_together_or_not_at_all(uploads, tmp_path):
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    for order in ([good, bad], [bad, good]):
        good.write_text("Cats sleep.")
        bad.write_bytes(b"")
        turn = Turn(question="")
        with pytest.raises(UsageError, match=r"bad.txt' is empty.*; none of the 2 files was added"):
            taking(uploads, turn, order)
        assert not good.exists()
        assert not bad.exists()
        assert uploads.get("c1") is None
    paths = [tmp_path / folder / "a.txt" for folder in ("one", "two")]
    for path, text in zip(paths, ["Cats sleep.", "Cats sleep.\n\nDogs do not."], strict=True):
        path.parent.mkdir()
        path.write_text(text)
    steps = taking(uploads, turn, paths)
    assert steps == ["Reading a.txt…", "Reading a.txt…", "Indexing a.txt, a.txt…"]
    assert turn.note == (
        "a.txt: 1 paragraph, for this conversation only\na (2).txt: 2 paragraphs, for this conversation only"
    )
    assert uploads.get("c1").index.files == ["upload/a.txt", "upload/a (2).txt"]


def test_files_go_with_their_conversation_or_after_a_while(uploads, drop, monkeypatch):
    for conversation in ("c1", "c2"):
        uploads.add(conversation, [uploads.read(conversation, drop(), "a.txt")])
    uploads.delete("c1")
    assert uploads.get("c1") is None
    assert uploads.get("c2") is not None
    monkeypatch.setattr(module, "IDLE", -1)
    assert uploads.get("c2") is None
