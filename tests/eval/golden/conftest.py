"""A small corpus of two languages and questions that fit it."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.corpus import Corpus, load_corpus
from eval.golden import split_of


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "tea.txt").write_text(
        "Green tea from Hangzhou is picked in the first days of spring.\n\n"
        "The tea house on the lake serves 40 kinds of tea.\n",
        encoding="utf-8",
    )
    (folder / "thé.txt").write_text(
        "La maison de thé au bord du lac propose 35 sortes de thé à ses clients.\n", encoding="utf-8"
    )
    return load_corpus(folder)


@pytest.fixture
def line() -> dict[str, Any]:
    """A good question about the small corpus."""
    return {
        "id": "en-tea-harvest",
        "question": "When do they harvest the green tea?",
        "language": "en",
        "kind": "same_language",
        "source_languages": ["en"],
        "facts": [
            {
                "statement": "The tea is picked in early spring.",
                "gold": [{"file": "tea.txt", "paragraph": 1}],
                "forms": {"en": ["first days of spring", "early spring"]},
            }
        ],
        "split": split_of("en-tea-harvest"),
    }


class Writer:
    """Writes golden files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *lines: dict[str, Any] | str, name: str = "set.jsonl") -> Path:
        self.folder.mkdir(exist_ok=True)
        text = "\n".join(each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in lines)
        (self.folder / name).write_text(text + "\n", encoding="utf-8")
        return self.folder / name


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    return Writer(tmp_path / "golden")
