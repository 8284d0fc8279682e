"""Words of a text for lexical search, in any script: letters folded, scripts without spaces cut into pairs."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

from bot.corpus.text import search_text

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
_TOKEN = regex.compile(
    r"(?P<number>\p{N}+(?:[.,'’]\p{N}+)*)"
    rf"|(?P<unspaced>[{_UNSPACED}](?:[{_UNSPACED}]|(?<=\p{{Thai}})\p{{M}}|\p{{Mn}})*)"
    rf"|(?P<word>(?:(?![{_UNSPACED}])[\p{{L}}\p{{M}}])+)"
)
_GROUPING = regex.compile(r"[,.'’](?=\p{N}{3}(?!\p{N}))")
_STEM = 5
"""Letters of a longer word that also count as a word: endings differ, beginnings seldom do."""


def words(text: str) -> list[str]:
    """Return the words to index or look up, repeats included.

    Case and accents are folded. A word longer than six letters also counts by its first five, so that inflected forms
    meet. Text in scripts without spaces (and Korean, whose particles stick to words) becomes overlapping pairs of
    characters. Numbers lose their grouping: `1,000`, `1.000` and `1000` are one word.
    """
    found: list[str] = []
    for match in _TOKEN.finditer(search_text(text).casefold()):
        token = match[0]
        if match.lastgroup == "number":
            found.append(_GROUPING.sub("", token))
        elif match.lastgroup == "unspaced":
            found += [token[i : i + 2] for i in range(len(token) - 1)] or [token]
        else:
            folded = _fold(token)
            found.append(folded)
            if len(folded) > _STEM + 1:
                found.append(folded[:_STEM] + "*")
    return found


@lru_cache(maxsize=50_000)
def _fold(word: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return plain or word
