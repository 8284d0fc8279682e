"""A model in miniature: texts with the same concepts are near, and every language lies in a place of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from bot.corpus.records import Document
from bot.embeddings import Embedder, Matrix, normalised
from bot.index import Index, index_documents
from bot.types import Paragraph

CONCEPTS = {
    "en": "river bridge school doctor bread winter music garden train market salt clock",
    "de": "Fluss Brücke Schule Arzt Brot Winter Musik Garten Zug Markt Salz Uhr",
    "es": "río puente escuela médico pan invierno música jardín tren mercado sal reloj",
    "xx": "zuro plemka doskan trifo wumpa kelost rifadu momble satrik quonda irbel fesko",
}
WORDS = {word.lower(): (language, n) for language, text in CONCEPTS.items() for n, word in enumerate(text.split())}
LANGUAGES = list(CONCEPTS)


class ConceptEmbedder:
    """Implements `Embedder`; blind to the languages it is told not to know."""

    max_tokens = 400
    batch_size = 50
    dim = 64

    def __init__(self, name: str = "concepts", *, blind: str = "", seed: int = 0) -> None:
        self.name = name
        self._blind = blind
        draw = np.random.default_rng(seed)
        self._concepts = draw.standard_normal((12, self.dim)).astype(np.float32)
        self._places = 2.5 * draw.standard_normal((len(LANGUAGES), self.dim)).astype(np.float32)

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def knows(self, text: str) -> bool:
        return all(
            WORDS[w][0] != self._blind for w in (raw.strip(".,?!").lower() for raw in text.split()) if w in WORDS
        )

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return normalised(np.array([self._one(text) for text in texts], np.float32).reshape(len(texts), self.dim))

    def _one(self, text: str) -> Matrix:
        noise = np.random.default_rng(int(hashlib.sha256((self.name + text).encode()).hexdigest()[:8], 16))
        out = 0.3 * noise.standard_normal(self.dim)
        known = [WORDS[w] for w in (raw.strip(".,?!").lower() for raw in text.split()) if w in WORDS]
        for language, concept in known:
            out += 6 * noise.standard_normal(self.dim) if language == self._blind else 2 * self._concepts[concept]
            out += self._places[LANGUAGES.index(language)] / len(known)
        return out.astype(np.float32)


def document(file: str, paragraphs: Sequence[tuple[str, str] | tuple[str, str, str]]) -> Document:
    """A document of (language, text) or (language, text, kind)."""
    held = []
    headings: tuple[str, ...] = ()
    for number, entry in enumerate(paragraphs, start=1):
        language, text, kind = entry if len(entry) == 3 else (*entry, "text")
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        held.append(Paragraph(file, number, text, 0, len(text), language, kind, headings, digest))
        if kind == "heading":
            headings = (text,)
    return Document(file, "0" * 64, 1, "utf-8", tuple(held))


def sentence(language: str, *concepts: int) -> str:
    """A sentence of a language about some concepts."""
    words = CONCEPTS[language].split()
    return " ".join(words[concept] for concept in concepts).capitalize() + "."


def index(documents: Sequence[Document], embedder: Embedder | None = None) -> Index:
    """An index in memory."""
    return index_documents(documents, embedder or ConceptEmbedder())
