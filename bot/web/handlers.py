"""What happens when a reader asks, stops, retries, edits, rates, uploads or changes conversation on the chat page."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import gradio as gr

from bot.errors import PinpointError
from bot.feedback import COMMENT_CHARS, FeedbackStore
from bot.types import AnswerDone, Citation, CitationChecked, Passage, PassagesFound, TextDelta
from bot.web.book import Book, Conversation, Turn, slim
from bot.web.dropped import take_in
from bot.web.engine import Engine
from bot.web.examples import examples
from bot.web.export import Exports, to_json, to_markdown
from bot.web.problems import ProblemError
from bot.web.render import View, esc, question_markdown, question_text
from bot.web.uploads import Uploads
from bot.web.views import view_for
from bot.web.words import pick_language, words

log = logging.getLogger(__name__)

TICK = 0.06
"""Seconds between two updates of a streaming answer on the page."""
PARTIALS = 500
"""Answers in the making whose text is remembered in case they are stopped."""

Updates = tuple[Any, ...]
"""One value for each output component of an event."""


class Handlers:
    """The chat page's event handlers; all state that lasts is in the reader's browser."""

    def __init__(self, engine: Engine, uploads: Uploads, feedback: FeedbackStore, exports: Exports) -> None:
        self.engine = engine
        """Answers the questions."""
        self.uploads = uploads
        """Holds uploaded files."""
        self.feedback = feedback
        """Keeps verdicts."""
        self.exports = exports
        """Holds exports until they are fetched."""
        self._partial: OrderedDict[str, str] = OrderedDict()

    async def load(self, data: Any, request: gr.Request) -> Updates:
        """Show the stored conversations when the page opens: chat, list, files, model line."""
        book = Book.read(data)
        conversation = book.open()
        language = _language(request)
        t = words(language)
        shown: list[str] = []
        names: list[str] = []
        line = t["model.unknown"]
        try:
            pinpoint = await self.engine.pinpoint()
            shown = examples(pinpoint.index, language)
            names = [info.file for info in pinpoint.index.files]
            line = _model_line(pinpoint.model, language)
        except PinpointError as error:
            line = f'<span class="pp-warn" role="alert">{esc(str(error))}</span>'
        chat = gr.Chatbot(
            value=await self._transcript(conversation, request),
            feedback_value=_verdicts(conversation),
            examples=[{"text": question} for question in shown],
        )
        chosen = [name for name in conversation.files if name in names]
        return chat, _list(book, language), gr.Dropdown(choices=names, value=chosen), line

    def refresh(self, data: Any, request: gr.Request) -> Any:
        """Show the list of conversations again, since another tab has changed it."""
        return _list(Book.read(data), _language(request))

    async def ask(
        self, message: dict[str, Any], data: Any, files: list[str] | None, request: gr.Request
    ) -> AsyncGenerator[Updates]:
        """Answer what was typed, after reading what was dropped."""
        book = Book.read(data)
        conversation = book.open()
        conversation.files = list(files or [])
        turn = Turn(question=(message.get("text") or "").strip())
        dropped = [Path(path) for path in message.get("files") or []]
        if turn.question or dropped:
            conversation.turns.append(turn)
            async with aclosing(self._answer(book, conversation, dropped, request)) as updates:
                async for update in updates:
                    yield update
        else:
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()

    async def example(self, data: Any, files: list[str] | None, request: gr.Request, event: gr.SelectData) -> Any:
        """Ask an example question."""
        async with aclosing(self.ask({"text": event.value["text"]}, data, files, request)) as updates:
            async for update in updates:
                yield update

    async def retry(self, data: Any, request: gr.Request, event: gr.RetryData) -> Any:
        """Ask a question again; what came after it is dropped."""
        async with aclosing(self._again(data, event.index, None, request)) as updates:
            async for update in updates:
                yield update

    async def edit(self, data: Any, request: gr.Request, event: gr.EditData) -> Any:
        """Ask an edited question in place of the earlier one; what came after it is dropped."""
        text = question_text(_plain(event.value)).strip()
        async with aclosing(self._again(data, event.index, text, request)) as updates:
            async for update in updates:
                yield update

    async def stop(self, data: Any, request: gr.Request) -> Updates:
        """Keep what has come; the running event has been cancelled."""
        book = Book.read(data)
        conversation = book.open()
        self._settle(conversation)
        return await self._shown(book, conversation, request)

    async def select(self, identifier: str | None, data: Any, request: gr.Request) -> Updates:
        """Open another conversation."""
        book = Book.read(data)
        self._settle(book.open())
        if identifier:
            book.current = identifier
        return await self._opened(book, request)

    async def new(self, data: Any, request: gr.Request) -> Updates:
        """Open a new conversation."""
        book = Book.read(data)
        self._settle(book.open())
        book.start()
        return await self._opened(book, request)

    async def delete(self, data: Any, request: gr.Request) -> Updates:
        """Delete the open conversation with its uploaded files."""
        book = Book.read(data)
        conversation = book.open()
        self.uploads.delete(conversation.id)
        book.delete(conversation.id)
        return await self._opened(book, request)

    async def clear(self, data: Any, request: gr.Request) -> Updates:
        """Empty the open conversation and forget its uploaded files."""
        book = Book.read(data)
        conversation = book.open()
        self.uploads.delete(conversation.id)
        conversation.turns = []
        return await self._opened(book, request)

    def like(self, data: Any, event: gr.LikeData) -> Updates:
        """Store a verdict and offer to add a comment: what to keep, comment box, its turn."""
        book = Book.read(data)
        turn = _turn_at(book.open(), event.index)
        if turn is None or turn.answer is None:
            return gr.skip(), gr.skip(), gr.skip()
        liked = {"Like": True, "Dislike": False}.get(str(event.liked), event.liked)
        turn.verdict = "up" if liked is True else "down" if liked is False else None
        if turn.verdict is None:
            self.feedback.remove(turn.answer.id, reader=book.open().id)
        else:
            self.feedback.save(turn.answer, turn.verdict, reader=book.open().id)
        return book.write(), gr.Textbox(value="", visible=turn.verdict is not None), turn.id

    def comment(self, text: str, turn_id: str, data: Any, request: gr.Request) -> Any:
        """Store the comment on the last verdict and put its box away."""
        conversation = Book.read(data).open()
        turn = next((item for item in conversation.turns if item.id == turn_id), None)
        if turn is not None and turn.answer is not None and turn.verdict is not None and text.strip():
            self.feedback.save(turn.answer, turn.verdict, comment=text.strip()[:COMMENT_CHARS], reader=conversation.id)
            gr.Info(words(_language(request))["feedback.saved"], duration=3)
        return gr.Textbox(value="", visible=False)

    async def export_markdown(self, data: Any, request: gr.Request) -> str:
        """Prepare the open conversation as Markdown and link to it."""
        conversation = Book.read(data).open()
        view = await self._view(conversation, _language(request))
        base = self.engine.settings.public_url or _base_url(request)
        text = to_markdown(conversation, view.words, base, view.dropped)
        return self._download(conversation, "md", "text/markdown; charset=utf-8", text, request)

    async def export_json(self, data: Any, request: gr.Request) -> str:
        """Prepare the open conversation as JSON and link to it."""
        conversation = Book.read(data).open()
        view = await self._view(conversation, _language(request))
        return self._download(conversation, "json", "application/json", to_json(conversation, view.dropped), request)

    def _download(
        self, conversation: Conversation, suffix: str, media_type: str, text: str, request: gr.Request
    ) -> str:
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(conversation.created))
        name = f"pinpoint-{stamp}.{suffix}"
        path = self.exports.put(name, media_type, text)
        label = words(_language(request))["export.download"].format(file=name)
        return f'<a class="pp-download" href="{esc(path)}">{esc(label)}</a>'

    async def _again(self, data: Any, index: Any, question: str | None, request: gr.Request) -> AsyncGenerator[Updates]:
        book = Book.read(data)
        conversation = book.open()
        turn = _turn_at(conversation, index)
        if turn is None or question == "":
            yield await self._shown(book, conversation, request)
            return
        at = conversation.turns.index(turn)
        conversation.turns[at:] = [Turn(question=turn.question if question is None else question)]
        async with aclosing(self._answer(book, conversation, [], request)) as updates:
            async for update in updates:
                yield update

    async def _answer(
        self, book: Book, conversation: Conversation, dropped: Sequence[Path], request: gr.Request
    ) -> AsyncGenerator[Updates]:
        """Work on the last turn and yield what the page shows: chat, box, what to keep, list of conversations."""
        language = _language(request)
        t = words(language)
        view = await self._view(conversation, language)
        turn = conversation.turns[-1]
        before = await self._transcript(conversation, request, upto=len(conversation.turns) - 1)
        turn.dropped = [path.name for path in dropped]
        before.append({"role": "user", "content": _asked(turn)})

        def show(html: str) -> list[dict[str, Any]]:
            return [*before, {"role": "assistant", "content": html}]

        busy = gr.MultimodalTextbox(value=None, submit_btn=False, stop_btn=True)
        yield show(view.status(t["chat.searching"])), busy, book.write(), _list(book, language)
        try:
            async with aclosing(take_in(self.uploads, conversation.id, turn, dropped, t)) as steps:
                async for step in steps:
                    yield show(view.status(step)), gr.skip(), gr.skip(), gr.skip()
            if turn.question:
                view = await self._view(conversation, language)
                async with aclosing(self._written(conversation, turn, view, request)) as pieces:
                    async for html in pieces:
                        yield show(html), gr.skip(), gr.skip(), gr.skip()
            turn.state = "done"
        except (PinpointError, ProblemError) as error:
            turn.state, turn.note = "failed", str(error)
        except Exception:
            turn.state = "failed"
            yield await self._shown(book, conversation, request)
            raise
        self._partial.pop(turn.id, None)
        yield await self._shown(book, conversation, request)

    async def _written(
        self, conversation: Conversation, turn: Turn, view: View, request: gr.Request
    ) -> AsyncGenerator[str]:
        """Stream the answer of a turn as HTML and put the finished one into the turn."""
        self.engine.rate.take(request.client.host if request.client else "unknown")
        limit = self.engine.settings.question_chars
        if len(turn.question) > limit:
            raise ProblemError(422, view.words["chat.too_long"].format(length=len(turn.question), limit=limit))
        held = self.uploads.get(conversation.id)
        if held is None and any(earlier.note and earlier.state == "done" for earlier in conversation.turns):
            turn.note = view.words["upload.gone"]
        files = list(conversation.files)
        if files and held is not None:
            files += [document.file for document in held.documents]
        passages: Sequence[Passage] = ()
        citations: list[Citation] = []
        language, text, last = "", "", 0.0
        events = self.engine.stream(
            turn.question, history=conversation.history, files=files, extra=held.index if held else None
        )
        async with aclosing(events):
            async for event in events:
                if isinstance(event, AnswerDone):
                    turn.answer = slim(event.answer)
                    continue
                if isinstance(event, PassagesFound):
                    passages, language = event.retrieval.passages, event.retrieval.language
                elif isinstance(event, TextDelta):
                    text += event.text
                    self._remember(turn.id, text)
                elif isinstance(event, CitationChecked):
                    citations += event.citations
                now = time.monotonic()
                if now - last >= TICK or isinstance(event, PassagesFound):
                    last = now
                    yield view.asking(passages, text, citations, language)

    def _remember(self, turn_id: str, text: str) -> None:
        self._partial[turn_id] = text
        while len(self._partial) > PARTIALS:
            self._partial.popitem(last=False)

    def _settle(self, conversation: Conversation) -> None:
        """Mark turns that nobody works on any more as stopped."""
        for turn in conversation.turns:
            if turn.state == "asking":
                turn.state, turn.partial = "stopped", self._partial.get(turn.id, "")[:100_000]

    async def _view(self, conversation: Conversation, language: str) -> View:
        try:
            index = await self.engine.index()
        except PinpointError:
            index = None
        return view_for(index, self.uploads, conversation.id, language)

    async def _transcript(
        self, conversation: Conversation, request: gr.Request, upto: int | None = None
    ) -> list[dict[str, Any]]:
        """Render turns as the chat's messages: two for each turn, always."""
        view = await self._view(conversation, _language(request))
        messages: list[dict[str, Any]] = []
        for turn in conversation.turns[:upto]:
            messages.append({"role": "user", "content": _asked(turn)})
            if turn.state == "failed":
                html = view.failed(turn.note)
            elif turn.answer is not None:
                html = view.answer(turn.answer, turn.note)
            elif turn.state == "done":
                html = view.note(turn.note)
            else:
                html = view.partial(turn.partial)
            messages.append({"role": "assistant", "content": html})
        return messages

    async def _shown(self, book: Book, conversation: Conversation, request: gr.Request) -> Updates:
        """Show a conversation nobody works on: chat, box, what to keep, list."""
        chat = gr.Chatbot(value=await self._transcript(conversation, request), feedback_value=_verdicts(conversation))
        idle = gr.MultimodalTextbox(submit_btn=True, stop_btn=False)
        return chat, idle, book.write(), _list(book, _language(request))

    async def _opened(self, book: Book, request: gr.Request) -> Updates:
        """Show the open conversation with its files: chat, box, what to keep, list, files, comment box."""
        conversation = book.open()
        shown = await self._shown(book, conversation, request)
        return *shown, gr.Dropdown(value=conversation.files), gr.Textbox(value="", visible=False)


