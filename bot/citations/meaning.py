"""How well the words of a sentence are covered by the words of its source, across languages."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

import numpy as np
import regex

from bot.citations.sense import senses
from bot.citations.tokens import Tokens, WordModel, token_model, unit
from bot.embeddings.e5_weights import Floats

_WORD: Final = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+|[\p{L}\p{M}\d]+(?:['’.,·-][\p{L}\p{M}\d]+)*"
)
_UNSPACED: Final = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_HEAVIEST: Final = 18.0
CONTENT: Final = 7.5
"""Words that say at least this much (in nats) count as content; `the` says about 3, `region` about 9."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or a word piece where the script has no spaces."""

    text: str
    """As written."""
    start: int
    """First character in the text read."""
    end: int
    """One past the last."""
    weight: float
    """How much it says, in nats."""

    @property
    def is_content(self) -> bool:
        """Whether it says something of its own and is no number."""
        return self.weight >= CONTENT and not any(c.isdecimal() for c in self.text)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as words with vectors."""

    text: str
    """The text read."""
    words: tuple[Word, ...]
    """Its words in order."""
    vectors: Floats
    """A row for each word, of length 1, from a middle layer: near is what is spelt, used or translated alike."""
    senses: Floats
    """A row for each word, of length 1, in the space where near is what means the same (see `sense`)."""

    def __add__(self, other: Reading) -> Reading:
        shift = len(self.text) + 1
        moved = tuple(Word(w.text, w.start + shift, w.end + shift, w.weight) for w in other.words)
        return Reading(
            f"{self.text} {other.text}",
            self.words + moved,
            np.concatenate([self.vectors, other.vectors]),
            np.concatenate([self.senses, other.senses]),
        )


@dataclass(frozen=True, slots=True)
class Cover:
    """How the words of a sentence are covered by a source."""

    best: Floats
    """For each word of the sentence, its nearness to the nearest word of the source."""
    nearest: NDArrayInt
    """Which word of the source that is."""
    closeness: float
    """Mean nearness, words weighted by how much they say."""
    weakest: float
    """Mean nearness of the two content words that are covered worst."""


NDArrayInt = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


def read_words(texts: Sequence[str], model: WordModel | None = None) -> list[Reading]:
    """Read texts into words with vectors; what was read lately is remembered.

    Args:
        texts: what to read, as `search_text` gives it.
        model: where the vectors come from; the bundled model unless another is given.
    """
    model = model or token_model()
    known = _memory.setdefault(type(model).__name__, OrderedDict())
    with _lock:
        found = {text: known[text] for text in texts if text in known}
    missing = [text for text in dict.fromkeys(texts) if text not in found]
    if missing:
        for text, tokens in zip(missing, model.tokens(missing), strict=True):
            found[text] = _reading(text, tokens, model)
        with _lock:
            known.update((text, found[text]) for text in missing)
            while len(known) > _REMEMBERED:
                known.popitem(last=False)
    return [found[text] for text in texts]


_memory: dict[str, OrderedDict[str, Reading]] = {}
_lock = Lock()
_REMEMBERED: Final = 4096


def cover(sentence: Reading, source: Reading) -> Cover:
    """Align each word of a sentence with the nearest word of the source."""
    if not sentence.words or not source.words:
        return Cover(np.zeros(0, np.float32), np.zeros(0, np.int64), 0.0, 0.0)
    nearness = sentence.vectors @ source.vectors.T
    best = nearness.max(axis=1)
    weights = np.array([min(word.weight, _HEAVIEST) for word in sentence.words])
    content = np.array([word.is_content for word in sentence.words])
    chosen = np.sort(best[content] if content.any() else best)[:2]
    return Cover(best, nearness.argmax(axis=1), float((best * weights).sum() / weights.sum()), float(chosen.mean()))


def _reading(text: str, tokens: Tokens, model: WordModel) -> Reading:
    groups: list[list[int]] = []
    spans = [match.span() for match in _WORD.finditer(text)]
    at = 0
    current = -1
    for index, (start, end) in enumerate(tokens.spans):
        while at < len(spans) and spans[at][1] <= start:
            at += 1
        if at == len(spans) or end <= spans[at][0]:
            continue
        if at == current and not _UNSPACED.match(text[start:end]):
            groups[-1].append(index)
        else:
            groups.append([index])
            current = at
    words = []
    for group in groups:
        start, end = tokens.spans[group[0]][0], tokens.spans[group[-1]][1]
        weight = sum(model.weight(text[tokens.spans[i][0] : tokens.spans[i][1]]) for i in group)
        words.append(Word(text[start:end], start, end, weight))
    vectors = _means(tokens.vectors, groups)
    deep = None if tokens.deep is None else senses(vectors, _means(tokens.deep, groups))
    return Reading(text, tuple(words), vectors, vectors if deep is None else deep)


def _means(rows: Floats, groups: Sequence[Sequence[int]]) -> Floats:
    """The mean row of each group, at length 1."""
    means = np.array([rows[group].mean(axis=0) for group in groups], np.float32)
    return unit(means.reshape(len(groups), rows.shape[1]))
