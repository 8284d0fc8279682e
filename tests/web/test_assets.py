"""Gradio's files come from memory, and nothing else comes with them."""

from __future__ import annotations

import gzip

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
def script() -> str:
    return min(path.name for path in _folder().glob("Blocks-*.js"))


def test_a_script_is_compressed_once_and_kept_for_good(client: TestClient, script: str):
    for _ in range(2):
        response = client.get(f"/assets/{script}")
        assert response.headers["content-encoding"] == "gzip"
        assert response.headers["content-type"].startswith("text/javascript")
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "immutable" in response.headers["cache-control"]
        assert response.content == (_folder() / script).read_bytes()


def test_whoever_cannot_read_gzip_gets_it_plain(client: TestClient, script: str):
    response = client.get(f"/assets/{script}", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in response.headers
    assert response.content == (_folder() / script).read_bytes()
    assert response.content != gzip.compress(response.content)


@pytest.mark.parametrize(
    "path",
    ["/assets/nothing.js", "/assets/../index.html", "/assets/%2e%2e/index.html", "/assets/a/b.js", "/assets/", "/"],
)
def test_everything_else_is_passed_on(client: TestClient, path: str):
    assert client.get(path).text == "passed on"


def test_nothing_is_sent_for_other_methods(client: TestClient, script: str):
    assert client.post(f"/assets/{script}").status_code == 405
