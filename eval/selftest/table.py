"""What the gate said of each planted change, and the table of it in the documentation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import UsageError
from eval.gate import codes
from eval.report.markdown import table

BEGIN, END = "<!-- selftest: begin -->", "<!-- selftest: end -->"


@dataclass(frozen=True, slots=True)
class Bite:
    """What the gate said of one change."""

    name: str
    """Of the change."""
    stage: str
    """Where it was planted."""
    what: str
    """What it does."""
    fault: bool
    """True when the gate must fail."""
    code: int
    """Exit code of the gate."""
    caught_by: tuple[str, ...]
    """Measures and floors that failed."""
    seconds: float
    """Time it took."""

    @property
    def right(self) -> bool:
        """Whether the gate said what it must: a fault fails with 1, a harmless change passes with 0."""
        return self.code == (codes.FAILED if self.fault else codes.PASSED)


def replace_table(path: Path, bites: Sequence[Bite]) -> None:
    """Replace what stands between the two marks of a document.

    Raises:
        UsageError: the document or a mark is missing.
    """
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise UsageError(f"the document {str(path)!r} needs one line {BEGIN!r} and one line {END!r}")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    rows = [
        [bite.name, bite.stage, bite.what, codes.MEANING[bite.code], ", ".join(bite.caught_by[:3])] for bite in bites
    ]
    lines = table(["Change", "Planted in", "What it does", "Gate", "Caught first by"], rows)
    path.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}", encoding="utf-8")
