"""A conversation as Markdown and as JSON, with its citations."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from bot.links import permalink
from bot.types import Answer, Citation, Sentence
from bot.web.book import Conversation
from bot.web.lines import disagreement_of, lead_of, lines_of
from bot.web.problems import ProblemError

KEPT = 100
"""Exports that wait to be fetched at most."""
SECONDS = 600
"""How long an export waits."""

Dropped = Callable[[str], bool]
"""Tells whether a file was dropped into the conversation: its page goes with that, so nothing links to it."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&$:@=^\"'/])")
_INVISIBLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def escape_markdown(text: str) -> str:
    """Write text so that Markdown shows it as it is, on one line."""
    text = _INVISIBLE.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", " ".join(text.split()))
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};" if found[0] in "<>&\"':@/" else "\\" + found[0], text)


def to_markdown(conversation: Conversation, words: Mapping[str, str], base_url: str, dropped: Dropped) -> str:
    """Write a conversation as Markdown: each question a heading, each citation a footnote-like line with its quote."""
    parts = [f"# {escape_markdown(conversation.title or words['export.title'])}"]
    for turn in conversation.turns:
        if turn.question:
            parts.append(f"## {escape_markdown(turn.question)}")
        if turn.answer is not None:
            parts += _answer(turn.answer, words, base_url, dropped)
        elif turn.note or turn.partial:
            parts.append(escape_markdown(turn.note or turn.partial))
    return "\n\n".join(parts) + "\n"


def _answer(answer: Answer, words: Mapping[str, str], base_url: str, dropped: Dropped) -> list[str]:
    parts = [escape_markdown(disagreement_of(answer) or lead_of(answer))]
    parts += [
        " ".join(_sentence(sign, sentence, words) for sign, sentence in line.sentences) for line in lines_of(answer)
    ]
    parts.append("\n".join(_citation(citation, words, base_url, dropped) for citation in answer.citations))
    by = words["export.quoted"] if answer.model == "quote" else words["export.answered_by"].format(model=answer.model)
    parts.append(f"*{escape_markdown(by)}*")
    return [part for part in parts if part]


def _sentence(sign: str, sentence: Sentence, words: Mapping[str, str]) -> str:
    marks = "".join(f" \\[{n}\\]" for n in sentence.citations)
    bad = "" if sentence.supported else f" *({escape_markdown(words['answer.unsupported'])})*"
    return escape_markdown(f"{sign} {sentence.text}".strip()) + marks + bad


def _citation(citation: Citation, words: Mapping[str, str], base_url: str, dropped: Dropped) -> str:
    place = f"{escape_markdown(citation.file)} ¶{citation.paragraph}"
    url = citation.url or permalink(base_url, citation.file, citation.paragraph, citation.hash) or ""
    if dropped(citation.file):
        place += f" ({escape_markdown(words['export.dropped'])})"
    elif url.startswith(("http://", "https://")):
        url = url.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")
        place = f"[{place}](<{url}>)"
    return f"- \\[{citation.n}\\] {place}: “{escape_markdown(citation.quote)}”"


def to_json(conversation: Conversation, dropped: Dropped) -> str:
    """Write a conversation as JSON, answers in the shared schema."""
    turns = [
        {
            "question": turn.question,
            "state": turn.state,
            "answer": _unlinked(turn.answer, dropped).model_dump(mode="json") if turn.answer else None,
            "verdict": turn.verdict,
        }
        for turn in conversation.turns
    ]
    body = {"id": conversation.id, "title": conversation.title, "created": conversation.created, "turns": turns}
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _unlinked(answer: Answer, dropped: Dropped) -> Answer:
    """The answer without links to pages that go with the conversation."""
    citations = [item.model_copy(update={"url": None}) if dropped(item.file) else item for item in answer.citations]
    return answer.model_copy(update={"citations": citations})


@dataclass(frozen=True, slots=True)
class Export:
    """A file that waits to be fetched."""

    name: str
    """File name, ASCII."""
    media_type: str
    """Content type."""
    text: str
    """Its content."""
    made: float
    """Seconds on a monotonic clock."""


class Exports:
    """Exports that have been asked for, by a token that cannot be guessed."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Export] = OrderedDict()

    def put(self, name: str, media_type: str, text: str) -> str:
        """Keep a file for a few minutes and return its path on this server."""
        token = secrets.token_urlsafe(18)
        self._waiting[token] = Export(name, media_type, text, time.monotonic())
        while len(self._waiting) > KEPT:
            self._waiting.popitem(last=False)
        return f"/exports/{token}/{name}"

    def get(self, token: str) -> Export | None:
        """Return a file that still waits."""
        export = self._waiting.get(token)
        if export is not None and time.monotonic() - export.made > SECONDS:
            del self._waiting[token]
            return None
        return export

    def router(self) -> APIRouter:
        """Build the route that gives the files."""
        routes = APIRouter(include_in_schema=False)

        @routes.get("/exports/{token}/{name}")
        async def export(token: str, name: str) -> Response:
            found = self.get(token)
            if found is None or found.name != name:
                raise ProblemError(404, "This export is no longer here; export the conversation again.")
            headers = {"Content-Disposition": f'attachment; filename="{found.name}"', "Cache-Control": "no-store"}
            return Response(found.text, media_type=found.media_type, headers=headers)

        return routes
