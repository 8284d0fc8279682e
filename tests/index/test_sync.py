"""Indexing brings over what changed, embeds nothing twice, and says what it did."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

import bot.index.build
import bot.index.changes
from bot.embeddings.hashing import HashingEmbedder
from bot.errors import CorpusError
from bot.index import Index, open_index, sync
from bot.settings import Settings


def texts(index: Index) -> list[str]:
    return [paragraph.text for paragraph in index.paragraphs]


def test_the_index_holds_every_paragraph_of_every_file(settings: Settings) -> None:
    report = sync(settings)
    index = open_index(settings)
    assert [info.file for info in index.files] == ["rivers.txt", "stars.txt", "東京/街.txt"]
    assert texts(index) == [
        "The Danube crosses ten countries. It ends in the Black Sea.",
        "The Rhine rises in the Alps.",
        "Sirius is the brightest star of the night.",
        "The Rhine rises in the Alps.",
        "東京は日本の首都です。人口は約一千四百万人です。",
    ]
    assert (report.files, report.paragraphs, report.changed, report.problems) == (3, 5, True, ())
    found = index.paragraph("東京/街.txt", 1)
    assert found is not None
    assert found.text == index.paragraphs[4].text
    assert index.paragraph("rivers.txt", 3) is None
    assert index.paragraph("rivers.txt", 0) is None
    assert index.paragraph("nowhere.txt", 1) is None


def test_equal_texts_are_embedded_once(settings: Settings, embedder: HashingEmbedder) -> None:
    sync(settings)
    assert embedder.history.count("The Rhine rises in the Alps.") == 1
    index = open_index(settings)
    rows = index.units.rows("main")
    same = [rows[unit] for unit in range(len(index.units)) if index.units.paragraph[unit] in {1, 3}]
    assert len(set(same)) == 1


def test_nothing_changed_means_nothing_done(
    settings: Settings, embedder: HashingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sync(settings)
    embedder.history.clear()
    for path in settings.corpus.rglob("*.txt"):
        os.utime(path, ns=(1, 1_000_000_000))
    assert not sync(settings).changed  # touched, so read again, and found the same
    monkeypatch.setattr("bot.corpus.files.read_bytes", lambda *_, **__: pytest.fail("a file was opened"))
    second = sync(settings)
    assert not second.changed
    assert second.generation == first.generation
    assert embedder.history == []


def test_only_changed_text_is_embedded(settings: Settings, embedder: HashingEmbedder) -> None:
    sync(settings)
    embedder.history.clear()
    (settings.corpus / "rivers.txt").write_text(
        "A new first line.\n\nThe Danube crosses ten countries. It ends in the Black Sea.\n"
    )
    report = sync(settings)
    assert embedder.history == ["A new first line."]
    assert (report.embedded, report.added, report.removed) == (1, 1, 0)
    moved = open_index(settings).paragraph("rivers.txt", 2)
    assert moved is not None
    assert moved.text.startswith("The Danube")


def test_a_renamed_file_costs_no_embedding(settings: Settings, embedder: HashingEmbedder) -> None:
    sync(settings)
    embedder.history.clear()
    (settings.corpus / "rivers.txt").rename(settings.corpus / 'a #1? "river" 🌊.txt')
    report = sync(settings)
    assert embedder.history == []
    assert report.embedded == 0
    index = open_index(settings)
    assert index.paragraph("rivers.txt", 1) is None
    assert index.paragraph('a #1? "river" 🌊.txt', 1) is not None


def test_a_removed_file_disappears(settings: Settings) -> None:
    sync(settings)
    (settings.corpus / "stars.txt").unlink()
    report = sync(settings)
    index = open_index(settings)
    assert report.removed == 1
    assert not any("Sirius" in text for text in texts(index))
    whole = np.flatnonzero(index.units.level == 0)
    vector = index.vectors("main")[index.units.rows("main")[whole[0]]]
    units, _ = index.query("main", vector, 50, 0)
    assert sorted(units) == sorted(whole)


def test_what_an_interrupted_run_embedded_is_kept(settings: Settings, embedder: HashingEmbedder) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bot.index.build._Run, "_write", fail)
        with pytest.raises(KeyboardInterrupt):
            sync(settings)
    embedder.history.clear()
    assert sync(settings).embedded == 0
    assert embedder.history == []


def test_a_lost_cache_does_not_embed_what_the_index_holds(settings: Settings, embedder: HashingEmbedder) -> None:
    sync(settings)
    shutil.rmtree(settings.data / "cache")
    embedder.history.clear()
    (settings.corpus / "new.txt").write_text("Something else entirely.\n")
    sync(settings)
    assert embedder.history == ["Something else entirely."]


def test_rebuilding_takes_vectors_from_the_cache(settings: Settings, embedder: HashingEmbedder) -> None:
    first = sync(settings)
    embedder.history.clear()
    second = sync(settings, rebuild=True)
    assert second.changed
    assert second.generation != first.generation
    assert embedder.history == []


def test_an_edit_of_the_recipe_reads_every_file_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    sync(settings)
    monkeypatch.setattr(bot.index.build, "recipe", lambda: "another")
    assert sync(settings).changed
    assert not sync(settings).changed


def test_unreadable_files_are_problems_and_the_rest_is_indexed(settings: Settings) -> None:
    (settings.corpus / "empty.txt").write_text("")
    first = sync(settings)
    assert [problem.file for problem in first.problems] == ["empty.txt"]
    second = sync(settings)
    assert not second.changed
    assert second.problems == first.problems
    (settings.corpus / "empty.txt").write_text("Not empty any more.\n")
    assert sync(settings).problems == ()


def test_a_missing_or_empty_corpus_is_explained(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="does not exist"):
        sync(settings.model_copy(update={"corpus": tmp_path / "nowhere"}))
    (tmp_path / "bare").mkdir()
    with pytest.raises(CorpusError, match="no documents"):
        sync(settings.model_copy(update={"corpus": tmp_path / "bare"}))


def test_the_corpus_is_remembered(settings: Settings) -> None:
    sync(settings)
    later = Settings.load(data=settings.data, embeddings="hashing")
    assert not sync(later).changed
    assert open_index(later).root == settings.corpus


def test_overlong_paragraphs_are_searched_in_parts(settings: Settings) -> None:
    long = " ".join(f"Sentence number {n} is about the year {1000 + n}." for n in range(120))
    (settings.corpus / "long.txt").write_text(long)
    sync(settings)
    index = open_index(settings)
    row = index.paragraph_row("long.txt", 1)
    parts = np.flatnonzero((index.units.paragraph == row) & (index.units.level == 0))
    assert len(parts) > 1
    starts, ends = index.units.start[parts], index.units.end[parts]
    assert starts[0] == 0
    assert ends[-1] == len(long)
    assert all(long[end - 1] == "." for end in ends)
    assert len(index.file_paragraphs("long.txt")) == 1


def test_a_small_change_builds_upon_a_copy(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(10):
        (settings.corpus / f"more{n}.txt").write_text(f"Document {n} is about the number {n * 17}.\n")
    sync(settings)
    added: list[str] = []
    original = bot.index.store.Store.put

    def put(self: object, name: str, keys: list[str], vectors: object, text_of: object) -> None:
        original(self, name, keys, vectors, lambda key: added.append(key) or text_of(key))  # type: ignore[arg-type,operator]

    monkeypatch.setattr("bot.index.store.Store.put", put)
    (settings.corpus / "one.txt").write_text("One more line.\n")
    sync(settings)
    assert len(added) == 2  # as a paragraph and as a sentence
    assert len(open_index(settings).paragraphs) == 16