def _language(request: gr.Request) -> str:
    return pick_language(request.headers.get("accept-language", ""))


def _base_url(request: gr.Request) -> str:
    return str(request.request.base_url)


def _plain(value: Any) -> str:
    """Text of a message, whichever way Gradio hands it over."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return str(value.get("text", ""))
    if isinstance(value, list):
        return "\n".join(_plain(item) for item in value)
    return ""


def _asked(turn: Turn) -> str:
    """The reader's message; files that were only dropped are named."""
    return question_markdown(turn.question) or f"📎 {esc(', '.join(turn.dropped))}"


def _turn_at(conversation: Conversation, index: Any) -> Turn | None:
    """The turn of a message, two messages to a turn."""
    at = index[0] if isinstance(index, list | tuple) else index
    turn = int(at) // 2
    return conversation.turns[turn] if 0 <= turn < len(conversation.turns) else None


def _verdicts(conversation: Conversation) -> list[str | None]:
    return [{"up": "Like", "down": "Dislike"}.get(turn.verdict or "") for turn in conversation.turns]


def _list(book: Book, language: str) -> Any:
    choices = [(item.title or words(language)["chat.untitled"], item.id) for item in book.conversations if item.turns]
    current = book.current if any(identifier == book.current for _, identifier in choices) else None
    return gr.Radio(choices=choices, value=current, visible=bool(choices))


def _model_line(model: str, language: str) -> str:
    t = words(language)
    if model == "quote":
        how = esc(t["model.quote_how"])
        return f'<details class="pp-how"><summary>{esc(t["model.quote"])}</summary><p>{how}</p></details>'
    return f"<span>{esc(t['model.answers'].format(model=model))}</span>"
