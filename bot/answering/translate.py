"""Translates a quote for a reader of another language: untrusted text beside the original, never in place of it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from weakref import WeakValueDictionary

from bot.answering.ledger import Spending
from bot.answering.model import Model
from bot.answering.phrases import is_known, language_name
from bot.answering.prompts import load_prompt, make_nonce, neutralise
from bot.answering.write import DECLINED, write_short
from bot.citations.agreement import disagreement
from bot.corpus.language import confidence, detect_language
from bot.errors import ModelError, UsageError
from bot.types import Translation, Usage

MAX_QUOTE = 2_000
"""Longest quote in characters; citations quote a sentence or a few."""
KEPT = 1_000
"""Translations that are remembered; the longest unused is forgotten first."""

_GROWTH = 4
"""Tokens of a translation for each token of the quote, at most: Thai or Hindi takes that many for English."""
_SURE = 0.8
"""How sure the detector must be that a translation is still in the language of the quote."""

_Key = tuple[str, str, str]
"""Quote, its language, and the language it is translated into."""


class Translator:
    """Translates with one model and remembers what it has translated; used on one event loop."""

    def __init__(self, model: Model) -> None:
        """Take the model; nothing has been translated yet."""
        self.model = model
        """The model that translates."""
        self._known: OrderedDict[_Key, Translation] = OrderedDict()
        self._at_work: WeakValueDictionary[_Key, asyncio.Lock] = WeakValueDictionary()

    async def translate(self, quote: str, *, source: str, target: str) -> Translation:
        """Translate a quote; asked again, or by two readers at once, it is translated and paid for once.

        Args:
            quote: Text copied from a paragraph, at most `MAX_QUOTE` characters.
            source: Language of the quote, BCP 47.
            target: Language to translate into, BCP 47.

        Raises:
            UsageError: when the quote is empty or too long, or the target is not a language we have a name for.
            ModelError: when the model gave no whole translation within `PINPOINT_DEADLINE`.
            BudgetExceeded: when a limit on tokens leaves no room for one.
        """
        quote = quote.strip()
        if not quote or len(quote) > MAX_QUOTE:
            raise UsageError(f"the quote has {len(quote):,} characters; from 1 to {MAX_QUOTE:,} can be translated")
        if not is_known(target):
            raise UsageError(
                f"there is no name for the language {target!r}; give a BCP 47 tag such as 'en' or 'zh-Hant'"
            )
        deadline = asyncio.get_running_loop().time() + self.model.settings.deadline
        key = (quote, source, target)
        lock = self._at_work.setdefault(key, asyncio.Lock())
        async with lock:
            if known := self._known.get(key):
                self._known.move_to_end(key)
                return known.model_copy(update={"usage": Usage()})
            spending = Spending(self.model.settings)
            text = await self._ask(quote, source, target, spending, deadline)
            found = Translation(
                text=text,
                language=target,
                quote=quote,
                source_language=source,
                differs=disagreement(text, target, quote, source) or disagreement(quote, source, text, target),
                model=self.model.name,
                prompt_version=load_prompt("translate").version,
                usage=spending.usage(),
            )
            self._known[key] = found
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            return found

    async def _ask(self, quote: str, source: str, target: str, spending: Spending, deadline: float) -> str:
        count = self.model.counter.count
        prompt = load_prompt("translate").render(
            source=language_name(source) if is_known(source) else "another language",
            target=language_name(target),
            nonce=make_nonce([quote]),
            quote=neutralise(quote),
        )
        room = 64 << max(0, (_GROWTH * count(quote) - 1) // 64).bit_length()  # few sizes: each is a model set up
        written = await write_short(self.model, prompt, spending, room=room, deadline=deadline)
        text = _bare(written, quote)
        if not text or _untranslated(text, source, target):
            raise ModelError(f"the model {self.model.name!r} gave no usable translation; read the original")
        return text


def _bare(text: str, quote: str) -> str:
    """One line, without quotation marks around it that the quote has not."""
    text = " ".join(text.split())
    for opening, closing in ('""', "“”", "«»", "「」", "『』", "''"):
        if text.startswith(opening) and text.endswith(closing) and not quote.startswith(opening) and len(text) > 2:
            return text[1:-1].strip()
    return text


def _untranslated(text: str, source: str, target: str) -> bool:
    """Whether the model declined, or the text is plainly still in the language of the quote."""
    if text.upper().startswith(DECLINED):
        return True
    still = _primary(detect_language(text)) == _primary(source) != _primary(target)
    return still and confidence(text) >= _SURE


def _primary(tag: str) -> str:
    return tag.lower().split("-")[0]
