"""A small corpus, settings with a model-free embedder, and a real Chroma server."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.embeddings import make_embedder
from bot.embeddings.hashing import HashingEmbedder
from bot.settings import Settings
from tests.index.here import check_here

TEXTS = {
    "rivers.txt": "The Danube crosses ten countries. It ends in the Black Sea.\n\nThe Rhine rises in the Alps.\n",
    "stars.txt": "Sirius is the brightest star of the night.\n\nThe Rhine rises in the Alps.\n",
    "東京/街.txt": "東京は日本の首都です。人口は約一千四百万人です。\n",
}


@pytest.fixture(autouse=True)
def _check_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("integration") is None:
        monkeypatch.setattr("bot.index.build.check_apart", check_here)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    for name, text in TEXTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def settings(tmp_path: Path, corpus: Path) -> Settings:
    return Settings.load(corpus=corpus, data=tmp_path / "data", embeddings="hashing")


@pytest.fixture
def embedder(settings: Settings) -> HashingEmbedder:
    """The embedder that `settings` names, with an empty history."""
    shared = make_embedder(settings)
    assert isinstance(shared, HashingEmbedder)
    shared.history.clear()
    return shared


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a `chroma run` on loopback."""
    command = shutil.which("chroma") or str(Path(sys.executable).with_name("chroma"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [command, "run", "--host", "127.0.0.1", "--port", str(port), "--path", str(tmp_path_factory.mktemp("chroma"))],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: accepts(port), seconds=60)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def accepts(port: int) -> bool:
    """Whether something listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(condition: Callable[[], object], *, seconds: float = 30) -> None:
    """Wait for a condition, failing loudly when it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
