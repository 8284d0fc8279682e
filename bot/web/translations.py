"""Translations of quotes: for programs at `/api/translate`, and for the source panel of the chat page."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from bot.answering.translate import MAX_QUOTE
from bot.errors import BudgetExceeded, ModelError
from bot.types import Paragraph, Translation
from bot.web.api import PROBLEMS, Engined, address_of
from bot.web.engine import Engine
from bot.web.problems import ProblemError
from bot.web.schemas import PanelTranslateRequest, TranslateRequest
from bot.web.sources import find_source
from bot.web.uploads import Uploads

log = logging.getLogger(__name__)


def router() -> APIRouter:
    """Build the route for programs."""
    api = APIRouter()

    @api.post(
        "/api/translate",
        responses={**PROBLEMS, 409: {**PROBLEMS[400], "description": "No model is configured."}},
        tags=["sources"],
        summary="Translate a quote by machine",
    )
    async def translate(body: TranslateRequest, request: Request, engine: Engined) -> Translation:
        """Translate a quote of the corpus with the configured model; an aid to reading, never evidence."""
        engine.translation_rate.take(address_of(request))
        _, paragraphs = find_source(await engine.index(), body.file)
        return await _translate(engine, paragraphs, body)

    return api


def panel_router(uploads: Uploads) -> APIRouter:
    """Build the route for the source panel, which also knows the files of a conversation."""
    page = APIRouter(include_in_schema=False)

    @page.post("/translations", response_model=None)
    async def translate(body: PanelTranslateRequest, request: Request, engine: Engined) -> Translation | Response:
        engine.translation_rate.take(address_of(request))
        paragraphs: Sequence[Paragraph] | None = None
        if body.conversation is not None:
            paragraphs = uploads.paragraphs(body.conversation, body.file)
        if paragraphs is None:
            _, paragraphs = find_source(await engine.index(), body.file)
        try:
            return await _translate(engine, paragraphs, body)
        except (ModelError, BudgetExceeded) as error:
            log.info("a quote stays without a translation: %s", error)
            return Response(status_code=204)  # the reader has the original; nothing is broken

    return page


async def _translate(engine: Engine, paragraphs: Sequence[Paragraph], asked: TranslateRequest) -> Translation:
    paragraph = next((item for item in paragraphs if item.number == asked.paragraph), None)
    if paragraph is None:
        raise ProblemError(
            404, f"The file {asked.file!r} has {len(paragraphs)} paragraphs; there is none of that number."
        )
    end = len(paragraph.text) if asked.end is None else asked.end
    if not asked.start < end <= len(paragraph.text):
        raise ProblemError(
            422, f"The paragraph has {len(paragraph.text)} characters; give a start before an end in it."
        )
    if end - asked.start > MAX_QUOTE:
        raise ProblemError(422, f"At most {MAX_QUOTE:,} characters are translated at once; give a shorter quote.")
    return await engine.translate(paragraph.text[asked.start : end], source=paragraph.language, target=asked.language)
