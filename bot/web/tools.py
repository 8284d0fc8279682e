"""The two functions that programs may call through Gradio: its client library and its MCP endpoint."""

from __future__ import annotations

from typing import Any

import gradio as gr

from bot.errors import PinpointError
from bot.web.api import check_files, check_question
from bot.web.engine import Engine
from bot.web.problems import ProblemError
from bot.web.schemas import found


def register(engine: Engine) -> None:
    """Offer `ask` and `search`; call it inside the page's Blocks."""

    async def ask(question: str, files: list[str] | None = None, request: gr.Request | None = None) -> dict[str, Any]:
        """Answer a question from the documents, each sentence with the paragraph and the quote that support it.

        Args:
            question: The question, in any language.
            files: Names of the files to answer from; all files when left out.
            request: Who asks; filled in by the server.
        """
        try:
            _count(engine, request)
            question = check_question(engine, question)
            answer = await engine.ask(question, files=await check_files(engine, files))
        except (PinpointError, ProblemError) as error:
            raise gr.Error(str(error), print_exception=False) from error
        return answer.model_dump(mode="json")

    async def search(
        question: str, k: int = 10, files: list[str] | None = None, request: gr.Request | None = None
    ) -> dict[str, Any]:
        """Find the passages of the documents that fit a question best, without writing an answer.

        Args:
            question: The question, in any language.
            k: How many passages to return, from 1 to 100.
            files: Names of the files to search; all files when left out.
            request: Who asks; filled in by the server.
        """
        try:
            _count(engine, request)
            question = check_question(engine, question)
            k = min(100, max(1, int(k)))
            retrieval = await engine.search(question, k=k, files=await check_files(engine, files))
        except (PinpointError, ProblemError) as error:
            raise gr.Error(str(error), print_exception=False) from error
        return found(retrieval, engine.settings.public_url).model_dump(mode="json")

    gr.api(ask, api_name="ask", concurrency_limit=None)
    gr.api(search, api_name="search", concurrency_limit=None)


def _count(engine: Engine, request: gr.Request | None) -> None:
    client = getattr(request, "client", None)
    engine.rate.take(client.host if client else "unknown")
