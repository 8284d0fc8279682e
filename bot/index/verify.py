"""Checks a newly built store in a process of its own: opening a damaged one can end the process that tries.

python -m bot.index.verify CHROMA_FOLDER TABLES_FOLDER SPACE...
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bot.index.parts import collections
from bot.index.store import Store, connect_folder
from bot.index.tables import Tables

SELF_RECALL = 0.999
"""Share of records that must be nearest to their own vector."""
_SAMPLE = 1000
"""Records of a collection whose self-recall is tried."""


def check_apart(chroma: Path, tables: Path, spaces: list[str]) -> str | None:
    """Check a store in a subprocess; what is wrong with it, or None."""
    command = [sys.executable, "-m", "bot.index.verify", str(chroma), str(tables), *spaces]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if result.returncode == 0:
        return None
    lines = (result.stderr or result.stdout).strip().splitlines()
    return lines[-1] if lines else f"the process that checked it ended with status {result.returncode}"


def check(store: Store, tables: Tables) -> str | None:
    """What is wrong with a store, or None: counts, ids, and whether records find themselves."""
    for name, rows in collections(tables).items():
        space = name.rpartition("-")[0]
        keys = [key.decode() for key in tables.keys[space][rows]]
        if store.count(name) != len(keys) or store.ids(name) != set(keys):
            return f"the collection {name!r} does not hold the {len(keys)} records it should"
        step = max(1, len(rows) // _SAMPLE)
        tried = range(0, len(rows), step)
        found = sum(keys[i] in store.query(name, tables.vectors[space][rows[i]], 10)[0] for i in tried)
        if found < SELF_RECALL * len(tried):
            return f"in the collection {name!r} only {found} of {len(tried)} records find themselves"
    return None


def main(chroma: str, folder: str, *spaces: str) -> None:
    """Check, and say on standard error what is wrong."""
    tables = Tables.open(Path(folder), (), spaces)
    store = Store(connect_folder(Path(chroma)))
    wrong = check(store, tables)
    store.close()
    if wrong:
        sys.exit(wrong)


if __name__ == "__main__":
    main(*sys.argv[1:])
