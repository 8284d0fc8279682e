"""Gradio's own scripts and styles, from memory: a page asks for eighty of them before it can be typed into."""

from __future__ import annotations

import asyncio
import gzip
import mimetypes
import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

PREFIX = "/assets/"
KEPT = "public, max-age=31536000, immutable"
"""Caching of files that never change under their name, which holds a hash of their content."""

_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)*\.(?:js|css|svg|woff2?|ttf)", re.ASCII)
_FILES = 300
"""Files that are remembered; a chat page needs about eighty."""


class Assets:
    """Outermost layer: answers for these files at once, and passes everything else on.

    On their usual way they would be read, compressed and sent through every layer each time, four milliseconds of
    processor time apiece.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[tuple[str, bool], Response] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        path = scope.get("path", "")
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} and path.startswith(PREFIX):
            accepted = dict(scope["headers"]).get(b"accept-encoding", b"")
            found = await self._find(path.removeprefix(PREFIX), compressed=b"gzip" in accepted)
            if found is not None:
                await found(scope, receive, send)
                return
        await self.app(scope, receive, send)

    async def _find(self, name: str, *, compressed: bool) -> Response | None:
        found = self._kept.get((name, compressed))
        if found is None and _NAME.fullmatch(name):
            found = await asyncio.to_thread(_file, name, compressed=compressed)  # reading and compressing take a while
            if found is not None and len(self._kept) < _FILES:
                self._kept[name, compressed] = found
        return found


def _file(name: str, *, compressed: bool) -> Response | None:
    """The response for a file, ready to be sent again and again; None when there is no such file."""
    folder = _folder()
    if folder is None or not (path := folder / name).is_file():
        return None
    body = path.read_bytes()
    headers = {
        "Cache-Control": KEPT,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if compressed and path.suffix in {".js", ".css", ".svg"}:
        body = gzip.compress(body, 6, mtime=0)
        headers["Content-Encoding"] = "gzip"
    kind = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(name)[0]
    return Response(body, media_type=kind or "application/octet-stream", headers=headers)


@lru_cache(maxsize=1)
def _folder() -> Path | None:
    """Where Gradio keeps its files; None without Gradio."""
    spec = find_spec("gradio")
    if spec is None or not spec.origin:
        return None
    return Path(spec.origin).parent / "templates" / "frontend" / "assets"
