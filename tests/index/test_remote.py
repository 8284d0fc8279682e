"""With CHROMA_HOST the same index lives on a server, and a second machine reads it without the first."""

from __future__ import annotations

import secrets
import socket
from pathlib import Path

import numpy as np
import pytest

from bot.embeddings.hashing import HashingEmbedder
from bot.errors import IndexingError, UsageError
from bot.index import open_index, sync
from bot.index.store import parse_host
from bot.settings import Settings


@pytest.fixture
def remote(settings: Settings, chroma_server: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr("bot.index.home.RemoteHome.REGISTRY", f"pinpoint-{secrets.token_hex(4)}")
    return settings.model_copy(update={"chroma_host": chroma_server})


@pytest.mark.integration
def test_a_second_machine_reads_what_the_first_has_indexed(
    remote: Settings, tmp_path: Path, embedder: HashingEmbedder
) -> None:
    sync(remote)
    first = open_index(remote)
    second = open_index(remote.model_copy(update={"data": tmp_path / "elsewhere", "corpus": tmp_path / "nothing"}))
    assert [*second.paragraphs] == [*first.paragraphs]
    assert second.files == first.files
    assert np.array_equal(second.units.table, first.units.table)
    assert np.allclose(second.vectors("main"), first.vectors("main"), atol=1e-6)
    rows = second.units.rows("main")
    for unit, row in enumerate(rows):
        units, _ = second.query("main", second.vectors("main")[row], 1, int(second.units.level[unit]))
        assert unit in units

    embedder.history.clear()
    (remote.corpus / "stars.txt").write_text("Another edition.\n")
    assert sync(remote).embedded == 1
    assert not sync(remote).changed
    second._asked = first._asked = -10.0
    assert not second.is_current()
    again = open_index(remote.model_copy(update={"data": tmp_path / "elsewhere"}))
    assert again.file_paragraphs("stars.txt")[0].text == "Another edition."
    assert second.file_paragraphs("stars.txt")[0].text.startswith("Sirius")
    assert len(second.query("main", second.vectors("main")[0], 1, 0)[0]), "the previous generation is kept"


@pytest.mark.integration
def test_generations_on_the_server_are_deleted_in_time(remote: Settings) -> None:
    from bot.index.home import open_home

    generations = []
    for n in range(4):
        (remote.corpus / "stars.txt").write_text(f"Edition {n}.\n")
        generations.append(sync(remote).generation)
    home = open_home(remote)
    names = {collection.name for collection in home.client.list_collections()}  # type: ignore[attr-defined]
    home.close()
    kept = {generation for generation in generations if any(generation in name for name in names)}
    assert kept == set(generations[-2:])


def test_a_server_that_is_not_there_is_explained(settings: Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lost = settings.model_copy(update={"chroma_host": f"127.0.0.1:{port}"})
    for action in (sync, open_index):
        with pytest.raises(IndexingError, match=r"cannot be used.*start it, or correct CHROMA_HOST"):
            action(lost)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("db", ("db", 8000, False)),
        ("db:9000", ("db", 9000, False)),
        ("http://db", ("db", 80, False)),
        ("https://db.example.org", ("db.example.org", 443, True)),
        ("https://db.example.org:8443/", ("db.example.org", 8443, True)),
        ("[::1]:8000", ("::1", 8000, False)),
    ],
)
def test_addresses_are_understood(address: str, expected: tuple[str, int, bool]) -> None:
    assert parse_host(address) == expected


@pytest.mark.parametrize("address", ["", "db:port", "ftp://db", "http://", "db:99999"])
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(UsageError, match="CHROMA_HOST"):
        parse_host(address)
