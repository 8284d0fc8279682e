"""Citations against gold paragraphs and against the corpus itself."""

from __future__ import annotations

import regex

from bot.types import Answer, Citation, Sentence
from eval.measures.negation import negated
from eval.measures.numbers import digit_values, values
from eval.measures.outcome import Count, proportion
from eval.run.records import Recorded

_MARKER = regex.compile(r"\[(\d+)\]")


def score_citations(record: Recorded) -> tuple[dict[str, Count], list[str]]:
    """Citation measures of one question, and what is wrong in words."""
    counts: dict[str, Count] = {}
    problems: list[str] = []
    answer = record.answer
    if record.question.answerable:
        counts |= _against_gold(record, problems)
    if answer is None:
        return counts, problems
    exact = {citation.n: is_exact(record, citation) for citation in answer.citations}
    if answer.citations:
        valid = sum(is_exact(record, citation) for citation in answer.citations)
        counts["quote_exact"] = Count(valid, len(answer.citations))
        if valid < len(answer.citations):
            problems.append("a quote is not in its paragraph")
    if answer.status == "answered":
        counts |= _sentences(record, answer, exact, problems)
        counts["markers"] = proportion(_markers_match(answer))
        if not counts["markers"].numerator:
            problems.append("markers and citations differ")
    return counts, problems


def is_exact(record: Recorded, citation: Citation) -> bool:
    """Whether the cited paragraph exists and holds the quote at its offsets."""
    source = record.source(citation.file, citation.paragraph)
    return source is not None and bool(citation.quote) and source.text[citation.start : citation.end] == citation.quote


def _against_gold(record: Recorded, problems: list[str]) -> dict[str, Count]:
    question, answer = record.question, record.answer
    if answer is None:
        names = ("first_citation", "citation_precision", "citation_recall")
        return dict.fromkeys(names, Count(0.0))
    if answer.status != "answered":
        return {"citation_recall": Count(0.0)}
    gold = {ref.key for ref in question.gold}
    also = {ref.key for ref in question.also} - gold
    every = list(dict.fromkeys((citation.file, citation.paragraph) for citation in _in_text_order(answer)))
    cited = [key for key in every if key not in also]
    counts = {"first_citation": proportion(bool(cited) and cited[0] in gold)}
    if cited or not every:
        counts["citation_precision"] = Count(sum(key in gold for key in cited) / len(cited) if cited else 0.0)
    covered = [any(ref.key in cited for ref in fact.gold) for fact in question.facts]
    counts["citation_recall"] = Count(sum(covered) / len(covered))
    if not every:
        problems.append("answered without a citation")
    elif not counts["first_citation"].numerator:
        problems.append("the first citation is not gold")
    if not any(key in gold for key in cited):
        problems.append("no gold paragraph is cited")
    return counts


def _in_text_order(answer: Answer) -> list[Citation]:
    """Citations as a reader meets them; those without a marker come last."""
    place: dict[int, int] = {}
    for i, match in enumerate(_MARKER.finditer(answer.text)):
        place.setdefault(int(match[1]), i)
    return sorted(answer.citations, key=lambda citation: (place.get(citation.n, len(answer.text)), citation.n))


def _sentences(record: Recorded, answer: Answer, exact: dict[int, bool], problems: list[str]) -> dict[str, Count]:
    supported = [s.supported and any(exact.get(n, False) for n in s.citations) for s in answer.sentences]
    counts = {"supported": Count(sum(supported), max(1, len(supported)))}
    if not all(supported) or not supported:
        problems.append("a sentence has no support")
    numbers, negations = [], []
    by_number = {citation.n: citation for citation in answer.citations}
    for sentence in answer.sentences:
        citations = [by_number[n] for n in sentence.citations if n in by_number]
        if not citations:
            continue
        if digit_values(sentence.text):
            numbers.append(_numbers_agree(record, sentence, citations))
        quoted = any(negated(citation.quote) for citation in citations)
        if quoted or negated(sentence.text):
            negations.append(quoted and negated(sentence.text))
    if numbers:
        counts["numbers_agree"] = Count(sum(numbers), len(numbers))
        if not all(numbers):
            problems.append("a number is not in the cited paragraph")
    if negations:
        counts["negation_agrees"] = Count(sum(negations), len(negations))
        if not all(negations):
            problems.append("sentence and quote differ in negation")
    return counts


def _numbers_agree(record: Recorded, sentence: Sentence, citations: list[Citation]) -> bool:
    known: set[str] = set()
    for citation in citations:
        source = record.source(citation.file, citation.paragraph)
        if source is not None:
            known |= values(source.text)
    return all(readings & known for readings in digit_values(sentence.text))


def _markers_match(answer: Answer) -> bool:
    in_text = {int(number) for number in _MARKER.findall(answer.text)}
    on_sentences = {n for sentence in answer.sentences for n in sentence.citations}
    return bool(in_text) and in_text == on_sentences == {citation.n for citation in answer.citations}
