"""A message as Slack sends it, read as the person meant it: plain words, and the files to answer from."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

_ANGLE = re.compile(r"<([^<>\n]*)>")
_KEPT = re.compile("\x00([0-9]+)\x00")
_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_CODE = re.compile(r"(?<![\w`])`([^`\n]+)`(?![\w`])")
_STYLES = tuple(
    re.compile(rf"(?<!\w){sign}(?=\S)([^\n{sign}]+)(?<=\S){sign}(?!\w)") for sign in ("\\*", "_", "~")
)  # each looks no further than the next such sign, so that no text takes long
_QUOTED = re.compile(r"^(?:&gt;){1,3} ?", re.MULTILINE)
_FILES = re.compile(r"(?:(?<=\s)|^)files?\s?[:：]", re.IGNORECASE)
_SEPARATORS = " \t,;，、；"
_QUOTES = "\"'`“”‘’«»"
_LOOKS_LIKE_FILE = re.compile(r"[^\s,;，、；]*[^\s,;，、；.]\.[A-Za-z0-9]{1,5}(?=$|[\s,;，、；?!？！])")


_MOST = 30
"""Times `files:` is looked at, and names are read after it: nobody means more."""
_LONGEST = 400
"""Characters of the longest name that is read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what it is limited to."""

    question: str
    """The words of the question, without markup."""
    files: tuple[str, ...] = ()
    """Files of the index to answer from; empty for all."""
    unknown: tuple[str, ...] = ()
    """Names after `files:` that are in no index."""


def read_message(event: dict[str, Any], bot_user: str = "") -> str:
    """The words of a message event.

    Args:
        event: With `text` and, as people's messages have them, `blocks` of rich text, which say for certain what is
            markup and what is a typed asterisk.
        bot_user: User id of this app; its mention is no part of the question.
    """
    blocks = [block for block in event.get("blocks") or () if isinstance(block, dict)]
    if blocks and all(block.get("type") == "rich_text" for block in blocks):
        text = "\n".join(_elements(block.get("elements"), bot_user) for block in blocks)
    else:
        text = read_text(str(event.get("text") or ""), bot_user)
    return _tidy(text)


def read_text(text: str, bot_user: str = "") -> str:
    """The words of a text in Slack's own markup: a command's, or a message's without blocks."""
    kept: list[str] = []

    def keep(code: str) -> str:
        kept.append(code)
        return f"\x00{len(kept) - 1}\x00"

    text = text.replace("\x00", "")
    text = _FENCE.sub(lambda found: keep(found[1]), text)
    text = _CODE.sub(lambda found: keep(found[1]), text)
    text = _QUOTED.sub("", text)
    text = _ANGLE.sub(lambda found: keep(_reference(found[1], bot_user)), text)
    for style in (*_STYLES, *_STYLES):
        text = style.sub(r"\1", text)
    for _ in range(2):  # a reference may stand in code
        text = _KEPT.sub(
            lambda found: _ANGLE.sub(lambda inner: _reference(inner[1], bot_user), kept[int(found[1])]), text
        )
    return _tidy(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def _reference(inside: str, bot_user: str) -> str:
    """What a person sees of `<…>`: the label, the address, or nothing for a mention without a name."""
    target, _, label = inside.partition("|")
    if target.startswith(("@", "!subteam^")):
        user = target[1:]
        named = label.lstrip("@")
        return "" if user == bot_user or not named else f"@{named}"
    if target.startswith("#"):
        return f"#{label.lstrip('#')}" if label else ""
    if target.startswith("!"):
        return label if target.startswith("!date^") else ""
    if label:
        return label
    return target.removeprefix("mailto:").removeprefix("tel:")


def _elements(elements: Any, bot_user: str) -> str:
    """The words of rich text, line by line."""
    lines = []
    for element in elements if isinstance(elements, list) else ():
        if not isinstance(element, dict):
            continue
        if element.get("type") == "rich_text_list":
            lines += [f"- {_elements([item], bot_user)}" for item in element.get("elements") or ()]
        else:
            lines.append("".join(_inline(element.get("elements"), bot_user)))
    return "\n".join(lines)


def _inline(elements: Any, bot_user: str) -> Iterator[str]:
    for element in elements if isinstance(elements, list) else ():
        if not isinstance(element, dict):
            continue
        kind = element.get("type")
        if kind == "text":
            yield str(element.get("text") or "")
        elif kind == "link":
            address = str(element.get("url") or "").removeprefix("mailto:").removeprefix("tel:")
            yield str(element.get("text") or address)
        elif kind == "emoji":
            yield _emoji(str(element.get("unicode") or ""))
        elif kind == "date":
            yield str(element.get("fallback") or "")
        elif kind == "color":
            yield str(element.get("value") or "")
        elif kind == "user" and element.get("user_id") != bot_user:
            yield ""  # a person's name is not in the event


def _emoji(codes: str) -> str:
    try:
        return "".join(chr(int(code, 16)) for code in codes.split("-") if code)
    except (ValueError, OverflowError):
        return ""


def _tidy(text: str) -> str:
    lines = [re.sub(r"[ \t\u00a0]{2,}", " ", line).strip() for line in text.split("\n")]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return text if text.strip(" \t\n,.:;!-–—") else ""


def narrow(text: str, known: Sequence[str]) -> Asked:
    """Take `files: a.txt, b.txt` out of a question.

    What follows `files:` counts only as far as it is the name of an indexed file or looks like a file name, so that
    "What about files: are they kept?" stays a question.

    Args:
        text: The words of a question.
        known: Names of the indexed files.
    """
    forms = _forms(known)
    for found in islice(_FILES.finditer(text), _MOST):
        rest = text[found.end() :]
        chosen: list[str] = []
        unknown: list[str] = []
        for _ in range(_MOST):
            bare = rest.lstrip(_SEPARATORS + _QUOTES)
            name, length = _known(bare[:_LONGEST], forms)
            if length:
                chosen += [name] if name not in chosen else []
            else:
                looks = _LOOKS_LIKE_FILE.match(bare[:_LONGEST])
                if not looks:
                    break
                length = looks.end()
                unknown.append(looks[0].strip(_QUOTES))
            rest = bare[length:].lstrip(_QUOTES)
        if chosen or unknown:
            question = _tidy(f"{text[: found.start()].rstrip()} {rest.lstrip(_SEPARATORS)}")
            return Asked(question, tuple(chosen), tuple(unknown))
    return Asked(text)


def _forms(known: Sequence[str]) -> list[tuple[str, int, str]]:
    """How each file may be named: by its whole path, or by the last part where only one file has it; longest first."""
    lasts = Counter(name.rsplit("/", 1)[-1] for name in known)
    forms = [(name, name) for name in known]
    forms += [(last, name) for name in known if lasts[last := name.rsplit("/", 1)[-1]] == 1 and last != name]
    return sorted(((_fold(form), len(form), name) for form, name in forms), key=lambda item: -item[1])


def _known(text: str, forms: Sequence[tuple[str, int, str]]) -> tuple[str, int]:
    """The longest name the text begins with, and its length."""
    low = _fold(text)
    for form, length, name in forms:
        if low.startswith(form):
            after = low[len(form) : len(form) + 1]
            if not after or not (after.isalnum() or after in "_-/"):
                return name, length
    return "", 0


def _fold(text: str) -> str:
    """One form for letters that look the same, without changing the length of what is compared more than NFC does."""
    return unicodedata.normalize("NFC", text).lower()
