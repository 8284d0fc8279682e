"""One job, from the question's words to the messages in Slack."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.errors import PinpointError
from bot.slack.history import carried, metadata, turns
from bot.slack.incoming import file_key
from bot.slack.jobs import Taken
from bot.slack.question import Asked, narrow
from bot.slack.render import Post, plain, render, response
from bot.slack.text import cut
from bot.slack.trouble import Trouble
from bot.slack.words import guess_language, say
from bot.types import Message

if TYPE_CHECKING:
    from bot.slack.desk import Desk

log = logging.getLogger("bot.slack")

RESPONSES = 4
"""Messages of one answer through a response URL, which Slack takes five times."""
RECENT = 3_600.0
"""Seconds in which earlier direct messages outside a thread belong to the same conversation."""
SHOWN_FILES = 20
"""Names listed when a file is not there."""


class Work:
    """Does one job; raises `Trouble` when Slack does not let it."""

    def __init__(self, desk: Desk, taken: Taken) -> None:
        self.desk = desk
        self.taken = taken
        self.job = taken.job
        self.client = desk.client
        self.sent = taken.sent
        self.language = "en"
        self.unsure = False  # whether Slack may have taken a message without telling

    async def run(self) -> None:
        """See the job through."""
        self.check_token()
        if self.job.kind == "welcome":
            await self._welcome()
        elif self.job.deleted:
            await self._remove(list(self.sent))
        else:
            await self._answer()

    def check_token(self) -> None:
        """Give up at once while Slack refuses the token; a response URL needs none."""
        if self.job.kind != "command" and time.monotonic() < self.desk.refused_until:
            raise Trouble("chat.postMessage", "invalid_auth")

    # Answering

    async def _answer(self) -> None:
        self.language = await guess_language(self.job.text, seconds=5)
        try:
            await self._progress()
            posts, answer = await self._posts()
            await self._deliver(posts, answer)
        except Trouble as trouble:
            if trouble.sort in {"place", "other"}:
                await self._tell_elsewhere(trouble)
            raise

    async def _posts(self) -> tuple[list[Post], str]:
        """What to say: the answer, or one sentence when there is none."""
        try:
            index = await self.desk.asker.index()
            names = [info.file for info in index.files]
            asked = self._narrowed(names)
            if asked.unknown or not 0 < len(asked.question) <= self.desk.settings.question_chars:
                return [plain(self._hint(asked, names))], ""
            history = await self._history(names)
            async with self.desk.turns:
                await self.desk.quiet()
                if not await self.desk.holds(self.taken):
                    return [], ""
                answer = await self.desk.asker.ask(asked.question, history=history, files=asked.files or None)
        except Trouble:
            raise
        except PinpointError as error:
            log.warning("the question of %s was not answered: %s", self.job.key, error)
            return [plain(f"{say('failed', self.language)} {error}")], ""
        except Exception:
            log.exception("the question of %s ended by a bug", self.job.key)
            return [plain(say("failed", self.language))], ""
        await self.desk.table(self.desk.store.keep, answer)
        private = self.job.kind == "command"
        shown = render(
            answer,
            files=asked.files,
            share=private,
            look=index.paragraph if answer.status == "not_found" else None,
            public_url=self.desk.settings.public_url,
            most=RESPONSES if private else 8,
        )
        return shown, answer.id

    def _narrowed(self, names: Sequence[str]) -> Asked:
        asked = narrow(self.job.text, names)
        if not self.job.files:
            return asked
        chosen = {file_key(name): name for name in names}
        picked = tuple(chosen[key] for key in self.job.files if key in chosen)
        return Asked(asked.question, tuple(dict.fromkeys([*picked, *asked.files])), asked.unknown)

    def _hint(self, asked: Asked, names: Sequence[str]) -> str:
        limit = self.desk.settings.question_chars
        if len(asked.question) > limit:
            return say("too_long", self.language, length=len(asked.question), limit=limit)
        if asked.unknown:
            shown = ", ".join(names[:SHOWN_FILES]) + (" …" if len(names) > SHOWN_FILES else "")
            return say("no_file", self.language, name=", ".join(asked.unknown), files=shown)
        return say("no_question", self.language, example=say("example", self.language))

    async def _history(self, names: Sequence[str]) -> tuple[Message, ...]:
        """Earlier turns; without the scope to read them the question stands alone."""
        job = self.job
        if job.kind != "message" or (job.thread == job.ts and not job.direct):
            return ()
        try:
            if job.thread:
                messages = await self.client.thread(job.channel, job.thread, latest=job.ts)
            else:
                oldest = f"{float(job.ts) - RECENT:.6f}"
                messages = await self.client.recent(job.channel, latest=job.ts, oldest=oldest)
        except Trouble as trouble:
            self.desk.once.warn(f"history {trouble}", f"{trouble}; the question is read without its history")
            return ()
        wanted = [own["answer"] for own in map(carried, messages) if own.get("answer")]
        kept = await self.desk.table(self.desk.store.answers, wanted)
        bot = self.desk.identity.user if self.desk.identity else ""
        return turns(messages, before=job.ts, bot=bot, answers=kept, known=names)

    # Showing

    async def _progress(self) -> None:
        """Say that the question is being looked into, once; a command has been told so with its acknowledgement."""
        job = self.job
        if job.kind == "command":
            return
        if self.taken.tries > 1:
            await self.recover()
        if "0" in self.sent:
            return
        if job.pane:
            try:
                await self.client.status(job.channel, job.thread, say("searching.status", self.language))
            except Trouble as trouble:
                self.desk.once.warn(f"status {trouble}", str(trouble))
            else:
                return
        waiting = plain(say("searching", self.language))
        try:
            await self._post("0", waiting, "")
        except Trouble as trouble:
            if trouble.sort != "later":
                raise  # a busy Slack is no reason not to look for the answer meanwhile
            self.unsure = trouble.code != "ratelimited"

    async def recover(self) -> None:
        """Find what a process that died has posted without writing it down."""
        job = self.job
        try:
            if job.thread:
                messages = await self.client.thread(job.channel, job.thread)
            else:
                messages = await self.client.recent(job.channel, oldest=job.ts or job.message)
        except Trouble as trouble:
            self.desk.once.warn(f"recover {trouble}", f"{trouble}; an unfinished message may stay behind")
            return
        for message in messages:
            own = carried(message)
            if own.get("job") == job.key and own.get("part"):
                self.sent.setdefault(own["part"], str(message.get("ts")))

    async def _deliver(self, posts: list[Post], answer: str) -> None:
        if not posts or not await self.desk.holds(self.taken):
            return  # edited or deleted meanwhile: the job has another turn
        if self.job.kind == "command":
            await self._respond(posts)
            return
        if self.unsure:
            await self.recover()
        for number, post in enumerate(posts):
            part = str(number)
            if part in self.sent:
                try:
                    await self.client.update(
                        self.job.channel, self.sent[part], post, metadata=metadata(self.job.key, part, answer)
                    )
                except Trouble as trouble:
                    if trouble.sort != "message":
                        raise
                else:
                    continue
            await self._post(part, post, answer)
        await self._remove([part for part in self.sent if int(part) >= len(posts)])
        if self.job.pane and answer:
            self.desk.spawn(self.client.title(self.job.channel, self.job.thread, cut(self.job.text, 100)))

    async def _post(self, part: str, post: Post, answer: str) -> None:
        self.sent[part] = await self.client.post(
            self.job.channel, post, thread=self.job.thread, metadata=metadata(self.job.key, part, answer)
        )
        await self.desk.posted(self.taken)

    async def _respond(self, posts: Sequence[Post]) -> None:
        """Send a command's answer to its response URL, each part once."""
        for number, post in enumerate(posts[:RESPONSES]):
            if str(number) not in self.sent:
                await self.client.respond(self.job.response_url, response(post))
                self.sent[str(number)] = "response"
                await self.desk.posted(self.taken)

    async def _remove(self, parts: Sequence[str]) -> None:
        """Take back what was posted: the question is gone, or its new answer is shorter."""
        for part in parts:
            await self.client.delete(self.job.channel, self.sent[part])
            del self.sent[part]
            await self.desk.posted(self.taken)

    async def _tell_elsewhere(self, trouble: Trouble) -> None:
        """Tell the person in a direct message when the conversation does not take the answer."""
        if self.job.kind != "message" or self.job.direct or not self.job.user:
            return
        said = say("elsewhere", self.language, place=f"#{self.job.channel}", reason=trouble.reason)
        try:
            await self.client.post(self.job.user, plain(said))
        except Trouble as second:
            self.desk.once.warn(f"elsewhere {second}", f"{second} (telling the person who asked)")

    async def _welcome(self) -> None:
        """Greet in the assistant's pane and suggest questions."""
        job = self.job
        if "0" not in self.sent:
            await self._post("0", plain(say("welcome", "en")), "")
        prompts = await self._prompts()
        if prompts:
            await self.client.prompts(job.channel, job.thread, prompts)

    async def _prompts(self) -> list[dict[str, str]]:
        from bot.web.examples import examples

        try:
            index = await self.desk.asker.index()
            found = await asyncio.to_thread(examples, index, "en")
        except PinpointError as error:
            log.warning("no questions to suggest: %s", error)
            return []
        return [{"title": cut(question, 70), "message": question} for question in found[:4]]
