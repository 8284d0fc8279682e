"""What the product does on the practice corpora: finds, answers, declines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.answering.quote import quote
from bot.answering.select import by_evidence
from bot.corpus.text import search_text
from bot.embeddings import Embedder
from bot.pinpoint import PASSAGES
from eval.golden.models import Scope
from eval.practice import Practice, corpora
from eval.retrieval.systems import Pinpoint

_MARKER = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one question."""

    corpus: str
    """Name of the corpus."""
    scope: Scope
    """Whether the corpus answers it."""
    cross: bool
    """Whether no paragraph that answers is in the asker's language."""
    rank: int | None
    """Of the first paragraph that answers, from 1; None when it is not among the passages."""
    answered: bool
    """Whether something was quoted."""
    right: bool
    """Whether the first citation is of a paragraph that answers."""


def measure(embedders: Mapping[str, Embedder], say: Callable[[str], None]) -> list[Row]:
    """Put every question to its corpus, without a model.

    Args:
        embedders: by space.
        say: told what goes on.
    """
    rows = []
    for corpus in corpora():
        say(f"{corpus.name}: {len(corpus.questions)} questions")
        rows += _asked(corpus, embedders)
    return rows


def _asked(corpus: Practice, embedders: Mapping[str, Embedder]) -> list[Row]:
    retriever = Pinpoint(corpus.documents, embedders).retriever
    texts = [search_text(question.question) for question in corpus.questions]
    for embedder in embedders.values():
        embedder.embed_queries(texts)  # all at once is quicker, and remembered
    rows = []
    for question in corpus.questions:
        found = by_evidence(retriever.retrieve(question.question, k=PASSAGES))
        draft = quote(found)
        gold = {(ref.file, ref.paragraph) for fact in question.facts for ref in fact.gold}
        keys = [passage.paragraph.key for passage in found.passages]
        marker = _MARKER.search(draft.text)
        asked_in = question.language.partition("-")[0]
        rows.append(
            Row(
                corpus.name,
                question.scope,
                all(language.partition("-")[0] != asked_in for language in question.source_languages),
                next((place for place, key in enumerate(keys, 1) if key in gold), None),
                not draft.declined,
                marker is not None and keys[int(marker[1]) - 1] in gold,
            )
        )
    return rows
