"""Which files of a folder may be documents, and their bytes, without ever leaving the folder."""

from __future__ import annotations

import os
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from bot.corpus.records import Problem
from bot.errors import CorpusError

SUFFIXES = (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".docx")
"""File name endings that are read, lower case."""

MAX_BYTES = 50_000_000
"""Largest file that is read, in bytes."""

_CONVERTIBLE = {
    ".doc": ".docx", ".rtf": ".docx", ".odt": ".docx", ".pages": ".docx", ".wps": ".docx", ".epub": ".html",
    ".ppt": ".pdf", ".pptx": ".pdf", ".odp": ".pdf", ".xls": ".pdf", ".xlsx": ".pdf", ".ods": ".pdf", ".djvu": ".pdf",
}  # fmt: skip
_MAX_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be a document."""

    file: str
    """Path below the corpus folder, with forward slashes, in NFC: what it is called everywhere else."""
    path: Path
    """Where it is on disk, links followed."""
    size: int
    """Bytes."""
    modified: int
    """Time of the last change, nanoseconds since 1970; with the size a hint that it is unchanged."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A look at a folder, no file opened yet."""

    files: tuple[Found, ...]
    """Sorted by file."""
    problems: tuple[Problem, ...]
    """Files and folders that are not to be read."""
    skipped: tuple[str, ...] = ()
    """Files of kinds that are no documents, such as programs and pictures, sorted."""


def scan(root: Path, *, max_bytes: int = MAX_BYTES) -> Scan:
    """Look for documents in the folder and the folders below it; hidden ones are skipped.

    Args:
        root: The folder.
        max_bytes: Files larger than this are a problem.

    Raises:
        CorpusError: when there is no such folder.
    """
    if not root.exists():
        raise CorpusError(f"the corpus folder {str(root)!r} does not exist; create it or name another one")
    if not root.is_dir():
        raise CorpusError(f"{str(root)!r} is not a folder; name the folder that holds your documents")
    walk = _Walk(root, max_bytes)
    return Scan(
        tuple(sorted(walk.files.values(), key=lambda found: found.file)), tuple(walk.problems), tuple(walk.skipped)
    )


def read_bytes(found: Found, *, max_bytes: int = MAX_BYTES) -> bytes:
    """Return the bytes of a file that `scan` found; it may have changed since.

    Raises:
        CorpusError: when it is gone, cannot be opened, is no regular file any more, or has grown too large.
    """
    # Not following links and not waiting on pipes: what was scanned may have been replaced by either.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(found.path, flags)
        with os.fdopen(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise CorpusError(f"{found.file!r} is not a regular file; replace it by a copy")
            data = stream.read(max_bytes + 1)
    except PermissionError:
        raise CorpusError(f"not allowed to read {found.file!r}; give yourself read permission for it") from None
    except OSError as error:
        raise CorpusError(f"cannot read {found.file!r}: {error.strerror}; check the file and its disk") from None
    if len(data) > max_bytes:
        raise CorpusError(_too_large(found.file, len(data), max_bytes))
    return data


class _Walk:
    """One pass over a folder."""

    def __init__(self, root: Path, max_bytes: int) -> None:
        self.files: dict[str, Found] = {}
        self.problems: list[Problem] = []
        self.skipped: list[str] = []
        self._max_bytes = max_bytes
        self._real_root = Path(os.path.realpath(root))
        self._seen: set[str] = set()
        self._folder(root, "", 0)
        self.problems.sort(key=lambda problem: problem.file)
        self.skipped.sort()

    def _problem(self, file: str, message: str) -> None:
        self.problems.append(Problem(file, message))

    def _folder(self, folder: Path, below: str, depth: int) -> None:
        real = os.path.realpath(folder)
        if real in self._seen:
            return
        self._seen.add(real)
        shown = below.rstrip("/")
        if depth > _MAX_DEPTH:
            self._problem(shown, f"the folder {shown!r} lies more than {_MAX_DEPTH} folders deep; move it up")
            return
        try:
            with os.scandir(folder) as entries:
                # Real folders before links, so that a document gets its own name rather than a link's.
                listed = sorted(entries, key=lambda entry: (entry.is_symlink(), entry.name))
        except OSError as error:
            name = shown or str(folder)
            self._problem(shown, f"cannot list the folder {name!r}: {error.strerror}; check its permissions")
            return
        for entry in listed:
            if not entry.name.startswith((".", "~$")):
                self._entry(entry, below + unicodedata.normalize("NFC", entry.name), depth)

    def _entry(self, entry: os.DirEntry[str], file: str, depth: int) -> None:
        try:
            file.encode()
        except UnicodeEncodeError:
            # The bytes of the name are not UTF-8: it could be neither shown nor linked to.
            shown = file.encode("utf-8", "backslashreplace").decode()
            self._problem(shown, f"the name of {shown!r} is not valid UTF-8; rename the file")
            return
        try:
            if entry.is_symlink() and not self._link_stays_inside(entry, file):
                return
            status = entry.stat()
        except OSError as error:
            if self._is_wanted(file) or entry.is_symlink():
                self._problem(file, f"cannot read {file!r}: {error.strerror}; check it, or remove it")
            return
        if stat.S_ISDIR(status.st_mode):
            self._folder(Path(entry.path), file + "/", depth + 1)
        elif self._is_wanted(file):
            self._file(entry, file, status)
        else:
            self.skipped.append(file)

    def _link_stays_inside(self, entry: os.DirEntry[str], file: str) -> bool:
        """Tell whether a symbolic link is to be followed: its target lies in the corpus folder."""
        target = Path(os.path.realpath(entry.path))
        if not target.is_relative_to(self._real_root):
            if entry.is_dir() or self._is_wanted(file):
                self._problem(file, f"{file!r} is a link that leads out of the corpus folder; put a copy in its place")
            return False
        return True

    def _is_wanted(self, file: str) -> bool:
        return file.lower().endswith((*SUFFIXES, *_CONVERTIBLE))

    def _file(self, entry: os.DirEntry[str], file: str, status: os.stat_result) -> None:
        suffix = Path(file).suffix.lower()
        if not stat.S_ISREG(status.st_mode):
            self._problem(file, f"{file!r} is not a regular file (a pipe, socket or device); remove it")
        elif suffix in _CONVERTIBLE:
            self._problem(file, f"{file!r} is in a format that is not read; save it as {_CONVERTIBLE[suffix]!r}")
        elif status.st_size > self._max_bytes:
            self._problem(file, _too_large(file, status.st_size, self._max_bytes))
        elif file in self.files:
            self._problem(file, f"two files are both called {file!r}, differing in accents' encoding; rename one")
        else:
            path = Path(os.path.realpath(entry.path))
            self.files[file] = Found(file, path, status.st_size, status.st_mtime_ns)


def _too_large(file: str, size: int, limit: int) -> str:
    return f"{file!r} is larger than {limit / 1e6:,.0f} MB ({size / 1e6:,.1f} MB); split it into smaller files"
