"""Negation and direction: where a text denies something, and where it says `rise` rather than `fall`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import regex

from bot.citations.facts.lexicon import candidates, fold, table

_ARABIC: Final = regex.compile(r"\p{Arabic}")
_END: Final = r"(?![\p{L}\p{M}])"
_UNSPACED: Final = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]")


INSIDE: Final = "inside"
"""The pole of a negation that is part of the word it denies: `durmadı`, `nepřijel`, `hawakutoa`."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that negates or gives a direction."""

    name: str
    """`not`, `weak`, or the name of a pair of opposites."""
    pole: str
    """`+`, `-` or `0` for opposites; empty for negation, or `INSIDE`."""
    start: int
    """First character, from 0, in the text given."""
    end: int
    """One past the last."""


def negations(folded: str, language: str) -> list[Cue]:
    """Where a folded text denies: cues named `not`, `weak` for words like `refuse`, `still` for `remain`."""
    patterns = _negation(language)
    if patterns is None:
        return []
    harmless, inside, strong, weak, still = patterns
    if harmless is not None:
        folded = harmless.sub(lambda match: " " * len(match[0]), folded)
    found = [Cue("not", INSIDE, *match.span()) for match in inside.finditer(folded)] if inside else []
    for name, pattern in (("not", strong), ("weak", weak), ("still", still)):
        taken = [(cue.start, cue.end) for cue in found]
        found += [
            Cue(name, "", *match.span())
            for match in (pattern.finditer(folded) if pattern else ())
            if not any(start < match.end() and match.start() < end for start, end in taken)
        ]
    return sorted(found, key=lambda cue: cue.start)


def opposites(folded: str, language: str) -> list[Cue]:
    """Where the text takes a side in one of the pairs of opposites. The text must be folded."""
    found: list[Cue] = []
    for name, pole, pattern in _opposites(language):
        found += [Cue(name, pole, *match.span()) for match in pattern.finditer(folded)]
    # `not exceed` is one cue, and the `exceed` inside it none.
    return [
        cue
        for cue in found
        if not any(
            other.name == cue.name and other.pole != cue.pole and other.start <= cue.start and cue.end <= other.end
            and other.end - other.start > cue.end - cue.start
            for other in found
        )
    ]  # fmt: skip


def knows(language: str) -> bool:
    """Whether there is a list of negations for the language."""
    return _negation(language) is not None


@lru_cache(maxsize=64)
def _negation(language: str) -> tuple[regex.Pattern[str] | None, ...] | None:
    entries: dict[str, list[str]] = {"harmless": [], "not": [], "weak": [], "still": [], "infix": [], "word": []}
    known = False
    for code in candidates(language):
        for kind, words in table("polarity")["negation"].get(code, {}).items():
            entries[kind] += words
            known = True
    if not known:
        return None
    strong = [_entry(word) for word in entries["not"] if "\\p" not in word]
    strong += [rf"(?<![\p{{L}}\p{{M}}]){regex.escape(word)}(?![\p{{L}}\p{{M}}])" for word in entries["word"]]
    # `$` in a pattern is the end of the word, not of the text.
    inside = [rf"[\p{{L}}\p{{M}}]*{pattern.replace('$', _END)}" for pattern in entries["infix"]]
    inside += [_entry(word) for word in entries["not"] if "\\p" in word]
    return (
        _union([_entry(word) for word in entries["harmless"]]),
        _union(inside),
        _union(strong),
        _union([_entry(word) for word in entries["weak"]]),
        _union([_entry(word) for word in entries["still"]]),
    )


@lru_cache(maxsize=64)
def _opposites(language: str) -> tuple[tuple[str, str, regex.Pattern[str]], ...]:
    found = []
    for concept in table("polarity")["opposites"]:
        for pole in ("+", "-", "0"):
            words = [word for code in candidates(language) for word in concept.get(pole, {}).get(code, ())]
            pattern = _union([_entry(word) for word in words])
            if pattern is not None:
                found.append((concept["name"], pole, pattern))
    return tuple(found)


def _entry(word: str) -> str:
    """A pattern for a spelling: whole words, `~` for any ending; anywhere in scripts without spaces."""
    word = word if "\\p" in word else fold(word)
    if _UNSPACED.search(word):
        return word
    body = word[:-1] + r"[\p{L}\p{M}]*" if word.endswith("~") else word
    right = "" if word.endswith(("'", "~")) else r"(?![\p{L}\p{M}])"
    clitic = "(?:[وفسبلك]|و?ال|وب|ول|بال|لل)?" if _ARABIC.match(word) and len(word) > 2 else ""
    return rf"(?<![\p{{L}}\p{{M}}]){clitic}(?:{body}){right}"


def _union(entries: list[str]) -> regex.Pattern[str] | None:
    if not entries:
        return None
    return regex.compile("|".join(sorted(entries, key=len, reverse=True)))
