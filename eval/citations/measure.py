"""Applies a check to the pairs and counts what it keeps and what it takes away, per kind of change."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import regex

from bot.citations import SupportChecker
from bot.errors import UsageError
from eval.stats.intervals import Interval, wilson

PAIRS: Final = Path(__file__).with_name("pairs.jsonl")
"""The shipped pairs."""

Split = Literal["dev", "dev2", "heldout2", "heldout3", "heldout4", "all"]
KINDS: Final = ("number", "negation", "paragraph", "entity", "unit", "direction", "added")
"""Kinds of change, in the order of the table."""

_WORD: Final = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|[\p{L}\p{M}\d]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence, a paragraph, and whether the one supports the other."""

    id: str
    """Unique name."""
    sentence: str
    """What a model might write."""
    paragraph: str
    """What it cites."""
    supported: bool
    """Whether the paragraph says so."""
    kind: str
    """`right`, or what was changed."""
    language: str
    """Language of the sentence."""
    paragraph_language: str
    """Language of the paragraph."""
    domain: str
    """What it is about."""
    split: str
    """`dev` and `dev2` for fitting and for finding errors, the others for neither."""


@dataclass(frozen=True, slots=True)
class Count:
    """How often something happened."""

    hits: int
    """How often."""
    of: int
    """Out of how many."""

    @property
    def share(self) -> float | None:
        """Hits over all, or None when there is nothing to count."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> Interval:
        """Wilson's 95 % interval."""
        return wilson(self.hits, self.of)


def read_pairs(path: Path = PAIRS, split: Split = "all") -> list[Pair]:
    """Read pairs from JSON lines.

    Raises:
        UsageError: when the file cannot be read or a line is no pair.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        pairs = [Pair(**json.loads(line)) for line in lines if line.strip()]
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"the pairs in {str(path)!r} cannot be read ({error}); correct the file") from None
    return [pair for pair in pairs if split in {"all", pair.split}]


def lexical(sentence: str, paragraph: str) -> bool:
    """The usual check: at least half of the sentence's words occur in the paragraph."""
    words = {match[0].casefold() for match in _WORD.finditer(sentence)}
    given = {match[0].casefold() for match in _WORD.finditer(paragraph)}
    return bool(words) and len(words & given) >= 0.5 * len(words)


def accept_all(checker: SupportChecker) -> Callable[[str, str], bool]:
    """Turn a checker into a yes-or-no check."""
    return lambda sentence, paragraph: checker.check(sentence, paragraph).supported


def measure(pairs: Iterable[Pair], check: Callable[[str, str], bool]) -> list[tuple[Pair, bool]]:
    """Apply a check to every pair: each with whether the sentence kept its citation."""
    return [(pair, check(pair.sentence, pair.paragraph)) for pair in pairs]


def table(results: Sequence[tuple[Pair, bool]]) -> dict[str, Count]:
    """Count what matters.

    Returns:
        For each kind of change how many lost their citation, `right lost` for right ones that did, `precision` of
        kept citations, and `accuracy`.
    """
    counts = {
        kind: Count(
            sum(not kept for pair, kept in results if pair.kind == kind), sum(pair.kind == kind for pair, _ in results)
        )
        for kind in KINDS
    }
    right = [kept for pair, kept in results if pair.supported]
    kept_all = [pair.supported for pair, kept in results if kept]
    counts["right lost"] = Count(sum(not kept for kept in right), len(right))
    counts["precision"] = Count(sum(kept_all), len(kept_all))
    counts["accuracy"] = Count(sum(pair.supported == kept for pair, kept in results), len(results))
    return {name: count for name, count in counts.items() if count.of}


def slices(results: Sequence[tuple[Pair, bool]]) -> dict[str, dict[str, Count]]:
    """The table for each language of the sentence, and for pairs within and across languages."""
    found: dict[str, dict[str, Count]] = {}
    for language in sorted({pair.language.split("-")[0] for pair, _ in results}):
        found[language] = table([(p, k) for p, k in results if p.language.split("-")[0] == language])
    for name, across in (("within a language", False), ("across languages", True)):
        some = [(p, k) for p, k in results if (p.language[:2] != p.paragraph_language[:2]) == across]
        if some:
            found[name] = table(some)
    return found


def as_json(counts: dict[str, Count]) -> dict[str, Any]:
    """The table as plain data."""
    return {
        name: {"hits": c.hits, "of": c.of, "share": c.share, "low": c.interval.low, "high": c.interval.high}
        for name, c in counts.items()
    }
