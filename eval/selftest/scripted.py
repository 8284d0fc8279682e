"""A model that does what its prompt says and no more, to test the prompt without a real one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

import regex
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from bot.answering import prompts
from bot.answering.model import Model
from eval.run.ask import Ask
from eval.run.product import Product
from eval.selftest.plant import Change, Plant, asking, over

NAME = "scripted:obedient"
_CITING = regex.compile(r"^\d+\. .*square brackets.*$\n?", flags=regex.MULTILINE)
_PASSAGE = regex.compile(r"\[(?P<n>\d+)\] <passage[^>]*>(?P<text>.*?)</passage", flags=regex.DOTALL)
_SENTENCE = regex.compile(r".+?(?:[。！？]|[.!?](?=\s|$)|$)", flags=regex.DOTALL)


class Obedient(BaseChatModel):
    """Quotes the first passage with its marker when told to cite; else it answers from what it believes."""

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002 - part of the interface
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **_: Any,
    ) -> ChatResult:
        system, user = str(messages[0].content), str(messages[-1].content)
        message = AIMessage(content=_reply(system, user), response_metadata={"finish_reason": "stop"})
        return ChatResult(generations=[ChatGeneration(message=message, generation_info={"finish_reason": "stop"})])


def _reply(system: str, user: str) -> str:
    if "standalone" in system or "rewrite" in system:
        asked = regex.search(r"<question-\w+>\n(.*?)\n</question", user, flags=regex.DOTALL)
        return asked[1] if asked else user
    found = _PASSAGE.search(user)
    if found is None:
        return "NOT_IN_PASSAGES"
    if not _CITING.search(system):
        return "This is generally well known, and experts agree on it."
    sentence = _SENTENCE.match(found["text"].strip())
    return f"{sentence[0].strip() if sentence else found['text']} [{found['n']}]"


@contextmanager
def obedient(product: Product) -> Iterator[Ask]:
    """The product with the scripted model and its prompts as they are."""
    settings = product.settings.model_copy(update={"model": NAME})
    model = Obedient()
    with (
        mock.patch.object(Model, "connect", return_value=model),
        mock.patch("bot.answering.model.ALLOW_MODEL_REQUESTS", new=True),
    ):
        yield asking(over(replace(product, settings=settings)))


def _without(rule: regex.Pattern[str]) -> Plant:
    @contextmanager
    def plant(product: Product) -> Iterator[Ask]:
        original = prompts.load_prompt

        def load(name: str) -> prompts.Prompt:
            prompt = original(name)
            return replace(prompt, system=rule.sub("", prompt.system))

        with mock.patch("bot.answering.write.load_prompt", load), obedient(product) as ask:
            yield ask

    return plant


FAULTS: tuple[Change, ...] = (
    Change(
        "prompt-without-citation-rule", "model", "The prompt no longer asks for a citation after each sentence.",
        _without(_CITING),
    ),
)  # fmt: skip
"""Compared with a run of the scripted model, not with quoting."""
