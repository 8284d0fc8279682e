"""Which words of a text are names, without any capital to tell."""

from __future__ import annotations

import pytest

from bot.citations.meaning import read_words
from bot.citations.nameness import nameness
from bot.citations.tokens import SpelledWords
from bot.corpus.text import search_text


@pytest.mark.parametrize(
    ("text", "names", "others"),
    [
        ("杭州的公园很大。", ["杭州"], ["公园"]),
        ("पुणे में नया पुस्तकालय खुला।", ["पुणे"], ["पुस्तकालय"]),
        ("Die Donau stieg, weil der Schnee schmolz.", ["Donau"], ["Schnee"]),
        ("yesterday tomas went to leeds by train", ["tomas", "leeds"], ["train", "yesterday"]),
    ],
)
def test_names_are_told_from_other_words(text: str, names: list[str], others: list[str]) -> None:
    reading = read_words([search_text(text)])[0]
    chances = {word.text: float(chance) for word, chance in zip(reading.words, nameness(reading), strict=True)}
    assert all(chances[name] > 0.5 for name in names)
    assert all(chances[word] < 0.5 for word in others)


def test_of_other_vectors_nothing_is_known() -> None:
    reading = read_words(["Anna went home"], SpelledWords())[0]
    assert nameness(reading).tolist() == [1.0, 1.0, 1.0]
