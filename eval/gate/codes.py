"""Exit codes of `pinpoint eval`."""

from __future__ import annotations

from typing import Final

PASSED: Final = 0
"""Every floor held and nothing is worse than the baseline."""
FAILED: Final = 1
"""A floor was missed, a measure is worse than the baseline, or a quote is not in its paragraph."""
USAGE: Final = 2
"""Wrong arguments or a file that cannot be read as what it should be."""
INFRASTRUCTURE: Final = 8
"""A server, key, limit or index failed during the run: ask again. (3 to 7 are the product's own: see bot.errors.)"""
TOO_FEW: Final = 9
"""Too few questions to tell: a floor or the comparison has no power."""

MEANING: Final = {
    PASSED: "passed",
    FAILED: "failed",
    USAGE: "wrong usage",
    INFRASTRUCTURE: "infrastructure error",
    TOO_FEW: "too few questions to tell",
}
"""In words."""
