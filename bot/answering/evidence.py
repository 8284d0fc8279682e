"""Whether a sentence holds what a question needs: a number of the right sort, a date, a person, a place, its names."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal

import regex

from bot.answering.questions import Kind, Question, read_question
from bot.citations.facts.amounts import Amount, Numbers, read_numbers
from bot.citations.facts.lexicon import fold
from bot.citations.facts.names import Name, find_names, mentions, plain_tokens, same_script_match, sounds_like
from bot.corpus.text import search_text

Measure = Literal["share", "money", "size", "count"]
"""The sort of number a question asks for; `size` has a unit, `count` has none."""

_FULL_NAME = regex.compile(
    r"(?<!\p{L})\p{Lu}[\p{L}’'.-]*(?:\s+(?:\p{Lu}[\p{L}’'.-]*|de|von|van|bin|al-\p{L}+|la|da|del)){1,4}"
)
_DOTTED_NAME = regex.compile(r"\p{Han}{1,6}[·・‧•．]\p{Han}{1,6}|[ァ-ヶー]{2,}[・=＝][ァ-ヶー]{2,}")
_CAPITAL_INSIDE = regex.compile(r"(?<=\p{Ll}[ ,]\s?|\p{Ll}['’])\p{Lu}\p{L}{2,}")
_CAPITAL = regex.compile(r"\p{Lu}")
_LATIN = regex.compile(r"\p{Latin}")
_ACRONYM = regex.compile(r"\p{Lu}{1,3}")
_RARE = 0.5
"""Least weight of all names together that tells paragraphs apart."""
_UNSPACED = frozenset({"zh", "ja", "th", "ko"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question needs of a sentence that answers it."""

    question: Question
    """Its words, read."""
    measure: Measure | None
    """The sort of number, when it asks for a number."""
    names: tuple[Name, ...]
    """What it names: places, bodies, people, things with names."""


def read_asked(question: str, language: str) -> Asked:
    """Read what a question needs of its answer."""
    read = read_question(question, language)
    names = tuple(name for name in find_names(question) if _is_told(name, question, read))
    return Asked(read, _measure(question) if read.kind == "number" else None, names)


def _is_told(name: Name, question: str, read: Question) -> bool:
    """Whether a name carries the subject: not a question word that begins the sentence, nor a short common acronym."""
    if name.key is not None:
        return True
    if _ACRONYM.fullmatch(name.text):
        return False
    terms = {term.casefold() for term in read.terms}
    begins = not any(character.isalnum() for character in question[: name.start])
    return name.text.casefold() in terms and not begins


def _measure(question: str) -> Measure:
    folded = search_text(question).casefold()
    asks = _table()["asks"]
    for measure in ("share", "money", "size"):
        if _beginnings(tuple(asks[measure])).search(folded):
            return measure
    return "count"


