"""How a run of indexing tells how it gets on."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told how a run of indexing gets on."""

    def start(self, total: int) -> None:
        """So many texts have to be embedded or looked up."""

    def advance(self, count: int) -> None:
        """So many more are done."""

    def say(self, message: str) -> None:
        """Something a reader wants to know."""


class Quiet:
    """Says nothing."""

    def start(self, total: int) -> None:
        """Nothing."""

    def advance(self, count: int) -> None:
        """Nothing."""

    def say(self, message: str) -> None:
        """Nothing."""
