"""The one `Pinpoint` behind every page and endpoint: opened in the background, asked in fair turns."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Unpack

from bot.errors import IndexMissing, PinpointError
from bot.settings import Settings
from bot.types import Answer, AnswerDone, Event, Retrieval, Translation
from bot.web.limits import Queue, Rate
from bot.web.problems import ProblemError

if TYPE_CHECKING:
    from bot.asking import AskOptions
    from bot.pinpoint import Pinpoint

log = logging.getLogger(__name__)


class Engine:
    """Holds the pipeline, the queue and the rates; every question of the web surface passes through it."""

    def __init__(self, settings: Settings, *, pinpoint: Pinpoint | None = None) -> None:
        self.settings = settings
        """The settings of the server."""
        self.queue = Queue(concurrent=settings.max_concurrent, waiting=settings.max_waiting)
        """Turns, fair between all who ask."""
        self.translations = Queue(concurrent=settings.max_concurrent, waiting=settings.max_waiting)
        """Turns of translations, so that a slow one never stands in the way of a question."""
        self.rate = Rate(per_minute=settings.rate_limit)
        """Questions a minute by address."""
        self.translation_rate = Rate(per_minute=settings.rate_limit, what="translations")
        """Translations a minute by address, so that reading sources takes nothing from the questions."""
        self._pinpoint = pinpoint
        self.trouble = ""
        """Why the pipeline could not be opened the last time, or an empty string."""
        self._opening: asyncio.Lock = asyncio.Lock()
        self._warming: asyncio.Task[None] | None = None

    @property
    def opening(self) -> bool:
        """Whether the pipeline is being opened now."""
        return self._opening.locked()

    @property
    def ready(self) -> bool:
        """Whether questions can be answered at once."""
        return self._pinpoint is not None

    async def pinpoint(self) -> Pinpoint:
        """Return the pipeline, opening it the first time.

        Raises:
            PinpointError: when there is no index, or a model is not configured rightly; the next call tries again.
        """
        if self._pinpoint is None:
            async with self._opening:
                if self._pinpoint is None:
                    self._pinpoint = await asyncio.to_thread(self._open)
        return self._pinpoint

    def _open(self) -> Pinpoint:
        from bot.pinpoint import Pinpoint  # heavy, and only needed once questions come

        opened = Pinpoint(self.settings)
        if len(opened.index.paragraphs) == 0:
            raise IndexMissing("the index is empty; put documents into the corpus folder and run `pinpoint index`")
        opened.search("?", k=1)  # loads the embedding models, so that the first reader does not wait for them
        return opened

    async def warm(self) -> None:
        """Open the pipeline ahead of the first question; what prevents it is kept in `trouble`."""
        try:
            await self.pinpoint()
            self.trouble = ""
        except PinpointError as error:
            self.trouble = str(error)
            log.warning("not ready yet: %s", error)

    def warm_soon(self) -> None:
        """Open the pipeline in the background."""
        self._warming = asyncio.create_task(self.warm())

    async def index(self) -> Any:
        """Return the current index."""
        return (await self.pinpoint()).index

    async def stream(self, question: str, **options: Unpack[AskOptions]) -> AsyncGenerator[Event]:
        """Yield what the pipeline streams, once this question's turn has come; closing it stops the work."""
        pinpoint = await self.pinpoint()
        async with self.queue.turn(), aclosing(pinpoint.astream(question, **options)) as events:
            async for event in events:
                yield event

    async def ask(self, question: str, **options: Unpack[AskOptions]) -> Answer:
        """Answer a question in its turn."""
        async with aclosing(self.stream(question, **options)) as events:
            async for event in events:
                if isinstance(event, AnswerDone):
                    return event.answer
        raise RuntimeError("the pipeline ended without an answer")

    async def search(self, question: str, *, k: int = 10, files: Sequence[str] | None = None) -> Retrieval:
        """Find the passages for a question in its turn, without writing an answer."""
        pinpoint = await self.pinpoint()
        async with self.queue.turn():
            return await asyncio.to_thread(pinpoint.search, question, k=k, files=files or None)

    async def translate(self, quote: str, *, source: str, target: str) -> Translation:
        """Translate a quote in its turn.

        Raises:
            ProblemError: 409 when no model is configured.
        """
        pinpoint = await self.pinpoint()
        if pinpoint.model == "quote":
            raise ProblemError(
                409, "There is no model to translate with; set OPENAI_API_KEY or PINPOINT_MODEL, restart."
            )
        async with self.translations.turn():
            return await pinpoint.atranslate(quote, source=source, target=target)
