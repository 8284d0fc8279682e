"""Opens the product for a run: index brought up to date, the corpus read once more by the evaluation itself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import Settings
from bot.types import Answer, Message
from eval.golden import Question
from eval.run.ask import Sources
from eval.run.fingerprint import answer_key, code_hash, paragraphs_hash, settings_hash
from eval.run.records import Source

if TYPE_CHECKING:
    from bot.pinpoint import Pinpoint

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
"""The corpus that the shipped golden questions are about."""
SCRATCH = Path(".eval")
"""Where runs and the indexes of other corpora are kept, below the working folder."""


@dataclass(frozen=True)
class Product:
    """The product, ready to be asked, and what identifies it."""

    settings: Settings
    """As the product was opened."""
    bot: Pinpoint
    """The product."""
    sources: Sources
    """The corpus, read without the index."""
    corpus: str
    """Hash of the corpus."""
    index: str
    """Hash of the indexed paragraphs and the embedding model."""
    embeddings: str
    """The embedding model."""

    @property
    def model(self) -> str:
        """`quote`, or `provider:name`."""
        return self.bot.model

    def ask(self, question: Question) -> Answer:
        """Ask the product one golden question with its history."""
        history = [Message(turn.role, turn.content) for turn in question.history]
        return self.bot.ask(question.question, history=history, id=question.id)

    def keys(self) -> Callable[[Question], str]:
        """A function that hashes everything that decides the answer to a question."""
        decides = (self.model, self.index, code_hash(), settings_hash(self.settings))
        return lambda question: answer_key(question, *decides)


def data_folder(settings: Settings, corpus: Path) -> Path:
    """Where the index of a corpus is: the product's own folder for its own corpus, else one of the evaluation's."""
    from bot.index import corpus_folder

    if corpus.resolve() == corpus_folder(settings).resolve():
        return settings.data
    return SCRATCH / "index" / hashlib.sha256(str(corpus.resolve()).encode()).hexdigest()[:12]


def open_product(corpus: Path, *, model: str | None = None, base: Settings | None = None) -> Product:
    """Index a corpus if needed and open the product over it.

    Args:
        corpus: folder of documents.
        model: `provider:name`, `quote` to quote whatever is configured, or None for the configured one.
        base: settings to start from; read from the environment when not given.

    Raises:
        CorpusError: the folder cannot be read.
        IndexingError: the index cannot be built or opened.
    """
    from bot.corpus import load_corpus
    from bot.index import open_index, sync
    from bot.pinpoint import Pinpoint

    settings = base or Settings.load()
    data = data_folder(settings, corpus)
    settings = settings.model_copy(update={"corpus": corpus, "data": data, "model": model or settings.model})
    sync(settings)
    index = open_index(settings)
    documents = load_corpus(corpus)
    return Product(
        settings=settings,
        bot=Pinpoint(settings, index=index),
        sources={p.key: Source(text=p.text, language=p.language) for p in documents.paragraphs},
        corpus=paragraphs_hash(documents.paragraphs),
        index=paragraphs_hash(index.paragraphs, settings.embeddings),
        embeddings=settings.embeddings,
    )
