"""What can go wrong with an index gives one clear sentence, and never costs the index that answers."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest

from bot.errors import IndexIncompatible, IndexingError, IndexLocked
from bot.index import open_index, sync
from bot.index.home import open_home
from bot.index.locks import writing
from bot.settings import Settings
from tests.index.conftest import wait_until

REPOSITORY = Path(__file__).resolve().parents[2]


def one_sentence(error: BaseException) -> str:
    text = str(error)
    assert "\n" not in text
    assert "Traceback" not in text
    return text


def change(settings: Settings) -> None:
    (settings.corpus / "stars.txt").write_text("Another edition.\n")


def test_other_embeddings_are_explained_and_rebuilt_on_request(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(settings)
    monkeypatch.setattr("bot.embeddings.hashing.HashingEmbedder.name", "other-model", raising=False)
    from bot.embeddings import make_embedder

    monkeypatch.setattr(make_embedder(settings), "name", "other-model")
    for action in (sync, open_index):
        with pytest.raises(IndexIncompatible, match=r"'hashing'.*'other-model'.*--rebuild"):
            action(settings)
    sync(settings, rebuild=True)
    assert open_index(settings).manifest.spaces == {"main": "other-model"}


def test_a_newer_format_is_explained_and_rebuilt_on_request(settings: Settings) -> None:
    home = open_home(settings)
    path = home.folder(sync(settings).generation) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99, "unheard": "of"}))
    for action in (sync, open_index):
        with pytest.raises(IndexIncompatible, match=r"format 99.*update Pinpoint"):
            action(settings)
    sync(settings, rebuild=True)
    assert len(open_index(settings).paragraphs) == 5


@pytest.mark.parametrize("damage", ["cut", "garbage", "gone"])
@pytest.mark.parametrize("pattern", ["*/data_level0.bin", "chroma.sqlite3"])
def test_a_damaged_store_is_noticed_before_it_is_opened_and_mended(
    settings: Settings, pattern: str, damage: str
) -> None:
    home = open_home(settings)
    chroma = home.folder(sync(settings).generation) / "chroma"
    victim = next(chroma.glob(pattern))
    if damage == "gone":
        victim.unlink()
    else:
        data = victim.read_bytes()
        victim.write_bytes(data[: len(data) // 3] if damage == "cut" else os.urandom(len(data)))
    index = open_index(settings)
    with pytest.raises(IndexIncompatible, match=r"damaged; run `pinpoint index --rebuild`"):
        index.query("main", index.vectors("main")[0], 1, 0)
    index.close()
    assert sync(settings).changed  # the documents and the cache are the backup
    index = open_index(settings)
    assert len(index.query("main", index.vectors("main")[0], 1, 0)[0])


@pytest.mark.parametrize("name", ["vectors-main.npy", "paragraphs.jsonl", "units.npy"])
def test_lost_artefacts_are_derived_from_the_store(settings: Settings, name: str) -> None:
    sync(settings)
    index = open_index(settings)
    before = [*index.paragraphs], np.array(index.units.table), np.array(index.vectors("main"))
    path = open_home(settings).folder(index.generation) / "tables" / name
    path.write_bytes(path.read_bytes()[:150])
    index = open_index(settings)
    assert [*index.paragraphs] == before[0]
    assert np.array_equal(index.units.table, before[1])
    assert np.allclose(index.vectors("main"), before[2], atol=1e-6)


def test_a_damaged_manifest_is_explained_and_rebuilt_on_request(settings: Settings) -> None:
    path = open_home(settings).folder(sync(settings).generation) / "manifest.json"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(IndexIncompatible, match="damaged; run `pinpoint index --rebuild`"):
        open_index(settings)
    sync(settings, rebuild=True)
    assert len(open_index(settings).paragraphs) == 5


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.ENOSPC, "is full; free some space"),
        (errno.EROFS, "cannot be written; allow it, or set PINPOINT_DATA"),
        (errno.EACCES, "cannot be written; allow it, or set PINPOINT_DATA"),
        (errno.EIO, "cannot be written .*correct that"),
    ],
)
def test_a_disk_that_refuses_is_explained_and_the_last_index_answers(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, code: int, sentence: str
) -> None:
    sync(settings)
    change(settings)

    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr("bot.index.build.flush_tree", refuse)
        with pytest.raises(IndexingError, match=sentence) as caught:
            sync(settings)
    one_sentence(caught.value)
    assert open_index(settings).file_paragraphs("stars.txt")[0].text.startswith("Sirius")
    assert len(open_home(settings).generations()) == 1
    sync(settings)
    assert open_index(settings).file_paragraphs("stars.txt")[0].text == "Another edition."


@pytest.mark.skipif(sys.platform == "win32", reason="needs resource limits")
@pytest.mark.parametrize("limit", [3_000, 60_000, 400_000])
def test_a_disk_that_fills_up_at_any_point_is_explained(settings: Settings, limit: int) -> None:
    sync(settings)
    lines = [f"Line {n} is about {n * 31} and {n * 17}, and long enough to need some room." for n in range(150)]
    (settings.corpus / "stars.txt").write_text("\n\n".join(lines))
    script = textwrap.dedent(
        f"""
        import resource, signal
        from bot.cli import main
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, resource.RLIM_INFINITY))
        import sys
        sys.argv = ["pinpoint", "index", {str(settings.corpus)!r}]
        main()
        """
    )
    environment = {**os.environ, "PINPOINT_DATA": str(settings.data), "PINPOINT_EMBEDDINGS": "hashing"}
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 4, result.stderr
    assert "Traceback" not in result.stderr
    assert "full" in result.stderr or "room" in result.stderr
    assert open_index(settings).file_paragraphs("stars.txt")[0].text.startswith("Sirius")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_read_only_folder_is_explained(settings: Settings) -> None:
    sync(settings)
    change(settings)
    folders = [settings.data, *settings.data.rglob("*")]
    for path in folders:
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        with pytest.raises(IndexingError, match="cannot be written; allow it, or set PINPOINT_DATA"):
            sync(settings)
        index = open_index(settings)
        assert len(index.query("main", index.vectors("main")[0], 1, 0)[0])
    finally:
        for path in folders:
            path.chmod(0o700)


def test_a_store_that_cannot_be_written_is_searched_without_chroma(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(settings)
    with_graph = open_index(settings)
    monkeypatch.setattr("bot.index.read._writable", lambda _: False)
    monkeypatch.setattr("bot.index.home.LocalHome.store", lambda *_: pytest.fail("Chroma was opened"))
    without = open_index(settings)
    for row in range(len(without.vectors("main"))):
        vector = without.vectors("main")[row]
        units, distances = without.query("main", vector, 3, 1)
        assert np.all(np.diff(distances) >= 0)
        assert len(units) >= 3
    assert len(with_graph.paragraphs) == len(without.paragraphs)


def test_a_second_indexer_waits_or_says_who_is_at_work(settings: Settings) -> None:
    sync(settings)
    change(settings)
    base = open_home(settings).base
    said: list[str] = []

    class Told:
        def start(self, total: int) -> None: ...
        def advance(self, count: int) -> None: ...
        def say(self, message: str) -> None:
            said.append(message)

    with writing(base):
        with pytest.raises(IndexLocked, match=rf"process {os.getpid()} on .* \(since .*\) is indexing"):
            sync(settings, wait=False)
        second = threading.Thread(target=lambda: sync(settings, progress=Told()))
        second.start()
        wait_until(lambda: said)
        assert str(os.getpid()) in said[0]
        assert open_index(settings).file_paragraphs("stars.txt")[0].text.startswith("Sirius")
    second.join()
    assert open_index(settings).file_paragraphs("stars.txt")[0].text == "Another edition."


def test_two_indexers_at_once_leave_one_sound_index(settings: Settings) -> None:
    results: list[object] = []
    threads = [threading.Thread(target=lambda: results.append(sync(settings).changed)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, True]
    index = open_index(settings)
    assert len(index.query("main", index.vectors("main")[0], 1, 0)[0])


def test_an_unsound_store_is_never_published(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    first = sync(settings)
    change(settings)
    with monkeypatch.context() as patch:
        patch.setattr("bot.index.build.check_apart", lambda *_: "something is missing")
        with pytest.raises(IndexingError, match="not sound"):
            sync(settings)
    assert open_index(settings).generation == first.generation
    assert sync(settings).changed


@pytest.mark.integration
def test_the_check_apart_finds_a_crash_a_gap_and_nothing(settings: Settings, tmp_path: Path) -> None:
    from bot.index.store import Store, connect_folder
    from bot.index.verify import check_apart

    folder = open_home(settings).folder(sync(settings).generation)
    spaces = ["main"]
    assert check_apart(folder / "chroma", folder / "tables", spaces) is None
    gap = tmp_path / "gap"
    shutil.copytree(folder / "chroma", gap)
    store = Store(connect_folder(gap))
    store._open("main-0").delete(ids=[next(iter(store.ids("main-0")))])
    store.close()
    assert "records it should" in str(check_apart(gap, folder / "tables", spaces))
    cut = tmp_path / "cut"
    shutil.copytree(folder / "chroma", cut)
    for path in cut.glob("*/data_level0.bin"):
        path.write_bytes(path.read_bytes()[:50])
    assert check_apart(cut, folder / "tables", spaces)
