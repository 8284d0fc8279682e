"""Programs that talk to the running server with their own clients: Gradio's, MCP's, and a fuzzer of the schema."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

import pytest

from bot.settings import Settings
from bot.web.app import create_app
from tests.browser.conftest import serving
from tests.web.double import Double, example_index

pytestmark = [pytest.mark.integration, pytest.mark.filterwarnings("ignore::Warning")]  # the clients' own


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("clients")
    settings = Settings(_env_file=None, data=folder, corpus=folder)  # type: ignore[call-arg]
    server, thread, url = serving(create_app(settings, pinpoint=Double(settings, example_index())))  # type: ignore[arg-type]
    yield url
    server.should_exit = True
    thread.join(10)


def test_the_gradio_client_asks_and_searches(url):
    from gradio_client import Client

    client = Client(url, verbose=False, analytics_enabled=False)
    answer = client.predict(question="AI patents of China", api_name="/ask")
    assert answer["citations"][0]["paragraph"] == 2
    found = client.predict(question="brevets Chine", k=2, api_name="/search")
    assert found["passages"][0]["file"] == "brevets.txt"
    only = client.predict(question="AI patents", files=["brevets.txt"], api_name="/ask")
    assert {item["file"] for item in only["retrieved"]} == {"brevets.txt"}
    endpoints = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(endpoints) == {"/ask", "/search"}


def test_the_mcp_endpoint_offers_ask_and_search(url):
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async def talk() -> tuple[set[str], str]:
        async with (
            streamablehttp_client(f"{url}/gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = {tool.name for tool in (await session.list_tools()).tools}
            result = await session.call_tool("ask", {"question": "AI patents of China"})
            return tools, result.content[0].text  # type: ignore[union-attr]

    tools, text = asyncio.run(talk())
    assert tools == {"ask", "search"}
    assert "China holds nearly 70 percent" in text


def test_the_openai_client_talks_to_the_running_server(url):
    import openai

    client = openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0)
    stream = client.chat.completions.create(
        model="pinpoint", messages=[{"role": "user", "content": "AI patents of China"}], stream=True
    )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in stream).endswith("[1]")


def test_no_input_that_the_schema_allows_or_forbids_breaks_the_server(url):
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis.errors import Unsatisfiable
    from schemathesis.checks import not_a_server_error

    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    count = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):

            @given(case=operation.as_strategy(generation_mode=mode))
            @settings(
                max_examples=25, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            def fuzz(case):
                nonlocal count
                count += 1
                case.call_and_validate(checks=[not_a_server_error])

            with contextlib.suppress(Unsatisfiable):  # some operations have nothing to send wrongly
                fuzz()
    assert count > 200
