"""The whole chain as one object: a question in, a checked answer out, at once or as a stream of events."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, Unpack

from bot.answering import bridge
from bot.answering.failures import notice
from bot.answering.ledger import Spending
from bot.answering.model import Model, configured_model
from bot.answering.phrases import phrases
from bot.answering.prompts import prompt_version
from bot.answering.quote import quote
from bot.answering.select import by_evidence
from bot.answering.translate import Translator
from bot.answering.understand import make_standalone, question_language, told_language
from bot.asking import AskOptions, Request, arguments_of, request_of
from bot.errors import BudgetExceeded, ModelError, UsageError
from bot.settings import Settings
from bot.types import (
    Answer,
    AnswerDone,
    CitationChecked,
    Draft,
    Event,
    Latency,
    PassagesFound,
    Retrieval,
    Retrieved,
    TextDelta,
    Translation,
)

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from bot.citations import SupportChecker
    from bot.index import Index

log = logging.getLogger(__name__)

PASSAGES = 12
"""Passages retrieved for a question; the ten best of them are put before a model."""


class Retrieves(Protocol):
    """What `Pinpoint` needs of a retriever."""

    def retrieve(
        self, question: str, *, k: int = 10, language: str | None = None, files: Sequence[str] | None = None
    ) -> Retrieval:
        """Rank the passages for a question."""
        ...


class Pinpoint:
    """Answers questions from an index. Thread-safe; opens the index and the model when they are first needed.

        answer = Pinpoint(Settings.load()).ask("Who proposed a World AI Cooperation Organization?")

    Every method raises `UsageError` for a question that is empty or too long and `IndexingError` when the index cannot
    be opened. A model that fails raises nothing: the answer then quotes the sources and its `notice` says why.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        index: Index | None = None,
        retriever: Retrieves | None = None,
        checker: SupportChecker | None = None,
    ) -> None:
        """Take the settings, and parts to use in place of those they name.

        Args:
            settings: Read from the environment when left out.
            index: A snapshot to answer from; when left out, the current one below `settings.data`, reopened when a
                newer one is there.
            retriever: Ranks passages in place of the built-in retriever.
            checker: Checks citations in place of the built-in checker.
        """
        self.settings = settings or Settings.load()
        """The settings in use."""
        self._index = index
        self._fixed = index is not None
        self._retriever = retriever
        self._fixed_retriever = retriever is not None
        self._checker = checker
        self._lock = threading.RLock()
        name = configured_model(self.settings)
        self._model = Model(self.settings, name) if name else None
        self._translator = Translator(self._model) if self._model else None

    @property
    def model(self) -> str:
        """`quote`, or the configured chat model as `provider:name`."""
        return self._model.name if self._model else "quote"

    @property
    def index(self) -> Index:
        """The current snapshot of the index; a newer generation is opened when there is one.

        Raises:
            IndexingError: when there is none or it cannot be opened.
        """
        with self._lock:
            if self._index is None or (not self._fixed and not self._index.is_current()):
                from bot.index import open_index

                self._index = open_index(self.settings)
                if not self._fixed_retriever:
                    self._retriever = None
            return self._index

    def search(
        self,
        question: str,
        *,
        k: int = PASSAGES,
        files: Sequence[str] | None = None,
        language: str | None = None,
        extra: Index | None = None,
    ) -> Retrieval:
        """Rank the passages for a standalone question, without answering it."""
        options: dict[str, Any] = {} if extra is None else {"extra": extra}
        asked_in = language or question_language(question)
        found = self._retrieves().retrieve(question, k=k, language=asked_in, files=files or None, **options)
        return by_evidence(found if language else replace(found, language=told_language(found)))

    def _retrieves(self) -> Retrieves:
        with self._lock:
            if self._fixed_retriever:
                assert self._retriever is not None  # noqa: S101  for the type checker
                return self._retriever
            index = self.index
            if self._retriever is None:
                from bot.retrieval import Retriever

                self._retriever = Retriever(index, settings=self.settings)
            return self._retriever

    def ask(self, question: str, **options: Unpack[AskOptions]) -> Answer:
        """Answer a question in any language; the options are those of `AskOptions`: history, files, id, extra."""
        for event in self.stream(question, **options):
            if isinstance(event, AnswerDone):
                return event.answer
        raise RuntimeError("the stream of events ended without an answer")

    async def aask(self, question: str, **options: Unpack[AskOptions]) -> Answer:
        """Answer a question from a coroutine; see `ask`."""
        async with aclosing(self.astream(question, **options)) as events:
            async for event in events:
                if isinstance(event, AnswerDone):
                    return event.answer
        raise RuntimeError("the stream of events ended without an answer")

    def stream(self, question: str, **options: Unpack[AskOptions]) -> Iterator[Event]:
        """Yield the passages, the text as it is written, each checked citation, and last the answer; see `ask`.

        Leaving the loop early stops the request to the model.
        """
        request = request_of(question, **options)
        return bridge.iterate(lambda: self._events(request))

    async def astream(self, question: str, **options: Unpack[AskOptions]) -> AsyncGenerator[Event, None]:
        """The same for a coroutine; closing the generator or cancelling its task stops the request to the model."""
        request = request_of(question, **options)
        async with aclosing(bridge.aiterate(lambda: self._events(request))) as events:
            async for event in events:
                yield event

    def translate(self, text: str, *, source: str, target: str) -> Translation:
        """Translate a quote with the configured model, as an aid to reading, and remember the translation.

        The quote has at most `bot.answering.translate.MAX_QUOTE` characters; the languages are BCP 47 tags. Raises what
        `bot.answering.translate.Translator.translate` does, and `UsageError` when no model is configured.
        """
        return bridge.result(lambda: self._translated(text, source, target))

    async def atranslate(self, text: str, *, source: str, target: str) -> Translation:
        """The same for a coroutine; see `translate`."""
        return await bridge.aresult(lambda: self._translated(text, source, target))

    async def _translated(self, text: str, source: str, target: str) -> Translation:
        if self._translator is None:
            raise UsageError("there is no model to translate with; set OPENAI_API_KEY, or PINPOINT_MODEL")
        return await self._translator.translate(text, source=source, target=target)

    def as_runnable(self) -> Runnable[str | dict[str, Any], Answer]:
        """The chain as a LangChain Runnable: a question, or a dict with the arguments of `ask`, to an `Answer`."""
        from langchain_core.runnables import RunnableLambda

        def run(asked: str | dict[str, Any]) -> Answer:
            return self.ask(**arguments_of(asked))

        async def arun(asked: str | dict[str, Any]) -> Answer:
            return await self.aask(**arguments_of(asked))

        return RunnableLambda(run, afunc=arun, name="Pinpoint")

    async def _events(self, request: Request) -> AsyncIterator[Event]:
        """The chain itself, on the loop of `bridge`."""
        begun = time.perf_counter()
        deadline = asyncio.get_running_loop().time() + self.settings.deadline
        spending = Spending(self.settings)
        if self._model is not None:
            # Its library takes seconds to import the first time: begin while the passages are looked for.
            asyncio.get_running_loop().run_in_executor(None, self._model.warm)
        standalone, language = await self._understand(request, spending, deadline)
        retrieval = await asyncio.to_thread(
            self.search, standalone, files=request.files, language=language, extra=request.extra
        )
        retrieved = time.perf_counter()
        yield PassagesFound(retrieval)
        draft: Draft | None = None
        fallen: str | None = None
        if self._model is not None and retrieval.passages:
            try:
                async with aclosing(self._written(retrieval, request, spending, deadline)) as pieces:
                    async for piece in pieces:
                        if isinstance(piece, Draft):
                            draft = piece
                        else:
                            yield piece
            except (ModelError, BudgetExceeded) as error:
                fallen = notice(error)
        if draft is None:
            draft = await asyncio.to_thread(self._quoted, retrieval)
            draft = replace(draft, notice=fallen or draft.notice)
        answer, checked = await asyncio.to_thread(self._answer, request, retrieval, draft)
        if answer.status == "not_found" and not draft.complete:
            # What was cut off held nothing that stands: as good as no answer from the model.
            draft = replace(await asyncio.to_thread(self._quoted, retrieval), notice=draft.notice)
            answer, checked = await asyncio.to_thread(self._answer, request, retrieval, draft)
        if draft.model == "quote":
            yield TextDelta(answer.text)
            for event in checked:
                yield event
        done = time.perf_counter()
        latency = Latency(
            retrieve=round((retrieved - begun) * 1000, 1),
            generate=round((done - retrieved) * 1000, 1),
            total=round((done - begun) * 1000, 1),
        )
        yield AnswerDone(answer.model_copy(update={"latency_ms": latency, "usage": spending.usage()}))

    async def _understand(self, request: Request, spending: Spending, deadline: float) -> tuple[str, str | None]:
        """The standalone question and its language, which only a conversation tells before the search.

        By the model when there is one, by the rule otherwise and when it fails.
        """
        question, history = request.question, request.history
        if not history:
            return question, None
        language = await asyncio.to_thread(question_language, question, history)
        if self._model is not None:
            from bot.answering.rewrite import rewrite

            try:
                question = await rewrite(
                    question, history, language, model=self._model, spending=spending, deadline=deadline
                )
            except (ModelError, BudgetExceeded) as error:
                log.info("the follow-up is completed by rule: %s", error)
            else:
                return question, language
        return await asyncio.to_thread(make_standalone, question, history, language=language), language

    async def _written(
        self, retrieval: Retrieval, request: Request, spending: Spending, deadline: float
    ) -> AsyncGenerator[Event | Draft, None]:
        """Events of the model's text as it comes, then its draft."""
        from bot.answering.write import write
        from bot.citations import StreamChecker

        assert self._model is not None  # noqa: S101  for the type checker
        checker = StreamChecker(
            retrieval.passages,
            checker=self._check(),
            language=retrieval.language,
            public_url=self.settings.public_url,
        )
        written = write(retrieval, request.history, model=self._model, spending=spending, deadline=deadline)
        async with aclosing(written) as pieces:
            async for piece in pieces:
                if isinstance(piece, Draft):
                    for event in await asyncio.to_thread(checker.finish):
                        yield event
                    yield piece
                else:
                    for event in await asyncio.to_thread(checker.feed, piece):
                        yield event

    def _check(self) -> SupportChecker:
        with self._lock:
            if self._checker is None:
                from bot.citations import Checker

                self._checker = Checker()
            return self._checker

    def _quoted(self, retrieval: Retrieval) -> Draft:
        return quote(retrieval)

    def _answer(self, request: Request, retrieval: Retrieval, draft: Draft) -> tuple[Answer, list[CitationChecked]]:
        """Check a draft and put the answer together; timings and usage are added when the stream ends."""
        from bot.citations import check_draft

        status, text, sentences, citations = check_draft(
            draft, checker=self._check(), public_url=self.settings.public_url
        )
        if status == "not_found":
            text, sentences, citations = phrases(retrieval.language).not_found, [], []
        answer = Answer(
            id=request.id,
            question=request.question,
            standalone_question=retrieval.question,
            language=retrieval.language,
            status=status,
            text=text,
            sentences=list(sentences),
            citations=list(citations),
            retrieved=[
                Retrieved(
                    file=p.paragraph.file, paragraph=p.paragraph.number, score=p.score, language=p.paragraph.language
                )
                for p in retrieval.passages
            ],
            model=draft.model,
            prompt_version=prompt_version(),
            confidence=retrieval.confidence,
            disagreement=draft.disagreement and status == "answered",
            notice=draft.notice,
        )
        return answer, _checked_events(answer)


def _checked_events(answer: Answer) -> list[CitationChecked]:
    seen: set[int] = set()
    events = []
    for sentence in answer.sentences:
        new = tuple(c for c in answer.citations if c.n in sentence.citations and c.n not in seen)
        seen.update(citation.n for citation in new)
        events.append(CitationChecked(sentence, new))
    return events