@cache
def _table() -> dict[str, Any]:
    text = (resources.files("bot.answering") / "data" / "evidence.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _beginnings(words: tuple[str, ...]) -> regex.Pattern[str]:
    """Words of spaced scripts at their beginning, of others anywhere."""
    spaced = "|".join(regex.escape(word, literal_spaces=True) for word in words if ord(word[0]) < 0xE00)
    packed = "|".join(regex.escape(word, literal_spaces=True) for word in words if ord(word[0]) >= 0xE00)
    return regex.compile(rf"(?<!\p{{L}})(?:{spaced})|{packed}")


@cache
def _words(kind: str, language: str) -> regex.Pattern[str] | None:
    words = _table()[kind].get(language)
    if not words:
        return None
    body = "|".join(regex.escape(word, literal_spaces=True) for word in words)
    return regex.compile(body if language in _UNSPACED else rf"(?<!\p{{L}})(?:{body})(?!\p{{L}})")


@lru_cache(maxsize=8192)
def numbers_of(text: str, language: str) -> Numbers:
    """The numbers and dates in a sentence."""
    return read_numbers(text, language)


def evidence(asked: Asked, text: str, language: str) -> float:
    """How far a sentence can answer by its kind: 0 not at all, 1 plainly; 0.5 when the question tells no kind.

    Args:
        asked: What the question needs.
        text: A sentence of a source.
        language: Of the sentence, BCP 47.
    """
    kind: Kind = asked.question.kind
    if kind == "number":
        return _number(asked.measure, numbers_of(text, language))
    if kind == "date":
        told = numbers_of(text, language)
        if told.clocks or told.weekdays or any(date.months or date.days for date in told.dates):
            return 1.0
        return 0.7 if told.dates or told.periods else 0.0
    if kind == "person":
        return _beside("person", text, language, bool(_FULL_NAME.search(text) or _DOTTED_NAME.search(text)))
    if kind == "place":
        return _beside("place", text, language, bool(_CAPITAL_INSIDE.search(text)))
    return 0.5


def _number(measure: Measure | None, numbers: Numbers) -> float:
    """1 for a number of the right sort, 0.3 for one of another sort."""
    if measure == "size" and any(date.days and not date.months and not date.year for date in numbers.dates):
        return 1.0  # `within 30 days` reads like a date in some languages
    amounts = [amount for amount in numbers.amounts if not is_empty(amount)]
    if not amounts:
        return 0.0
    return 1.0 if any(fits(amount, measure) for amount in amounts) else 0.3


def is_empty(amount: Amount) -> bool:
    """Whether a number tells nothing: the number of a list item, `one` as an article, a doubtful word."""
    if amount.start == 0 and amount.text.isdigit() and amount.kind == "amount" and amount.unit is None:
        return True
    return not amount.firm or amount.text in {"一", "两", "二"}


def fits(amount: Amount, measure: Measure | None) -> bool:
    """Whether a number is of the sort a question asks for."""
    money = amount.unit is not None and amount.unit.isupper()
    share = amount.kind in {"share", "fraction"} or amount.unit == "percent"
    if measure == "share":
        return share
    if measure == "money":
        return money
    if measure == "size":
        return not money and not share and amount.kind != "ordinal"
    return not money and not share and amount.unit is None


def _beside(kind: str, text: str, language: str, named: bool) -> float:
    """A name, and words that go with names of that kind, each count half where the script has capitals."""
    words = _words(kind, language.partition("-")[0].lower())
    if words is None:
        return 0.5 + 0.5 * named
    beside = words.search(search_text(text).casefold()) is not None
    return 0.5 * named + 0.5 * beside if _CAPITAL.search(text) else float(beside or named)


def names_present(asked: Asked, texts: Sequence[str]) -> list[float | None]:
    """For each paragraph the share of the question's names that it mentions, in whatever language.

    A name counts by how rare it is among the paragraphs: one that all of them mention tells nothing, one that none
    mentions tells most. None for every paragraph when the question names nothing that tells.

    Args:
        asked: What the question needs.
        texts: The paragraphs found for it, all of them: the background against which a name is rare.
    """
    names = asked.names
    present = [[_present(name, text) for name in names] for text in texts]
    if not present:
        return []
    weights = [
        max(0.0, math.log((len(texts) + 1) / (sum(row[column] for row in present) + 0.5)))
        for column in range(len(names))
    ]
    total = sum(weights)
    if total < _RARE:
        return [None] * len(texts)
    return [sum(weight * share for weight, share in zip(weights, row, strict=True)) / total for row in present]


@lru_cache(maxsize=2048)
def _source(text: str) -> tuple[str, frozenset[str], bool]:
    return fold(text), plain_tokens(text), len(_LATIN.findall(text)) > len(text) / 3


def _present(name: Name, text: str) -> float:
    """1 when a text mentions the name; in part when another script may hide one that is not known."""
    folded, tokens, latin = _source(text)
    if same_script_match(name.text, folded, tokens):
        return 1.0
    if name.key is not None:
        return float(mentions(name.key, folded))
    if bool(_LATIN.match(name.text)) == latin:
        return 0.0
    return 0.5 if sounds_like(name.text, text) >= 0.7 else 0.25
