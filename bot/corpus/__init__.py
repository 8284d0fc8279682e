"""Files to paragraphs: loading, numbering, language, and clean text for search."""

from bot.corpus.files import MAX_BYTES, SUFFIXES, Found, Scan, read_bytes, scan
from bot.corpus.load import load_corpus
from bot.corpus.parse import parse_document
from bot.corpus.records import Corpus, Document, Problem

__all__ = [
    "MAX_BYTES",
    "SUFFIXES",
    "Corpus",
    "Document",
    "Found",
    "Problem",
    "Scan",
    "load_corpus",
    "parse_document",
    "read_bytes",
    "scan",
]
