"""Small neural networks that tell from a sentence's measures whether its source says it, and what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np

from bot.citations.facts.lexicon import table
from bot.embeddings.e5_weights import Floats

FAR: Final = 4.0
"""Standard deviations beyond which a measure says no more."""


@dataclass(frozen=True, slots=True)
class Networks:
    """A few networks of one hidden layer, whose mean is taken; `eval.citations.fit` fits them."""

    names: tuple[str, ...]
    """The measures they look at."""
    means: Floats
    """Of each measure over sentences that are supported, shape (measures,)."""
    spreads: Floats
    """Standard deviation of each measure."""
    hidden: Floats
    """Weights of the hidden units, shape (networks, measures, units)."""
    shifts: Floats
    """What is added to each unit, shape (networks, units)."""
    out: Floats
    """Weight of each unit in the outcome, shape (networks, units)."""
    bias: Floats
    """What is added to the outcome of each, shape (networks,)."""
    threshold: float
    """The outcome from which a sentence counts as supported."""

    def scores(self, rows: Floats) -> Floats:
        """How far each row of measures is above the threshold, as a logarithm of odds; shape (rows,)."""
        standing = np.clip((rows - self.means) / self.spreads, -FAR, FAR)
        units = np.tanh(standing @ self.hidden + self.shifts[:, None])
        return np.asarray((units @ self.out[..., None])[..., 0].T.mean(axis=1) + self.bias.mean() - self.threshold)

    def score(self, measures: Mapping[str, float]) -> float:
        """The same for one sentence."""
        return float(self.scores(self._row(measures)[None])[0])

    def against(self, measures: Mapping[str, float], groups: Mapping[str, frozenset[str]]) -> str:
        """Which group of measures speaks most against the sentence: that without which it would stand best."""
        row = self._row(measures)
        usual = [np.where([name in group for name in self.names], self.means, row) for group in groups.values()]
        return list(groups)[int(self.scores(np.array(usual)).argmax())]

    def _row(self, measures: Mapping[str, float]) -> Floats:
        return np.array([measures[name] for name in self.names])

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Networks:
        """Read what `to_dict` wrote."""
        arrays = {name: np.array(data[name], float) for name in ("means", "spreads", "hidden", "shifts", "out", "bias")}
        return cls(names=tuple(data["names"]), threshold=data["threshold"], **arrays)

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it, rounded to what matters."""
        arrays = {name: getattr(self, name) for name in ("means", "spreads", "hidden", "shifts", "out", "bias")}
        return {
            "names": list(self.names),
            **{name: np.round(values, 4).tolist() for name, values in arrays.items()},
            "threshold": round(self.threshold, 4),
        }


@lru_cache(maxsize=1)
def networks() -> Networks:
    """Those that come with the program."""
    return Networks.from_dict(table("weigh")["networks"])
