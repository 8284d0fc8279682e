"""Reads a question by its words: the kind of answer it expects, its subject, whether it leans on earlier turns."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import regex

from bot.corpus.text import search_text

Kind = Literal["number", "date", "person", "place", "reason", "choice", "other"]
"""What a question asks for; `choice` is yes or no, `other` anything else."""

_TYPES: tuple[Kind, ...] = ("number", "date", "person", "place", "reason")
_UNSPACED = frozenset({"zh", "ja", "th"})
_ANYWHERE = frozenset({"zh", "ja", "th", "ko", "vi", "ru", "tr", "ar", "hi"})  # where a yes-no word need not come first
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}_\-’'.%]*(?<![.'’-])|[\p{L}\p{N}]")
_LETTERS = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:[ \-.%'’][\p{L}\p{M}\p{N}]+)*%?")
_NAMED = regex.compile(r"\p{Lu}|\p{N}")


@dataclass(frozen=True, slots=True)
class Question:
    """What the words of a question tell."""

    kind: Kind
    """Expected kind of answer; `other` when nothing tells."""
    terms: tuple[str, ...]
    """The words, or pieces of text where words are not spaced, that carry its subject, in order."""
    opens: bool
    """Whether it begins as a continuation does: `and`, `et`, `那`."""
    refers: bool
    """Whether a word points back to something the question itself has not named."""


@dataclass(frozen=True, slots=True)
class _Words:
    table: dict[str, tuple[str, ...]]
    spaced: bool

    def find(self, text: str, *lists: str) -> list[tuple[int, int, str]]:
        """Where words of the lists stand: start, end, list; the longest at each place, without overlaps."""
        found = []
        for name in lists:
            pattern = _pattern(self.table[name], spaced=self.spaced)
            if pattern is not None:
                found += [(m.start(), m.end(), name) for m in pattern.finditer(text)]
        kept: list[tuple[int, int, str]] = []
        for start, end, name in sorted(found, key=lambda item: (item[0], -item[1])):
            if not kept or start >= kept[-1][1]:
                kept.append((start, end, name))
        return kept


@cache
def _pattern(words: tuple[str, ...], *, spaced: bool) -> regex.Pattern[str] | None:
    if not words:
        return None
    body = "|".join(regex.escape(word, literal_spaces=True) for word in sorted(words, key=len, reverse=True))
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}\p{{N}}])(?:{body})(?![\p{{L}}\p{{M}}\p{{N}}])" if spaced else body)


@cache
def _languages() -> dict[str, _Words]:
    text = (resources.files("bot.answering") / "data" / "questions.toml").read_text(encoding="utf-8")
    return {
        language: _Words({key: tuple(dict.fromkeys(words)) for key, words in table.items()}, language not in _UNSPACED)
        for language, table in tomllib.loads(text).items()
    }


def _fold(text: str) -> str:
    """Case folded; acronyms (`AI`, `US`, `WHO`), which are never question words, masked by private characters."""
    text = text.replace("’", "'")
    if text.upper() == text:
        return text.casefold()
    masked: str = _WORD.sub(
        lambda m: "\ue000" * len(m[0]) if len(m[0]) > 1 and m[0].isupper() and m[0].isascii() else _same_length(m[0]),
        text,
    )
    return masked


def _same_length(word: str) -> str:
    folded = word.lower()
    return folded if len(folded) == len(word) else word


def read_question(question: str, language: str) -> Question:
    """Read a question in a language of `data/questions.toml`; in any other nothing but its terms is known."""
    text = search_text(question)
    # Unifying Chinese keeps the length, so a reader gets the characters that were typed.
    shown = question if len(question) == len(text) else text
    base = language.partition("-")[0].lower()
    words = _languages().get(base)
    if words is None:
        return Question("other", tuple(_WORD.findall(shown)), opens=False, refers=False)
    folded = _fold(text)
    return Question(
        kind=_kind(folded, words, base),
        terms=_terms(shown, folded, words),
        opens=_opens(folded, words),
        refers=_refers(text, folded, words),
    )


def _kind(folded: str, words: _Words, base: str) -> Kind:
    for _, _, name in words.find(folded, *_TYPES, "ask"):
        # The first question word decides; a bare `what` gives way to nothing that follows it in another clause.
        if name in _TYPES:
            return name
        if base not in _UNSPACED:
            break
    found = words.find(folded, "choice")
    if found and (base in _ANYWHERE or not _WORD.search(folded[: found[0][0]])):
        return "choice"
    return "other"


def _terms(text: str, folded: str, words: _Words) -> tuple[str, ...]:
    spans = words.find(folded, *_TYPES, "ask", "open", "refer", "choice")
    kept, position = [], 0
    for start, end, _ in spans:
        kept.append(text[position:start])
        position = end
    kept.append(text[position:])
    if not words.spaced:
        pieces = [piece for part in kept for piece in _LETTERS.findall(part)]
        return tuple(piece for piece in (_strip_stops(piece, words.table["stop"]) for piece in pieces) if piece)
    stops = set(words.table["stop"])
    return tuple(
        word
        for part in kept
        for word in _WORD.findall(part)
        if (word.isupper() and len(word) > 1) or word.lower() not in stops
    )


def _strip_stops(piece: str, stops: tuple[str, ...]) -> str:
    """Take function words off both ends of an unspaced piece: inside it they may be part of a word."""
    changed = True
    while changed and piece:
        changed = False
        for stop in stops:
            if piece.startswith(stop):
                piece, changed = piece[len(stop) :], True
            elif piece.endswith(stop):
                piece, changed = piece[: -len(stop)], True
    return piece


def _opens(folded: str, words: _Words) -> bool:
    start = folded.lstrip(" ¿¡\"'«“「…-–—,.")
    for opener in words.table["open"]:
        if not start.startswith(opener):
            continue
        rest = start[len(opener) :]
        if not words.spaced or not rest or not rest[0].isalnum():
            return True
        # Arabic writes `and` onto the next word: it is one only when a function or question word follows.
        if len(opener) == 1 and regex.match(r"\p{Arabic}", opener):
            following = _WORD.match(rest)
            known = {word.split()[0] for name in (*_TYPES, "ask", "stop", "choice") for word in words.table[name]}
            if following and following[0] in known:
                return True
    return False


def _refers(text: str, folded: str, words: _Words) -> bool:
    for start, end, _ in words.find(folded, "empty"):
        folded = folded[:start] + "\ue000" * (end - start) + folded[end:]
    # A question word that holds a pronoun (`was ist das`, `ما هو`) is taken as a whole by the longest match.
    for start, end, name in words.find(folded, "refer", *_TYPES, "ask"):
        if name == "refer" and not _named_before(text[:start], folded[:start], folded[start:end], words):
            return True
    return False


def _named_before(before: str, folded_before: str, word: str, words: _Words) -> bool:
    """Whether the question has named what the word may point to: then it stands alone."""
    if not words.spaced:
        return sum(len(term) for term in _terms(before, folded_before, words)) >= 2
    tokens = _WORD.findall(before)
    if any(_NAMED.match(token) for token in tokens[1:]):
        return True
    subject = _terms(before, folded_before, words)
    # `the countries that signed`: after a noun, `that` opens a clause of its own.
    return word in {"that", "one", "there"} and bool(subject) and bool(tokens) and subject[-1] == tokens[-1]
