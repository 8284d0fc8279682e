"""The corpus as golden questions see it: paragraphs by file and number, their texts ready for comparing."""

from __future__ import annotations

from functools import lru_cache

from bot.corpus import Corpus
from eval.golden.models import Ref, primary
from eval.golden.text import normalise, occurs


class Sources:
    """Paragraphs of a corpus, looked up by reference and by the strings they hold."""

    def __init__(self, corpus: Corpus) -> None:
        self.paragraphs = {paragraph.key: paragraph for paragraph in corpus.paragraphs}
        self._texts = {key: normalise(paragraph.text) for key, paragraph in self.paragraphs.items()}
        self.holding = lru_cache(maxsize=4096)(self._holding)

    def language(self, ref: Ref) -> str:
        """Language of a paragraph without its script; `und` when unknown."""
        return primary(self.paragraphs[ref.key].language)

    def holds(self, ref: Ref, form: str) -> bool:
        """Whether a paragraph holds an answer string, normalised."""
        return occurs(self._texts[ref.key], normalise(form))

    def _holding(self, form: str, language: str) -> frozenset[tuple[str, int]]:
        """Every paragraph in a language (without script) that holds the string."""
        wanted = normalise(form)
        return frozenset(
            key
            for key, text in self._texts.items()
            if primary(self.paragraphs[key].language) == language and occurs(text, wanted)
        )
