"""Calls to Slack: bounded waiting when it asks for a pause, one kind of error, no token in any message."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.errors import SlackError
from bot.slack.render import Post
from bot.slack.trouble import Trouble, as_trouble, wait_seconds

if TYPE_CHECKING:
    import aiohttp
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.settings import Settings

TIMEOUT = 20
"""Seconds a call may take."""
LONGEST_WAIT = 10.0
"""Most seconds of one `Retry-After` that are waited for within a call; for more the whole job is put off."""
WAITS = 2
"""Times one call is repeated after a pause."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot token is."""

    user: str
    """User id of the app in the workspace."""
    name: str
    """Its name."""
    team: str
    """Id of the workspace."""
    team_name: str
    """Name of the workspace."""
    enterprise: bool
    """Whether the app is installed for a whole organisation."""

    def __str__(self) -> str:
        return f"{self.name!r} in the workspace {self.team_name!r} ({self.team})"


class Client:
    """The methods of the Web API that the app uses. Every method raises `Trouble` when Slack does not do it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._held: dict[str, float] = {}
        self._web: AsyncWebClient | None = None
        self._session: aiohttp.ClientSession | None = None

    @property
    def web(self) -> AsyncWebClient:
        """The client of slack_sdk, made in the running loop."""
        if self._web is None:
            import aiohttp
            from slack_sdk.web.async_client import AsyncWebClient

            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT))
            token = self._settings.slack_bot_token
            self._web = AsyncWebClient(
                token=token.get_secret_value() if token else None,
                base_url=self._settings.slack_api_url,
                timeout=TIMEOUT,
                session=self._session,
                retry_handlers=retry_handlers(),
            )
        return self._web

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
        self._web = self._session = None

    async def call(self, method: str, room: str, run: Callable[[], Awaitable[Any]]) -> Any:
        """Run one call, after the pause that Slack asked for in the same room of the same method."""
        key = f"{method} {room}"
        pause = self._held.get(key, 0.0) - time.monotonic()
        if pause > LONGEST_WAIT:
            raise Trouble(method, "ratelimited", pause=pause)
        if pause > 0:
            await asyncio.sleep(pause)
        try:
            return await run()
        except Exception as error:
            trouble = as_trouble(method, error) if _from_slack(error) else None
            if trouble is None:
                raise
            if trouble.code == "ratelimited":
                self._held[key] = time.monotonic() + trouble.pause
                if len(self._held) > 1_000:
                    self._held = {k: at for k, at in self._held.items() if at > time.monotonic()}
            raise trouble from None

    async def identity(self) -> Identity:
        """Ask who the token is."""
        data = await self.call("auth.test", "", self.web.auth_test)
        return _identity(data)

    async def post(self, channel: str, post: Post, *, thread: str = "", metadata: dict[str, Any] | None = None) -> str:
        """Post a message; returns its time stamp. Slack makes no previews of its links and reads no names into it."""
        more: dict[str, Any] = {"thread_ts": thread} if thread else {}
        if metadata:
            more["metadata"] = metadata

        async def run(blocks: list[dict[str, Any]] | None) -> Any:
            return await self.web.chat_postMessage(
                channel=channel, text=post.text, blocks=blocks, unfurl_links=False, unfurl_media=False, parse="none",
                mrkdwn=False, **more,
            )  # fmt: skip

        data = await self._with_blocks("chat.postMessage", channel, post, run)
        return str(data["ts"])

    async def update(self, channel: str, ts: str, post: Post, *, metadata: dict[str, Any] | None = None) -> None:
        """Change a message of ours."""
        more: dict[str, Any] = {"metadata": metadata} if metadata else {}

        async def run(blocks: list[dict[str, Any]] | None) -> Any:
            return await self.web.chat_update(
                channel=channel, ts=ts, text=post.text, blocks=blocks, parse="none", link_names=False, **more
            )

        await self._with_blocks("chat.update", channel, post, run)

    async def _with_blocks(
        self, method: str, channel: str, post: Post, run: Callable[[list[dict[str, Any]] | None], Awaitable[Any]]
    ) -> Any:
        """Send the blocks; should Slack refuse them after all, the words alone still reach the reader."""
        try:
            return await self.call(method, channel, lambda: run(list(post.blocks)))
        except Trouble as trouble:
            if trouble.sort != "content":
                raise
        return await self.call(method, channel, lambda: run(None))

    async def delete(self, channel: str, ts: str) -> None:
        """Delete a message of ours; one that is gone already is no trouble."""
        try:
            await self.call("chat.delete", channel, lambda: self.web.chat_delete(channel=channel, ts=ts))
        except Trouble as trouble:
            if trouble.sort != "message":
                raise

    async def thread(self, channel: str, thread: str, *, latest: str = "", limit: int = 200) -> list[dict[str, Any]]:
        """Messages of a thread, oldest first, up to a time stamp."""
        more: dict[str, Any] = {"latest": latest, "inclusive": True} if latest else {}
        data = await self.call(
            "conversations.replies",
            channel,
            lambda: self.web.conversations_replies(
                channel=channel, ts=thread, limit=limit, include_all_metadata=True, **more
            ),
        )
        return [item for item in data.get("messages") or () if isinstance(item, dict)]

    async def recent(
        self, channel: str, *, latest: str = "", oldest: str = "", limit: int = 20
    ) -> list[dict[str, Any]]:
        """Latest messages of a conversation outside threads, oldest first."""
        more: dict[str, Any] = {"latest": latest, "inclusive": True} if latest else {}
        if oldest:
            more["oldest"] = oldest
        data = await self.call(
            "conversations.history",
            channel,
            lambda: self.web.conversations_history(channel=channel, limit=limit, include_all_metadata=True, **more),
        )
        found = [item for item in data.get("messages") or () if isinstance(item, dict)]
        return sorted(found, key=lambda item: float(item.get("ts") or 0))

    async def status(self, channel: str, thread: str, status: str) -> None:
        """Show in the assistant's pane what is going on; it goes away with the answer."""
        await self.call(
            "assistant.threads.setStatus",
            channel,
            lambda: self.web.assistant_threads_setStatus(channel_id=channel, thread_ts=thread, status=status),
        )

    async def title(self, channel: str, thread: str, title: str) -> None:
        """Name a thread of the assistant's pane."""
        await self.call(
            "assistant.threads.setTitle",
            channel,
            lambda: self.web.assistant_threads_setTitle(channel_id=channel, thread_ts=thread, title=title),
        )

    async def prompts(self, channel: str, thread: str, prompts: list[dict[str, str]]) -> None:
        """Suggest questions in the assistant's pane."""
        await self.call(
            "assistant.threads.setSuggestedPrompts",
            channel,
            lambda: self.web.assistant_threads_setSuggestedPrompts(
                channel_id=channel, thread_ts=thread, prompts=prompts
            ),
        )

    async def open_view(self, trigger: str, view: dict[str, Any]) -> None:
        """Open a dialog for the person who pulled the trigger, at most three seconds ago."""
        await self.call("views.open", "", lambda: self.web.views_open(trigger_id=trigger, view=view))

    async def respond(self, url: str, message: dict[str, Any]) -> None:
        """Use a response URL; Slack takes five uses in thirty minutes."""
        from slack_sdk.webhook.async_client import AsyncWebhookClient

        _ = self.web
        hook = AsyncWebhookClient(url, timeout=TIMEOUT, session=self._session, retry_handlers=retry_handlers())

        async def run() -> Any:
            response = await hook.send_dict(message)
            if response.status_code == 429:
                raise Trouble("response_url", "ratelimited", pause=wait_seconds(response.headers))
            if response.status_code >= 500:
                raise Trouble("response_url", "service_unavailable")
            if response.status_code != 200:
                raise Trouble("response_url", str(response.body).strip()[:60] or f"status_{response.status_code}")
            return response

        await self.call("response_url", url, run)


