"""The vectors of all texts of an index: from the last generation, from the cache, or from the embedder."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from bot.embeddings import Embedder, EmbeddingCache, Matrix
from bot.errors import IndexIncompatible
from bot.index.parts import FilePart, read_part
from bot.index.progress import Progress
from bot.index.tables import Tables, decode_paragraph


class Texts:
    """Finds the text of a key; the texts of unchanged files are made again only when one is asked for."""

    def __init__(self, space: str, parts: Sequence[FilePart], *, spaces: tuple[str, ...], embedder: Embedder) -> None:
        """Take what to look in.

        Args:
            space: whose texts to find.
            parts: all files of the index.
            spaces: the spaces of the index.
            embedder: of the first space; what it reads whole is not split.
        """
        self._space = space
        self._parts = parts
        self._spaces = spaces
        self._fits = fits(embedder)
        self._texts: dict[str, str] = {}
        for part in parts:
            self._texts.update(part.texts.get(space, {}))
        self._complete = False

    def __call__(self, key: str) -> str:
        """The text as it is embedded."""
        if key not in self._texts and not self._complete:
            for part in self._parts:
                if not part.texts:
                    self._texts.update(self._reread(part).texts[self._space])
            self._complete = True
        return self._texts[key]

    def _reread(self, part: FilePart) -> FilePart:
        """The texts of a file whose paragraphs came from the last generation."""
        paragraphs = [decode_paragraph(part.info.file, line) for line in part.lines]
        return read_part(part.info, paragraphs, spaces=self._spaces, fits=self._fits)


def space_vectors(
    space: str,
    tables: Tables,
    old: Tables | None,
    text_of: Texts,
    embedder: Embedder,
    cache: EmbeddingCache,
    progress: Progress,
) -> tuple[Matrix, int]:
    """The vectors of a space, one row a key of `tables`, and how many of them the embedder had to make.

    Raises:
        IndexIncompatible: when the embedder's vectors are no longer as long as those of the last generation.
        ModelError: when the embedder fails.
    """
    keys = tables.keys[space]
    old_keys = old.keys.get(space) if old else None
    have = np.zeros(len(keys), dtype=bool)
    places = np.zeros(len(keys), dtype=np.int64)
    if old_keys is not None and len(old_keys):
        places = np.minimum(np.searchsorted(old_keys, keys), len(old_keys) - 1)
        have = old_keys[places] == keys
    missing = np.flatnonzero(~have)
    texts = [text_of(keys[row].decode()) for row in missing]
    if texts:
        progress.start(len(texts))
    fresh, embedded = cache.embed(embedder, texts, on_batch=progress.advance)
    if old is None or not have.any():
        return fresh, embedded
    before = old.vectors[space]
    if len(fresh) and fresh.shape[1] != before.shape[1]:
        raise IndexIncompatible(
            f"the embedding model {embedder.name!r} now returns vectors of length {fresh.shape[1]}, not "
            f"{before.shape[1]}; run `pinpoint index --rebuild`"
        )
    vectors = np.empty((len(keys), before.shape[1]), dtype=np.float32)
    vectors[have] = before[places[have]]
    vectors[missing] = fresh
    return vectors, embedded


_LONGEST_TOKEN = 64
"""No tokenizer's tokens cover so many characters on the average of a long text: beyond it nothing need be counted."""


def fits(embedder: Embedder) -> Callable[[str], bool]:
    """Whether an embedder reads a text whole; a token is at least a byte, so short texts need no counting."""

    def test(text: str) -> bool:
        if len(text) > _LONGEST_TOKEN * embedder.max_tokens:
            return False
        return len(text.encode("utf-8", "replace")) <= embedder.max_tokens - 8 or (
            embedder.count_tokens(text) <= embedder.max_tokens
        )

    return test
