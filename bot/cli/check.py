"""`pinpoint check`: does the paragraph support the sentence? For pairs in a file, or a text with citations in it."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.lines import Tally, open_text
from bot.errors import CorpusError, UsageError

if TYPE_CHECKING:
    from bot.citations import SupportChecker
    from bot.types import Paragraph


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("check")(check)


def check(
    file: Annotated[
        Path | None, typer.Argument(help="A text with citations such as [report.txt ¶7]; - for standard input.")
    ] = None,
    batch: Annotated[
        Path | None,
        typer.Option("--batch", help='JSON lines {"id", "sentence", "paragraph"}, or - for standard input.'),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for each citation of FILE.")] = False,
) -> None:
    """Check whether paragraphs support the sentences that cite them.

    Findings go to standard output; the exit code is 1 when a citation of FILE fails. With --batch each line gives
    {"id", "supported", "quote", "start", "end", "reason"}; a bad line gives an object with "error" and the run goes on.
    How many failed is said at the end on standard error; the exit code is 0 all the same.
    """
    if (file is None) == (batch is None):
        raise UsageError("give either a text to check or --batch FILE, and not both")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # whatever the locale, JSON is UTF-8
    from bot.citations import Checker

    if batch is not None:
        tally = Tally()
        with open_text(batch) as lines:
            for result in check_batch(lines, Checker(), tally=tally):
                print(json.dumps(result, ensure_ascii=False), flush=True)
        tally.say()
        return
    assert file is not None  # noqa: S101  for the type checker
    with open_text(file) as handle:
        text = handle.read()
    if not report(text, Checker(), _lookup(), as_json=as_json):
        raise typer.Exit(1)


def check_batch(
    lines: Iterable[str], checker: SupportChecker, *, tally: Tally | None = None
) -> Iterator[dict[str, Any]]:
    """Check JSON lines one by one, in order, counting what becomes of them."""
    tally = tally if tally is not None else Tally()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        name: Any = None
        try:
            pair = json.loads(line)
            if isinstance(pair, dict):
                name = pair.get("id")
                tally.look(pair, ("id", "sentence", "paragraph"))
            result = {"id": name} | _checked(pair, checker)
            tally.done += 1
            yield result
        except (ValueError, RecursionError) as error:
            tally.failed.append(number)
            yield {"id": name, "error": f"line {number} cannot be used: {error}"}


def _checked(pair: Any, checker: SupportChecker) -> dict[str, Any]:
    if not isinstance(pair, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004  all bad lines are reported alike
    for field in ("sentence", "paragraph"):
        if not isinstance(pair.get(field), str):
            raise ValueError(f"the field {field!r} is missing or no text")  # noqa: TRY004
    verdict = checker.check(pair["sentence"], pair["paragraph"])
    return {
        "supported": verdict.supported,
        "quote": verdict.quote,
        "start": verdict.start,
        "end": verdict.end,
        "reason": verdict.reason,
    }


def report(
    text: str, checker: SupportChecker, paragraph: Callable[[str, int], Paragraph | None], *, as_json: bool
) -> bool:
    """Print what each citation of a text is worth; return whether all hold and there is at least one."""
    from bot.citations.written import check_written

    findings, unknown = check_written(text, paragraph=paragraph, checker=checker)
    for finding in findings:
        if as_json:
            print(json.dumps(asdict(finding), ensure_ascii=False))
        else:
            place = f"{finding.file} ¶{finding.paragraph}"
            print(f"{'ok  ' if finding.supported else 'FAIL'} [{place}] {finding.sentence}")
            if finding.reason:
                print(f"     {finding.reason}")
    for number in unknown:
        print(f"FAIL {number} is defined nowhere in the text", file=sys.stderr if as_json else sys.stdout)
    failed = sum(not finding.supported for finding in findings) + len(unknown)
    if not findings and not unknown:
        print("the text holds no citation; write one as [FILE ¶NUMBER]", file=sys.stderr)
        return False
    print(f"{len(findings) + len(unknown)} citations, {failed} failed", file=sys.stderr)
    return failed == 0


def _lookup() -> Callable[[str, int], Paragraph | None]:
    """Look paragraphs up in the corpus as it is now; a file may be named by its name alone, or without its ending."""
    from bot.corpus import load_corpus
    from bot.index import corpus_folder
    from bot.settings import Settings

    corpus = load_corpus(corpus_folder(Settings.load()))
    paragraphs = {paragraph.key: paragraph for paragraph in corpus.paragraphs}
    names: dict[str, set[str]] = {}
    for document in corpus.documents:
        for name in (document.file, document.file.rsplit("/", 1)[-1]):
            names.setdefault(name, set()).add(document.file)

    def find(file: str, number: int) -> Paragraph | None:
        known = names.get(file, set())
        if len(known) > 1:
            raise CorpusError(f"the name {file!r} fits several files of the corpus; write its whole path")
        return paragraphs.get((next(iter(known), file), number))

    return find
