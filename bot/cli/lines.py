"""Reading what a command is given, a file or standard input for `-`, and counting what became of its lines."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
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


@dataclass
class Tally:
    """What became of the lines of a batch; a run goes on over a bad line, so its end says how many there were."""

    done: int = 0
    """Lines with a result."""
    failed: list[int] = field(default_factory=list)
    """Numbers of the lines with an error, from 1."""
    unknown: dict[str, int] = field(default_factory=dict)
    """Fields that mean nothing here, and how many lines have them."""

    def look(self, line: Mapping[str, object], known: Collection[str]) -> None:
        """Note the fields of a line that are not known."""
        for name in line.keys() - set(known):
            self.unknown[name] = self.unknown.get(name, 0) + 1

    def say(self) -> None:
        """Say on standard error how many lines there were, which failed, and which fields were left aside."""
        total = self.done + len(self.failed)
        print(
            f"pinpoint: {total} line{'' if total == 1 else 's'}, {len(self.failed)} failed{self._where()}",
            file=sys.stderr,
        )
        if self.unknown:
            names = ", ".join(f"{name!r} (in {count})" for name, count in sorted(self.unknown.items())[:5])
            more = ", …" if len(self.unknown) > 5 else ""
            print(f"pinpoint: fields that mean nothing here were left aside: {names}{more}", file=sys.stderr)

    def _where(self) -> str:
        if not self.failed:
            return ""
        numbers = ", ".join(map(str, self.failed[:5])) + (", …" if len(self.failed) > 5 else "")
        return f' (line{"" if len(self.failed) == 1 else "s"} {numbers}; see "error" in the output)'
