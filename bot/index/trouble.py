"""What the disk or Chroma can refuse, each as one sentence with its remedy."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from tempfile import TemporaryFile

from bot.errors import IndexingError


def unwritable(error: OSError, data: Path) -> IndexingError:
    """Turn the system's error into one sentence with a remedy."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return IndexingError(
            f"the disk that holds {str(data)!r} is full; free some space and run `pinpoint index` again"
        )
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return IndexingError(
            f"the folder {str(data)!r} cannot be written; allow it, or set PINPOINT_DATA to another folder"
        )
    return IndexingError(
        f"the index in {str(data)!r} cannot be written ({error}); correct that and run `pinpoint index` again"
    )


class chroma_errors:  # noqa: N801 - reads as a statement
    """Turn what Chroma raises when it cannot write into one sentence."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None or isinstance(error, (IndexingError, OSError, KeyboardInterrupt)):
            return
        from chromadb.errors import ChromaError

        panic = type(error).__name__ == "PanicException"  # Chroma's Rust core; not an Exception
        if not panic and not isinstance(error, (ChromaError, RuntimeError, ValueError)):
            return
        try:
            _probe(self._data)  # Chroma hides what the system said
        except OSError as reason:
            raise unwritable(reason, self._data) from error
        text = " ".join(str(error).split())[:300]
        raise IndexingError(f"Chroma cannot store the index: {text}; run `pinpoint index --rebuild`") from error


def _probe(folder: Path) -> None:
    """Write four megabytes, to hear from the system what is wrong with the disk.

    Raises:
        OSError: when it cannot.
    """
    with TemporaryFile(dir=folder) as file:
        file.write(bytes(4_000_000))
        file.flush()
        os.fsync(file.fileno())
