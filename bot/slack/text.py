"""Text that is not ours, made safe for Slack: escaped, measured as Slack measures, and kept in its own direction."""

from __future__ import annotations

import re
import unicodedata

_HIDDEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2061-\u2064\u2066\u2067\ufeff\ufff9-\ufffb]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_TAG = re.compile("[\U000e0000-\U000e007f]")
_ISOLATES = re.compile("[\u2068\u2069]")
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def visible(text: str) -> str:
    """Show what could deceive: control and direction-changing characters by their code point, as the web chat does.

    Slack would drop some of them, refuse a message over others, and let the rest turn the words around.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = _HIDDEN.sub(_named, text)
    if not _balanced(text):
        text = _ISOLATES.sub(_named, text)
    return _TAG.sub("", _SURROGATE.sub("\ufffd", text))


def _named(found: re.Match[str]) -> str:
    return f"⟨U+{ord(found[0]):04X}⟩"


def _balanced(text: str) -> bool:
    """Whether every isolate ends, and none ends that did not begin: then it turns nothing outside itself around."""
    depth = 0
    for found in _ISOLATES.finditer(text):
        depth += 1 if found[0] == _FIRST_STRONG_ISOLATE else -1
        if depth < 0:
            return False
    return depth == 0


def escape(text: str) -> str:
    """Escape text for Slack's markup: after this no mention, link or date can be read into it.

    `*`, `_`, `~` and backticks have no escape; text of others therefore goes into rich text, where nothing is markup,
    and only the fall-back text for notifications passes through here.
    """
    return visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped(text: str, limit: int) -> str:
    """Escape text and shorten it to so many UTF-16 units, never within an entity."""
    shown = escape(text)
    while units(shown) > limit:
        spare = max(16, limit * len(text) // (units(shown) + 1) - 16)
        text = text[: min(spare, len(text) - 1)]
        shown = escape(text) + "…"
    return shown


def isolate(text: str) -> str:
    """Keep right-to-left text from reordering what stands beside it on the line."""
    if any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text):
        return _FIRST_STRONG_ISOLATE + text + _POP_ISOLATE
    return text


def units(text: str) -> int:
    """Length as Slack counts it: UTF-16 units, so that most emoji count two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int, mark: str = "…") -> str:
    """Shorten text to a number of UTF-16 units, with a mark where it was cut; never within a surrogate pair."""
    if units(text) <= limit:
        return text
    return text[: fitting(text, limit - units(mark))] + mark


def fitting(text: str, limit: int) -> int:
    """How many characters of the text fit into so many UTF-16 units, ending between words where that is near."""
    used = 0
    end = len(text)
    for place, character in enumerate(text):
        used += 2 if ord(character) > 0xFFFF else 1
        if used > limit:
            end = place
            break
    if end < len(text):
        while end > 0 and (unicodedata.combining(text[end]) or text[end] in "\u200d\ufe0f"):
            end -= 1
        space = max(text.rfind(" ", max(0, end - 80), end), text.rfind("\n", max(0, end - 80), end))
        if space > 0:
            end = space + 1
    return end
