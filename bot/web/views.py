"""How the chat finds and links paragraphs: those of the corpus, and those of a conversation's uploaded files."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.links import source_path
from bot.types import Paragraph
from bot.web.problems import ProblemError
from bot.web.render import View
from bot.web.sources import source_page
from bot.web.uploads import FOLDER, Uploads
from bot.web.words import words


def view_for(index: Any, uploads: Uploads, conversation: str, language: str) -> View:
    """Build the view of one conversation.

    Args:
        index: The corpus, or None when it is not open.
        uploads: All uploaded files.
        conversation: Identifier of the conversation.
        language: The interface's language.
    """

    def look(file: str, number: int) -> Paragraph | None:
        uploaded = uploads.paragraphs(conversation, file)
        if uploaded is not None:
            return next((item for item in uploaded if item.number == number), None)
        found: Paragraph | None = index.paragraph(file, number) if index is not None else None
        return found

    def dropped(file: str) -> bool:
        if uploads.paragraphs(conversation, file) is not None:
            return True
        return file.startswith(FOLDER) and (index is None or all(info.file != file for info in index.files))

    def link(file: str, number: int, content_hash: str) -> str:
        path = source_path(file, number, content_hash)
        if uploads.paragraphs(conversation, file) is None:
            return path
        return f"/conversations/{quote(conversation, safe='')}{path}"

    return View(words=words(language), language=language, look=look, link=link, dropped=dropped)


def router(uploads: Uploads) -> APIRouter:
    """Build the route of the pages of uploaded files."""
    pages = APIRouter(include_in_schema=False)

    @pages.get("/conversations/{conversation}/sources/{file:file_name}")
    async def uploaded(conversation: str, file: str, request: Request, h: str = "") -> HTMLResponse:
        paragraphs = uploads.paragraphs(conversation, file)
        if not paragraphs:
            raise ProblemError(404, "This file is no longer here; files live as long as their conversation.")
        return source_page(request, file, paragraphs[0].language, paragraphs, cited_hash=h, permanent=False)

    return pages
