"""The dialog that `/ask` alone opens: a question, and a picker of the files to answer from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bot.slack.incoming import file_key
from bot.slack.text import cut, visible
from bot.slack.words import say

CALLBACK = "pinpoint_ask"
"""Identifies the dialog."""
FILES = "pinpoint_files"
"""Identifies the picker."""
_QUESTION = "pinpoint_question"
_OPTIONS = 100
_LONGEST = 3_000


def view(*, response_url: str, channel: str, user: str, language: str = "en") -> dict[str, Any]:
    """The dialog, remembering where its answer goes."""
    carried = json.dumps({"response_url": response_url, "channel": channel, "user": user})
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": carried,
        "title": _plain(say("modal.title", language)),
        "submit": _plain(say("modal.submit", language)),
        "close": _plain(say("modal.close", language)),
        "blocks": [
            {
                "type": "input",
                "block_id": _QUESTION,
                "label": _plain(say("modal.question", language)),
                "element": {
                    "type": "plain_text_input",
                    "action_id": _QUESTION,
                    "multiline": True,
                    "max_length": _LONGEST,
                },
            },
            {
                "type": "input",
                "block_id": FILES,
                "optional": True,
                "label": _plain(say("modal.files", language)),
                "element": {
                    "type": "multi_external_select",
                    "action_id": FILES,
                    "min_query_length": 0,
                    "placeholder": _plain(say("modal.all", language)),
                },
            },
        ],
    }


def options(files: Sequence[str], typed: str) -> list[dict[str, Any]]:
    """The files whose names hold what was typed, as the picker shows them; Slack takes a hundred."""
    wanted = typed.strip().casefold()
    found = [name for name in files if wanted in name.casefold()][:_OPTIONS]
    return [{"text": _plain(cut(visible(name), 75)), "value": file_key(name)} for name in found]


def submitted(view_: dict[str, Any]) -> tuple[str, tuple[str, ...], dict[str, str]]:
    """Read a filled-in dialog: the question, the chosen files, and where the answer goes."""
    values = (view_.get("state") or {}).get("values") or {}
    question = ((values.get(_QUESTION) or {}).get(_QUESTION) or {}).get("value") or ""
    chosen = ((values.get(FILES) or {}).get(FILES) or {}).get("selected_options") or ()
    try:
        carried = json.loads(view_.get("private_metadata") or "{}")
    except ValueError:
        carried = {}
    files = tuple(str(item.get("value")) for item in chosen if isinstance(item, dict))
    return str(question), files, {str(k): str(v) for k, v in carried.items()} if isinstance(carried, dict) else {}


def empty_question(language: str = "en") -> dict[str, str]:
    """What to show beside the field when nothing was asked."""
    return {_QUESTION: say("no_question", language, example=say("example", language))[:150]}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": True}
