"""Makes a follow-up question standalone from the conversation, by a rule that needs no model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import regex

from bot.answering.questions import Question, read_question
from bot.corpus.language import confidence, detect_language
from bot.types import Message, Retrieval

_MOST_TERMS = 12
_FEW_TERMS = 3
_SHORT = 14
"""Characters below which a detector's word on a question counts less than the language of the question before."""
_SURE = 0.7
"""Confidence of a detector from which its word on a short question counts."""
_LETTERS = regex.compile(r"[\p{L}\p{M}]+")
_SCRIPTS = tuple(regex.compile(rf"\p{{{name}}}") for name in ("Latin", "Han", "Cyrillic", "Arabic", "Hiragana"))
_NAME = regex.compile(r"\p{Lu}[\p{L}’'-]+(?: \p{Lu}[\p{L}’'-]+)+")
_MARKER = regex.compile(r"\s*\[\d+\]")
_END = regex.compile(r"[\s?？؟!！.。]+$")


def question_language(question: str, history: Sequence[Message] = ()) -> str:
    """Language of a question, BCP 47; one too short to tell takes that of the question before it.

    A question of one or two words (`Shanghai?`, `2024?`) is often taken for another language by any detector.
    """
    language = detect_language(question)
    earlier = [message.content for message in history if message.role == "user"]
    if not earlier:
        return language
    previous = detect_language(earlier[-1])
    if language in {"und", previous} or not _same_script(question, earlier[-1]):
        return previous if language == "und" else language
    if not _leans(question, language) and (len(question) < _SHORT or _leans(question, previous)):
        return previous
    return language


def told_language(retrieval: Retrieval) -> str:
    """The language of a question, which for a few words is told by the passages that hold all of them.

    `patents` and `profit` could be of ten languages to a detector; where they stand, they are of one.
    """
    question = retrieval.question
    words = [word.casefold() for word in _LETTERS.findall(question)]
    if not words or len(question) >= 2 * _SHORT or confidence(question) >= _SURE:
        return retrieval.language
    holding = Counter(
        passage.paragraph.language
        for passage in retrieval.passages
        if _same_script(question, passage.paragraph.text)
        and set(words) <= {word.casefold() for word in _LETTERS.findall(passage.paragraph.text)}
    )
    return holding.most_common(1)[0][0] if holding else retrieval.language


def _leans(question: str, language: str) -> bool:
    read = read_question(question, language)
    return read.opens or read.refers


def _same_script(one: str, other: str) -> bool:
    return all(bool(script.search(one)) == bool(script.search(other)) for script in _SCRIPTS)


def is_follow_up(question: Question) -> bool:
    """Whether a question cannot be understood without the one before it."""
    if not question.terms:
        return True
    return question.refers or (question.opens and len(question.terms) <= _FEW_TERMS)


def make_standalone(question: str, history: Sequence[Message], *, language: str | None = None) -> str:
    """The question with the subject of the earlier questions added in brackets when it leans on them.

    A question that stands alone, or has nothing before it, is returned unchanged. The bracket holds the terms of the
    previous user question, itself made standalone first, less those the question already has.
    """
    earlier = [index for index, message in enumerate(history) if message.role == "user"]
    if not earlier:
        return question
    read = read_question(question, language or question_language(question, history))
    if not is_follow_up(read):
        return question
    index = earlier[-1]
    previous = make_standalone(history[index].content, history[:index])
    terms = list(read_question(previous, detect_language(previous)).terms)
    if read.refers:
        terms += _names(history[index + 1 :], terms)
    present = question.casefold()
    carried = [term for term in dict.fromkeys(terms) if term.casefold() not in present][:_MOST_TERMS]
    if not carried:
        return question
    return f"{_END.sub('', question)} ({' '.join(carried)})?"


def _names(turns: Sequence[Message], known: Sequence[str]) -> list[str]:
    """Names of several words in the last answer: what a pronoun in the next question often points to."""
    answers = [turn.content for turn in turns if turn.role == "assistant"]
    if not answers:
        return []
    found = dict.fromkeys(_NAME.findall(_MARKER.sub("", answers[-1])))
    return [name for name in found if not set(name.split()) <= set(known)][:2]
