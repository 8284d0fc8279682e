"""Example questions in the languages of the corpus: prepared ones for the shipped files, headings for all others."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from bot.web.words import interface_language, words

SHOWN = 4
"""Examples on the empty chat page."""
_LENGTH = (8, 90)


@cache
def _prepared() -> list[dict[str, str]]:
    loaded: list[dict[str, str]] = json.loads((Path(__file__).parent / "examples.json").read_text("utf-8"))
    return loaded


def examples(index: Any, language: str) -> list[str]:
    """Choose example questions: the reader's language first, then one for each other language of the corpus.

    Args:
        index: The index, whose files decide.
        language: The interface's language.
    """
    files = {info.file for info in index.files}
    found = [(item["language"], item["question"]) for item in _prepared() if item["file"] in files]
    if not found:
        found = [(item.language, _about(item.text, item.language)) for item in _headings(index)]
    found.sort(key=lambda item: item[0] != language)
    chosen: list[str] = []
    seen: set[str] = set()
    for round_ in (True, False):
        for tag, question in found:
            if len(chosen) < SHOWN and question not in chosen and not (round_ and tag in seen):
                chosen.append(question)
                seen.add(tag)
    return chosen


def _headings(index: Any) -> list[Any]:
    """One heading of each file, the first that is neither very short nor very long."""
    chosen: dict[str, Any] = {}
    for item in index.paragraphs:
        if item.kind == "heading" and item.file not in chosen and _LENGTH[0] <= len(item.text) <= _LENGTH[1]:
            chosen[item.file] = item
    return list(chosen.values())


def _about(heading: str, language: str) -> str:
    """Turn a heading into a question in its language where the interface has words for it."""
    spoken = interface_language(language)
    return words(spoken)["chat.about"].format(heading=heading.strip()) if spoken else heading.strip()
