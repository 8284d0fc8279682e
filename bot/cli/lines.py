"""Reading what a command is given: a file, or standard input for `-`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

from bot.errors import UsageError


def open_text(path: Path) -> IO[str]:
    """Open a UTF-8 text; bytes that are no UTF-8 become replacement characters.

    Raises:
        UsageError: when the file cannot be read.
    """
    if str(path) == "-":
        return open(sys.stdin.fileno(), encoding="utf-8", errors="replace", closefd=False)
    try:
        return path.open(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"the file {str(path)!r} cannot be read ({error.strerror}); check its name") from None
