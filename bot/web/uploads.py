"""Files that readers drop into a conversation: kept in memory, for that conversation only, and gone with it."""

from __future__ import annotations

import re
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from bot.errors import CorpusError, UsageError
from bot.settings import Settings
from bot.types import Paragraph

FOLDER = "upload/"
"""What the names of uploaded files begin with, so that a citation tells them from the corpus."""
CONVERSATIONS = 200
"""Conversations whose files are kept; the longest unused goes first."""
IDLE = 12 * 3600
"""Seconds after which the files of an unused conversation are forgotten."""


@dataclass
class Held:
    """The files of one conversation."""

    documents: list[Any] = field(default_factory=list)
    """Parsed documents, in the order they came."""
    index: Any = None
    """An index over them."""
    used: float = field(default_factory=time.monotonic)
    """When it was last used, on a monotonic clock."""


class Uploads:
    """All uploaded files, by conversation."""

    def __init__(self, settings: Settings, build: Callable[[Sequence[Any]], Any] | None = None) -> None:
        self.settings = settings
        """Holds the limits on size and number."""
        self._build = build or self._index
        self._held: OrderedDict[str, Held] = OrderedDict()

    def get(self, conversation: str) -> Held | None:
        """Return the files of a conversation, or None."""
        self._forget_idle()
        held = self._held.get(conversation)
        if held is not None:
            held.used = time.monotonic()
            self._held.move_to_end(conversation)
        return held

    def make_room(self, conversation: str, paths: Sequence[Path]) -> None:
        """Refuse all of the files that were dropped together when there are too many; none is read then.

        Raises:
            UsageError: saying how many the conversation still takes.
        """
        held = self._held.get(conversation)
        room = self.settings.upload_files - (len(held.documents) if held else 0)
        if len(paths) > room:
            for path in paths:
                path.unlink(missing_ok=True)
            raise UsageError(
                f"a conversation takes {self.settings.upload_files} files, this one {max(0, room)} more, and "
                f"{len(paths)} were dropped; choose fewer or start a new conversation"
            )

    def read(self, conversation: str, path: Path, name: str, together: Sequence[Any] = ()) -> Any:
        """Read one file that has arrived.

        Args:
            conversation: Whose file it is.
            path: Where the server put it; deleted afterwards, whatever happens.
            name: What the reader calls it.
            together: The documents read before it that are to be added with it.

        Returns:
            The parsed document, which `add` takes.

        Raises:
            UsageError: when it is too large, of a kind that is not read, or one too many.
            CorpusError: when it cannot be read.
        """
        from bot.corpus import SUFFIXES, parse_document

        try:
            held = self._held.get(conversation)
            documents = [*(held.documents if held else []), *together]
            if len(documents) >= self.settings.upload_files:
                raise UsageError(f"the conversation holds {self.settings.upload_files} files already; start a new one")
            if PurePosixPath(name).suffix.lower() not in SUFFIXES:
                raise UsageError(f"{name!r} is not a kind of file that can be read; use {', '.join(SUFFIXES)}")
            if path.stat().st_size > self.settings.upload_bytes:
                limit = self.settings.upload_bytes / 2**20
                raise UsageError(f"{name!r} is larger than {limit:.3g} MB; choose a smaller file")
            data = path.read_bytes()
        finally:
            path.unlink(missing_ok=True)
        taken = {document.file for document in documents}
        document = parse_document(_file_name(name, taken), data)
        if not document.paragraphs:
            raise CorpusError(f"{name!r} has no text that can be read; choose another file")
        return document

    def add(self, conversation: str, documents: Sequence[Any]) -> Held:
        """Index documents together with those that the conversation holds already; slow, so call it in a thread."""
        held = self._held.get(conversation) or Held()
        together = [*held.documents, *documents]
        held = Held(together, self._build(together))
        self._held[conversation] = held
        self._held.move_to_end(conversation)
        while len(self._held) > CONVERSATIONS:
            self._held.popitem(last=False)
        return held

    def delete(self, conversation: str) -> None:
        """Forget the files of a conversation."""
        self._held.pop(conversation, None)

    def paragraphs(self, conversation: str, file: str) -> tuple[Paragraph, ...] | None:
        """Return the paragraphs of an uploaded file, or None."""
        held = self.get(conversation)
        for document in held.documents if held else []:
            if document.file == file:
                found: tuple[Paragraph, ...] = document.paragraphs
                return found
        return None

    @cached_property
    def _embedder(self) -> Any:
        from bot.embeddings import make_embedder

        return make_embedder(self.settings)

    def _index(self, documents: Sequence[Any]) -> Any:
        from bot.index import index_documents

        return index_documents(documents, self._embedder)

    def _forget_idle(self) -> None:
        now = time.monotonic()
        for conversation in [key for key, held in self._held.items() if now - held.used > IDLE]:
            del self._held[conversation]


def _file_name(name: str, taken: set[str]) -> str:
    """Make a plain file name, not yet taken, from what the reader calls the file."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = re.sub(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", "", name)[-120:].strip() or "file.txt"
    stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
    candidate, number = f"{FOLDER}{name}", 2
    while candidate in taken:
        candidate = f"{FOLDER}{stem} ({number}){suffix}"
        number += 1
    return candidate
