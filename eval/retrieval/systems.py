"""What is compared: Pinpoint's retriever, and the two usual LangChain recipes on the same embeddings."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from uuid import uuid4

from bot.corpus.records import Document
from bot.corpus.text import search_text
from bot.embeddings import Embedder
from bot.retrieval.recipe import SHIPPED, Recipe

DEPTH = 10
"""Ranks that are looked at."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a system found for a question."""

    files: tuple[str, ...]
    """Files of the corpus, best first; one paragraph each."""
    confidence: float
    """Higher when the system is surer that the answer is there."""
    answerable: bool | None = None
    """Whether it would answer; None when it never says no."""


class System(Protocol):
    """A way to search a corpus."""

    def search(self, question: str) -> Found:
        """Rank the corpus for a question."""


class Pinpoint:
    """The product's own retriever over an index in memory."""

    def __init__(
        self, documents: Sequence[Document], embedders: Mapping[str, Embedder], recipe: Recipe = SHIPPED
    ) -> None:
        from bot.index import index_documents
        from bot.retrieval import Retriever

        first, *others = embedders.values()
        index = index_documents(documents, first, second=others[0] if others else None)
        self.retriever = Retriever(index, embedders=embedders, recipe=recipe)

    def search(self, question: str) -> Found:
        """Rank the corpus for a question."""
        found = self.retriever.retrieve(question, k=DEPTH, language="und")
        files = [file for p in found.passages for file in (p.paragraph.file, *(place[0] for place in p.also_at))]
        return Found(tuple(files), found.confidence, found.answerable)


class Plain:
    """LangChain's Chroma store and its similarity search."""

    def __init__(self, documents: Sequence[Document], embedders: Mapping[str, Embedder]) -> None:
        from chromadb import EphemeralClient
        from chromadb.config import Settings
        from langchain_chroma import Chroma

        self.store = Chroma(
            collection_name=f"plain-{uuid4().hex}",
            embedding_function=_adapter(next(iter(embedders.values()))),
            client=EphemeralClient(Settings(anonymized_telemetry=False)),
        )
        self.store.add_texts(
            [search_text(document.paragraphs[0].text) for document in documents],
            metadatas=[{"file": document.file} for document in documents],
            ids=[document.file for document in documents],
        )

    def search(self, question: str) -> Found:
        """Rank the corpus for a question."""
        found = self.store.similarity_search_with_score(search_text(question), k=DEPTH)
        files = tuple(str(document.metadata["file"]) for document, _ in found)
        return Found(files, -float(found[0][1]) if found else float("-inf"))


class Hybrid:
    """LangChain's ensemble of BM25 and dense search, merged by reciprocal rank fusion.

    BM25 gets Pinpoint's own words, which is generous: LangChain's default splits at white space and finds nothing in
    Chinese.
    """

    def __init__(self, documents: Sequence[Document], embedders: Mapping[str, Embedder]) -> None:
        from langchain_classic.retrievers import EnsembleRetriever

        from bot.retrieval.words import words

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the package announces its end
            from langchain_community.retrievers import BM25Retriever

        texts = [search_text(document.paragraphs[0].text) for document in documents]
        metadatas = [{"file": document.file} for document in documents]
        lexical = BM25Retriever.from_texts(texts, metadatas=metadatas, preprocess_func=words, k=2 * DEPTH)
        dense = Plain(documents, embedders).store.as_retriever(search_kwargs={"k": 2 * DEPTH})
        self._ensemble: Any = EnsembleRetriever(retrievers=[lexical, dense], weights=[0.5, 0.5], id_key="file")

    def search(self, question: str) -> Found:
        """Rank the corpus for a question."""
        found = self._ensemble.invoke(search_text(question))
        return Found(tuple(str(document.metadata["file"]) for document in found[:DEPTH]), 0.0)


def build(name: str, documents: Sequence[Document], embedders: Mapping[str, Embedder]) -> System:
    """Make a system by name: `pinpoint`, `plain`, `hybrid`, or a step of the ablation."""
    if name == "plain":
        return Plain(documents, embedders)
    if name == "hybrid":
        return Hybrid(documents, embedders)
    return Pinpoint(documents, embedders, SHIPPED if name == "pinpoint" else ABLATION[name])


_NOTHING = Recipe(
    centre=False, damp=False, standardise=False, sentences=False, second=False, lexical=0.0, lift=0.0, late=False
)  # fmt: skip

ABLATION: Mapping[str, Recipe] = {
    "0 whole paragraphs": _NOTHING,
    "1 + language means removed": (one := replace(_NOTHING, centre=True)),
    "2 + scores standardised": (two := replace(one, standardise=True)),
    "3 + sentences": (three := replace(two, sentences=True)),
    "4 + dominant directions damped": (four := replace(three, damp=True)),
    "5 + second model where it agrees": (five := replace(four, second=True)),
    "6 + words within a language": (six := replace(five, lexical=SHIPPED.lexical, lift=SHIPPED.lift)),
    "7 + late interaction": replace(six, late=True),
    "without means": replace(SHIPPED, centre=False),
    "without standardising": replace(SHIPPED, standardise=False),
    "without sentences": replace(SHIPPED, sentences=False),
    "without damping": replace(SHIPPED, damp=False),
    "without second model": replace(SHIPPED, second=False),
    "without words": replace(SHIPPED, lexical=0.0, lift=0.0),
    "without late interaction": replace(SHIPPED, late=False),
}
"""The method built up step by step, and with each step left out; the last step up is the product."""


def _adapter(embedder: Embedder) -> Any:
    from langchain_core.embeddings import Embeddings

    class Adapter(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[float(x) for x in row] for row in embedder.embed_passages(texts)]

        def embed_query(self, text: str) -> list[float]:
            return [float(x) for x in embedder.embed_queries([text])[0]]

    return Adapter()
