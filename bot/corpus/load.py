"""From a folder to its corpus: reads the good files and says in one sentence what is wrong with each other one."""

from __future__ import annotations

from pathlib import Path

from bot.corpus.files import MAX_BYTES, SUFFIXES, read_bytes, scan
from bot.corpus.parse import parse_document
from bot.corpus.records import Corpus, Document, Problem
from bot.errors import CorpusError


def load_corpus(root: Path, *, max_bytes: int = MAX_BYTES) -> Corpus:
    """Read every document in the folder and the folders below it.

    Args:
        root: The folder; .txt, .md, .html, .pdf and .docx files are read, hidden ones skipped.
        max_bytes: Files larger than this are a problem.

    Raises:
        CorpusError: when the folder is missing or holds no such file; a single bad file is a `Problem` instead.
    """
    scanned = scan(root, max_bytes=max_bytes)
    documents: list[Document] = []
    problems = list(scanned.problems)
    for found in scanned.files:
        try:
            document = parse_document(found.file, read_bytes(found, max_bytes=max_bytes))
        except CorpusError as error:
            problems.append(Problem(found.file, str(error)))
            continue
        documents.append(document)
        if document.warning:
            problems.append(Problem(found.file, document.warning))
    if not documents and not problems:
        endings = ", ".join(ending for ending in SUFFIXES if ending in {".txt", ".md", ".html", ".pdf", ".docx"})
        raise CorpusError(f"the corpus folder {str(root)!r} holds no documents; put files ending in {endings} there")
    return Corpus(root, tuple(documents), tuple(sorted(problems, key=lambda problem: problem.file)))
