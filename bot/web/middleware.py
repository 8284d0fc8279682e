"""ASGI layers around the whole application: body limits, bearer token and security headers."""

from __future__ import annotations

import hmac
import re
import secrets
from contextlib import suppress
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.problems import problem_response

API_BODY = 1_000_000
"""Most bytes of a request to the API or of a form: an hour of conversation fits many times."""
PAGE_BODY = 6_000_000
"""Most bytes of a request of the chat page, which carries the browser's stored conversations."""
UPLOAD_ENVELOPE = 100_000
"""Bytes that multipart framing may add to the files of one upload."""


class BodyTooLarge(Exception):
    """The body went past its limit while it was read."""


class BodyLimit:
    """Refuse large bodies before anything reads them, whether or not they announce their length."""

    def __init__(self, app: ASGIApp, *, upload_bytes: int) -> None:
        self.app = app
        self.upload_bytes = upload_bytes
        """Most bytes of one uploaded file."""

    def limit(self, path: str) -> int:
        """Most bytes a request to this path may carry."""
        if path.startswith("/gradio_api/upload"):
            return self.upload_bytes + UPLOAD_ENVELOPE
        if path.startswith("/gradio_api/queue/"):
            return PAGE_BODY
        return API_BODY

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on unless its body is too large."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.limit(scope["path"])
        refusal = problem_response(
            scope["path"], 413, f"The request is larger than {limit:,} bytes; send less.", {"Connection": "close"}
        )
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > limit:
            await refusal(scope, receive, send)
            return
        seen = 0
        over = started = False

        async def counted() -> Message:
            nonlocal seen, over
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                over = seen > limit
                if over:
                    raise BodyTooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            if over and not started:
                return  # what the framework makes of the exception; the refusal below is clearer
            started = started or message["type"] == "http.response.start"
            await send(message)

        with suppress(BodyTooLarge):
            await self.app(scope, counted, noted)
        if over and not started:
            await refusal(scope, receive, send)


class BearerToken:
    """Ask for the configured token on the programmatic paths; the pages for people stay open."""

    GUARDED = ("/api/", "/v1/", "/gradio_api/mcp", "/gradio_api/call/")
    """Beginnings of the paths that programs use."""

    def __init__(self, app: ASGIApp, *, token: str) -> None:
        self.app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on unless a token is missing."""
        guarded = scope["type"] == "http" and scope["path"].startswith(self.GUARDED)
        if guarded:
            given = dict(scope["headers"]).get(b"authorization", b"")
            if not hmac.compare_digest(given, self._expected):
                response = problem_response(
                    scope["path"],
                    401,
                    "This server asks for a token; send it as `Authorization: Bearer TOKEN`.",
                    {"WWW-Authenticate": "Bearer"},
                )
                await response(scope, receive, send)
                return
        await self.app(scope, receive, send)


_SCRIPT = re.compile(rb"<script(?=[\s>])")


class SecurityHeaders:
    """Set the security headers, with a content security policy whose nonce is written into HTML pages.

    Every script must come from this server or carry the page's nonce, so markup that slipped through every other
    layer could still not run. Inline styles stay allowed: Gradio's components set them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    @staticmethod
    def policy(nonce: str) -> str:
        """Build the content security policy of a page."""
        return "; ".join((
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ))  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and set the headers of its response."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        if b"text/html" in dict(scope["headers"]).get(b"accept", b""):
            # A compressed page could not be given its nonce.
            plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            scope = {**scope, "headers": plain}
        held: Message | None = None
        body = bytearray()

        async def headed(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                self._set(headers, nonce)
                if headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers:
                    held = message
                    return
            elif message["type"] == "http.response.body" and held is not None:
                body.extend(message.get("body", b""))
                if message.get("more_body", False):
                    return
                page = self._with_nonce(bytes(body), nonce, str(scope["path"]))
                start, held = held, None
                MutableHeaders(scope=start)["content-length"] = str(len(page))
                await send(start)
                await send({"type": "http.response.body", "body": page})
                return
            await send(message)

        await self.app(scope, receive, headed)

    def _set(self, headers: MutableHeaders, nonce: str) -> None:
        fixed: dict[str, Any] = {
            "Content-Security-Policy": self.policy(nonce),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "SAMEORIGIN",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        for name, value in fixed.items():
            headers[name] = value

    @staticmethod
    def _with_nonce(page: bytes, nonce: str, path: str) -> bytes:
        # Our own templates carry the nonce already; only pages of libraries (Gradio, API docs) are rewritten.
        if path.startswith("/sources"):
            return page
        return _SCRIPT.sub(b'<script nonce="' + nonce.encode() + b'"', page)
