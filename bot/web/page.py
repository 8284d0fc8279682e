"""The last touch to the page that Gradio serves: our style and script, the reader's language, no other hosts."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.book import BOOK_CHARS, CONVERSATIONS
from bot.web.words import pick_language, words

_STATIC = Path(__file__).parent / "static"
_ELSEWHERE = re.compile(rb"<meta[^>]*(?:og:|twitter:)[^>]*/?>", re.DOTALL)
_CLIENT_WORDS = (
    "chat.copied", "chat.copy", "chat.label", "chat.menu", "chat.question", "chat.sure_", "label.", "panel.",
    "language.", "answer.", "sources.",
)  # fmt: skip


@cache
def _version(name: str) -> str:
    """A tag that changes with the file, so that browsers may keep it."""
    import hashlib

    return hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]


def head(language: str, *, translates: bool = False) -> bytes:
    """Build what goes into the page's head.

    Args:
        language: The interface's language.
        translates: Whether a model is configured that can translate quotes.
    """
    t = {key: text for key, text in words(language).items() if key.startswith(_CLIENT_WORDS)}
    shared = {
        "language": language,
        "words": t,
        "translates": translates,
        "conversations": CONVERSATIONS,
        "characters": BOOK_CHARS,
    }
    data = json.dumps(shared, ensure_ascii=True).replace("<", "\\u003c")
    scripts = "".join(f'<script src="/ui/{name}?v={_version(name)}" defer></script>' for name in ("book.js", "chat.js"))
    links = "".join(
        f'<link rel="stylesheet" href="/ui/{name}?v={_version(name)}">' for name in ("tokens.css", "chat.css")
    )
    return (
        f'{links}<link rel="icon" href="/ui/icon.svg" type="image/svg+xml">'
        f'<script type="application/json" id="pp-data">{data}</script>'
        f"{scripts}"
    ).encode()


def dress(page: bytes, language: str, *, translates: bool = False) -> bytes:
    """Put the head into Gradio's page, say its language, and take out what names other hosts."""
    page = _ELSEWHERE.sub(b"", page)
    page = page.replace(b'lang="en"', f'lang="{language}" data-theme="page"'.encode(), 1)
    # Before Gradio's own module, which runs in the order of the document as ours does.
    return page.replace(b'<script type="module"', head(language, translates=translates) + b'<script type="module"', 1)


class DressedPage:
    """Middleware that dresses the chat page, and only it."""

    def __init__(self, app: ASGIApp, *, translates: bool = False) -> None:
        self.app = app
        self.translates = translates
        """Whether the source panel may ask for translations."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and dress the page at `/`."""
        if scope["type"] != "http" or scope["path"] not in {"", "/"}:
            await self.app(scope, receive, send)
            return
        language = pick_language(Headers(scope=scope).get("accept-language", ""))
        start: Message | None = None
        body = bytearray()

        async def dressed(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                html = MutableHeaders(scope=message).get("content-type", "").startswith("text/html")
                if html:
                    start = message
                    return
            elif start is not None:
                body.extend(message.get("body", b""))
                if message.get("more_body", False):
                    return
                page = dress(bytes(body), language, translates=self.translates)
                headers = MutableHeaders(scope=start)
                headers["content-length"] = str(len(page))
                headers["cache-control"] = "no-cache"
                headers["vary"] = "Accept-Language"
                await send(start)
                await send({"type": "http.response.body", "body": page})
                return
            await send(message)

        await self.app(scope, receive, dressed)
