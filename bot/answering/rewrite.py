"""Makes a follow-up question standalone with the model."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.answering.budget import fit_history
from bot.answering.ledger import Spending
from bot.answering.model import Model
from bot.answering.phrases import language_name
from bot.answering.prompts import load_prompt, make_nonce, neutralise
from bot.answering.questions import read_question
from bot.answering.write import write_short
from bot.errors import ModelError
from bot.types import Message

_TOKENS = 160
_SHARE = 3
"""The rewriting may take one part in this many of the time for an answer."""


async def rewrite(
    question: str, history: Sequence[Message], language: str, *, model: Model, spending: Spending, deadline: float
) -> str:
    """The question as the model makes it standalone.

    Raises:
        ModelError: when the model gave no usable question; the caller then goes by the rule.
        BudgetExceeded: when a limit on tokens leaves no room.
    """
    count = model.counter.count
    prompt = load_prompt("standalone").render(
        language=language_name(language),
        nonce=make_nonce([question, *(message.content for message in history)]),
        history=fit_history(history, budget=model.settings.context_tokens // 2, count=count),
        question=neutralise(question),
    )
    now = asyncio.get_running_loop().time()
    text = await write_short(model, prompt, spending, room=_TOKENS, deadline=now + (deadline - now) / _SHARE)
    rewritten = " ".join(text.split()).strip('"“”«»「」 ')
    lost = not text or len(rewritten) > 3 * len(question) + 400
    if lost or not _keeps(question, rewritten, language):
        raise ModelError(f"the model {model.name!r} gave no usable question")
    return rewritten


def _keeps(question: str, rewritten: str, language: str) -> bool:
    """Whether the rewriting still asks the question: it keeps at least half of the words that carry its subject."""
    terms = [term.casefold() for term in read_question(question, language).terms]
    return bool(rewritten) and 2 * sum(term in rewritten.casefold() for term in terms) >= len(terms)
