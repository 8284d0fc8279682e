"""An answer as plain text in which a sentence that failed the check says so, for readers who see nothing but text."""

from __future__ import annotations

from bot.types import Answer

_DOUBT = {
    "en": "[⚠ not supported by the sources]",
    "fr": "[⚠ non étayé par les sources]",
    "zh-hans": "[⚠ 来源未支持此句]",
    "zh-hant": "[⚠ 來源未支持此句]",
}
_TRADITIONAL = ("hant", "tw", "hk", "mo")


def doubt(language: str) -> str:
    """The mark after a sentence that no source supports, in the language of a question (BCP 47), else in English."""
    primary, *rest = language.lower().split("-")
    if primary == "zh":
        return _DOUBT["zh-hant" if any(part in _TRADITIONAL for part in rest) else "zh-hans"]
    return _DOUBT.get(primary, _DOUBT["en"])


def marked_text(answer: Answer) -> str:
    """The text of an answer with a mark after each sentence that is not supported.

    In text alone a sentence without a marker [n] looks as if the next marker covered it; the mark says that none does.
    """
    mark = doubt(answer.language)
    pieces: list[str] = []
    missed: list[str] = []
    at = 0
    for sentence in answer.sentences if answer.status == "answered" else ():
        words = sentence.text.strip()
        begin = answer.text.find(words, at) if words else -1
        if begin >= 0:
            pieces.append(answer.text[at : begin + len(words)])
            at = begin + len(words)
        if not sentence.supported and words:
            if begin < 0:
                missed.append(f"{words} {mark}")
            else:
                pieces.append(f" {mark}")
    return "\n\n".join(["".join(pieces) + answer.text[at:], *missed])


def unmarked(text: str) -> str:
    """A text without the marks of `marked_text`, as when an answer comes back as history."""
    for mark in _DOUBT.values():
        text = text.replace(f" {mark}", "")
    return text