def _from_slack(error: Exception) -> bool:
    """Whether an error tells of Slack or the way there, and not of a mistake of ours."""
    import aiohttp
    from slack_sdk.errors import SlackClientError

    return isinstance(error, SlackClientError | aiohttp.ClientError | TimeoutError | asyncio.TimeoutError | OSError)


def retry_handlers() -> list[Any]:
    """What slack_sdk repeats by itself: a call that Slack wants later, after a short pause.

    Not a lost connection, as is its custom: Slack may have taken the message, and would take it twice.
    """
    from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler

    class Bounded(AsyncRateLimitErrorRetryHandler):
        """Waits as long as Slack asks for, within reason."""

        async def _can_retry_async(self, **given: Any) -> bool:
            response = given.get("response")
            if response is None or response.status_code != 429:
                return False
            return wait_seconds(response.headers) <= LONGEST_WAIT

        async def prepare_for_next_attempt_async(self, **given: Any) -> None:
            given["state"].next_attempt_requested = True
            await asyncio.sleep(wait_seconds(given["response"].headers))
            given["state"].increment_current_attempt()

    return [Bounded(max_retry_count=WAITS)]


def _identity(data: Any) -> Identity:
    return Identity(
        user=str(data.get("user_id") or ""),
        name=str(data.get("user") or ""),
        team=str(data.get("team_id") or ""),
        team_name=str(data.get("team") or ""),
        enterprise=bool(data.get("is_enterprise_install")),
    )


def identify(settings: Settings) -> str:
    """Ask Slack whom the bot token belongs to.

    Returns:
        Name and workspace, for people.

    Raises:
        SlackError: in one sentence, without the token.
    """
    if settings.slack_bot_token is None:
        raise SlackError("SLACK_BOT_TOKEN is not set; docs/slack.md tells where to find it")

    async def ask() -> Identity:
        client = Client(settings)
        try:
            return await client.identity()
        finally:
            await client.close()

    try:
        return str(asyncio.run(ask()))
    except Trouble as trouble:
        raise SlackError(f"auth.test failed: {trouble.reason}") from None
