"""Optional help of a language model: the question in the corpus's languages, and a second look at the order.

Off unless given to `Retriever`. Whatever a step does wrong, retrieval goes on without it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.types import Passage

_log = logging.getLogger(__name__)

Translate = Callable[[str, Sequence[str]], Sequence[str]]
"""Takes the question and the corpus's languages; gives the question in some of them."""
Rerank = Callable[[str, Sequence[str]], Sequence[int]]
"""Takes the question and the texts of the best passages; gives their positions, best first."""

MOST = 4
"""Most translations that are searched for beside the question itself."""


@dataclass(frozen=True)
class Steps:
    """What a language model does for retrieval; each may raise what it likes."""

    translate: Translate | None = None
    """Adds the question in other languages; every version then has its say about the score."""
    rerank: Rerank | None = None
    """Puts the best passages into another order."""

    def versions(self, question: str, languages: Sequence[str]) -> list[str]:
        """The question, and its translations if there are any."""
        if self.translate is None:
            return [question]
        try:
            found = [str(text).strip() for text in self.translate(question, languages)]
        except Exception as error:  # noqa: BLE001  any failure of a model means: search without it
            _log.warning("the question is searched for without translations: %s", error)
            return [question]
        return list(dict.fromkeys([question, *(text for text in found[:MOST] if text)]))

    def reordered(self, question: str, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
        """The passages in the order the step gives; those it does not name follow in their own."""
        if self.rerank is None or len(passages) < 2:
            return passages
        try:
            named = [int(place) for place in self.rerank(question, [passage.paragraph.text for passage in passages])]
        except Exception as error:  # noqa: BLE001  any failure of a model means: keep the order
            _log.warning("the passages keep their order: %s", error)
            return passages
        order = dict.fromkeys([place for place in named if 0 <= place < len(passages)])
        order |= dict.fromkeys(range(len(passages)))
        return tuple(passages[place] for place in order)
