"""What Slack refuses in a message: limits of Block Kit by slack_sdk's own models, and those that only Slack knows."""

from __future__ import annotations

import re
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

ALL_BLOCKS = 13_200
"""Characters over all blocks after which Slack answers msg_too_long, although no page says so."""
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
_RICH = {"rich_text_section", "rich_text_quote", "rich_text_list", "rich_text_preformatted"}
_PINGS = {"user", "usergroup", "channel", "broadcast", "team"}
_STYLES = {"bold", "italic", "strike", "code"}


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def total(value: Any) -> int:
    if isinstance(value, dict):
        return sum(units(v) if k in {"text", "url"} and isinstance(v, str) else total(v) for k, v in value.items())
    return sum(total(item) for item in value) if isinstance(value, list | tuple) else 0


def complaints(text: Any, blocks: Any, *, text_limit: int = 40_000) -> list[str]:
    """Everything wrong with a message; an empty list when Slack would take it and nothing in it can ping."""
    found: list[str] = []
    if not isinstance(text, str) or not text.strip():
        found.append("no_text")
    else:
        if units(text) > text_limit:
            found.append(f"msg_too_long: text has {units(text)}")
        if "<" in text or ">" in text or _ENTITY.search(text):
            found.append(f"text is not escaped: {text[:200]!r}")
    if blocks is None:
        return found
    if not isinstance(blocks, list) or not blocks:
        return [*found, "invalid_blocks: not a list"]
    if len(blocks) > 50:
        found.append(f"invalid_blocks: {len(blocks)} blocks")
    if total(blocks) > ALL_BLOCKS:
        found.append(f"msg_blocks_too_long: {total(blocks)}")
    for block in blocks:
        found += _block(block)
    return found


def _block(block: dict[str, Any]) -> list[str]:
    found: list[str] = []
    try:
        parsed = Block.parse(block)
        if parsed is None:
            return [f"unknown block {block!r:.80}"]
        parsed.to_dict()
    except (SlackObjectFormationError, TypeError, ValueError) as error:
        found.append(f"model: {error}")
    kind = block.get("type")
    if kind == "rich_text":
        if not block.get("elements"):
            found.append("rich_text without elements")
        for element in block.get("elements", []):
            found += _rich(element)
    elif kind == "actions":
        elements = block.get("elements", [])
        if not 1 <= len(elements) <= 25:
            found.append("actions: number of elements")
        if len({element.get("action_id") for element in elements}) != len(elements):
            found.append("actions: action_id twice")
        for element in elements:
            found += _button(element)
    else:
        found.append(f"a {kind} block, whose text would be read as markup")
    return found


def _button(element: dict[str, Any]) -> list[str]:
    found = []
    if not 1 <= units(element["text"]["text"]) <= 75 or element["text"]["type"] != "plain_text":
        found.append("button text")
    if units(element.get("value", "")) > 2_000 or units(element["action_id"]) > 255:
        found.append("button value")
    return found


def _rich(element: dict[str, Any]) -> list[str]:
    if element.get("type") not in _RICH or not element.get("elements"):
        return [f"rich text element {element!r:.80}"]
    if unknown := element.keys() - {"type", "elements", "border", "style", "indent"}:
        return [f"unknown keys {unknown}"]
    found = []
    for inline in element["elements"]:
        kind = inline.get("type")
        if kind in _PINGS:
            found.append(f"a {kind} element pings")
        elif kind == "text":
            if not inline.get("text") or inline.keys() - {"type", "text", "style"}:
                found.append(f"text element {inline!r:.80}")
        elif kind == "link":
            if not re.fullmatch(r"https?://[^\s<>|]{1,2990}", inline.get("url", "")) or not inline.get("text"):
                found.append(f"link element {inline!r:.120}")
        else:
            found.append(f"inline element {inline!r:.80}")
        if inline.get("style", {}).keys() - _STYLES:
            found.append("style")
    return found


def shown(blocks: list[dict[str, Any]]) -> str:
    """What a reader sees: the texts of all blocks, one line each section."""
    lines = []
    for block in blocks:
        for element in block.get("elements", []):
            if element.get("type") == "button":
                continue
            lines.append("".join(inline.get("text", "") for inline in element.get("elements", [])))
    return "\n".join(lines)
