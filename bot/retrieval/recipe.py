"""The steps of the method, each of which can be left out: what the ablation table varies."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """How paragraphs are scored; the defaults are the product."""

    centre: bool = True
    """Subtract each language's mean vector, and the nearest one from the question."""
    damp: bool = True
    """Damp the directions that dominate the corpus."""
    standardise: bool = True
    """Measure each score against those of its own language."""
    sentences: bool = True
    """Match single sentences as well as whole paragraphs."""
    second: bool = True
    """Let the second embedding model add its scores as far as it agrees with the first on the question."""
    lexical: float = 0.5
    """Weight of lexical evidence within a language; anything from .2 to 1 measures alike."""
    lift: float = 4.0
    """What a paragraph gains that holds every word of the question, such as a name that is all of it."""
    late: bool = True
    """Look at the best candidates again, word by word."""


SHIPPED = Recipe()
"""The method as it ships."""
