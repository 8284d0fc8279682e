"""`Retriever`: a question to ranked passages."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.corpus.language import detect_language
from bot.corpus.text import search_text
from bot.embeddings import Embedder, Matrix, open_cache
from bot.embeddings.words import WordEmbedder, WordStore
from bot.retrieval import confidence
from bot.retrieval.fairness import Fairness
from bot.retrieval.ground import Ground
from bot.retrieval.late import LateInteraction
from bot.retrieval.passages import passages, reading_order
from bot.retrieval.ranking import Ranking, rank
from bot.retrieval.recipe import SHIPPED, Recipe
from bot.retrieval.steps import Steps
from bot.threads import one_thread_each
from bot.types import Retrieval

if TYPE_CHECKING:
    from bot.index import Index
    from bot.settings import Settings


class Retriever:
    """Ranks the paragraphs of an index for a question. Thread-safe.

    What is prepared from the index (language statistics, word lists) takes some seconds for 20,000 paragraphs and
    happens once, when the object is made. From then on the process multiplies matrices on one thread for each of its
    own: see `bot.threads`.
    """

    def __init__(
        self,
        index: Index,
        *,
        settings: Settings | None = None,
        embedders: Mapping[str, Embedder] | None = None,
        calibration: confidence.Calibration | None = None,
        recipe: Recipe = SHIPPED,
        steps: Steps | None = None,
    ) -> None:
        """Prepare an index for questions.

        Args:
            index: a snapshot from `open_index` or `index_documents`.
            settings: which embedders to use; read from the environment when left out.
            embedders: one for each of the index's spaces, in place of those the settings name.
            calibration: of the confidence, in place of the shipped one.
            recipe: the parts of the method to use, for measuring what each brings.
            steps: help of a language model; none when left out.
        """
        one_thread_each.keep()
        self.index = index
        """The snapshot that is searched."""
        self._embedders = dict(embedders) if embedders is not None else _embedders(settings)
        self._calibrated = calibration
        self._recipe = recipe
        self._steps = steps or Steps()
        self._cache = open_cache(settings) if settings else None
        self._searched: Searched | None = None
        self._searched = self._prepared([index]) if len(index.paragraphs) else None
        self._extended: tuple[Index, Searched] | None = None
        self._lock = threading.Lock()

    @property
    def fairness(self) -> dict[str, Fairness]:
        """What makes the corpus's languages comparable, by space, at the level of sentences."""
        if self._searched is None:
            return {}
        return {space: f for (space, level), f in self._searched.ground.fairness.items() if level == 1}

    def retrieve(
        self,
        question: str,
        *,
        k: int = 10,
        language: str | None = None,
        files: Sequence[str] | None = None,
        languages: Sequence[str] | None = None,
        extra: Index | None = None,
    ) -> Retrieval:
        """Rank the passages for a standalone question.

        Args:
            question: in any language.
            k: how many passages to return; fewer only when the filters leave fewer.
            language: of the question, BCP 47; detected when left out.
            files: look only in these.
            languages: look only in paragraphs of these languages; `zh` takes in `zh-Hant` and `zh-Hans`.
            extra: a second index that is searched as one with the first, such as a conversation's uploads.

        Returns:
            Passages best first, equal texts once with all their places, headings after all evidence.

        Raises:
            ModelError: when the embedding model fails.
        """
        language = language or detect_language(question)
        searched = self._ground_with(extra)
        allowed = searched.ground.rows_of(files, languages) if searched else None
        found = self._rank(searched.ground, question, allowed) if searched and allowed is not None else None
        if searched is None or allowed is None or found is None:
            return Retrieval(question, language, (), 0.0, self._calibration.threshold)
        ranking, order = found
        look = searched.late.look(question, order, ranking.rows) if searched.late else None
        probability = self._calibration.probability(confidence.features(searched.ground, ranking, order, look))
        if look is not None:
            order, ranking = look.reordered(ranking, order)
        chosen = self._steps.reordered(question, passages(searched.ground, ranking, order[:k], allowed))
        return Retrieval(question, language, chosen, probability, self._calibration.threshold)

    @property
    def _calibration(self) -> confidence.Calibration:
        return self._calibrated or confidence.shipped()

    def describe(self, question: str) -> NDArray[np.float64] | None:
        """The features of the confidence for a question, as `confidence.FEATURES`; None when nothing can be found."""
        if self._searched is None:
            return None
        ground, late = self._searched.ground, self._searched.late
        found = self._rank(ground, question, ground.rows_of(None, None))
        if found is None:
            return None
        ranking, order = found
        return confidence.features(ground, ranking, order, late.look(question, order, ranking.rows) if late else None)

    def _rank(
        self, ground: Ground, question: str, allowed: NDArray[np.bool_]
    ) -> tuple[Ranking, NDArray[np.int64]] | None:
        """The scores, and positions in them best first; None when there is nothing to look for or in."""
        text = search_text(question)
        if not text or not allowed.any():
            return None
        rankings = []
        for version in self._steps.versions(text, ground.groups):
            clean = search_text(version)
            vectors = {space: self._vector(space, clean) for space in ground.spaces if self._reads(space, clean)}
            rankings.append(rank(ground, version, vectors, allowed, self._recipe))
        ranking = rankings[0].joined(rankings[1:])
        return ranking, reading_order(ground, ranking)

    def _reads(self, space: str, text: str) -> bool:
        """Whether the space's model can read the question; the primary one has to."""
        if space not in self._embedders:
            return False
        knows = getattr(self._embedders[space], "knows", None)
        return space == self.index.primary or knows is None or bool(knows(text))

    def _vector(self, space: str, text: str) -> Matrix:
        vectors: Matrix = self._embedders[space].embed_queries([text])
        return np.asarray(vectors[0], np.float32)

    def _ground_with(self, extra: Index | None) -> Searched | None:
        if extra is None or not len(extra.paragraphs):
            return self._searched
        with self._lock:
            if self._extended is None or self._extended[0] is not extra:
                indexes = [self.index, extra] if self._searched is not None else [extra]
                self._extended = (extra, self._prepared(indexes))
            return self._extended[1]

    def _prepared(self, indexes: Sequence[Index]) -> Searched:
        ground = Ground(indexes, self._recipe)
        primary = self._embedders.get(self.index.primary)
        if not self._recipe.late or not isinstance(primary, WordEmbedder):
            return Searched(ground, None)
        stores = [WordStore(primary, self._cache if index is self.index else None) for index in indexes]
        if self._searched and self._searched.late:
            stores[:-1] = self._searched.late.words
        return Searched(ground, LateInteraction(ground, stores))


@dataclass(frozen=True)
class Searched:
    """What is searched, and how its best candidates are looked at again."""

    ground: Ground
    """Statistics of the indexes."""
    late: LateInteraction | None
    """None when the embedding model tells nothing of single words."""


def _embedders(settings: Settings | None) -> dict[str, Embedder]:
    from bot.index.spaces import space_embedders
    from bot.settings import Settings

    return space_embedders(settings or Settings.load())
