"""Weighs what speaks for and against a sentence being said by its source: one probability from many measures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import exp, log
from typing import Final, NamedTuple

import numpy as np

from bot.citations.denial import Denials, denials
from bot.citations.facts.lexicon import table
from bot.citations.meaning import Cover, Reading
from bot.citations.nameness import nameness
from bot.citations.network import networks
from bot.citations.roles import NAME, displacement
from bot.embeddings.e5_weights import Floats

HEAVY: Final = 10.0
"""Words that say at least this much (in nats) must be covered."""
AROUND: Final = 4
"""Words on each side that tell whether a place is what the other text speaks of."""
DENIAL: Final = frozenset(
    {
        "said", "given", "plainly said", "plainly given", "times said", "times given", "given near", "given met",
        "said near", "said met", "both", "denies", "denied", "turned down", "turned up", "head said", "head given",
        "close denied", "close rule", "rule denial", "rule direction",
    }
)  # fmt: skip
"""Measures of whether one denies what the other affirms, or takes the opposite direction."""
NAMES: Final = frozenset({"named", "names", "displaced", "swapped", "rule name", "rule exchanged", "rule misplaced"})
"""Measures of whether the names and things are the same."""
MEANING: Final = frozenset(
    {
        "close", "spelt", "weakest", "weak", "low", "middle", "apart", "alone", "back", "long", "longer", "common",
    }
)  # fmt: skip
"""Measures of whether the two are about the same."""


class Doubts(NamedTuple):
    """What the rules found, each a phrase or None."""

    denial: str | None = None
    """One of the two denies."""
    direction: str | None = None
    """The two take opposite directions."""
    name: str | None = None
    """A name is foreign to the source."""
    exchanged: str | None = None
    """A name stands where the source has another."""
    misplaced: str | None = None
    """A name belongs to another sentence of the paragraph."""
    sure: str | None = None
    """What is not weighed: a known place that the source lacks, an opposite direction of one number, a plain denial."""

    @property
    def of_denial(self) -> str | None:
        """A doubt about what is denied, or which way it goes."""
        return self.direction or self.denial

    @property
    def of_names(self) -> str | None:
        """A doubt about who or what."""
        return self.name or self.exchanged or self.misplaced


@dataclass(frozen=True, slots=True)
class Evidence:
    """The measures of one sentence against a few adjoining sentences of a source."""

    measures: dict[str, float]
    """By name, most between 0 and 1."""
    worst: str
    """The heavy word that is covered worst."""
    doubts: Doubts
    """What the rules found."""
    spelled: bool = False
    """Whether spelling stands in for the vectors."""

    @classmethod
    def of(
        cls, sentence: Reading, source: Reading, covered: Cover, *, same: bool, rest: float | None, doubts: Doubts
    ) -> Evidence:
        """Measure how a source covers a sentence.

        Args:
            sentence: the sentence read.
            source: the chosen words of the source, likewise.
            covered: how the one covers the other.
            same: whether both are in one language.
            rest: how near the other sentences of the paragraph are on average; None when there are none.
            doubts: what the rules found.
        """
        nearness = sentence.senses @ source.senses.T
        best, back = nearness.max(axis=1), nearness.max(axis=0)
        weights, source_weights = _weights(sentence), _weights(source)
        heavy = [i for i, w in enumerate(sentence.words) if w.weight >= HEAVY and not _has_digit(w.text)]
        heavy = heavy or list(range(len(sentence.words)))
        ordered = np.sort(best[heavy])
        close = float(best @ weights / weights.sum())
        names, source_names = nameness(sentence), nameness(source)
        named = [i for i in heavy if names[i] >= NAME]
        common = [i for i in heavy if names[i] < NAME]
        one, two = displacement(sentence, source, names, source_names)
        measures = {
            "same": float(same),
            "close": close,
            "spelt": covered.closeness,
            "weakest": float(ordered[0]),
            "weak": float(ordered[:2].mean()),
            "low": float(np.quantile(ordered, 0.2)),
            "middle": float(np.median(ordered)),
            "apart": 0.1 if rest is None else close - rest,
            "alone": float(rest is None),
            "back": float(back @ source_weights / source_weights.sum()),
            "long": log(weights.sum() / 60),
            "longer": log(source_weights.sum() / weights.sum()),
            "named": float(best[named].min()) if named else 0.9,
            "names": float(bool(named)),
            "common": float(best[common].min()) if common else 0.9,
            "displaced": one,
            "swapped": two,
            **_denial(denials(sentence), denials(source), nearness, weights, source_weights),
            **{f"rule {name}": float(value is not None) for name, value in doubts._asdict().items() if name != "sure"},
        }
        measures |= {
            "close denied": (measures["denies"] + measures["denied"]) * close,
            "close rule": measures["rule denial"] * close,
        }
        worst = sentence.words[heavy[int(best[heavy].argmin())]].text
        return cls(measures, worst, doubts, sentence.senses is sentence.vectors)

    @property
    def complaint(self) -> str:
        """What is wrong, in one phrase."""
        if self.spelled:
            return self.doubts.of_denial or self.doubts.of_names or "the paragraph says something else"
        against = networks().against(self.measures, {"meaning": MEANING, "denial": DENIAL, "names": NAMES})
        if against == "denial":
            return self.doubts.of_denial or "one of the two denies what the other affirms"
        if against == "names":
            return self.doubts.of_names or f"nothing in the source answers to {self.worst!r}"
        return "the paragraph says something else"

    @property
    def plausibility(self) -> float:
        """The probability, 0 to 1, that the source says the sentence; half of it is enough."""
        score = _by_spelling().score(self.measures) if self.spelled else networks().score(self.measures)
        return 1 / (1 + exp(-min(30.0, max(-30.0, score))))


def _denial(
    here: Denials, there: Denials, nearness: Floats, weights: Floats, source_weights: Floats
) -> dict[str, float]:
    """How far the two texts deny, and whether they deny the same."""
    best, back = nearness.max(axis=1), nearness.max(axis=0)
    spoken, taken = _smooth(best, weights), _smooth(back, source_weights)
    said, given = int((here.any * spoken).argmax()), int((there.any * taken).argmax())
    aligned = nearness.argmax(axis=1)
    mutual = [i for i, j in enumerate(aligned) if nearness[:, j].argmax() == i and weights[i] >= 9 and best[i] > 0.35]
    turned = here.head[mutual] - there.head[aligned[mutual]]
    most, most_there = float(here.any.max()), float(there.any.max())
    return {
        "said": most,
        "given": most_there,
        "plainly said": float(here.plain.max()),
        "plainly given": float(there.plain.max()),
        "times said": min(3.0, float(here.any.sum())),
        "times given": min(3.0, float(there.any.sum())),
        "given near": float((there.any * taken).max()),
        "given met": float(back[given]) * float(there.any[given] > 0.3),
        "said near": float((here.any * spoken).max()),
        "said met": float(best[said]) * float(here.any[said] > 0.3),
        "both": float((nearness * np.sqrt(np.outer(here.any, there.any))).max()),
        "denies": most * (1 - most_there),
        "denied": (1 - most) * float((there.any * taken).max()),
        "turned down": max(0.0, float(turned.max())) if mutual else 0.0,
        "turned up": min(0.0, float(turned.min())) if mutual else 0.0,
        "head said": float(here.head.max()),
        "head given": float((there.head * back).max()),
    }


def _smooth(values: Floats, weights: Floats) -> Floats:
    """Each word's mean with the words around it, by how much they say."""
    window = np.ones(2 * AROUND + 1)
    size = len(values)
    total = np.convolve(values * weights, window)[AROUND : AROUND + size]
    return np.asarray(total / np.convolve(weights, window)[AROUND : AROUND + size], np.float32)


def _weights(reading: Reading) -> Floats:
    return np.array([min(word.weight, 18.0) for word in reading.words], np.float32)


def _has_digit(text: str) -> bool:
    return any(c.isdecimal() for c in text)


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model over measures that are taken from spelling alone."""

    bias: float
    """The score where every measure is at its mean."""
    means: dict[str, float]
    """The mean of each measure over sentences that are supported."""
    weights: dict[str, float]
    """What one unit more of a measure adds to the score."""
    same: dict[str, float]
    """What is added to a weight where both texts are in one language."""

    def score(self, measures: dict[str, float]) -> float:
        """The logarithm of the odds."""
        score = self.bias
        for name, weight in self.weights.items():
            more = self.same.get(name, 0.0) if measures["same"] else 0.0
            score += (weight + more) * (measures[name] - self.means[name])
        return score


@lru_cache(maxsize=1)
def _by_spelling() -> Model:
    return Model(**table("weigh")["spelled"])
