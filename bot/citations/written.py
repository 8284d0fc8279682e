"""Reads a text that someone wrote with citations in it: which sentence points at which paragraph of which file.

Accepted forms: `[FILE ¶7]` and `[FILE#p7]` (these also without the file's ending), `[FILE p. 7]`, `[FILE:7]`, a
permalink (`…/sources/FILE?h=…#p7`) bare, in angle brackets or as a Markdown link, and numbers `[1]` or `[^1]` whose
definition (`[1]: FILE ¶7`, also in a closing list of sources) has one of these forms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

import regex

from bot.citations.draft import read_draft
from bot.citations.support import SupportChecker, Verdict
from bot.types import Paragraph

_PLACE: Final = (
    r"\s{0,2}(?:[,#:]\s{0,2}|\s)?(?:¶|§|p\.?|par\.?|para\.?|paragraph|#p|段落?|第)?\s{0,2}"
    r"(?P<number>[0-9]{1,6})\s{0,2}段?"
)
_FILE: Final = r"(?P<file>[^\[\]【】<>\n\"|?*]{1,240}?\.[A-Za-z0-9]{1,8})"
_BRACKETED: Final = regex.compile(rf"[\[【]\s{{0,2}}{_FILE}{_PLACE}\s{{0,2}}[\]】]")
_MARKED: Final = regex.compile(
    r"[\[【]\s{0,2}(?P<file>[^\[\]【】<>\n\"|?*¶#\s][^\[\]【】<>\n\"|?*¶#]{0,240}?)\s{0,2}[,:]?\s{0,2}(?:¶|#p)\s{0,2}"
    r"(?P<number>[0-9]{1,6})\s{0,2}[\]】]"
)
_URL: Final = r"(?:https?://[^\s<>()\[\]\"]{1,300}?)?/sources/(?P<file>[^\s<>()\[\]\"?#]{1,600})(?:\?[^\s<>()\[\]\"#]{0,200})?#p(?P<number>[0-9]{1,6})"
_LINKED: Final = regex.compile(rf"\[(?P<label>[^\[\]\n]{{0,300}})\]\({_URL}\)|<{_URL}>|{_URL}")
_DEFINITION: Final = regex.compile(
    rf"^[ \t]*(?:[-*]\s+)?\[\^?(?P<key>[0-9]{{1,4}})\][:：]?[ \t]+(?:[\[<(]?{_URL}|[\[(]?{_FILE}{_PLACE}).*$\n?",
    regex.MULTILINE,
)
_NUMBERED: Final = regex.compile(r"\[\^?([0-9]{1,4})\](?![:(])")


@dataclass(frozen=True, slots=True)
class Target:
    """What a citation names."""

    file: str
    """File as written."""
    number: int
    """Paragraph number, from 1."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One citation of one sentence, checked."""

    sentence: str
    """The sentence without its citations."""
    file: str
    """File it names, as found in the corpus, else as written."""
    paragraph: int
    """Paragraph number, from 1."""
    supported: bool
    """Whether that paragraph supports it."""
    quote: str
    """The supporting (or nearest) words."""
    start: int
    """First character of the quote in the paragraph."""
    end: int
    """One past its last character."""
    reason: str | None
    """Why not, or None."""


def read_written(text: str) -> tuple[list[tuple[str, tuple[Target, ...]]], list[str]]:
    """Find the cited sentences of a text.

    Returns:
        Sentences with the targets they name, in order (sentences without a citation have none), and numbers that are
        used but defined nowhere.
    """
    targets: dict[Target, int] = {}
    defined: dict[str, Target] = {}

    def define(match: regex.Match[str]) -> str:
        defined[match["key"]] = _target(match)
        return ""

    def replace(match: regex.Match[str]) -> str:
        label = match.groupdict().get("label") or ""
        number = targets.setdefault(_target(match), len(targets) + 1)
        shown: str = "" if regex.fullmatch(r"\s*(?:\^?[0-9]{0,4}|¶\s*[0-9]+)\s*", label) else label
        return f"{shown}\ue000{number}\ue001"

    unknown: list[str] = []

    def number(match: regex.Match[str]) -> str:
        target = defined.get(match[1])
        if target is None:
            unknown.append(match[0])
            return str(match[0])
        return f"\ue000{targets.setdefault(target, len(targets) + 1)}\ue001"

    text = _DEFINITION.sub(define, text.replace("\ue000", "").replace("\ue001", ""))
    text = _NUMBERED.sub(number, _LINKED.sub(replace, _MARKED.sub(replace, _BRACKETED.sub(replace, text))))
    text = text.replace("[", "⟦").replace("]", "⟧").replace("\ue000", "[").replace("\ue001", "]")
    order = list(targets)
    claims, _ = read_draft(text, len(order), "und")
    found = [
        (claim.text.replace("⟦", "[").replace("⟧", "]"), tuple(order[n - 1] for n in claim.numbers))
        for claim in claims
        if claim.is_claim
    ]
    return found, unknown


def check_written(
    text: str, *, paragraph: Callable[[str, int], Paragraph | None], checker: SupportChecker
) -> tuple[list[Finding], list[str]]:
    """Check every citation of a text.

    Args:
        text: what someone wrote.
        paragraph: looks a paragraph up by file and number.
        checker: tells whether a paragraph supports a sentence.

    Returns:
        A finding for each citation, in order, and the numbers that are defined nowhere.
    """
    sentences, unknown = read_written(text)
    findings: list[Finding] = []
    for sentence, targets in sentences:
        for target in targets:
            source = paragraph(target.file, target.number)
            if source is None:
                reason = f"there is no paragraph {target.number} of {target.file!r} in the corpus"
                findings.append(Finding(sentence, target.file, target.number, False, "", 0, 0, reason))
                continue
            verdict: Verdict = checker.check(sentence, source.text)
            findings.append(
                Finding(
                    sentence, source.file, source.number, verdict.supported, verdict.quote, verdict.start, verdict.end,
                    verdict.reason,
                )
            )  # fmt: skip
    return findings, unknown


def _target(match: regex.Match[str]) -> Target:
    files = [text for text in match.capturesdict()["file"] if text]
    numbers = [text for text in match.capturesdict()["number"] if text]
    return Target(unquote(files[0]).strip().strip("`*_"), int(numbers[0]))
