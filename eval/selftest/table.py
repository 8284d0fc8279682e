"""The table of planted changes in the documentation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import UsageError
from eval.gate import codes
from eval.report.markdown import table

if TYPE_CHECKING:
    from eval.selftest.main import Bite

BEGIN, END = "<!-- selftest: begin -->", "<!-- selftest: end -->"


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
