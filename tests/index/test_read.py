"""A reader sees one complete generation, and picks the next one up."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest

from bot.errors import IndexMissing
from bot.index import index_documents, open_index, sync
from bot.index.home import open_home
from bot.settings import Settings
from tests.index.conftest import wait_until


def test_without_an_index_the_remedy_is_named(settings: Settings) -> None:
    with pytest.raises(IndexMissing, match="run `pinpoint index`"):
        open_index(settings)


def test_every_vector_finds_itself(settings: Settings) -> None:
    sync(settings)
    index = open_index(settings)
    rows = index.units.rows("main")
    for unit, row in enumerate(rows):
        units, distances = index.query("main", index.vectors("main")[row], 1, int(index.units.level[unit]))
        assert unit in units
        assert distances[0] == pytest.approx(0, abs=1e-5)


def test_the_graph_agrees_with_exact_search(settings: Settings) -> None:
    sync(settings)
    index = open_index(settings)
    question = np.random.default_rng(0).normal(size=64).astype(np.float32)
    units, distances = index.query("main", question, 3, 1)
    scores = index.vectors("main")[index.units.rows("main")] @ question
    sentences = np.flatnonzero(index.units.level == 1)
    best = sorted(sentences, key=lambda unit: -scores[unit])[: len(units)]
    assert np.allclose(1 - distances, scores[best], atol=1e-4)
    assert np.all(np.diff(distances) >= 0)


def test_language_sums_follow_what_is_indexed(settings: Settings) -> None:
    sync(settings)
    (settings.corpus / "stars.txt").unlink()
    sync(settings)
    index = open_index(settings)
    sums, counts = index.language_sums("main", 0)
    english = index.languages.index("en")
    whole = (index.units.level == 0) & (index.units.language == english)
    vectors = index.vectors("main")[np.unique(index.units.rows("main")[whole])]
    assert counts[english] == len(vectors) == 2
    assert np.allclose(sums[english], vectors.sum(0), atol=1e-5)


def test_derived_artefacts_are_built_once_for_a_generation(settings: Settings) -> None:
    sync(settings)
    built: list[int] = []

    def build() -> dict[str, np.ndarray]:
        built.append(1)
        return {"numbers": np.arange(3), "nothing": np.zeros(0)}

    for _ in range(2):
        index = open_index(settings)
        assert index.derived("thing-1", build)["numbers"].tolist() == [0, 1, 2]
        assert index.derived("thing-1", build)["nothing"].size == 0
    assert built == [1]


def test_an_open_index_stays_as_it_was_and_knows_that_a_newer_one_exists(settings: Settings) -> None:
    sync(settings)
    old = open_index(settings)
    for n in range(4):  # the generation being read outlives the usual two
        (settings.corpus / "stars.txt").write_text(f"Edition {n}.\n")
        sync(settings)
    assert not old.is_current()
    assert old.file_paragraphs("stars.txt")[0].text.startswith("Sirius")
    row = old.units.rows("main")[0]
    assert 0 in old.query("main", old.vectors("main")[row], 1, 0)[0]  # opens its store only now
    new = open_index(settings)
    assert new.is_current()
    assert new.file_paragraphs("stars.txt")[0].text == "Edition 3."


def test_generations_nobody_needs_are_deleted(settings: Settings) -> None:
    home = open_home(settings)
    for n in range(4):
        (settings.corpus / "stars.txt").write_text(f"Edition {n}.\n")
        sync(settings)
        open_index(settings).close()
    assert len(home.generations()) == 2


def test_readers_in_this_process_never_see_a_mixture(settings: Settings) -> None:
    def write(edition: int) -> None:
        for name in ("rivers.txt", "stars.txt"):
            (settings.corpus / name).write_text(f"Edition {edition} of {name}.\n\nAlso edition {edition}.\n")

    write(0)
    sync(settings)
    stop, seen, mixed = threading.Event(), set(), []

    def read() -> None:
        while not stop.is_set():
            index = open_index(settings)
            editions = {
                p.text.split("dition ")[1][0]
                for name in ("rivers.txt", "stars.txt")
                for p in index.file_paragraphs(name)
            }
            units, _ = index.query("main", index.vectors("main")[0], 5, 0)
            if len(editions) != 1 or not len(units):
                mixed.append(editions)
            seen.update(editions)
            index.close()

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for edition in range(1, 4):
            write(edition)
            sync(settings)
        wait_until(lambda: "3" in seen)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert mixed == []


def test_a_reader_in_another_process_picks_the_new_generation_up(settings: Settings, tmp_path: Path) -> None:
    sync(settings)
    script = textwrap.dedent(
        f"""
        import sys
        from bot.index import open_index
        from bot.settings import Settings
        settings = Settings.load(data={str(settings.data)!r}, embeddings="hashing")
        index = open_index(settings)
        index.query("main", index.vectors("main")[0], 1, 0)
        print("ready", index.is_current(), flush=True)
        sys.stdin.readline()
        old = index.file_paragraphs("stars.txt")[0].text
        print(index.is_current(), old, "|", open_index(settings).file_paragraphs("stars.txt")[0].text, flush=True)
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdin is not None
        assert reader.stdout.readline().split() == ["ready", "True"]
        (settings.corpus / "stars.txt").write_text("The new edition.\n")
        sync(settings)
        reader.stdin.write("\n")
        reader.stdin.flush()
        answer = reader.stdout.readline().strip()
    assert answer == "False Sirius is the brightest star of the night. | The new edition."


def test_documents_can_be_indexed_in_memory(settings: Settings) -> None:
    from bot.corpus import parse_document
    from bot.embeddings import make_embedder

    document = parse_document("upload/note.txt", b"Alpha comes first. Beta is second.\n\nGamma is third.\n")
    index = index_documents([document], make_embedder(settings))
    assert index.paragraph("upload/note.txt", 2) is not None
    row = index.units.rows("main")[0]
    units, _ = index.query("main", index.vectors("main")[row], 2, 0)
    assert units[0] == 0
    assert index.is_current()
    assert index.language_sums("main", 0)[1].sum() == 2
    assert set(index.derived("x", lambda: {"a": np.arange(2)})) == {"a"}
