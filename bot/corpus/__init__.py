"""Files to paragraphs: loading, numbering, language, and clean text for search."""

from bot.corpus.load import MAX_BYTES, iter_files, load_corpus
from bot.corpus.parse import SUFFIXES, parse_document
from bot.corpus.records import Corpus, Document, Problem

__all__ = ["MAX_BYTES", "SUFFIXES", "Corpus", "Document", "Problem", "iter_files", "load_corpus", "parse_document"]
