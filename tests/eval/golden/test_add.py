"""Adding a question in a conversation."""

from pathlib import Path
from typing import Any

import pytest

from bot.corpus import Corpus
from bot.errors import UsageError
from bot.types import Paragraph
from eval.golden import load_golden
from eval.golden.add import add_question
from eval.golden.check import check
from eval.golden.sources import Sources
from tests.eval.golden.conftest import Writer


class Scripted:
    """Answers in order, and keeps what was shown."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.shown: list[str] = []
        self.asked: list[str] = []

    def ask(self, prompt: str, default: str = "") -> str:
        self.asked.append(prompt)
        return self.answers.pop(0) or default

    def say(self, text: str) -> None:
        self.shown.append(text)


def in_order(corpus: Corpus) -> Any:
    def rank(question: str) -> list[Paragraph]:
        return list(corpus.paragraphs)

    return rank


HARVEST = ("When do they harvest the green tea?", "en", "", "answerable")


def test_an_answerable_question_is_appended_and_passes_the_check(corpus: Corpus, tmp_path: Path) -> None:
    golden = tmp_path / "own" / "set.jsonl"
    dialogue = Scripted(*HARVEST, "Picked in early spring.", "1", "first days of spring | early spring", "", "", "why")
    added = add_question(golden, Sources(corpus), dialogue, rank=in_order(corpus))
    assert load_golden(golden) == (added,)
    assert check(golden, corpus).ok
    assert added.id == "en-harvest-the-green-tea"
    assert added.kind == "same_language"
    assert any("tea.txt#1 (en)" in line for line in dialogue.shown)


def test_words_that_are_not_in_the_paragraph_are_asked_for_again(corpus: Corpus, tmp_path: Path) -> None:
    dialogue = Scripted(*HARVEST, "Picked early.", "tea.txt#1", "autumn", "first days of spring", "", "", "")
    add_question(tmp_path / "set.jsonl", Sources(corpus), dialogue, rank=in_order(corpus))
    assert "None of them occurs in tea.txt#1." in dialogue.shown


def test_a_question_in_another_language_needs_its_own_words(corpus: Corpus, tmp_path: Path) -> None:
    dialogue = Scripted(
        "Wann wird der grüne Tee gepflückt?", "de", "", "", "Early spring.", "1", "first days of spring",
        "Frühling", "", "", "",
    )  # fmt: skip
    added = add_question(tmp_path / "set.jsonl", Sources(corpus), dialogue, rank=in_order(corpus))
    assert added.kind == "cross_language"
    assert added.facts[0].forms == {"en": ("first days of spring",), "de": ("Frühling",)}


def test_other_files_beside_it_are_compared_as_far_as_they_can_be_read(
    corpus: Corpus, write: Writer, line: dict[str, Any]
) -> None:
    folder = write(line, "nonsense", {"id": "an answer"}, name="a.jsonl").parent
    (folder / "b.jsonl").write_bytes(b"\xff\xfe")
    (folder / "c.jsonl").mkdir()
    answers = ("When is the tea of spring picked?", "en", "", "answerable", "Early.", "1", "first days of spring", "")
    dialogue = Scripted(*answers, "en-tea-harvest", "en-tea-picked", "")
    added = add_question(folder / "my.jsonl", Sources(corpus), dialogue, rank=in_order(corpus))
    assert load_golden(folder / "my.jsonl") == (added,)
    assert "  2 of 3 lines of a.jsonl are no golden questions; they are not compared." in dialogue.shown
    assert "  b.jsonl cannot be read; its ids and questions are not compared." in dialogue.shown
    assert "'en-tea-harvest' is taken." in dialogue.shown


def test_a_near_duplicate_is_shown_and_stops_unless_wanted(corpus: Corpus, write: Writer, line: dict[str, Any]) -> None:
    golden = write(line)
    before = golden.read_text(encoding="utf-8")
    dialogue = Scripted("When do they harvest green tea?", "n")
    with pytest.raises(UsageError, match="asks almost the same"):
        add_question(golden, Sources(corpus), dialogue, rank=in_order(corpus))
    assert "like en-tea-harvest" in dialogue.shown[0]
    assert golden.read_text(encoding="utf-8") == before


def test_other_paragraphs_with_the_words_are_shown(corpus: Corpus, tmp_path: Path) -> None:
    dialogue = Scripted(*HARVEST, "About tea.", "1", "tea", "", "", "")
    add_question(tmp_path / "set.jsonl", Sources(corpus), dialogue, rank=in_order(corpus))
    assert any("also in tea.txt#2" in line for line in dialogue.shown)


def test_an_unanswerable_question_and_a_follow_up_take_no_gold(corpus: Corpus, tmp_path: Path) -> None:
    dialogue = Scripted("What does a cup cost?", "en", "Tell me of the tea house.", "", "unanswerable", "", "")
    added = add_question(tmp_path / "set.jsonl", Sources(corpus), dialogue, rank=in_order(corpus))
    assert (added.kind, added.scope, added.facts) == ("unanswerable", "unanswerable", ())
    assert added.history[0].content == "Tell me of the tea house."


def test_a_wrong_paragraph_language_or_id_is_asked_for_again(
    corpus: Corpus, write: Writer, line: dict[str, Any]
) -> None:
    dialogue = Scripted(
        "How many teas are on the menu?", "english", "en", "", "maybe", "answerable", "Forty.", "99", "2",
        "40 kinds", "", "en-tea-harvest", "en-menu", "",
    )  # fmt: skip
    golden = write(line)
    golden.write_text(golden.read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")
    add_question(golden, Sources(corpus), dialogue, rank=in_order(corpus))
    assert [question.id for question in load_golden(golden)] == ["en-tea-harvest", "en-menu"]


def test_a_folder_cannot_be_appended_to(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        add_question(tmp_path, Sources(corpus), Scripted(), rank=in_order(corpus))
