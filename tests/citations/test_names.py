# ruff: noqa: E501
"""Which words name a country: its adjectives and peoples in their forms, and not words that only begin like them."""

from __future__ import annotations

import pytest

from bot.citations.facts.lexicon import fold
from bot.citations.facts.names import find_names, mentions
from tests.citations.doubles import spelled

LOOK_ALIKES = [
    ("polished", "PL"), ("polishing", "PL"), ("polonium", "PL"), ("pool", "PL"), ("russet", "RU"), ("germanium", "DE"),
    ("almanac", "DE"), ("macaroni", "HU"), ("americium", "US"), ("frenchify", "FR"), ("polisher's", "PL"), ("magyaráz", "HU"),
]  # fmt: skip
FORMS = [
    ("polskiego", "PL"), ("polonaise", "PL"), ("polnischen", "PL"), ("polacchi", "PL"), ("polaca", "PL"), ("польського", "PL"),
    ("puolalaisen", "PL"), ("russe", "RU"), ("russischer", "RU"), ("russisk", "RU"), ("russi", "RU"),
    ("germană", "DE"), ("alemanas", "DE"), ("allemandes", "DE"), ("tedeschi", "DE"), ("niemieckiej", "DE"),
    ("německého", "DE"), ("németek", "DE"), ("saksalaisilla", "DE"), ("tyskarna", "DE"), ("britannique", "GB"),
    ("américaines", "US"), ("americani", "US"), ("amerikanischen", "US"), ("yhdysvaltalainen", "US"), ("amerykańskich", "US"),
    ("mexicaine", "MX"), ("canadiense", "CA"), ("kanadyjskiego", "CA"),
    ("giapponesi", "JP"), ("japonaises", "JP"), ("japonesa", "JP"), ("macarlar", "HU"), ("almanca", "DE"), ("ungarische", "HU"),
    ("ukraińskiego", "UA"), ("ukrainiennes", "UA"), ("româneşti", "RO"), ("portuguesas", "PT"), ("norvégienne", "NO"),
    ("Frenchman", "FR"), ("Germans", "DE"), ("Czechs", "CZ"), ("Polish", "PL"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "country"), LOOK_ALIKES)
def test_a_word_that_begins_like_an_adjective_of_a_country_is_none(word: str, country: str) -> None:
    assert [name for name in find_names(f"it {word} it", adjectives=True) if name.key] == []
    assert not mentions(country, fold(f"it {word} it"), adjectives=True)


@pytest.mark.parametrize(("word", "country"), FORMS)
def test_the_forms_of_an_adjective_name_its_country(word: str, country: str) -> None:
    assert [name.key for name in find_names(f"x {word} y", adjectives=True)] == [country]
    assert mentions(country, fold(f"x {word} y"), adjectives=True)


@pytest.mark.parametrize(
    ("word", "country"), [("polish", "PL"), ("germane", "DE"), ("rumen", "RO"), ("turkish", "TR"), ("danishes", "DK")]
)
def test_what_is_a_name_with_a_capital_alone_is_none_without(word: str, country: str) -> None:
    """In doubt the citation stays: the source need not hold what is written small, yet may hold it so."""
    assert find_names(f"the {word} of it", adjectives=True) == []
    if word != "danishes":
        assert mentions(country, fold(f"the {word} of it"), adjectives=True)


def test_a_polished_floor_keeps_its_citation() -> None:
    source = "The floor of the hall was polished to a shine in May, and the doors were painted."
    assert spelled().check("The hall's floor was polished to a shine in May.", source).reason is None
