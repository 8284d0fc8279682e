"""What the answer says: facts stated, nothing forbidden, in the right language, or nothing when there is nothing."""

from __future__ import annotations

import functools
from typing import Any

import regex

from bot.types import Answer
from eval.golden import Question
from eval.golden.models import primary
from eval.measures.outcome import Count, proportion
from eval.measures.wording import mentions, states
from eval.run.records import Recorded

_MARKER = regex.compile(r"\s*\[\d+\]")
_SAME = {"ms": "id", "id": "id", "nb": "no", "nn": "no"}
"""Languages that a short text cannot tell apart."""
_LETTERS = 4
"""Fewest letters whose language is worth asking for."""


def score_answer(record: Recorded) -> tuple[dict[str, Count], list[str]]:
    """Answer and abstention measures of one question, and what is wrong in words."""
    counts: dict[str, Count] = {}
    problems: list[str] = []
    question, answer = record.question, record.answer
    answered = answer is not None and answer.status == "answered"
    counts["completed"] = proportion(answer is not None)
    if answer is None:
        problems.append(f"crashed: {record.failure.type if record.failure else 'no answer'}")
    if question.answerable:
        counts["answered"] = proportion(answered)
        counts |= _facts(question, answer if answered else None, problems)
        if answer is not None and not answered:
            problems.append("not found, though the corpus answers")
    else:
        counts[f"abstained_{question.scope}"] = proportion(answer is not None and not answered)
        if answered:
            problems.append("answered, though the corpus does not")
    if answer is None:
        return counts, problems
    if question.must_not:
        said = [string for string in question.must_not if mentions(_MARKER.sub("", answer.text), string)]
        counts["must_not"] = proportion(not said)
        problems += [f"says what it must not: {string!r}" for string in said]
    spoken = speaks(answer, question.language)
    if spoken is not None:
        counts["language"] = proportion(spoken)
        if not spoken:
            problems.append("not in the asker's language")
    return counts, problems


def _facts(question: Question, answer: Answer | None, problems: list[str]) -> dict[str, Count]:
    text = _MARKER.sub("", answer.text) if answer is not None else ""
    stated = [answer is not None and states(text, fact) for fact in question.facts]
    counts = {"accepted": proportion(all(stated))}
    if len(stated) > 1:
        counts["completeness"] = Count(sum(stated) / len(stated))
    if question.disagreement:
        cited = {(citation.file, citation.paragraph) for citation in answer.citations} if answer else set()
        sides = all(any(ref.key in cited for ref in fact.gold) for fact in question.facts)
        counts["disagreement"] = proportion(answer is not None and answer.disagreement and sides)
        if not counts["disagreement"].numerator:
            problems.append("the disagreement is not shown")
    if answer is not None and not all(stated):
        missing = [fact.statement for fact, said in zip(question.facts, stated, strict=True) if not said]
        problems.append("not stated: " + "; ".join(missing))
    return counts


def own_words(answer: Answer) -> str:
    """The answer's text without markers and without what is copied from the corpus."""
    text: str = _MARKER.sub("", answer.text)
    for quote in sorted({citation.quote for citation in answer.citations if citation.quote}, key=len, reverse=True):
        text = text.replace(quote, " ")
    if answer.model == "quote":
        for sentence in sorted((s.text for s in answer.sentences if s.text), key=len, reverse=True):
            text = text.replace(sentence, " ")
    return text.strip()


def speaks(answer: Answer, language: str) -> bool | None:
    """Whether the answer's own words are in a language; None when it has too few of its own."""
    from bot.corpus.language import detect_language

    words = own_words(answer)
    if len(regex.findall(r"\p{L}", words)) < _LETTERS:
        return None
    found, wanted = detect_language(words.lower()), language  # capitals mislead the detector on a few words
    if primary(found) == primary(wanted) == "zh":
        return _script(words) in {None, _variant(wanted)}
    return _SAME.get(primary(found), primary(found)) == _SAME.get(primary(wanted), primary(wanted))


def _variant(tag: str) -> str:
    return "Hant" if any(part in {"Hant", "TW", "HK", "MO"} for part in tag.split("-")) else "Hans"


def _script(text: str) -> str | None:
    """Hans or Hant by the characters that only one of them has; None when nothing tells."""
    if _converter("t2s").convert(text) != text:
        return "Hant"
    return "Hans" if _converter("s2t").convert(text) != text else None


@functools.cache
def _converter(name: str) -> Any:
    import opencc

    return opencc.OpenCC(name)
