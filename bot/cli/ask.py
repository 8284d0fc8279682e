"""`pinpoint ask`: one question, a file of questions, or a conversation at the terminal."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.lines import Tally, open_text
from bot.errors import PinpointError, UsageError
from bot.marked import marked_text

if TYPE_CHECKING:
    from bot.pinpoint import Pinpoint
    from bot.types import Answer, Message

_LEAVE = {"exit", "quit", "bye", ":q"}
_HELP = {"help", "?"}
"""What a person types to leave a conversation or to be told how; no question is as short as these."""
_TOLD = """Write a question and press Enter. A follow-up may point back: "And in France?"
[1] behind a sentence is the source listed below it; ⚠ marks a sentence that no source supports.
An empty line, exit, quit or Ctrl-D ends; `pinpoint ask --help` lists the options."""
_FIELDS = ("id", "question", "history", "files")
"""Fields of a line of a batch."""
_WIDTH = 300
"""Characters of a quote shown to a person before it is cut."""


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("ask")(ask)


def ask(
    question: Annotated[str | None, typer.Argument(help="What to ask, in any language.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as one JSON object.")] = False,
    file: Annotated[list[str] | None, typer.Option("--file", help="Answer from this file only; repeatable.")] = None,
    batch: Annotated[
        Path | None,
        typer.Option("--batch", help='File of JSON lines {"id", "question", "history"?, "files"?}, or -.'),
    ] = None,
) -> None:
    """Answer a question, or talk at the terminal.

    Answers go to standard output, everything else to standard error. With --batch each line gives one answer as JSON,
    in the same order; a bad line gives an object with "error" and the run goes on. How many failed is said at the end
    on standard error; the exit code is 0 all the same.
    """
    if batch is not None and question is not None:
        raise UsageError("give either a question or --batch, not both")
    if batch is None and question is None and (as_json or not sys.stdin.isatty()):
        raise UsageError("the question is missing; write it after `pinpoint ask`, or use --batch FILE")
    from bot.pinpoint import Pinpoint
    from bot.settings import Settings

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # whatever the locale, JSON is UTF-8
    pinpoint = Pinpoint(Settings.load())
    files = _known(pinpoint, file)
    if batch is not None:
        tally = Tally()
        with open_text(batch) as lines:
            for result in answer_batch(pinpoint, lines, files=files, tally=tally):
                print(result, flush=True)
        tally.say()
    elif question is not None:
        answer = pinpoint.ask(question, files=files)
        print(answer.model_dump_json() if as_json else render(answer))
    else:
        converse(pinpoint, files=files)


def _known(pinpoint: Pinpoint, files: list[str] | None) -> list[str] | None:
    """Refuse a file that is not in the index: an answer from nothing would look like `not found`."""
    known = [info.file for info in pinpoint.index.files] if files else []
    for name in files or []:
        if name not in known:
            if not known:
                raise UsageError(f"there is no file {name!r}: the index is empty; put documents into the corpus")
            near = get_close_matches(name, known, n=3, cutoff=0.4) or known[:5]
            listed = ", ".join(map(repr, near)) + (", …" if len(near) < len(known) else "")
            raise UsageError(f"there is no file {name!r} in the index; it holds {listed}")
    return files or None


def answer_batch(
    pinpoint: Pinpoint, lines: Iterable[str], *, files: list[str] | None = None, tally: Tally | None = None
) -> Iterator[str]:
    """Answer JSON lines one by one, in order: a JSON object each, with `error` in place of an answer for a bad line.

    Args:
        pinpoint: what answers.
        lines: one JSON object each.
        files: answer from these files only, where a line does not name its own.
        tally: counts what becomes of the lines.
    """
    tally = tally if tally is not None else Tally()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        name: Any = None
        try:
            asked = _parse(line, number, tally)
            name = asked["id"]
            wanted = _known(pinpoint, asked["files"]) or files
            answer = pinpoint.ask(asked["question"], history=asked["history"], files=wanted, id=str(name))
            tally.done += 1
            yield _dump(answer.model_dump(mode="json") | {"id": name})
        except PinpointError as error:
            tally.failed.append(number)
            yield _dump({"id": name if name is not None else _id(line), "error": str(error)})


def _dump(value: dict[str, Any]) -> str:
    """One line of JSON that any terminal and file can take: half a surrogate pair becomes a question mark."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def _id(line: str) -> Any:
    """The id of a line that is otherwise wrong, when it can be read."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str | int | float) else None


def _parse(line: str, number: int, tally: Tally) -> dict[str, Any]:
    """Read one line of a batch.

    Raises:
        UsageError: naming the line and what is wrong with it.
    """
    try:
        value = json.loads(line.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        raise UsageError(f"line {number} is not JSON; write one object a line") from None
    if not isinstance(value, dict):
        raise UsageError(f"line {number} is not a JSON object; write {{'id', 'question'}}")
    tally.look(value, _FIELDS)
    if not isinstance(value.get("question"), str):
        raise UsageError(f"line {number} has no text under 'question'; add it")
    name = value.get("id")
    if isinstance(name, bool) or not isinstance(name, str | int | float | None):
        raise UsageError(f"line {number} has an 'id' that is neither text nor a number; correct it")
    files = value.get("files")
    if files is not None and not (isinstance(files, list) and all(isinstance(file, str) for file in files)):
        raise UsageError(f"line {number} has 'files' that are no list of names; correct it")
    return {
        "files": files,
        "id": name if name is not None else str(number),
        "question": value["question"],
        "history": _history(value.get("history"), number),
    }


def _history(value: Any, number: int) -> list[Message]:
    from bot.types import Message

    turns = value if value is not None else []
    if not isinstance(turns, list):
        raise UsageError(f"line {number} has a 'history' that is no list; write [{{'role', 'content'}}]")
    messages = []
    for turn in turns:
        role = turn.get("role") if isinstance(turn, dict) else None
        if role not in {"user", "assistant"} or not isinstance(turn.get("content"), str):
            raise UsageError(f"line {number} has a turn without role user or assistant and a text; correct it")
        messages.append(Message(role, turn["content"]))
    return messages


def render(answer: Answer) -> str:
    """An answer for a person: its text with marks of doubt, then each source with file, paragraph and quote."""
    lines = [marked_text(answer)]
    if answer.notice:
        lines += ["", f"Note: {answer.notice}"]
    if answer.citations:
        lines += ["", "Sources"]
        for citation in answer.citations:
            page = f" (page {citation.page})" if citation.page else ""
            lines += [
                f"  [{citation.n}] {citation.file} ¶{citation.paragraph}{page}",
                f"      “{_short(citation.quote)}”",
            ]
            if citation.url:
                lines.append(f"      {citation.url}")
    elif answer.retrieved:
        near = ", ".join(f"{found.file} ¶{found.paragraph}" for found in answer.retrieved[:3])
        lines += ["", f"Nearest: {near}"]
    return "\n".join(lines)


def _short(quote: str) -> str:
    quote = " ".join(quote.split())
    return quote if len(quote) <= _WIDTH else quote[: _WIDTH - 1].rstrip() + "…"


def converse(pinpoint: Pinpoint, *, files: list[str] | None = None) -> None:
    """Ask and answer in turns, with the earlier turns in mind, until an empty line, `exit` or the end of input."""
    from bot.types import Message

    history: list[Message] = []
    print("Ask a question, in any language; an empty line, exit or quit ends.", file=sys.stderr)
    while True:
        try:
            question = input("> ").strip()
        except EOFError:
            print(file=sys.stderr)
            return
        command = question.lower().removeprefix("/")
        if not question or command in _LEAVE:
            return
        if command in _HELP:
            print(_TOLD, file=sys.stderr)
            continue
        try:
            answer = pinpoint.ask(question, history=history, files=files)
        except PinpointError as error:
            print(f"pinpoint: {error}", file=sys.stderr)
            continue
        print(f"\n{render(answer)}\n")
        history += [Message("user", question), Message("assistant", answer.text)]
