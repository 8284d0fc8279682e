"""Lexical evidence: BM25 with word statistics of its own for each language."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.words import words

_K1, _B = 1.2, 0.5
"""Robertson's parameters (Robertson and Zaragoza 2009): saturation and, milder than usual, length normalisation."""

_LARGE, _COMMON = 5000, 0.125
"""In a corpus of more paragraphs, words that more than this share of them hold are left aside when there are rarer."""


@dataclass(frozen=True)
class Lexicon:
    """Which paragraphs hold a word, as flat arrays."""

    vocabulary: NDArray[np.uint8]
    """The words in order, as UTF-8 of a JSON list."""
    starts: NDArray[np.int64]
    """Where the postings of each word begin, one more than there are words."""
    rows: NDArray[np.int32]
    """Paragraphs, word by word."""
    counts: NDArray[np.uint16]
    """How often the word stands in the paragraph."""
    sizes: NDArray[np.int32]
    """Words in each paragraph."""

    @classmethod
    def build(cls, texts: Iterable[str]) -> Lexicon:
        """Read the words of all paragraphs."""
        postings: dict[str, list[tuple[int, int]]] = {}
        sizes = []
        for row, text in enumerate(texts):
            found = Counter(words(text))
            sizes.append(sum(found.values()))
            for word, count in found.items():
                postings.setdefault(word, []).append((row, min(count, 65535)))
        flat = [entry for entries in postings.values() for entry in entries]
        pairs = np.array(flat, np.int64).reshape(-1, 2)
        return cls(
            vocabulary=np.frombuffer(
                json.dumps(list(postings), ensure_ascii=False).encode("utf-8", "surrogatepass"), np.uint8
            ),
            starts=np.cumsum([0, *(len(entries) for entries in postings.values())], dtype=np.int64),
            rows=pairs[:, 0].astype(np.int32),
            counts=pairs[:, 1].astype(np.uint16),
            sizes=np.array(sizes, np.int32),
        )

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Lexicon:
        """From what `arrays` gave."""
        return cls(**{name: np.asarray(arrays[name]) for name in cls.__dataclass_fields__})

    def arrays(self) -> dict[str, NDArray[Any]]:
        """As arrays by name, to be kept beside an index."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @cached_property
    def _places(self) -> dict[str, int]:
        text = bytes(self.vocabulary).decode("utf-8", "surrogatepass")
        return {word: place for place, word in enumerate(json.loads(text))}

    def postings(self, word: str) -> tuple[NDArray[np.int32], NDArray[np.uint16]]:
        """Paragraphs that hold a word, and how often each does."""
        place = self._places.get(word)
        if place is None:
            return self.rows[:0], self.counts[:0]
        part = slice(int(self.starts[place]), int(self.starts[place + 1]))
        return self.rows[part], self.counts[part]


def lexical_scores(
    lexicons: list[Lexicon], question: str, groups: NDArray[np.int32], count: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Score every paragraph by the question's words.

    Args:
        lexicons: of the indexes that are searched together, in the order of their paragraphs.
        question: what is asked.
        groups: language group of every paragraph.
        count: number of language groups.

    Returns:
        BM25, where the rarity of a word is that within the paragraph's own language; and the share of the question's
        words that the paragraph holds, 0 to 1, weighted by how rare they are in the whole corpus.
    """
    total = len(groups)
    scores, held = np.zeros(total, np.float32), np.zeros(total, np.float32)
    sizes = np.concatenate([lexicon.sizes for lexicon in lexicons]) if lexicons else np.zeros(0, np.int32)
    of_language = np.bincount(groups, minlength=count)
    mean_size = np.bincount(groups, weights=sizes, minlength=count) / np.maximum(of_language, 1)
    everything = 0.0
    found = {word: _everywhere(lexicons, word) for word in dict.fromkeys(words(question))}
    if total > _LARGE and any(0 < len(rows) < total * _COMMON for rows, _ in found.values()):
        found = {word: entry for word, entry in found.items() if len(entry[0]) < total * _COMMON}
    for rows, counts in found.values():
        common = float(np.log1p((total - len(rows) + 0.5) / (len(rows) + 0.5)))
        everything += common
        if not len(rows):
            continue
        holding = np.bincount(groups[rows], minlength=count)
        rarity = np.log1p((of_language - holding + 0.5) / (holding + 0.5))
        mine = groups[rows]
        length = 1 - _B + _B * sizes[rows] / np.maximum(mean_size[mine], 1)
        scores[rows] += rarity[mine] * counts * (_K1 + 1) / (counts + _K1 * length)
        held[rows] += common
    return scores, held / max(everything, 1e-9)


def _everywhere(lexicons: list[Lexicon], word: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    rows, counts, before = [], [], 0
    for lexicon in lexicons:
        found, often = lexicon.postings(word)
        rows.append(found + before)
        counts.append(often.astype(np.float32))
        before += len(lexicon.sizes)
    return np.concatenate(rows), np.concatenate(counts)
