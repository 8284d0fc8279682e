"""Question to ranked passages: dense scores made fair between languages, words within a language, a confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.retrieval.langchain import PinpointRetriever
    from bot.retrieval.retriever import Retriever

__all__ = ["PinpointRetriever", "Retriever"]

_HOMES = {"PinpointRetriever": "langchain", "Retriever": "retriever"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: LangChain is loaded only by who asks for its interface."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
