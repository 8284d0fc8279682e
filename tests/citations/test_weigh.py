"""What the learned parts of the check tell: which words deny, which mean the same, what has changed places."""

from __future__ import annotations

import pytest

from bot.citations.denial import denials
from bot.citations.facts.polarity import knows
from bot.citations.meaning import Reading, read_words
from bot.citations.nameness import nameness
from bot.citations.roles import displacement
from bot.citations.tokens import SpelledWords
from bot.corpus.text import search_text


def read(text: str) -> Reading:
    return read_words([search_text(text)])[0]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The shop is not open on Sundays.", "not"),
        ("Verslunin er ekki opin á sunnudögum.", "ekki"),
        ("Dyqani nuk është i hapur të dielave.", "nuk"),
    ],
)
def test_the_word_that_denies_is_told_also_in_languages_no_list_knows(text, word):
    reading = read(text)
    plain = denials(reading).plain
    assert reading.words[int(plain.argmax())].text == word
    assert plain.max() > 0.5


def test_no_list_knows_icelandic_or_albanian():
    assert not knows("is")
    assert not knows("sq")


def test_nothing_is_known_of_words_from_spelling():
    reading = read_words(["It is not open"], SpelledWords())[0]
    assert not denials(reading).any.any()


def test_a_translation_is_nearer_than_another_word():
    here, there = read("The shop is closed."), read("Le magasin est fermé.")
    near = here.senses @ there.senses.T
    assert [there.words[i].text for i in near.argmax(axis=1)] == ["Le", "magasin", "est", "fermé"]


def test_two_names_that_changed_places_are_told():
    source = read("Doctor Okoro believes that the pump is safer than injections, but Finch is not convinced of it.")
    right = read("Okoro thinks the pump safer than injections, Finch is not persuaded.")
    wrong = read("Finch thinks the pump safer than injections, Okoro is not persuaded.")
    names = nameness(source)
    fair, swapped = (displacement(text, source, nameness(text), names)[1] for text in (right, wrong))
    assert fair <= 0 < swapped
