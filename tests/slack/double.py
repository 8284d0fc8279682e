"""A pipeline that answers at once, by rule, so that the tests are about Slack."""

from __future__ import annotations

import asyncio
import threading
import time
from types import SimpleNamespace

from bot.errors import UsageError
from bot.settings import Settings
from bot.types import Message, Paragraph, Sentence
from tests.slack.answers import answer, citation, long_answer, not_found

FILES = ("001_ab.txt", "My report.md", "sub/deep.txt")


class DoubleIndex:
    files = tuple(SimpleNamespace(file=name, language="en", paragraphs=3) for name in FILES)
    paragraphs = (1,)

    def paragraph(self, file: str, number: int) -> Paragraph | None:
        text = f"Paragraph {number} of {file}"
        return Paragraph(file, number, text, 0, len(text), "en", "text", (), "0123456789ab") if file in FILES else None


class Double:
    """Repeats the question as its answer.

    Words in it ask for more: nothing, long, disagree, fail, crash, slow, unsupported.
    """

    model = "quote"

    def __init__(self, settings: Settings, delay: float = 0.0) -> None:
        self.settings = settings
        self.index = DoubleIndex()
        self.delay = delay
        self.asked: list[tuple[str, tuple[Message, ...], tuple[str, ...]]] = []
        self.running = self.most_running = 0
        self._lock = threading.Lock()

    def ask(self, question, *, history=(), files=None, id=None):  # noqa: A002
        with self._lock:
            self.asked.append((question, tuple(history), tuple(files or ())))
            self.running += 1
            self.most_running = max(self.most_running, self.running)
        try:
            time.sleep(self.delay + (1.5 if "slow" in question else 0))
            return self._answer(question, id or f"id-{len(self.asked)}-{time.monotonic_ns()}")
        finally:
            with self._lock:
                self.running -= 1

    async def aask(self, question, *, history=(), files=None, id=None):  # noqa: A002
        return await asyncio.to_thread(self.ask, question, history=history, files=files, id=id)

    async def astream(self, question, *, history=(), files=None, id=None, extra=None):  # noqa: A002
        from bot.types import AnswerDone

        yield AnswerDone(await self.aask(question, history=history, files=files, id=id))

    def _answer(self, question, id):  # noqa: A002
        if not question.strip():
            raise UsageError("the question is empty; ask something")
        if "fail" in question:
            raise UsageError("the question <!channel> cannot be answered; ask another")
        if "crash" in question:
            raise RuntimeError("a bug")
        if "nothing" in question:
            return not_found(question=question, files=FILES, id=id)
        if "long" in question:
            return long_answer(60, question=question).model_copy(update={"id": id})
        said = Sentence(text=f"You asked: {question.rstrip('?')}.", citations=[1], supported=True)
        doubt = [Sentence(text="This is a guess.", supported=False)] if "unsupported" in question else []
        return answer(
            sentences=[said, *doubt],
            citations=[citation(quote=question, file=FILES[0])],
            question=question,
            id=id,
            disagreement="disagree" in question,
        )
