"""The Bolt app: each request is read, written into the table and acknowledged; the work is done elsewhere."""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from typing import TYPE_CHECKING, Any

from bot.feedback import FeedbackStore, Verdict
from bot.slack import modal
from bot.slack.incoming import Asked, bot_user, read_event, team_of
from bot.slack.jobs import Job
from bot.slack.question import read_text
from bot.slack.render import DOWN, SHARE, UP, plain, response
from bot.slack.text import cut
from bot.slack.trouble import Trouble
from bot.slack.words import guess_language, say

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from bot.slack.worker import Worker

log = logging.getLogger("bot.slack")

FILES_SECONDS = 2.0
"""Most seconds to wait for the list of files; the picker must be answered within three."""
_ANY = re.compile("")


def make_app(worker: Worker) -> AsyncApp:
    """Build the app over a worker. Requests must have been verified, or come through Socket Mode."""
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult

    quiet = logging.getLogger("bot.slack.bolt")
    quiet.setLevel(logging.ERROR)  # its warnings print whole requests, with what people wrote

    async def authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
        token = worker.settings.slack_bot_token
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            bot_user_id=worker.identity.user if worker.identity else None,
            bot_token=token.get_secret_value() if token else None,
        )

    app = AsyncApp(
        name="pinpoint",
        logger=quiet,
        client=worker.client.web,
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    listeners = Listeners(worker)
    app.middleware(listeners.only_our_team)
    app.event(_ANY)(listeners.event)
    app.command(_ANY)(listeners.command)
    app.action(re.compile(f"{UP}|{DOWN}"))(listeners.verdict)
    app.action(SHARE)(listeners.share)
    app.action(_ANY)(listeners.nothing)
    app.options(modal.FILES)(listeners.files)
    app.view(modal.CALLBACK)(listeners.submitted)
    return app


class Listeners:
    """What the app does with each kind of request; each returns within moments."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._feedback = FeedbackStore(worker.settings.data)

    async def only_our_team(self, body: dict[str, Any], next: Any) -> Any:  # noqa: A002  Bolt's own name
        """Let requests of the token's workspace pass; others are acknowledged, so that Slack does not repeat them."""
        from slack_bolt import BoltResponse

        with self._worker.arriving():
            pass  # over Socket Mode this is where a request is first seen
        who, team = self._worker.identity, team_of(body)
        if who and not who.enterprise and not body.get("is_enterprise_install") and team and team != who.team:
            said = f"a request of the workspace {team!r} was not answered: SLACK_BOT_TOKEN belongs to {who}"
            self._worker.once.warn(f"team {team}", said)
            return BoltResponse(
                status=200, body="This app is not set up for this workspace." if "command" in body else ""
            )
        return await next()

    async def event(self, body: dict[str, Any]) -> None:
        """Something was said, edited or deleted."""
        worker = self._worker
        channel, thread = _place(body.get("event") or {})
        known = await worker.table(worker.store.thread, channel, thread) if thread else ""
        default = worker.identity.user if worker.identity else ""
        read = read_event(body, lambda *_: known, bot=bot_user(body) or default)
        event_id = str(body.get("event_id") or uuid.uuid4().hex)
        if read is None:
            return
        if isinstance(read, Asked):
            await worker.offer(event_id, read.job, join=read.joined)
        elif await worker.table(worker.store.revise, event_id, read.key, text=read.text):
            worker.wake()

    async def command(self, ack: Any, body: dict[str, Any]) -> None:
        """`/ask QUESTION`, answered for the person alone; `/ask` alone opens the dialog."""
        worker = self._worker
        text = read_text(str(body.get("text") or ""))
        if text.lower() in {"", "help", "?"}:
            await ack()
            await self._open(body)
            return
        trigger = str(body.get("trigger_id") or "")
        job = Job(
            key=f"command:{trigger}",
            kind="command",
            channel=str(body.get("channel_id") or ""),
            user=str(body.get("user_id") or ""),
            name=str(body.get("user_name") or ""),
            team=str(body.get("team_id") or ""),
            text=text,
            response_url=str(body.get("response_url") or ""),
        )
        await worker.offer(job.key, job)
        language = await guess_language(text)
        post = plain(f"{say('searching', language)}\n{cut(text, 300)}")
        await ack(text=post.text, blocks=list(post.blocks), response_type="ephemeral")

    async def _open(self, body: dict[str, Any]) -> None:
        url = str(body.get("response_url") or "")
        asked = modal.view(
            response_url=url, channel=str(body.get("channel_id") or ""), user=str(body.get("user_id") or "")
        )
        trigger = str(body.get("trigger_id") or "")

        async def opened() -> None:
            try:
                await self._worker.client.open_view(trigger, asked)
            except Trouble as trouble:
                self._worker.once.warn(f"view {trouble}", str(trouble))
                said = say("no_question", "en", example=f"/ask {say('example', 'en')}")
                await self._worker.client.respond(url, response(plain(said)))

        self._worker.spawn(opened())

    async def submitted(self, ack: Any, body: dict[str, Any], view: dict[str, Any]) -> None:
        """The dialog was filled in."""
        worker = self._worker
        text, files, carried = modal.submitted(view)
        if not text.strip():
            await ack(response_action="errors", errors=modal.empty_question())
            return
        user = body.get("user") or {}
        job = Job(
            key=f"modal:{view.get('id')}",
            kind="command",
            channel=carried.get("channel", ""),
            user=str(user.get("id") or ""),
            name=str(user.get("name") or user.get("username") or ""),
            team=team_of(body),
            text=text.strip(),
            files=files,
            response_url=carried.get("response_url", ""),
        )
        await worker.offer(job.key, job)
        await ack()

    async def files(self, ack: Any, body: dict[str, Any]) -> None:
        """The picker asks for the files whose names hold what was typed."""
        try:
            async with asyncio.timeout(FILES_SECONDS):
                index = await self._worker.asker.index()
            names = [info.file for info in index.files]
        except Exception as error:  # noqa: BLE001  an empty picker, whatever keeps the index from being read
            log.warning("the picker shows no files: %s", error)
            names = []
        await ack(options=modal.options(names, str(body.get("value") or "")))

    async def verdict(self, ack: Any, body: dict[str, Any], action: dict[str, Any]) -> None:
        """A reader likes the answer, or does not; the last verdict counts."""
        worker = self._worker
        name = str(action.get("value") or "")
        kept = (await worker.table(worker.store.answers, [name])).get(name)
        user = str((body.get("user") or {}).get("id") or "")
        verdict: Verdict = "up" if action.get("action_id") == UP else "down"
        if kept is not None:
            await asyncio.to_thread(self._feedback.save, kept, verdict, surface="slack", reader=user)
        await ack()
        url = str(body.get("response_url") or "")
        if url:
            said = say("thanks", kept.language) if kept else say("gone", "en")
            worker.spawn(worker.client.respond(url, response(plain(said))))

    async def share(self, ack: Any, body: dict[str, Any], action: dict[str, Any]) -> None:
        """The person wants everybody to see a private answer."""
        worker = self._worker
        user, container = body.get("user") or {}, body.get("container") or {}
        channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
        message, name = str(container.get("message_ts") or ""), str(action.get("value") or "")
        job = Job(
            key=f"share:{name}:{channel}:{message}",
            kind="share",
            channel=channel,
            user=str(user.get("id") or ""),
            name=str(user.get("name") or user.get("username") or ""),
            team=team_of(body),
            response_url=str(body.get("response_url") or ""),
            message=message,
            answer=name,
        )
        await worker.offer(job.key, job)
        await ack()

    async def nothing(self, ack: Any) -> None:
        """A press that means nothing to us, such as a link's."""
        await ack()


def _place(event: dict[str, Any]) -> tuple[str, str]:
    """Channel and thread of a message, empty where there is none."""
    channel = event.get("channel")
    return (channel if isinstance(channel, str) else ""), str(event.get("thread_ts") or "")
