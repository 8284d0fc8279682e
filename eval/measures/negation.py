"""Is a sentence negated? Cue words of the golden set's languages; a quote must not lose or gain one."""

from __future__ import annotations

import unicodedata

import regex

_WORDS = (
    # English
    r"not|no|never|none|nobody|nothing|neither|nor|cannot|without|\w+n't",
    # French, Spanish, Portuguese
    r"ne|n|pas|jamais|aucune?|sans|ni|nunca|ningun[oa]?|ningún|sin|não|nao|nem|nenhum[a]?|sem",
    # German, Indonesian, Malay, Vietnamese, Russian
    r"nicht|kein\w*|nie|niemals|ohne|tidak|bukan|belum|tanpa|không|chưa|chẳng|не|нет|ни|никогда|без",
    # Arabic
    r"لا|لم|لن|ليس|ليست|بدون|دون",
)
_SPACED = regex.compile(r"(?<!\p{L})(?:" + "|".join(_WORDS) + r")(?!\p{L})", flags=regex.IGNORECASE)
_UNSPACED = regex.compile(
    r"不(?![仅僅但断斷同久少过過])|没|沒|未(?![来來])|非(?![洲常])|无(?![论線线])|無(?![論線线])|勿|ない|なかった|ません|ず(?=に)|않|없|못|아니|ไม่|มิได้|ปราศจาก"
)


def negated(text: str) -> bool:
    """Whether the text holds a word that negates."""
    text = unicodedata.normalize("NFKC", text)
    return bool(_SPACED.search(text) or _UNSPACED.search(text))
