"""Takes files that were dropped into the chat in, all of those dropped together or none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.errors import PinpointError, UsageError
from bot.web.book import Turn
from bot.web.uploads import FOLDER, Uploads
from bot.web.words import counted


async def take_in(
    uploads: Uploads, conversation: str, turn: Turn, paths: Sequence[Path], t: Mapping[str, str]
) -> AsyncGenerator[str]:
    """Read and index files, saying what is going on; the turn's note then says what was read.

    Args:
        uploads: Keeps the files.
        conversation: Identifier of the conversation they were dropped into.
        turn: The turn they came with.
        paths: Where the server put them; deleted afterwards.
        t: The interface's words.

    Raises:
        UsageError: when one of them, or their number, is not accepted; nothing was added then.
        CorpusError: when the only one cannot be read.
    """
    uploads.make_room(conversation, paths)
    documents: list[Any] = []
    for at, path in enumerate(paths):
        yield t["upload.reading"].format(file=path.name)
        try:
            documents.append(await asyncio.to_thread(uploads.read, conversation, path, path.name, documents))
        except PinpointError as error:
            for later in paths[at + 1 :]:
                later.unlink(missing_ok=True)
            if len(paths) == 1:
                raise
            raise UsageError(f"{error}; none of the {len(paths)} files was added") from error
    if documents:
        yield t["upload.indexing"].format(file=", ".join(path.name for path in paths))
        await asyncio.to_thread(uploads.add, conversation, documents)
        turn.note = "\n".join(_added(document, t) for document in documents)


def _added(document: Any, t: Mapping[str, str]) -> str:
    paragraphs = counted(t, "count.paragraphs", len(document.paragraphs))
    return t["upload.added"].format(file=document.file.removeprefix(FOLDER), paragraphs=paragraphs)
