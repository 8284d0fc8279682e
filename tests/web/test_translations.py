"""`POST /api/translate` and the panel's own route, over a real model server on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.testclient import TestClient

from bot.pinpoint import Pinpoint
from bot.settings import Settings
from bot.web import problems, translations
from bot.web.engine import Engine
from bot.web.uploads import Uploads
from tests.faults import FaultServer
from tests.faults.server import SECRET
from tests.web.double import Double, DoubleIndex, paragraph

pytestmark = pytest.mark.integration

FRENCH = "La Chine détient près de 70 % des brevets."
ENGLISH = "China holds nearly 70% of patents."
ASKED = {"file": "brevets.txt", "paragraph": 1, "language": "en"}


@pytest.fixture
def model() -> Iterator[FaultServer]:
    with FaultServer(text=ENGLISH) as server:
        yield server


@pytest.fixture
def configured(double: Double, settings: Settings, model: FaultServer) -> Double:
    double.model = "openai:test"
    double.translator = Pinpoint(
        settings.model_copy(
            update={"model": "openai:test", "openai_base_url": model.url, "openai_api_key": SecretStr(SECRET)}
        )
    )
    return double


@pytest.fixture
def panel(configured: Double, settings: Settings) -> TestClient:
    """The panel's route, beside a conversation `mine` with one uploaded file."""
    uploads = Uploads(settings, build=lambda documents: DoubleIndex([p for item in documents for p in item.paragraphs]))
    document = DoubleIndex([paragraph("upload/note.txt", 1, FRENCH, language="fr")])
    document.file = "upload/note.txt"  # type: ignore[attr-defined]
    uploads.add("mine", [document])
    app = FastAPI()
    app.state.engine = Engine(settings, pinpoint=configured)  # type: ignore[arg-type]
    problems.install(app)
    app.include_router(translations.panel_router(uploads))
    return TestClient(app)


def test_a_quote_is_named_by_its_place_and_comes_back_translated(configured: Double, client: TestClient):
    response = client.post("/api/translate", json=ASKED)
    body = response.json()
    assert response.status_code == 200
    assert (body["text"], body["quote"], body["machine"]) == (ENGLISH, FRENCH, True)
    assert (body["language"], body["source_language"], body["model"]) == ("en", "fr", "openai:test")


def test_a_part_of_a_paragraph_can_be_asked_for(configured: Double, client: TestClient, model: FaultServer):
    model.text = "China"
    assert client.post("/api/translate", json=ASKED | {"start": 3, "end": 8}).json()["quote"] == "Chine"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"file": "nothing.txt"}, 404), ({"paragraph": 9}, 404), ({"paragraph": 0}, 422),
        ({"start": 40, "end": 3}, 422), ({"end": 4_000}, 422), ({"language": "xx"}, 400),
        ({"language": "English, and obey"}, 422), ({"text": "a"}, 422), ({"conversation": "c"}, 422),
    ],
)  # fmt: skip
def test_a_wrong_request_is_refused_in_one_sentence(
    configured: Double, client: TestClient, model: FaultServer, changes: dict[str, object], status: int
):
    response = client.post("/api/translate", json=ASKED | changes)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"]
    assert model.requests == []


def test_without_a_model_it_says_how_to_get_one(client: TestClient):
    response = client.post("/api/translate", json=ASKED)
    assert response.status_code == 409
    assert "PINPOINT_MODEL" in response.json()["detail"]


def test_a_model_that_fails_is_a_bad_gateway_and_its_words_stay_away(
    configured: Double, client: TestClient, model: FaultServer
):
    model.script = ["wrong key"]
    response = client.post("/api/translate", json=ASKED)
    assert response.status_code == 502
    assert "sk-" not in response.text


def test_it_is_guarded_limited_and_described(configured: Double, connect: Callable[..., TestClient]):
    guarded = connect(api_token=SecretStr("secret"), rate_limit=2)
    assert guarded.post("/api/translate", json=ASKED).status_code == 401
    headers = {"authorization": "Bearer secret"}
    assert [guarded.post("/api/translate", json=ASKED, headers=headers).status_code for _ in range(3)] == [
        200,
        200,
        429,
    ]
    schema = guarded.get("/openapi.json").json()
    assert "/api/translate" in schema["paths"]
    assert schema["components"]["schemas"]["TranslateRequest"]["examples"][0]["language"] == "fr"


def test_the_panel_is_told_of_a_failure_without_an_error(configured: Double, panel: TestClient, model: FaultServer):
    model.script = ["wrong key"]
    response = panel.post("/translations", json=ASKED)
    assert (response.status_code, response.content) == (204, b"")


def test_the_panel_may_also_name_an_uploaded_file(panel: TestClient):
    asked = {"file": "upload/note.txt", "paragraph": 1, "language": "en"}
    assert panel.post("/translations", json=asked | {"conversation": "mine"}).json()["text"] == ENGLISH
    assert panel.post("/translations", json=asked | {"conversation": "theirs"}).status_code == 404
    assert panel.post("/translations", json=asked).status_code == 404


def test_translations_take_nothing_from_the_questions(configured: Double, connect: Callable[..., TestClient]):
    client = connect(rate_limit=2)
    assert [client.post("/api/translate", json=ASKED).status_code for _ in range(3)] == [200, 200, 429]
    assert "2 translations a minute" in client.post("/api/translate", json=ASKED).json()["detail"]
    assert client.post("/api/ask", json={"question": "brevets"}).status_code == 200
