"""The HTTP API: what it answers, what it refuses, and how it says so."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import httpx
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from bot.types import Answer
from bot.web.app import create_app

PROBLEM = "application/problem+json"


def events(text: str) -> list[tuple[str, dict]]:
    found = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_a_question_gives_the_answer_of_the_shared_schema(client):
    response = client.post("/api/ask", json={"question": "What share of AI patents does China hold?", "id": "q1"})
    assert response.status_code == 200
    answer = Answer.model_validate(response.json())
    assert (answer.id, answer.status, answer.citations[0].file, answer.citations[0].paragraph) == (
        "q1", "answered", "patents.txt", 2,
    )  # fmt: skip


def test_history_and_files_reach_the_pipeline(client, double):
    history = [{"role": "user", "content": "AI patents?"}, {"role": "assistant", "content": "China. [1]"}]
    client.post("/api/ask", json={"question": "And there?", "history": history, "files": ["深圳.txt"]})
    question, turns, files = double.asked[0]
    assert (question, files) == ("And there?", ["深圳.txt"])
    assert [turn.content for turn in turns] == ["AI patents?", "China. [1]"]


def test_a_stream_gives_passages_then_text_then_the_answer(client):
    response = client.post("/api/ask/stream", json={"question": "AI patents of China"})
    assert response.headers["content-type"].startswith("text/event-stream")
    found = events(response.text)
    assert [name for name, _ in found] == ["passages", "text", "sentence", "answer"]
    assert all(data["type"] == name for name, data in found)
    assert found[0][1]["passages"][0]["file"] == "patents.txt"
    Answer.model_validate(found[-1][1]["answer"])


def test_a_failure_in_a_stream_is_an_error_event_with_a_problem(client):
    name, data = events(client.post("/api/ask/stream", json={"question": "fail"}).text)[-1]
    assert (name, data["problem"]["status"]) == ("error", 500)
    assert "the model is away" in data["problem"]["detail"]


def test_a_silent_stream_has_a_heartbeat(client, double, monkeypatch):
    monkeypatch.setattr("bot.web.api.HEARTBEAT", 0.05)
    double.delay = 0.3
    assert ": ping" in client.post("/api/ask/stream", json={"question": "AI patents"}).text


def test_search_gives_passages_without_an_answer(client, double):
    found = client.post("/api/search", json={"question": "brevets Chine", "k": 2}).json()
    assert len(found["passages"]) == 2
    assert found["passages"][0]["file"] == "brevets.txt"
    assert not double.asked


@pytest.mark.parametrize("lacking", [False, True])
def test_what_was_found_says_whether_it_lacks_what_is_asked_for(client, double, monkeypatch, lacking):
    search = double.search
    monkeypatch.setattr(double, "search", lambda *given, **more: replace(search(*given, **more), lacking=lacking))
    found = client.post("/api/search", json={"question": "brevets Chine"}).json()
    assert (found["answerable"], found["lacking"]) == (True, lacking)
    name, data = events(client.post("/api/ask/stream", json={"question": "brevets Chine"}).text)[0]
    assert (name, data["lacking"]) == ("passages", lacking)


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({}, "question"),
        ({"question": ""}, "question"),
        ({"question": " \n "}, "question"),
        ({"question": "x" * 4001}, "4,001"),
        ({"question": "x", "nonsense": 1}, "nonsense"),
        ({"question": "x", "history": [{"role": "system", "content": "x"}]}, "history.0.role"),
        ({"question": "x", "history": [{"role": "user", "content": "x", "more": 1}]}, "history.0.more"),
        ({"question": "x", "files": ["none.txt"]}, "none.txt"),
        ({"question": 3}, "question"),
    ],
)
@pytest.mark.parametrize("path", ["/api/ask", "/api/ask/stream"])
def test_a_wrong_request_is_refused_by_name(client, path, body, names):
    response = client.post(path, json=body)
    assert (response.status_code, response.headers["content-type"]) == (422, PROBLEM)
    problem = response.json()
    assert names in problem["detail"]
    assert (problem["status"], problem["instance"], problem["type"]) == (422, path, "about:blank")


@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions"])
@pytest.mark.parametrize("body", [b"{", b'{"question": }', b"\xff\xfe{}", b"nonsense"])
def test_what_is_not_json_is_refused(client, path, body):
    response = client.post(path, content=body, headers={"content-type": "application/json"})
    assert (response.status_code, response.headers["content-type"]) == (400, PROBLEM)
    assert response.json()["detail"].startswith("The body is not JSON (")


def test_an_empty_list_of_files_is_no_filter(client, double):
    assert client.post("/api/ask", json={"question": "AI patents", "files": []}).status_code == 200
    assert double.asked[0][2] is None


def test_an_error_of_the_pipeline_is_a_problem_and_a_bug_says_nothing_of_itself(client):
    assert client.post("/api/ask", json={"question": "fail"}).json()["detail"] == "the model is away; start it"
    response = client.post("/api/ask", json={"question": "crash"})
    assert (response.status_code, response.headers["content-type"]) == (500, PROBLEM)
    assert "a bug" not in response.text


@pytest.mark.parametrize("announce", [True, False])
def test_a_large_body_is_refused_whether_announced_or_not(client, announce):
    body = json.dumps({"question": "x" * 1_100_000}).encode()
    content = body if announce else iter([body[:500_000], body[500_000:1_000_000], body[1_000_000:]])
    response = client.post("/api/ask", content=content, headers={"content-type": "application/json"})
    assert (response.status_code, response.headers["content-type"]) == (413, PROBLEM)


def test_an_unknown_endpoint_is_a_problem(client):
    for path in ("/api/nothing", "/v1/embeddings"):
        assert client.get(path).status_code == 404
        assert client.get(path).headers["content-type"] == PROBLEM


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", "/api/ask", "POST"), ("HEAD", "/api/ask", "POST"), ("POST", "/api/sources", "GET"),
     ("DELETE", "/api/sources/a/b.txt", "GET"), ("GET", "/v1/chat/completions", "POST"), ("PUT", "/v1/models/x", "GET"),
     ("GET", "/api/translate", "POST")],
)  # fmt: skip
def test_another_method_is_told_from_an_unknown_endpoint(client, method, path, allowed):
    response = client.request(method, path)
    assert (response.status_code, response.headers["content-type"]) == (405, PROBLEM)
    assert response.headers["allow"] == allowed


def test_a_token_is_asked_for_on_the_programmatic_paths_only(connect):
    client = connect(api_token=SecretStr("s3cret"))
    body = {"question": "AI patents"}
    assert client.post("/api/ask", json=body).status_code == 401
    assert client.post("/api/ask", json=body, headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert client.post("/api/ask", json=body, headers={"Authorization": "Bearer s3cret"}).status_code == 200
    assert client.get("/v1/models").status_code == 401
    assert client.get("/healthz").status_code == client.get("/sources").status_code == 200


def test_asking_too_fast_is_refused_with_the_time_to_wait(connect):
    client = connect(rate_limit=3)
    statuses = [client.post("/api/ask", json={"question": "AI"}).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert int(client.post("/api/ask", json={"question": "AI"}).headers["retry-after"]) >= 1


def test_questions_wait_their_turn_and_too_many_are_refused(settings, double):
    double.delay = 0.2
    app = create_app(settings.model_copy(update={"max_concurrent": 2, "max_waiting": 3}), pinpoint=double, chat=False)

    async def ask_at_once() -> list[int]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://pinpoint.test") as client:
            answers = [client.post("/api/ask", json={"question": f"AI {n}"}) for n in range(9)]
            return [response.status_code for response in await asyncio.gather(*answers)]

    statuses = asyncio.run(ask_at_once())
    assert (statuses.count(200), statuses.count(503)) == (5, 4)
    assert double.most_running == 2


def test_a_reader_who_leaves_a_stream_stops_the_work(settings, double):
    app = create_app(settings, pinpoint=double, chat=False)

    async def leave() -> None:
        sent = asyncio.Event()
        body = json.dumps({"question": "slow"}).encode()
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
            "path": "/api/ask/stream", "raw_path": b"/api/ask/stream", "query_string": b"", "root_path": "",
            "headers": [(b"content-type", b"application/json")], "client": ("127.0.0.1", 1), "server": ("x", 80),
        }  # fmt: skip
        requests = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict:
            if requests:
                return requests.pop()
            await sent.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict) -> None:
            if b"event: text" in message.get("body", b""):
                sent.set()

        await asyncio.wait_for(app(scope, receive, send), 10)

    asyncio.run(leave())
    assert (double.closed, double.running) == (1, 0)
    assert app.state.engine.queue.inside == 0


def test_health_and_readiness(client):
    assert client.get("/healthz").json()["status"] == "ok"
    ready = client.get("/readyz").json()
    assert (ready["status"], ready["model"], ready["files"]) == ("ready", "quote", 22)


def test_a_server_without_an_index_is_up_but_not_ready_and_says_what_to_do(settings):
    with TestClient(create_app(settings, chat=False), raise_server_exceptions=False) as client:
        assert client.get("/healthz").status_code == 200
        response = client.get("/readyz")
        assert (response.status_code, response.headers["content-type"]) == (503, PROBLEM)
        response = client.post("/api/ask", json={"question": "Who?"})
        assert response.status_code == 503
        assert "pinpoint index" in response.json()["detail"]
        assert "pinpoint index" in client.get("/readyz").json()["detail"]


def test_security_headers_are_everywhere_and_no_other_origin_may_read(client):
    for path in ("/healthz", "/sources", "/api/none", "/ui/tokens.css"):
        headers = client.get(path, headers={"Origin": "https://elsewhere.example"}).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe-inline'" not in headers["content-security-policy"].split("style-src")[0]
        assert "access-control-allow-origin" not in headers


def test_the_schema_has_examples_and_every_endpoint(client):
    schema = client.get("/openapi.json").json()
    assert {"/api/ask", "/api/ask/stream", "/api/search", "/api/sources", "/api/sources/{file}", "/healthz", "/readyz",
            "/v1/chat/completions", "/v1/models"} <= set(schema["paths"])  # fmt: skip
    assert schema["components"]["schemas"]["AskRequest"]["examples"]
