"""Every error Pinpoint raises on purpose. Each message names the culprit and the remedy, in one sentence.

    PinpointError                 exit 1, HTTP 500
    ├── UsageError                exit 2, HTTP 400   the request itself is wrong
    ├── CorpusError               exit 3, HTTP 422   a folder or file cannot be read
    ├── IndexingError             exit 4, HTTP 503   the index cannot be built, opened or written
    │   ├── IndexMissing          exit 4, HTTP 503   no index yet: run `pinpoint index`
    │   ├── IndexIncompatible     exit 4, HTTP 503   other embeddings or format: run `pinpoint index --rebuild`
    │   └── IndexLocked           exit 4, HTTP 503   another process is indexing
    ├── ModelError                exit 5, HTTP 502   the language or embedding model failed
    │   ├── ModelTimeout          exit 5, HTTP 504   the deadline passed
    │   └── ModelRefused          exit 5, HTTP 502   key, quota, model name or content filter
    ├── BudgetExceeded            exit 6, HTTP 429   a configured token or cost limit is reached
    └── SlackError                exit 7, HTTP 502   Slack refused or cannot be reached

A front end catches `PinpointError` once, at its edge, and prints the message without a traceback. Anything else is a
bug and keeps its traceback.
"""

from __future__ import annotations

from typing import ClassVar


class PinpointError(Exception):
    """Base of all deliberate errors."""

    exit_code: ClassVar[int] = 1
    """Exit status of the command line."""
    http_status: ClassVar[int] = 500
    """Status of the HTTP API."""


class UsageError(PinpointError):
    """The request itself is wrong."""

    exit_code = 2
    http_status = 400


class CorpusError(PinpointError):
    """A folder or file of the corpus cannot be read."""

    exit_code = 3
    http_status = 422


class IndexingError(PinpointError):
    """The index cannot be built, opened or written."""

    exit_code = 4
    http_status = 503


class IndexMissing(IndexingError):
    """There is no index yet."""


class IndexIncompatible(IndexingError):
    """The index was made with other embeddings or by another format of Pinpoint."""


class IndexLocked(IndexingError):
    """Another process is writing the index."""


class ModelError(PinpointError):
    """The language model or the embedding model failed."""

    exit_code = 5
    http_status = 502


class ModelTimeout(ModelError):
    """The model did not finish before the deadline."""

    http_status = 504


class ModelRefused(ModelError):
    """The model's server refused: key, quota, model name or content filter."""


class BudgetExceeded(PinpointError):
    """A configured limit on tokens or cost is reached."""

    exit_code = 6
    http_status = 429


class SlackError(PinpointError):
    """Slack refused a call or cannot be reached."""

    exit_code = 7
    http_status = 502
