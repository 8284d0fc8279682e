"""The OpenAI-compatible endpoint, as its official client sees it."""

from __future__ import annotations

import openai
import pytest


@pytest.fixture
def api(client):
    return openai.OpenAI(base_url="http://testserver/v1", api_key="none", http_client=client, max_retries=0)


def test_the_client_lists_the_model(api):
    assert [model.id for model in api.models.list()] == ["pinpoint"]
    assert api.models.retrieve("pinpoint").id == "pinpoint"


def test_a_completion_has_citations_as_annotations(api):
    completion = api.chat.completions.create(
        model="pinpoint", temperature=0.2, messages=[{"role": "user", "content": "AI patents of China"}]
    )
    message = completion.choices[0].message
    annotation = message.annotations[0].url_citation
    assert message.content[annotation.start_index : annotation.end_index] == "[1]"
    assert annotation.url.endswith("#p2")
    assert annotation.title == "patents.txt ¶2"


def test_a_stream_gives_the_same_text_and_ends(api):
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "AI patents of China"}]},
    ]
    chunks = list(
        api.chat.completions.create(model="any", messages=messages, stream=True, stream_options={"include_usage": True})
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == "China holds nearly 70 percent of AI patents. [1]"
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-2].choices[0].delta.annotations[0]["url_citation"]["paragraph"] == 2
    assert chunks[-1].usage.total_tokens == 0


def test_a_sentence_that_no_paragraph_supports_is_marked(api, double):
    asked = [{"role": "user", "content": "AI patents of China unsupported"}]
    message = api.chat.completions.create(model="pinpoint", messages=asked).choices[0].message
    assert message.content.endswith(" [1] There were 2 000 of them. [⚠ not supported by the sources]")
    annotation = message.annotations[0].url_citation
    assert message.content[annotation.start_index : annotation.end_index] == "[1]"
    chunks = api.chat.completions.create(model="pinpoint", messages=asked, stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == message.content
    again = [*asked, {"role": "assistant", "content": message.content}, {"role": "user", "content": "And Japan?"}]
    api.chat.completions.create(model="pinpoint", messages=again)
    assert double.asked[-1][1][1].content.endswith("There were 2 000 of them.")


def test_errors_are_errors_of_the_client(api):
    with pytest.raises(openai.UnprocessableEntityError, match="empty"):
        api.chat.completions.create(model="pinpoint", messages=[{"role": "user", "content": " "}])
    with pytest.raises(openai.BadRequestError, match="last message"):
        api.chat.completions.create(model="pinpoint", messages=[{"role": "assistant", "content": "hi"}])
    with pytest.raises(openai.APIError, match="the model is away"):
        list(api.chat.completions.create(model="p", messages=[{"role": "user", "content": "fail"}], stream=True))
    with pytest.raises(openai.NotFoundError):
        api.models.retrieve("gpt-5")
