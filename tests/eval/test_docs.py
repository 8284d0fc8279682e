"""The documentation says what the program does."""

from pathlib import Path

import pytest
import regex
import yaml

from eval.gate import codes
from eval.measures.registry import MEASURES
from eval.report.markdown import measures_table

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_every_measure_is_defined_in_the_documentation_as_in_the_program():
    text = (DOCS / "evaluation.md").read_text(encoding="utf-8")
    table = text.split("<!-- measures: begin -->\n")[1].split("\n<!-- measures: end -->")[0]
    assert table == "\n".join(measures_table()), "run `python -m eval.report.markdown`"
    assert len(MEASURES) == len({measure.name for measure in MEASURES})


def test_every_exit_code_is_documented():
    text = (DOCS / "evaluation.md").read_text(encoding="utf-8")
    for code in codes.MEANING:
        assert f"| {code} |" in text


@pytest.mark.parametrize("name", ["github-actions.yml", "gitlab-ci.yml"])
def test_workflow_files_call_commands_that_exist(name):
    import typer

    from eval.cli import build

    text = (DOCS / "ci" / name).read_text(encoding="utf-8")
    assert yaml.safe_load(text)
    group = typer.main.get_command(build())
    calls = regex.findall(r"\.venv/bin/pinpoint eval (\w+)([^\n]*)", text)
    assert len(calls) >= 2
    for command, rest in calls:
        options = {option for parameter in group.commands[command].params for option in parameter.opts}
        assert set(regex.findall(r"--[\w-]+", rest)) <= options
