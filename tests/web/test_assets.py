"""Gradio's files come from memory, and nothing else comes with them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.web.assets import Assets, _folder


@pytest.fixture
def client() -> TestClient:
    app = Starlette(routes=[Route("/{rest:path}", lambda request: PlainTextResponse("passed on"))])
    return TestClient(Assets(app))


@pytest.fixture(scope="module")
def folder() -> Path:
    found = _folder()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def script(folder: Path) -> str:
    return min(path.name for path in folder.glob("Blocks-*.js"))


def test_a_script_is_compressed_once_and_kept_for_good(client: TestClient, script: str, folder: Path):
    for _ in range(2):
        response = client.get(f"/assets/{script}")
        assert response.headers["content-encoding"] == "gzip"
        assert response.headers["content-type"].startswith("text/javascript")
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "immutable" in response.headers["cache-control"]
        assert response.content == (folder / script).read_bytes()


def test_whoever_cannot_read_gzip_gets_it_plain(client: TestClient, script: str, folder: Path):
    response = client.get(f"/assets/{script}", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in response.headers
    assert response.content == (folder / script).read_bytes()
    assert response.content != gzip.compress(response.content)


@pytest.mark.parametrize(
    "path",
    ["/assets/nothing.js", "/assets/../index.html", "/assets/%2e%2e/index.html", "/assets/a/b.js", "/assets/", "/"],
)
def test_everything_else_is_passed_on(client: TestClient, path: str):
    assert client.get(path).text == "passed on"


def test_nothing_is_sent_for_other_methods(client: TestClient, script: str):
    assert client.post(f"/assets/{script}").status_code == 405


def test_without_gradio_nothing_is_sent(client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    below = tmp_path / "templates" / "frontend" / "assets"
    below.mkdir(parents=True)
    (below / "mine.js").write_text("not Gradio's")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.web.assets.find_spec", lambda name: None)
    _folder.cache_clear()
    try:
        assert client.get("/assets/mine.js").text == "passed on"
    finally:
        _folder.cache_clear()
