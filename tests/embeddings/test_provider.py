"""Any provider's model: batched, tried again when that can help, and explained when it cannot."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import numpy as np
import pytest

from bot.embeddings.provider import ProviderEmbedder
from bot.errors import ModelError, ModelRefused, UsageError
from bot.settings import Settings


class Server(BaseHTTPRequestHandler):
    """An OpenAI-compatible server that plays a script of answers and then behaves."""

    script: ClassVar[list[tuple[int, Any]]] = []
    seen: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append(body)
        texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
        data = [{"object": "embedding", "index": n, "embedding": [len(text), 2.0, 0.5]} for n, text in enumerate(texts)]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        answer: Any = {"object": "list", "data": data, "model": "m", "usage": usage}
        status = 200
        if self.script:
            status, given = self.script.pop(0)
            answer = given if given is not None else answer
        payload = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def model() -> Iterator[ProviderEmbedder]:
    Server.script, Server.seen = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings = Settings.load(
        embeddings="openai:small", openai_api_key="key", openai_base_url=f"http://127.0.0.1:{server.server_port}/v1"
    )
    naps: list[float] = []
    embedder = ProviderEmbedder("openai:small", settings=settings, sleep=naps.append)
    embedder.naps = naps  # type: ignore[attr-defined]
    yield embedder
    server.shutdown()
    server.server_close()
    thread.join()


def error(code: str, message: str = "no") -> dict[str, Any]:
    return {"error": {"message": message, "type": code, "code": code, "param": None}}


def test_texts_are_sent_in_batches_and_vectors_have_length_one(model: ProviderEmbedder) -> None:
    vectors = model.embed_passages([f"text {n}" for n in range(150)])
    assert [len(body["input"]) for body in Server.seen] == [64, 64, 22]
    assert isinstance(Server.seen[0]["input"][0], str), "texts, not tokens of a vocabulary that must be downloaded"
    assert vectors.shape == (150, 3)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert model.dim == 3
    assert model.embed_passages([]).shape == (0, 3)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again_after_growing_pauses(model: ProviderEmbedder, status: int) -> None:
    Server.script[:] = [(status, error("busy"))] * 3
    assert model.embed_queries(["text"]).shape == (1, 3)
    naps = model.naps  # type: ignore[attr-defined]
    assert len(naps) == 3
    assert 0.5 <= naps[0] <= 1.5
    assert 2 <= naps[2] <= 6


@pytest.mark.parametrize(
    ("status", "answer", "sentence"),
    [
        (401, error("invalid_api_key"), "refused the key; correct OPENAI_API_KEY"),
        (429, error("insufficient_quota", "insufficient_quota"), "quota .* is used up"),
        (404, error("model_not_found"), "does not know the embedding model 'openai:small'"),
    ],
)
def test_a_refusal_is_explained_and_not_repeated(
    model: ProviderEmbedder, status: int, answer: Any, sentence: str
) -> None:
    Server.script[:] = [(status, answer)] * 5
    with pytest.raises(ModelRefused, match=sentence):
        model.embed_queries(["text"])
    assert len(Server.seen) == 1


@pytest.mark.parametrize("data", [[], [{"object": "embedding", "index": 0, "embedding": [0.0, 0.0]}]])
def test_an_unusable_answer_is_explained(model: ProviderEmbedder, data: list[Any]) -> None:
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    Server.script[:] = [(200, {"object": "list", "data": data, "model": "m", "usage": usage})] * 9
    with pytest.raises(ModelError):
        model.embed_passages(["text"])


def test_a_model_that_was_exchanged_is_noticed(model: ProviderEmbedder) -> None:
    model.embed_queries(["text"])
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    data = [{"object": "embedding", "index": 0, "embedding": [1.0, 0.0]}]
    Server.script[:] = [(200, {"object": "list", "data": data, "model": "m", "usage": usage})]
    with pytest.raises(ModelError, match=r"length 2 after 3.*--rebuild"):
        model.embed_queries(["text"])


def test_a_missing_key_is_explained() -> None:
    with pytest.raises(ModelRefused, match="needs a key; set OPENAI_API_KEY"):
        ProviderEmbedder("openai:small", settings=Settings.load()).embed_queries(["text"])


def test_a_name_without_a_model_is_refused() -> None:
    with pytest.raises(UsageError, match="provider:name"):
        ProviderEmbedder("openai:", settings=Settings.load())
