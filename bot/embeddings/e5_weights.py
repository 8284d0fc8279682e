"""The bundled engine's weights file: its vocabulary as a tokenizer, its tensors as arrays."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
"""32 weights: a scale and 16 bytes, low halves first."""
_META = "▁"


class WeightsFile:
    """The layout of the engine's weights file: header, vocabulary, directory of tensors, tensors."""

    def __init__(self, data: bytes) -> None:
        if data[:4] != b"E5S1":
            raise ValueError("not a weights file of the bundled engine")
        self._data = data
        self.width, self.layers, self.heads, self.hidden, _, self.positions, _ = struct.unpack_from("<7i", data, 8)
        (self.eps,) = struct.unpack_from("<f", data, 36)
        self._at = 44
        self.tokenizer = self._read_tokenizer()
        self._tensors = dict(self._read_directory())

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._data, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def _read_tokenizer(self) -> Tokenizer:
        count, bos, eos, pad, unk, size = self._take("5iQ")
        ends = np.frombuffer(self._data, "<u4", count + 1, self._at)
        self._at += ends.nbytes
        scores = np.frombuffer(self._data, "<f4", count, self._at).tolist()
        self._at += count * 4
        blob = self._data[self._at : self._at + size]
        self._at += size
        pieces = [
            blob[a:b].decode("utf-8", "replace") for a, b in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
        ]
        changes_count, _ = self._take("iI")
        changes = {}
        for _ in range(changes_count):
            code, length = self._take("IB")
            changes[code] = "".join(map(chr, self._take(f"{length}I")))
        return Tokenizer(pieces, scores, (bos, eos, pad, unk), changes)

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


class Tokenizer:
    """SentencePiece unigram, as the engine does it: normalise, mark spaces, take the likeliest pieces."""

    def __init__(
        self, pieces: Sequence[str], scores: Sequence[float], marks: tuple[int, int, int, int], changes: dict[int, str]
    ) -> None:
        self.bos, self.eos, self.pad, self._unk = marks
        self._changes = changes
        self._pieces = {piece: (score, n) for n, (piece, score) in enumerate(zip(pieces, scores, strict=True)) if piece}
        self._pieces.pop(pieces[self._unk], None)
        self._unk_score = min(scores) - 10.0
        self._longest: dict[str, int] = {}
        for piece in self._pieces:
            self._longest[piece[0]] = max(self._longest.get(piece[0], 0), len(piece))

    def encode(self, text: str) -> list[int]:
        """Token numbers, without begin and end."""
        clean = text.translate(self._changes)
        while "  " in clean:
            clean = clean.replace("  ", " ")
        clean = (clean if clean.startswith(" ") else " " + clean).replace(" ", _META)
        size = len(clean)
        best = [0.0] + [-1e30] * size
        came: list[tuple[int, int]] = [(0, 0)] * (size + 1)
        pieces, longest, unk_score = self._pieces, self._longest, self._unk_score
        for i in range(size):
            base = best[i]
            for j in range(i + 1, min(i + longest.get(clean[i], 0), size) + 1):
                found = pieces.get(clean[i:j])
                if found is not None and base + found[0] > best[j]:
                    best[j] = base + found[0]
                    came[j] = i, found[1]
            if base + unk_score > best[i + 1]:
                best[i + 1] = base + unk_score
                came[i + 1] = i, self._unk
        tokens = []
        while size > 0:
            size, token = came[size]
            tokens.append(token)
        return tokens[::-1]


def expand(blocks: NDArray[Any]) -> Floats:
    """Weights of blocks as numbers, shape (rows, 32 times the blocks of a row)."""
    nibbles = blocks["nibbles"]
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1).astype(np.float32)
    values -= 8
    values *= blocks["scale"].astype(np.float32)[..., None]
    return values.reshape(blocks.shape[0], -1)
