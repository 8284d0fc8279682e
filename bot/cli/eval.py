"""`pinpoint eval`: the commands live in the `eval` package, which is loaded only when one of them is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup


class _Lazy(TyperGroup):
    """A group whose commands are looked up in `eval.cli` when they are needed."""

    def _load(self) -> None:
        if not self.commands:
            from eval.cli import build

            self.commands.update(typer.main.get_group(build()).commands)

    def list_commands(self, ctx: Any) -> list[str]:
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        self._load()
        return super().get_command(ctx, cmd_name)


def register(app: typer.Typer) -> None:
    """Add `pinpoint eval` to the command line."""
    group = typer.Typer(cls=_Lazy, invoke_without_command=True, no_args_is_help=False, rich_markup_mode=None)

    @group.callback()
    def evaluate(
        context: typer.Context,
        update_baseline: Annotated[
            bool, typer.Option("--update-baseline", help="Make this run the one that later runs are compared with.")
        ] = False,
    ) -> None:
        """Ask the golden questions, measure the answers, and apply the gate.

        Without a command: the shipped questions about seeds/, quoting, against the committed floors and baseline.

        Exit codes: 0 passed, 1 gate failed, 2 wrong usage, 3 to 7 the product's own, 8 infrastructure error in the
        run, 9 too few questions to tell.
        """
        if context.invoked_subcommand is None:
            run_default: Callable[..., None] = __import__("eval.cli", fromlist=["run_default"]).run_default
            run_default(update_baseline=update_baseline)

    app.add_typer(group, name="eval")
