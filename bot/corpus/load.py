"""From a folder to its corpus: finds the files, reads the good ones and says in one sentence what is wrong with each other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from bot.corpus.parse import SUFFIXES, parse_document
from bot.corpus.records import Corpus, Document, Problem
from bot.errors import CorpusError

MAX_BYTES = 50_000_000
"""Largest file that is read, in bytes."""


def iter_files(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield name below the root and path of every file that may be a document, sorted by name."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = Path(folder) / name
            if not name.startswith(".") and path.suffix.lower() in SUFFIXES:
                found.append((path.relative_to(root).as_posix(), path))
    yield from sorted(found)


def load_corpus(root: Path, *, max_bytes: int = MAX_BYTES) -> Corpus:
    """Read every document below the folder.

    Raises:
        CorpusError: when the folder is missing or holds no file to read; a single bad file is a `Problem` instead.
    """
    if not root.is_dir():
        raise CorpusError(f"the corpus folder {str(root)!r} does not exist; create it or name another folder")
    documents: list[Document] = []
    problems: list[Problem] = []
    for file, path in iter_files(root):
        try:
            documents.append(parse_document(file, path.read_bytes()))
        except CorpusError as error:
            problems.append(Problem(file, str(error)))
    if not documents and not problems:
        raise CorpusError(f"the corpus folder {str(root)!r} holds no documents; put {', '.join(SUFFIXES)} files there")
    return Corpus(root, tuple(documents), tuple(problems))
