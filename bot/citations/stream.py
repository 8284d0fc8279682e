"""Checks a draft while it is being written: text flows at once, markers only after their sentence has been checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import regex

from bot.citations.check import Register, check_claim, marks
from bot.citations.draft import MAX_DRAFT, Claim, read_draft
from bot.citations.markers import marker_may_continue, neutralise
from bot.citations.support import SupportChecker
from bot.types import CitationChecked, Passage, TextDelta

AHEAD: Final = 24
"""Characters after a full stop from which it is known whether a sentence ended there."""
_STOP: Final = regex.compile(r"[.。．!！?？…‼⁇।؟۔։。:：][^.。．!！?？…‼⁇।؟۔։。:：]*$")


def _surely(text: str) -> str:
    """The part of an unfinished sentence that cannot turn out to belong to the next one."""
    stop = _STOP.search(text)
    return text[: stop.start() + 1] if stop and len(text) - stop.start() < AHEAD else text


class StreamChecker:
    """Feed it what a model writes, piece by piece; it yields text without markers, then each checked sentence.

    The text shown so far never holds a marker of the model's own: `[1]`, also when split between two pieces, is taken
    out, and our own number follows once the sentence is complete and supported.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        *,
        checker: SupportChecker,
        language: str = "und",
        public_url: str | None = None,
    ) -> None:
        self._passages = passages
        self._checker = checker
        self._language = language
        self._register = Register(public_url)
        self._raw = ""
        self._read_at = 0
        self._done = 0
        self._shown = ""
        self._sent = 0

    def feed(self, delta: str) -> list[TextDelta | CitationChecked]:
        """Take a piece of text; return what can be shown now."""
        if len(self._raw) >= MAX_DRAFT:
            return []  # what follows is not read
        self._raw += delta
        # The text is read anew from its start, so a long one is read less often: the whole stays close to linear.
        if len(self._raw) - self._read_at < len(self._raw) // 50:
            return []
        self._read_at = len(self._raw)
        return self._advance(self._raw[: marker_may_continue(self._raw)], final=False)

    def finish(self) -> list[TextDelta | CitationChecked]:
        """The text is complete: return what remains."""
        return self._advance(self._raw, final=True)

    def _advance(self, text: str, *, final: bool) -> list[TextDelta | CitationChecked]:
        claims, _ = read_draft(text, len(self._passages), self._language)
        complete = claims if final else claims[:-1]
        events: list[TextDelta | CitationChecked] = []
        for claim in complete[self._done :]:
            events += self._finish_claim(claim)
        if not final and len(claims) == self._done + 1:
            events += self._show(_surely(neutralise(claims[-1].gap) + neutralise(claims[-1].text)))
        return events

    def _show(self, text: str) -> list[TextDelta | CitationChecked]:
        """Show what is new; a beginning that reads differently now stays until the checked answer replaces it."""
        fresh = text[len(self._shown) :]
        if not fresh:
            return []
        self._shown += fresh
        return [TextDelta(fresh)]

    def _finish_claim(self, claim: Claim) -> list[TextDelta | CitationChecked]:
        sentence = check_claim(claim, self._passages, checker=self._checker, register=self._register, place=self._done)
        events = self._show(neutralise(claim.gap) + sentence.text + marks(sentence))
        self._done += 1
        self._shown = ""
        fresh = tuple(self._register.citations[self._sent :])
        self._sent = len(self._register.citations)
        return [*events, CitationChecked(sentence, fresh)]
