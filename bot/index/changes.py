"""What has changed in the corpus since the last generation, by size and time first, by content where in doubt."""

from __future__ import annotations

import functools
import hashlib
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import CorpusError
from bot.index.home import write_atomically

if TYPE_CHECKING:
    from bot.corpus.files import Found
    from bot.corpus.records import Problem

_RACY = 2_000_000_000
"""Nanoseconds a file must have rested before its time vouches for its content."""


@dataclass(frozen=True)
class Look:
    """The corpus folder as it is now."""

    hashes: Mapping[str, str]
    """SHA-256 of every file that can be opened, by name, sorted."""
    contents: Mapping[str, bytes]
    """Bytes of the files that had to be opened to find out."""
    found: Mapping[str, Found]
    """Where each file is."""
    problems: tuple[Problem, ...]
    """Files and folders that cannot be opened."""
    skipped: tuple[str, ...]
    """Files of kinds that are no documents."""

    def read(self, file: str) -> bytes:
        """Bytes of a file.

        Raises:
            CorpusError: when it cannot be read any more.
        """
        from bot.corpus.files import read_bytes

        return self.contents[file] if file in self.contents else read_bytes(self.found[file])


def look(root: Path, notes: Path) -> Look:
    """Look at every file; one whose size, time and place are as noted is not opened.

    Args:
        root: the corpus folder.
        notes: the file where this function notes what it saw, for the next time.

    Raises:
        CorpusError: when there is no such folder.
    """
    from bot.corpus.files import read_bytes, scan
    from bot.corpus.records import Problem

    now = time.time_ns()
    known = _read_notes(notes, root)
    scanned = scan(root)
    problems = list(scanned.problems)
    seen: dict[str, list[int | str]] = {}
    hashes: dict[str, str] = {}
    contents: dict[str, bytes] = {}
    for found in scanned.files:
        try:
            mark = [found.size, found.modified, found.path.stat().st_ino]
            noted = known.get(found.file, [])
            if noted[:3] == mark:
                digest = str(noted[3])
            else:
                contents[found.file] = read_bytes(found)
                digest = hashlib.sha256(contents[found.file]).hexdigest()
        except (CorpusError, OSError) as error:
            problems.append(Problem(found.file, str(error)))
            continue
        hashes[found.file] = digest
        if now - found.modified > _RACY:
            seen[found.file] = [*mark, digest]
    if seen != known:
        with suppress(OSError):
            notes.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(notes, json.dumps({"root": str(root), "files": seen}).encode())
    return Look(hashes, contents, {found.file: found for found in scanned.files}, tuple(problems), scanned.skipped)


@functools.cache
def recipe() -> str:
    """Fingerprint of the code that turns bytes into paragraphs and units."""
    import bot.corpus
    import bot.index.units

    folder = Path(bot.corpus.__file__).parent
    digest = hashlib.sha256()
    for path in [*sorted(folder.rglob("*.py")), Path(bot.index.units.__file__)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _read_notes(notes: Path, root: Path) -> dict[str, list[int | str]]:
    try:
        data = json.loads(notes.read_bytes())
        return dict(data["files"]) if data["root"] == str(root) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
