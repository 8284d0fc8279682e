"""Source pages: the files of the corpus as numbered paragraphs, read from the index and never from the disk."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.convertors import PathConvertor, register_url_convertor

from bot.links import permalink, source_path
from bot.types import Paragraph
from bot.web.problems import ProblemError
from bot.web.words import counted, pick_language, words

_HERE = Path(__file__).parent


class FileName(PathConvertor):
    """A rest of a path that may hold anything, line ends included; a plain `path` stops at them."""

    regex = r"[\s\S]*"


register_url_convertor("file_name", FileName())

_CONTROL = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def original(text: str) -> Markup:
    """Escape the text of a paragraph so that it arrives as it is, character for character, and hides nothing.

    Control and bidirectional formatting characters are enclosed one by one, so that they are named and do not work;
    a carriage return is written so that HTML keeps it, since quotes are counted in characters.
    """
    escaped = str(escape(text)).replace("\r", "&#13;")
    return Markup(  # noqa: S704  everything in it is escaped
        _CONTROL.sub(lambda found: f'<bdi class="control" data-code="U+{ord(found[0]):04X}">{found[0]}</bdi>', escaped)
    )


templates = Environment(loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined)
templates.filters["original"] = original
templates.globals["counted"] = counted
"""Templates of the source pages; every value is escaped."""


def list_sources(index: Any) -> list[dict[str, Any]]:
    """Describe the files of an index for its list."""
    return [
        {
            "file": info.file,
            "language": info.language,
            "paragraphs": info.paragraphs,
            "indexed_at": _iso(info.indexed_at),
            "hash": info.hash,
            "path": source_path(info.file),
        }
        for info in index.files
    ]


def find_source(index: Any, file: str) -> tuple[Any, Sequence[Paragraph]]:
    """Find a file and its paragraphs by the name in a URL.

    Raises:
        ProblemError: 404 when the index holds no such file; what lies on the disk does not matter.
    """
    for name in (file, unicodedata.normalize("NFC", file)):
        for info in index.files:
            if info.file == name:
                return info, [item for item in index.paragraphs if item.file == name]
    raise ProblemError(404, f"There is no file {file!r} in the corpus; see /sources for the files.")


def file_of(request: Request, prefix: str, decoded: str) -> str:
    """Read the name of a file from the address as it was sent.

    The name is decoded here, once, because a layer in between may decode twice and so lose a name with a percent sign.

    Args:
        request: The request.
        prefix: What stands before the name, such as `/sources/`.
        decoded: The name as the framework read it, used when the raw address is not known.
    """
    raw: bytes = request.scope.get("raw_path") or b""
    _, found, name = raw.partition(b"?")[0].partition(prefix.encode())
    return unquote_to_bytes(name).decode("utf-8", "surrogateescape") if found else decoded


def router() -> APIRouter:
    """Build the routes of the pages."""
    pages = APIRouter(include_in_schema=False)

    @pages.get("/sources")
    @pages.get("/sources/")
    async def sources(request: Request) -> HTMLResponse:
        index = await request.app.state.engine.index()
        return _page(request, "sources.html", files=list_sources(index))

    @pages.get("/sources/{file:file_name}")
    async def source(request: Request, file: str, h: str = "") -> HTMLResponse:
        index = await request.app.state.engine.index()
        file = file_of(request, "/sources/", file)
        try:
            info, paragraphs = find_source(index, file)
        except ProblemError:
            return _page(request, "missing.html", status=404, file=file.encode("utf-8", "replace").decode())
        return source_page(request, info.file, info.language, paragraphs, cited_hash=h)

    return pages


def source_page(
    request: Request,
    file: str,
    language: str,
    paragraphs: Sequence[Paragraph],
    *,
    cited_hash: str = "",
    permanent: bool = True,
) -> HTMLResponse:
    """Show a file as numbered paragraphs, for the corpus and, without permanent links, for uploads."""
    public = request.app.state.engine.settings.public_url or str(request.base_url)
    return _page(
        request,
        "source.html",
        file=file,
        language=language,
        paragraphs=paragraphs,
        changed=bool(cited_hash) and all(item.hash != cited_hash for item in paragraphs),
        link=lambda item: permalink(public, item.file, item.number, item.hash) if permanent else None,
    )


def _page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    language = pick_language(request.headers.get("accept-language", ""))
    text = templates.get_template(template).render(
        t=words(language), ui_language=language, nonce=request.state.nonce, **values
    )
    return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-cache", "Vary": "Accept-Language"})


def _iso(moment: object) -> str:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(moment, int | float):
        return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")
    return str(moment)
