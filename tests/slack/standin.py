"""A stand-in for Slack on loopback: its Web API, response URLs and webhooks, and the side that sends signed requests.

It checks what Slack checks: the token, the arguments of each method, Block Kit, the three-second clock, and how often a
response URL is used. What is wrong is refused as Slack would, and written down in `complaints`.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import itertools
import json
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.slack.blockkit import complaints as wrong_with

BOT_TOKEN = "xoxb-1-test"
APP_TOKEN = "xapp-1-test"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TEAM, BOT_USER, BOT_ID, APP_ID = "T1TEAM", "UBOT", "BBOT", "A1APP"

_MESSAGE = {"text": str, "blocks": list, "metadata": dict}
METHODS: dict[str, tuple[dict[str, type], dict[str, type]]] = {
    "auth.test": ({}, {}),
    "chat.postMessage": (
        {"channel": str},
        _MESSAGE
        | {"thread_ts": str, "unfurl_links": bool, "unfurl_media": bool, "parse": str, "mrkdwn": bool}
        | {"link_names": bool, "reply_broadcast": bool},
    ),
    "chat.update": ({"channel": str, "ts": str}, _MESSAGE | {"parse": str, "link_names": bool}),
    "chat.delete": ({"channel": str, "ts": str}, {}),
    "chat.postEphemeral": (
        {"channel": str, "user": str}, _MESSAGE | {"thread_ts": str, "parse": str, "link_names": bool},
    ),
    "conversations.replies": (
        {"channel": str, "ts": str}, {"limit": int, "latest": str, "inclusive": bool, "include_all_metadata": bool},
    ),
    "conversations.history": (
        {"channel": str}, {"limit": int, "latest": str, "oldest": str, "inclusive": bool, "include_all_metadata": bool},
    ),
    "views.open": ({"trigger_id": str, "view": dict}, {}),
    "assistant.threads.setStatus": ({"channel_id": str, "thread_ts": str, "status": str}, {"loading_messages": list}),
    "assistant.threads.setTitle": ({"channel_id": str, "thread_ts": str, "title": str}, {}),
    "assistant.threads.setSuggestedPrompts": ({"channel_id": str, "thread_ts": str, "prompts": list}, {"title": str}),
    "apps.connections.open": ({}, {}),
}  # fmt: skip
"""Required and optional arguments of each method, as Slack documents them."""


@dataclass
class Call:
    """One call of the Web API, or one use of a response URL or webhook."""

    method: str
    args: dict[str, Any]
    at: float
    result: dict[str, Any]


@dataclass
class Delivery:
    """One request of ours to the app."""

    status: int
    body: str
    seconds: float
    retry: int = 0


@dataclass
class Fault:
    """What a method answers instead of doing its work, so many times."""

    error: str = ""
    retry_after: int | None = None
    status: int = 200
    times: int = 1
    more: dict[str, Any] = field(default_factory=dict)
    channel: str = ""
    after: bool = False
    """Do the work first and then fail: the answer is lost on its way."""
    skip: int = 0
    """Calls that pass before it begins."""


class Slack:
    """One workspace. Start it, point the app at `api`, send events with `post_event` and the like."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.complaints: list[str] = []
        self.messages: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.ephemeral: list[dict[str, Any]] = []
        self.archived: set[str] = set()
        self.unknown: set[str] = set()
        self.not_in: set[str] = set()
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.per_second: int | None = None
        self.slow: float = 0.0
        self.token = BOT_TOKEN
        self.responses: dict[str, dict[str, Any]] = {}
        self.sockets: list[web.WebSocketResponse] = []
        self.socket_acks: list[dict[str, Any]] = []
        self.hook_answers: list[tuple[int, str, dict[str, str]]] = []
        self._recent: dict[str, list[float]] = defaultdict(list)
        self._ts = itertools.count(1)
        self._ids = itertools.count(1)
        self._started = threading.Event()
        self._lock = threading.Lock()
        self.port = 0

    # Running

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run, name="slack-standin", daemon=True)
        self._thread.start()
        assert self._started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        app = web.Application(client_max_size=4_000_000)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/response/{id}", self._respond)
        app.router.add_post("/hook/{path:.*}", self._hook)
        app.router.add_get("/link", self._link)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as self._session:
            self._started.set()
            await self._stop.wait()
            for socket in self.sockets:
                await socket.close()
        await runner.cleanup()

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    def ts(self) -> str:
        return f"{int(time.time())}.{next(self._ts):06d}"

    # Web API

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        args = await _arguments(request)
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ") or args.pop("token", "")
        if self.slow:
            await asyncio.sleep(self.slow)
        result, status, headers = self._answer(method, args, bearer)
        self.calls.append(Call(method, args, time.monotonic(), result))
        return web.json_response(result, status=status, headers=headers)

    def _answer(self, method: str, args: dict[str, Any], token: str) -> tuple[dict[str, Any], int, dict[str, str]]:
        fault = next((f for f in self.faults[method] if not f.channel or f.channel == args.get("channel")), None)
        if fault and fault.skip:
            fault.skip -= 1
            fault = None
        if fault and not fault.after:
            self._spend(method, fault)
            if fault.retry_after is not None:
                return {"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(fault.retry_after)}
            return {"ok": False, "error": fault.error} | fault.more, fault.status, {}
        if method not in METHODS:
            return self._refuse("unknown_method", f"{method} is no method")
        expected = APP_TOKEN if method == "apps.connections.open" else self.token
        if token != expected:
            return {"ok": False, "error": "invalid_auth"}, 200, {}
        if complaint := _arguments_wrong(method, args):
            return self._refuse("invalid_arguments", f"{method}: {complaint}")
        if self._too_fast(method, args):
            return {"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "1"}
        error = self._conversation_error(args)
        if error and method.startswith(("chat.", "conversations.")):
            return {"ok": False, "error": error}, 200, {}
        result = getattr(self, "_" + method.replace(".", "_"))(args)
        if fault:
            self._spend(method, fault)
            return {}, 503, {}
        return result if isinstance(result, tuple) else ({"ok": True} | result, 200, {})

    def _spend(self, method: str, fault: Fault) -> None:
        fault.times -= 1
        if fault.times <= 0:
            self.faults[method].remove(fault)

    def _refuse(self, error: str, complaint: str) -> tuple[dict[str, Any], int, dict[str, str]]:
        self.complaints.append(complaint)
        return {"ok": False, "error": error}, 200, {}

    def _conversation_error(self, args: dict[str, Any]) -> str:
        channel = args.get("channel", "")
        if channel in self.unknown:
            return "channel_not_found"
        if channel in self.archived:
            return "is_archived"
        return "not_in_channel" if channel in self.not_in else ""

    def _too_fast(self, method: str, args: dict[str, Any]) -> bool:
        if self.per_second is None or method not in {"chat.postMessage", "chat.update"}:
            return False
        now = time.monotonic()
        recent = self._recent[args["channel"]]
        recent[:] = [at for at in recent if now - at < 1]
        if len(recent) >= self.per_second:
            return True
        recent.append(now)
        return False

    def _check(self, args: dict[str, Any], limit: int) -> Any:
        found = wrong_with(args.get("text"), args.get("blocks"), text_limit=limit)
        if found:
            self.complaints += found
            return {"ok": False, "error": "invalid_blocks"}, 200, {}
        return None

    def _auth_test(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"url": "https://test.slack.example/", "team": "Testers", "user": "pinpoint", "team_id": TEAM,
                "user_id": BOT_USER, "bot_id": BOT_ID}  # fmt: skip

    def _chat_postMessage(self, args: dict[str, Any]) -> Any:  # noqa: N802
        if refused := self._check(args, 40_000):
            return refused
        if args.get("unfurl_links") is not False or args.get("unfurl_media") is not False:
            self.complaints.append("unfurl is on")
        channel = "D" + args["channel"] if args["channel"].startswith("U") else args["channel"]
        message = {
            "type": "message", "user": BOT_USER, "bot_id": BOT_ID, "text": args["text"], "ts": self.ts(),
            "blocks": args.get("blocks", []),
        }  # fmt: skip
        for key in ("thread_ts", "metadata"):
            if key in args:
                message[key] = args[key]
        self.messages[channel].append(message)
        return {"channel": channel, "ts": message["ts"], "message": message}

    def _find(self, channel: str, ts: str) -> dict[str, Any] | None:
        return next((m for m in self.messages[channel] if m["ts"] == ts), None)

    def _chat_update(self, args: dict[str, Any]) -> Any:
        if refused := self._check(args, 4_000):
            return refused
        if args.get("parse") != "none":
            self.complaints.append("chat.update without parse=none links names")
        message = self._find(args["channel"], args["ts"])
        if message is None:
            return {"ok": False, "error": "message_not_found"}, 200, {}
        if message.get("bot_id") != BOT_ID:
            return {"ok": False, "error": "cant_update_message"}, 200, {}
        message.update(text=args["text"], blocks=args.get("blocks", []), updates=message.get("updates", 0) + 1)
        if "metadata" in args:
            message["metadata"] = args["metadata"]
        return {"channel": args["channel"], "ts": args["ts"], "text": args["text"]}

    def _chat_delete(self, args: dict[str, Any]) -> Any:
        message = self._find(args["channel"], args["ts"])
        if message is None:
            return {"ok": False, "error": "message_not_found"}, 200, {}
        self.messages[args["channel"]].remove(message)
        return {"channel": args["channel"], "ts": args["ts"]}

    def _chat_postEphemeral(self, args: dict[str, Any]) -> Any:  # noqa: N802
        if refused := self._check(args, 40_000):
            return refused
        self.ephemeral.append(args)
        return {"message_ts": self.ts()}

    def _conversations_replies(self, args: dict[str, Any]) -> dict[str, Any]:
        found = [m for m in self.messages[args["channel"]] if args["ts"] in {m["ts"], m.get("thread_ts")}]
        return {"messages": _page(found, args), "has_more": False}

    def _conversations_history(self, args: dict[str, Any]) -> dict[str, Any]:
        found = [m for m in self.messages[args["channel"]] if m.get("thread_ts") in {None, m["ts"]}]
        return {"messages": list(reversed(_page(found, args))), "has_more": False}

    def _views_open(self, args: dict[str, Any]) -> Any:
        view = args["view"]
        if (
            len(view["title"]["text"]) > 24
            or len(view.get("private_metadata", "")) > 3_000
            or len(view["blocks"]) > 100
        ):
            self.complaints.append("views.open: too long")
        return {"view": view | {"id": "V1"}}

    def _assistant_threads_setStatus(self, _: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {}

    _assistant_threads_setTitle = _assistant_threads_setStatus  # noqa: N815

    def _assistant_threads_setSuggestedPrompts(self, args: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if not 1 <= len(args["prompts"]) <= 4 or any(p.keys() != {"title", "message"} for p in args["prompts"]):
            self.complaints.append("prompts")
        return {}

    def _apps_connections_open(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"url": f"ws://127.0.0.1:{self.port}/link"}

    # Response URLs and webhooks

    def response_url(self, *, ephemeral: bool = True) -> str:
        key = f"r{next(self._ids)}"
        self.responses[key] = {"uses": 0, "posts": [], "ephemeral": ephemeral}
        return f"http://127.0.0.1:{self.port}/response/{key}"

    def responses_at(self, url: str) -> list[dict[str, Any]]:
        return list(self.responses[url.rsplit("/", 1)[-1]]["posts"])

    async def _respond(self, request: web.Request) -> web.Response:
        state = self.responses.get(request.match_info["id"])
        body = await request.json()
        fault = next(iter(self.faults["response"]), None)
        if fault:
            self._spend("response", fault)
            self.calls.append(Call("response", body, time.monotonic(), {"error": fault.error}))
            headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
            return web.Response(
                status=429 if fault.retry_after is not None else fault.status, text=fault.error, headers=headers
            )
        if state is None or state["uses"] >= 5:
            self.complaints.append("response_url used more than five times")
            return web.Response(status=404, text="used_url")
        state["uses"] += 1
        if not body.get("delete_original"):
            found = wrong_with(body.get("text"), body.get("blocks"))
            if found:
                self.complaints += found
                return web.Response(status=400, text="invalid_blocks")
        state["posts"].append(body)
        self.calls.append(Call("response", body, time.monotonic(), {"ok": True}))
        return web.json_response({"ok": True})

    async def _hook(self, request: web.Request) -> web.Response:
        body = await request.json()
        found = wrong_with(body.get("text"), body.get("blocks"))
        if body.get("unfurl_links") is not False or body.get("unfurl_media") is not False:
            found.append("unfurl is on")
        self.complaints += found
        status, text, headers = self.hook_answers.pop(0) if self.hook_answers else (200, "ok", {})
        self.calls.append(Call("hook", body, time.monotonic(), {"status": status}))
        return web.Response(status=400 if found else status, text="invalid_blocks" if found else text, headers=headers)

    # Socket Mode

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": APP_ID}})
        async for message in socket:
            if message.type == aiohttp.WSMsgType.TEXT and message.data.startswith("{"):
                self.socket_acks.append(json.loads(message.data))
        return socket

    def send_socket(self, kind: str, payload: dict[str, Any]) -> str:
        envelope = f"env-{next(self._ids)}"
        body = {
            "envelope_id": envelope,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        self.wait(lambda: bool(self.sockets))  # the client may know of the connection before the handler here does
        asyncio.run_coroutine_threadsafe(self.sockets[-1].send_json(body), self._loop).result(5)
        return envelope

    # What people do

    def said(
        self, channel: str, text: str, *, user: str = "U1ASKER", thread_ts: str | None = None, **more: Any
    ) -> dict[str, Any]:
        """A person posts a message; returns the message, still to be delivered."""
        message = {"type": "message", "user": user, "text": text, "ts": self.ts(), "team": TEAM} | more
        if thread_ts:
            message["thread_ts"] = thread_ts
        self.messages[channel].append(message)
        return message

    def event(self, event: dict[str, Any], *, event_id: str = "", **more: Any) -> dict[str, Any]:
        """The envelope of an event."""
        return {
            "token": "legacy", "team_id": TEAM, "api_app_id": APP_ID, "type": "event_callback", "event": event,
            "event_id": event_id or f"Ev{next(self._ids):08d}", "event_time": int(time.time()),
            "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True,
                                "is_enterprise_install": False}],
        } | more  # fmt: skip

    def mention(self, channel: str, text: str, **more: Any) -> dict[str, Any]:
        message = self.said(channel, f"<@{BOT_USER}> {text}", **more)
        return self.event(message | {"type": "app_mention", "channel": channel})

    def message(self, channel: str, text: str, *, channel_type: str = "channel", **more: Any) -> dict[str, Any]:
        message = self.said(channel, text, **more)
        return self.event(message | {"channel": channel, "channel_type": channel_type})

    def command(self, text: str, **more: Any) -> dict[str, Any]:
        return {
            "token": "legacy", "team_id": TEAM, "team_domain": "test", "channel_id": "C1", "channel_name": "general",
            "user_id": "U1ASKER", "user_name": "ann", "command": "/ask", "text": text, "api_app_id": APP_ID,
            "response_url": self.response_url(), "trigger_id": f"trigger-{next(self._ids)}",
        } | more  # fmt: skip

    def pressed(self, action_id: str, value: str, **more: Any) -> dict[str, Any]:
        return {
            "type": "block_actions", "team": {"id": TEAM, "domain": "test"},
            "user": {"id": "U1ASKER", "username": "ann", "name": "ann", "team_id": TEAM},
            "api_app_id": APP_ID, "token": "legacy", "trigger_id": "trig",
            "container": {"type": "message", "message_ts": "1.1", "channel_id": "C1", "is_ephemeral": False},
            "channel": {"id": "C1", "name": "general"}, "response_url": self.response_url(),
            "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value,
                         "action_ts": "1.1", "text": {"type": "plain_text", "text": "x"}}],
        } | more  # fmt: skip

    # Signed requests

    def deliver(self, url: str, body: dict[str, Any] | str, **how: Any) -> Delivery:
        """Send one signed request, as Slack does: JSON for events, a form for commands and `payload`s."""
        return asyncio.run_coroutine_threadsafe(self.adeliver(url, body, **how), self._loop).result(60)

    def deliver_all(
        self, url: str, bodies: list[dict[str, Any]], *, retries: tuple[float, ...] = ()
    ) -> list[list[Delivery]]:
        """Send many at once; each is sent again, with the same event id, where it fails or takes over three seconds."""

        async def every() -> list[list[Delivery]]:
            return await asyncio.gather(*(self._until_taken(url, body, retries) for body in bodies))

        return asyncio.run_coroutine_threadsafe(every(), self._loop).result(120)

    async def _until_taken(self, url: str, body: dict[str, Any], retries: tuple[float, ...]) -> list[Delivery]:
        tries = [await self.adeliver(url, body)]
        for number, pause in enumerate(retries, start=1):
            if 200 <= tries[-1].status < 300 and tries[-1].seconds < 3:
                break
            await asyncio.sleep(pause)
            tries.append(await self.adeliver(url, body, retry=number))
        return tries

    async def adeliver(
        self,
        url: str,
        body: dict[str, Any] | str,
        *,
        secret: str = SECRET,
        timestamp: str | None = None,
        signature: str | None = None,
        retry: int = 0,
        headers: dict[str, str | None] | None = None,
    ) -> Delivery:
        raw, kind = encode(body)
        timestamp = str(int(time.time())) if timestamp is None else timestamp
        sent = {
            "Content-Type": kind, "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(secret, timestamp, raw) if signature is None else signature,
        }  # fmt: skip
        if retry:
            sent |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
        for name, value in (headers or {}).items():
            if value is None:
                sent.pop(name, None)
            else:
                sent[name] = value
        begun = time.monotonic()
        try:
            async with self._session.post(
                url, data=io.BytesIO(raw.encode()), headers=sent, timeout=aiohttp.ClientTimeout(total=10)
            ) as response:
                text = await response.text()
                return Delivery(response.status, text, time.monotonic() - begun, retry)
        except (aiohttp.ClientError, TimeoutError) as error:
            return Delivery(0, type(error).__name__, time.monotonic() - begun, retry)

    # What came of it

    def wait(self, true: Any, seconds: float = 10.0) -> None:
        """Wait until something holds."""
        until = time.monotonic() + seconds
        while not true():
            if time.monotonic() > until:
                raise AssertionError(f"not within {seconds} s; {len(self.calls)} calls, {self.complaints[:3]}")
            time.sleep(0.02)

    def from_bot(self, channel: str) -> list[dict[str, Any]]:
        return [m for m in self.messages[channel] if m.get("bot_id") == BOT_ID]

    def count(self, method: str) -> int:
        return sum(call.method == method for call in self.calls)


def sign(secret: str, timestamp: str, body: str) -> str:
    base = f"v0:{timestamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def encode(body: dict[str, Any] | str) -> tuple[str, str]:
    """How Slack writes a request: events as JSON, commands and interactions as a form."""
    form = "application/x-www-form-urlencoded"
    if isinstance(body, str):
        return body, "application/json"
    if "command" in body:
        return urlencode(body), form
    if body.get("type") in {"block_actions", "view_submission", "block_suggestion"}:
        return urlencode({"payload": json.dumps(body)}), form
    return json.dumps(body, ensure_ascii=False), "application/json"


async def _arguments(request: web.Request) -> dict[str, Any]:
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        args |= await request.json()
    elif request.can_read_body:
        args |= dict(await request.post())
    return args


def _arguments_wrong(method: str, args: dict[str, Any]) -> str:
    required, optional = METHODS[method]
    if missing := required.keys() - args.keys():
        return f"missing {sorted(missing)}"
    if unknown := args.keys() - required.keys() - optional.keys():
        return f"unknown {sorted(unknown)}"
    for name, value in args.items():
        wanted = (required | optional)[name]
        given = value
        if isinstance(value, str) and wanted in {list, dict}:
            given = json.loads(value)
            args[name] = given
        if isinstance(value, str) and wanted in {int, bool}:
            continue
        if not isinstance(given, wanted):
            return f"{name} is no {wanted.__name__}"
    return ""


def _page(messages: list[dict[str, Any]], args: dict[str, Any]) -> list[dict[str, Any]]:
    found = [m for m in messages if "latest" not in args or float(m["ts"]) <= float(args["latest"])]
    if "oldest" in args:
        found = [m for m in found if float(m["ts"]) >= float(args["oldest"])]
    kept = [{k: v for k, v in m.items() if k != "metadata" or args.get("include_all_metadata")} for m in found]
    return kept[-int(args.get("limit", 100)) :]
