"""Writes an answer with the model: prompt within its budget, text streamed, and a draft that says how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from bot.answering.budget import Fitted, fit
from bot.answering.ledger import Spending
from bot.answering.model import ContextTooLong, Finished, Model
from bot.answering.phrases import language_name
from bot.answering.prompts import Role, load_prompt, make_nonce, neutralise
from bot.corpus.sentences import split_sentences
from bot.errors import BudgetExceeded, ModelError
from bot.types import Draft, Message, Passage, Retrieval

DECLINED = "NOT_IN_PASSAGES"
"""What the prompt asks the model to write when the passages do not answer."""
CUT_OFF = "The answer ends early because it reached the limit of PINPOINT_ANSWER_TOKENS."
"""Notice of an answer that was cut at its last whole sentence."""
_MOST_PASSAGES = 10
_LEAST_ANSWER = 16


def build_prompt(
    question: str,
    language: str,
    passages: Sequence[Passage],
    history: Sequence[Message],
    *,
    model: Model,
    budget: int,
    nonce: str | None = None,
) -> tuple[list[tuple[Role, str]], Fitted]:
    """The messages to send, and the passages in them, within `budget` tokens of passages and history."""
    texts = [question, *(p.paragraph.text for p in passages), *(m.content for m in history)]
    nonce = nonce or make_nonce(texts)
    fitted = fit(passages[:_MOST_PASSAGES], history, budget=budget, count=model.counter.count, nonce=nonce)
    prompt = load_prompt("answer").render(
        language=language_name(language),
        nonce=nonce,
        passages=fitted.text,
        history=fitted.history,
        question=neutralise(question),
    )
    return prompt, fitted


async def write(
    retrieval: Retrieval, history: Sequence[Message], *, model: Model, spending: Spending, deadline: float
) -> AsyncGenerator[str | Draft, None]:
    """Yield pieces of text as the model writes them, then the draft.

    Args:
        retrieval: The standalone question and its passages.
        history: Earlier turns, oldest first.
        model: The model that writes.
        spending: Counts the tokens and refuses what passes a limit.
        deadline: When to stop, in the event loop's time.

    Raises:
        ModelError: when the model gave no whole answer.
        BudgetExceeded: when a limit on tokens leaves no room for an answer.
    """
    budget = model.settings.context_tokens
    for last in (False, True):
        prepared = await asyncio.to_thread(_prepare, retrieval, history, model, spending, budget)
        try:
            async with aclosing(_write(retrieval, prepared, model, spending, deadline)) as pieces:
                async for piece in pieces:
                    yield piece
                return
        except ContextTooLong:
            if last:
                raise
            # How much too long is not said: a third of what was sent passes where half often does not.
            budget = min(budget, model.counter.count(prepared.fitted.text + prepared.fitted.history)) // 3


@dataclass(frozen=True, slots=True)
class _Prepared:
    prompt: list[tuple[Role, str]]
    fitted: Fitted
    answer_tokens: int


async def _write(
    retrieval: Retrieval, prepared: _Prepared, model: Model, spending: Spending, deadline: float
) -> AsyncGenerator[str | Draft, None]:
    prompt, answer_tokens = prepared.prompt, prepared.answer_tokens
    prompt_tokens = model.counter.count_messages([content for _, content in prompt])
    spending.reserve(prompt_tokens, answer_tokens)
    text, shown = "", Opening()
    finished: Finished | None = None
    try:
        async with aclosing(model.stream(prompt, deadline=deadline, max_tokens=answer_tokens)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Finished):
                    finished = piece
                else:
                    text += piece
                    if visible := shown.feed(piece):
                        yield visible
    finally:
        if finished is None:
            spending.settle(prompt_tokens if text else 0, model.counter.count(text))
        else:
            spending.settle(finished.prompt_tokens, finished.completion_tokens)
    if visible := shown.finish():
        yield visible
    yield _draft(shown.text, finished, prepared.fitted, retrieval, model)


def _prepare(
    retrieval: Retrieval, history: Sequence[Message], model: Model, spending: Spending, budget: int
) -> _Prepared:
    """Shrink passages, then the answer, until the prompt fits what the question may still spend."""
    answer_tokens = model.settings.answer_tokens
    for _ in range(4):
        prompt, fitted = build_prompt(
            retrieval.question, retrieval.language, retrieval.passages, history, model=model, budget=budget
        )
        size = model.counter.count_messages([content for _, content in prompt])
        over = 0 if spending.left is None else size + answer_tokens - spending.left
        if over <= 0:
            break
        if answer_tokens - over >= _LEAST_ANSWER * 4:
            answer_tokens -= over
            break
        answer_tokens = min(answer_tokens, _LEAST_ANSWER * 4)
        budget = max(0, budget - max(over, budget // 4))
    if not fitted.passages:
        raise BudgetExceeded(
            "the limit on tokens leaves no room for a single passage; raise PINPOINT_QUESTION_TOKEN_LIMIT or "
            "PINPOINT_CONTEXT_TOKENS"
        )
    return _Prepared(prompt, fitted, answer_tokens)


def _draft(text: str, finished: Finished | None, fitted: Fitted, retrieval: Retrieval, model: Model) -> Draft:
    complete = finished is not None and finished.complete
    declined = text.strip(" .`*\"'[]").upper().startswith(DECLINED) or (complete and not text.strip())
    if not complete:
        text = whole_sentences(text)
        if not text:
            raise ModelError(
                f"the model {model.name!r} gave no answer: it reached the limit of tokens within its first sentence; "
                "raise PINPOINT_ANSWER_TOKENS"
            )
    return Draft(
        text="" if declined else text.replace(DECLINED, "").strip(),
        passages=fitted.passages,
        language=retrieval.language,
        model=model.name,
        complete=complete,
        declined=declined,
        notice=None if complete else CUT_OFF,
    )


def whole_sentences(text: str) -> str:
    """A text that broke off, up to the end of its last whole sentence; empty when it holds none."""
    spans = split_sentences(text.rstrip())
    if not spans:
        return ""
    last = text[spans[-1].start : spans[-1].end].rstrip("\"'”’»」』)）")
    ended = last.endswith((".", "!", "?", "。", "！", "？", "।", "؟", "។")) and not last[-2:-1].isdigit()
    # A marker after the full stop ends a sentence; so does a stop at the very end, unless it may be a decimal point.
    if ended or last.endswith(("]", "】", "］")):
        return text.rstrip()
    return text[: spans[-2].end] if len(spans) > 1 else ""


async def write_short(
    model: Model, prompt: Sequence[tuple[Role, str]], spending: Spending, *, room: int, deadline: float
) -> str:
    """What a model writes when all of it is needed at once; empty when it did not come to its end.

    Args:
        model: to write it.
        prompt: role and content of each message.
        spending: what the request is counted against, also when it is broken off.
        room: tokens it may write.
        deadline: by the clock of the running loop.

    Raises:
        ModelError: when the model fails.
        BudgetExceeded: when a limit on tokens leaves no room.
    """
    size = model.counter.count_messages([content for _, content in prompt])
    shown = Opening()
    finished: Finished | None = None
    spending.reserve(size, room)
    try:
        async with aclosing(model.stream(prompt, deadline=deadline, max_tokens=room)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Finished):
                    finished = piece
                else:
                    shown.feed(piece)
    finally:
        if finished is None:
            spending.settle(size if shown.text else 0, model.counter.count(shown.text))
        else:
            spending.settle(finished.prompt_tokens, finished.completion_tokens)
    shown.finish()
    return shown.text if finished is not None and finished.complete else ""


class Opening:
    """Holds back what is not part of the answer: a block of reasoning, or the word that declines."""

    def __init__(self) -> None:
        """Nothing has been seen yet."""
        self._held = ""
        self._open = False
        self.text = ""
        """The answer so far, without what is held back."""

    def feed(self, piece: str) -> str:
        """Take a piece and return what can be shown of it."""
        if self._open:
            self.text += piece
            return piece
        self._held += piece
        start = self._held.lstrip()
        if start.startswith("<think>"):
            _, closed, rest = start.partition("</think>")
            if not closed:
                return ""
            self._held = start = rest.lstrip()
        if DECLINED.startswith(start[: len(DECLINED)].upper()) or "<think>".startswith(start):
            return ""
        return self._release()

    def finish(self) -> str:
        """The text has ended: return what was held back, unless it declines or is reasoning without an end."""
        start = self._held.strip()
        if self._open or start.startswith("<think>"):
            return ""
        if start.upper().startswith(DECLINED):
            self.text += start
            return ""
        return self._release()

    def _release(self) -> str:
        piece, self._held, self._open = self._held.lstrip(), "", True
        self.text += piece
        return piece
