"""Runs the benchmarks and prints one Markdown table; names of modules as arguments choose some of them."""

from __future__ import annotations

import argparse
import os
import pkgutil
import platform
import sys
from importlib import import_module

import eval.bench
from eval.bench import Row, Skipped
from eval.report.markdown import table

_HELPERS = {"__main__", "bare"}


def main() -> int:
    """Run what was asked for; 1 when a benchmark crashes."""
    known = sorted(m.name for m in pkgutil.iter_modules(eval.bench.__path__) if m.name not in _HELPERS)
    parser = argparse.ArgumentParser(prog="python -m eval.bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"benchmarks to run, of {', '.join(known)}; default: all")
    wanted = parser.parse_args().names or known
    if unknown := sorted(set(wanted) - set(known)):
        print(f"unknown benchmark {unknown[0]!r}: choose from {', '.join(known)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    failed = False
    for name in wanted:
        module = import_module(f"eval.bench.{name}")
        if not hasattr(module, "measure"):
            continue
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            rows += module.measure()
        except Skipped as reason:
            print(f"{name} skipped: {reason}", file=sys.stderr)
        except Exception as error:  # noqa: BLE001 - one broken benchmark must not hide the others' figures
            failed = True
            print(f"{name} failed: {type(error).__name__}: {error}", file=sys.stderr)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(
        "\n".join(
            table(["Benchmark", "Pinpoint", "Baseline", "Ratio", "Target", "Compared with", "Note"], map(_cells, rows))
        )
    )
    return int(failed)


def _cells(row: Row) -> list[str]:
    ratio = f"{row.ratio:.2f} ×" if row.ratio is not None else "–"
    baseline = f"{row.baseline:.3g} {row.unit}" if row.baseline is not None else "–"
    return [row.name, f"{row.value:.3g} {row.unit}", baseline, ratio, row.target, row.compared, row.note]


if __name__ == "__main__":
    sys.exit(main())
