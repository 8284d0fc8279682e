"""The command line: one module a command, each thin over the core."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run `pinpoint`, turning each deliberate error into one line on standard error and its exit code."""
    try:
        from bot.cli.app import app
        from bot.errors import PinpointError

        try:
            app()
        except PinpointError as error:
            print(f"pinpoint: {error}", file=sys.stderr)
            raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:  # also while modules are still being imported
        raise SystemExit(130) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(141) from None
