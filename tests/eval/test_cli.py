import json

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.errors import UsageError
from eval.gate import codes
from tests.eval.builders import BAD, GOOD, answer, question, recorded, run_of

TEXTS = {
    "rivers.txt": "The Danube is 2850 kilometres long.\nThe Rhine passes through Basel.\n",
    "towers.txt": "The tower in Riga is 368 metres high.\nThe old bridge was built in 1910.\n",
}
ASKED = [
    ("danube-length", "How long is the Danube?", ("rivers.txt", 1), "2850 kilometres"),
    ("rhine-city", "Which city does the Rhine pass through?", ("rivers.txt", 2), "Basel"),
    ("riga-tower", "How high is the tower in Riga?", ("towers.txt", 1), "368 metres"),
    ("old-bridge", "When was the old bridge built?", ("towers.txt", 2), "1910"),
]


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A corpus and golden set of somebody else's, with embeddings that need no model."""
    monkeypatch.setenv("PINPOINT_EMBEDDINGS", "hashing")
    corpus, golden = tmp_path / "corpus", tmp_path / "golden"
    corpus.mkdir()
    golden.mkdir()
    for name, text in TEXTS.items():
        (corpus / name).write_text(text)
    lines = [
        {
            "id": name, "question": asked, "language": "en", "kind": "same_language", "source_languages": ["en"],
            "facts": [{"statement": form, "gold": [{"file": file, "paragraph": number}], "forms": {"en": [form]}}],
            "split": question(name).split,
        }
        for name, asked, (file, number), form in ASKED
    ]  # fmt: skip
    (golden / "own.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return golden, corpus


def call(*arguments):
    return CliRunner().invoke(app, ["eval", *map(str, arguments)])


def test_a_team_runs_its_own_set_and_gets_every_report(own, tmp_path):
    golden, corpus = own
    done = call("run", "--golden", golden / "own.jsonl", "--corpus", corpus, "--out", tmp_path / "out", "--no-gate")
    assert done.exit_code == 0, done.output
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {
        "answers.jsonl",
        "measures.json",
        "outcomes.jsonl",
        "verdict.json",
        "report.md",
        "report.html",
        "junit.xml",
    }
    measures = json.loads((tmp_path / "out" / "measures.json").read_text())
    assert measures["slices"]["all"]["figures"]["hit@10"]["value"] == 1
    assert measures["slices"]["all"]["figures"]["completed"]["value"] == 1


def test_scoring_recorded_answers_again_gives_the_same_bytes(own, tmp_path):
    golden, corpus = own
    call("run", "--golden", golden, "--corpus", corpus, "--out", tmp_path / "a", "--no-gate", "--jobs", "1")
    call("score", tmp_path / "a", "--out", tmp_path / "b")
    call("run", "--golden", golden, "--corpus", corpus, "--out", tmp_path / "c", "--no-gate", "--jobs", "4")
    first = (tmp_path / "a" / "measures.json").read_bytes()
    assert first == (tmp_path / "b" / "measures.json").read_bytes()
    assert first == (tmp_path / "c" / "measures.json").read_bytes(), "the second run is answered from the cache"


def test_few_questions_leave_the_gate_open_and_a_new_baseline_is_written_and_described(own, tmp_path):
    golden, corpus = own
    done = call("run", "--golden", golden, "--corpus", corpus, "--update-baseline", "--json")
    assert done.exit_code == codes.TOO_FEW
    assert (golden / "baseline.json").is_file()
    tree = json.loads(done.stdout)
    assert "20 are needed" in tree["verdict"]["reasons"][0]
    again = call("run", "--golden", golden, "--corpus", corpus, "--update-baseline", "--limit", "2")
    assert isinstance(again.exception, UsageError)
    assert "only a part of the set" in str(again.exception)


def test_an_interrupted_run_is_taken_up(own, tmp_path):
    golden, corpus = own
    arguments = ("run", "--golden", golden, "--corpus", corpus, "--out", tmp_path / "out", "--no-gate")
    call(*arguments)
    answers = tmp_path / "out" / "answers.jsonl"
    _head, *lines = answers.read_text().splitlines()
    (tmp_path / "out" / "answers.part.jsonl").write_text("\n".join([*lines[:2], lines[2][:40]]))
    answers.unlink()
    done = call(*arguments, "--resume", "--fresh")
    assert done.exit_code == 0, done.output
    assert json.loads(answers.read_text().splitlines()[0])["run"]["reused"] == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "--golden", "none.jsonl"), "no golden questions"),
        (("score", "none.jsonl"), "no recorded answers"),
        (("compare", "a.jsonl", "b.jsonl"), "no recorded answers"),
        (("selftest", "--only", "nonsense"), "nonsense"),
        (("harvest",), "no feedback"),
    ],
)
def test_wrong_usage_is_one_sentence_with_exit_two(arguments, message):
    done = call(*arguments)
    assert isinstance(done.exception, UsageError)
    assert done.exception.exit_code == 2
    assert message in str(done.exception)


def test_comparing_two_runs_fails_when_the_second_is_worse(tmp_path):
    from eval.gate.baseline import make_baseline, write_baseline
    from eval.measures.results import evaluate
    from eval.run.records import write_run

    def run(bad):
        return run_of(*[recorded(question(f"q-{i:02}"), answer(BAD if i < bad else GOOD)) for i in range(30)])

    write_run(tmp_path / "new" / "answers.jsonl", run(8))
    write_baseline(tmp_path / "old.json", make_baseline(evaluate(run(0))))
    done = call("compare", tmp_path / "old.json", tmp_path / "new")
    assert done.exit_code == codes.FAILED
    assert "lost: q-00, q-01" in done.output
    assert call("compare", tmp_path / "old.json", tmp_path / "old.json").exit_code == codes.PASSED


def test_help_lists_the_commands_of_every_area():
    out = call("--help").output
    for name in ("run", "score", "compare", "harvest", "selftest", "golden", "add"):
        assert name in out


def test_the_product_does_not_load_the_evaluation():
    import subprocess
    import sys

    loaded = "any(name == 'eval' or name.startswith('eval.') for name in sys.modules)"
    code = f"import sys, bot.cli.app, bot.pinpoint; sys.exit({loaded})"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
