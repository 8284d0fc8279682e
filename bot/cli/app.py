"""The tree of commands. A command's module imports what is heavy only when it runs, so that `ask` starts fast."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import typer

app = typer.Typer(
    name="pinpoint",
    help="Answers from a folder of documents, each statement pinned to its file and paragraph.",
    epilog="Exit codes: 0 done, 1 a check or gate failed, 2 wrong usage, 3 corpus, 4 index, 5 model, 6 limit, 7 Slack.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for _name in ("index", "ask", "check", "serve", "eval", "slack", "doctor"):
    if find_spec(f"bot.cli.{_name}") is not None:
        import_module(f"bot.cli.{_name}").register(app)
