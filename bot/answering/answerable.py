"""Whether the sentences found answer the question at all: a calibrated probability from what they hold and lack."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from bot.answering.evidence import Asked
from bot.answering.select import KIND, Candidate
from bot.corpus.text import search_text
from bot.types import Retrieval

FEATURES = ("confidence", "near", "behind", "gap", "lacks_names", "lacks_places", "coverage")
"""Names of the features, in the order of the coefficients."""
_TYPED = frozenset({"number", "date", "person", "place"})
_WIDEST_GAP = 6.0


def features(retrieval: Retrieval, asked: Asked, candidates: Sequence[Candidate]) -> tuple[float, ...]:
    """Describe the best candidate, of at least one, in numbers that mean the same in any language.

    Returns:
        One number for each of `FEATURES`: log odds of the retrieval's confidence; nearness of the sentence; by what
        share it is less near than the nearest sentence of all; by how much the best sentence of the kind asked for
        stays behind the best of any (0 when no kind is asked for); the share of the question's names, and of its
        places, that the paragraph lacks; the share of the question's words it holds (its mean when they are in
        different languages).
    """
    best = candidates[0]
    paragraph = retrieval.passages[best.passage].paragraph
    confidence = min(max(retrieval.confidence, 0.002), 0.998)
    nearest = max(candidate.near for candidate in candidates)
    typed = asked.question.kind in _TYPED
    return (
        math.log(confidence / (1 - confidence)),
        best.near,
        min(1.0, 1 - best.near / nearest) if nearest > 0 else 1.0,
        _gap(candidates) if typed else 0.0,
        1 - best.names if best.names is not None else 0.0,
        1 - best.places if best.places is not None else 0.0,
        _coverage(asked, paragraph.text, retrieval.language, paragraph.language),
    )


def _gap(candidates: Sequence[Candidate]) -> float:
    """How far the best sentence that holds the right kind is behind the best one of all, apart from that."""
    best = max(candidate.score - KIND * candidate.kind for candidate in candidates)
    right = [candidate.score - KIND * candidate.kind for candidate in candidates if candidate.kind >= 0.7]
    return min(_WIDEST_GAP, best - max(right)) if right else _WIDEST_GAP


_MEAN_COVERAGE = 0.5


def _coverage(asked: Asked, text: str, language: str, source: str) -> float:
    if language.partition("-")[0] != source.partition("-")[0]:
        return _MEAN_COVERAGE
    folded = search_text(text).casefold()
    pieces = [piece for term in asked.question.terms for piece in _pieces(search_text(term).casefold())]
    return sum(piece in folded for piece in pieces) / len(pieces) if pieces else _MEAN_COVERAGE


def _pieces(term: str) -> list[str]:
    """A word without its ending; pairs of characters where words are not spaced."""
    if ord(term[0]) >= 0xE00:
        return [term[index : index + 2] for index in range(max(1, len(term) - 1))]
    return [term[: max(4, len(term) * 7 // 10)]]


@dataclass(frozen=True)
class Calibration:
    """A logistic model of the features, with where it comes from."""

    mean: tuple[float, ...]
    """Mean of each feature in the data it was fitted on."""
    scale: tuple[float, ...]
    """Standard deviation of each."""
    weights: tuple[float, ...]
    """Coefficient of each standardised feature."""
    bias: float
    """Log odds at the means."""
    threshold: float
    """Probability below which a question is declined."""
    provenance: Mapping[str, object]
    """Command, date, data, number of questions and measured quality."""

    def probability(self, values: Sequence[float]) -> float:
        """Probability that the best candidate answers the question."""
        odds = self.bias
        for weight, value, mean, scale in zip(self.weights, values, self.mean, self.scale, strict=True):
            odds += weight * min(4.0, max(-4.0, (value - mean) / scale))
        return 1 / (1 + math.exp(-odds))

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """Read what `to_json` wrote.

        Raises:
            ValueError: when it was made for other features.
        """
        data = json.loads(text)
        if tuple(data["features"]) != FEATURES:
            raise ValueError("the calibration is for other features; run `pinpoint eval evidence`")
        return cls(
            tuple(data["mean"]), tuple(data["scale"]), tuple(data["weights"]), data["bias"], data["threshold"],
            data["provenance"],
        )  # fmt: skip

    def to_json(self) -> str:
        """Write as JSON, rounded to what matters."""
        rounded = {
            name: [round(float(value), 4) for value in getattr(self, name)] for name in ("mean", "scale", "weights")
        }
        return json.dumps(
            {"features": FEATURES, **rounded, "bias": round(self.bias, 4), "threshold": round(self.threshold, 4),
             "provenance": dict(self.provenance)}, indent=2, ensure_ascii=False,
        ) + "\n"  # fmt: skip


@lru_cache(maxsize=1)
def shipped() -> Calibration:
    """The calibration that comes with the program."""
    return Calibration.from_json(
        (resources.files("bot.answering") / "data" / "answerable.json").read_text(encoding="utf-8")
    )
