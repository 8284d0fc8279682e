"""From a draft to checked sentences: every marker left in the text is ours, with words that support it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import regex

from bot.citations.draft import Claim, ends_whole, read_draft
from bot.citations.markers import neutralise
from bot.citations.support import SupportChecker, Verdict
from bot.links import permalink
from bot.types import Citation, Draft, Passage, Sentence, Status

MAX_CHECKED: Final = 80
"""Most sentences of one draft that are checked; the rest are shown without citations."""
MAX_SEARCHED: Final = 30
"""Most sentences for which support is looked for in passages they do not name."""

_LEAD: Final = regex.compile(r"[:：]\s*[*_]*$")
_WIDE_END: Final = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}。！？；：、，」』”’】）]$")


class Checked(NamedTuple):
    """A checked draft: status, text with markers, its sentences and its citations."""

    status: Status
    text: str
    sentences: list[Sentence]
    citations: list[Citation]


@dataclass(slots=True)
class Register:
    """Gives citations their numbers, in order of first use; the same words of the same paragraph share one."""

    public_url: str | None = None
    citations: list[Citation] = field(default_factory=list)
    _numbers: dict[tuple[str, int, int, int], int] = field(default_factory=dict)

    def number(self, passage: Passage, verdict: Verdict) -> int:
        """Return the number of the citation of these words, adding it when it is new."""
        paragraph = passage.paragraph
        key = (paragraph.file, paragraph.number, verdict.start, verdict.end)
        if key not in self._numbers:
            n = len(self.citations) + 1
            self._numbers[key] = n
            self.citations.append(
                Citation(
                    n=n,
                    file=paragraph.file,
                    paragraph=paragraph.number,
                    quote=paragraph.text[verdict.start : verdict.end],
                    start=verdict.start,
                    end=verdict.end,
                    language=paragraph.language,
                    url=permalink(self.public_url, paragraph.file, paragraph.number, paragraph.hash),
                    page=paragraph.page,
                    hash=paragraph.hash,
                )
            )
        return self._numbers[key]


def check_draft(draft: Draft, *, checker: SupportChecker, public_url: str | None = None) -> Checked:
    """Check every sentence of a draft against the passages it names.

    A sentence keeps a citation only when the paragraph supports it; one whose own markers fail, or that has none, gets
    the passage that plainly supports it, if there is one. A last sentence that was cut off is left out.

    Args:
        draft: what was written, and the passages the writer saw.
        checker: tells whether a paragraph supports a sentence.
        public_url: address of the server, for permalinks.

    Returns:
        The status (`not_found` when no sentence is supported), the text with markers numbered 1..m in order of
        appearance, its sentences and one citation for each number. For `not_found` the text holds the writer's words
        only when the writer declined to answer; otherwise it is empty.
    """
    claims, tail = claims_of(draft)
    register = Register(public_url)
    sentences: list[Sentence] = []
    pieces: list[str] = []
    for index, claim in enumerate(claims):
        sentence = check_claim(claim, draft.passages, checker=checker, register=register, place=index)
        sentences.append(sentence)
        pieces.append(neutralise(claim.gap) + sentence.text + marks(sentence))
    text = "".join(pieces) + tail
    if draft.lead and text.strip():
        text = neutralise(draft.lead.rstrip()) + ("\n" if "\n" in text.strip() else "\n\n") + text.lstrip("\n")
    if register.citations:
        return Checked("answered", text.strip(), sentences, register.citations)
    return Checked("not_found", text.strip() if draft.declined else "", sentences, [])


def claims_of(draft: Draft) -> tuple[list[Claim], str]:
    """The claims of a draft, without a last sentence that was cut off, and the white space after them."""
    claims, tail = read_draft(draft.text, len(draft.passages), draft.language)
    if not draft.complete and claims and not ends_whole(claims[-1].text) and not claims[-1].marked:
        claims.pop()
    return claims, tail


def check_claim(
    claim: Claim, passages: Sequence[Passage], *, checker: SupportChecker, register: Register, place: int = 0
) -> Sentence:
    """Check one claim and register its citations.

    Args:
        claim: the sentence and the passages it names.
        passages: what the writer saw.
        checker: tells whether a paragraph supports a sentence.
        register: numbers the citations.
        place: how many claims came before; past the limits a claim is not checked.
    """
    shown = neutralise(claim.text)
    if not claim.is_claim or _LEAD.search(claim.text):
        return Sentence(text=shown, citations=[], supported=False, reason="makes no claim of its own")
    if place >= MAX_CHECKED:
        return Sentence(text=shown, citations=[], supported=False, reason="the answer is too long to check")
    named = [passages[number - 1] for number in claim.numbers]
    verdicts = [(passage, checker.check(claim.text, passage.paragraph.text)) for passage in named]
    kept = [(passage, verdict) for passage, verdict in verdicts if verdict.supported]
    if not kept and place < MAX_SEARCHED:
        kept = _elsewhere(claim.text, [passage for passage in passages if passage not in named], checker)
    if kept:
        numbers = list(dict.fromkeys(register.number(passage, verdict) for passage, verdict in kept))
        return Sentence(text=shown, citations=numbers, supported=True, reason=None)
    reason = verdicts[0][1].reason if verdicts else "no passage plainly supports it"
    return Sentence(text=shown, citations=[], supported=False, reason=reason)


def marks(sentence: Sentence) -> str:
    """The markers to put after a sentence: ` [1][2]`, without the space after Chinese and Japanese."""
    if not sentence.citations:
        return ""
    space = "" if _WIDE_END.search(sentence.text) else " "
    return space + "".join(f"[{number}]" for number in sentence.citations)


def _elsewhere(text: str, passages: Sequence[Passage], checker: SupportChecker) -> list[tuple[Passage, Verdict]]:
    """The one passage that supports the sentence best, if any does."""
    found = [
        (passage, verdict) for passage in passages if (verdict := checker.check(text, passage.paragraph.text)).supported
    ]
    return [max(found, key=lambda pair: pair[1].score)] if found else []
