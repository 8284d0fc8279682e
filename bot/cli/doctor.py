"""`pinpoint doctor`: what is set, what works, what is missing."""

from __future__ import annotations

import json
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to `pinpoint`."""
    app.command("doctor")(doctor)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list instead of lines.")] = False,
    no_probe: Annotated[bool, typer.Option("--no-probe", help="Do not contact the configured model or Slack.")] = False,
) -> None:
    """Say what is set, what works, what is missing and what to do. Shows no secrets.

    Exits with 1 when something does not work.
    """
    from dataclasses import asdict

    from bot.doctor import examine
    from bot.settings import Settings

    findings = []
    for finding in examine(Settings.load(), probe=not no_probe):
        findings.append(finding)
        if not as_json:
            mark = {"ok": "ok     ", "note": "note   ", "problem": "PROBLEM"}[finding.level]
            print(f"{mark}  {finding.area:<10}  {finding.message}", flush=True)
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    if any(finding.level == "problem" for finding in findings):
        raise typer.Exit(1)
