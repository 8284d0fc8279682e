"""`pinpoint ask`: answers on standard output, one line each in a batch, errors that name their line."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.cli.ask import _known, answer_batch, render
from bot.errors import PinpointError, UsageError
from bot.pinpoint import Pinpoint
from bot.settings import Settings
from bot.types import Sentence
from tests.answering.helpers import FakeRetriever, passage

TEXT = "The bridge is 503 metres long."


@pytest.fixture
def pinpoint(tmp_path: Path) -> Pinpoint:
    retriever = FakeRetriever([passage(TEXT, file="bridge.txt", number=3)])
    return Pinpoint(Settings.load(data=tmp_path, embeddings="hashing"), retriever=retriever)


@pytest.fixture(autouse=True)
def _index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pinpoint, "index", SimpleNamespace(files=[SimpleNamespace(file="bridge.txt")]))


@pytest.fixture
def run(pinpoint: Pinpoint, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setattr("bot.pinpoint.Pinpoint", lambda settings: pinpoint)
    return lambda *arguments, **more: CliRunner().invoke(app, ["ask", *arguments], **more)


def lines(pinpoint: Pinpoint, *asked: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in answer_batch(pinpoint, asked)]


def test_text_for_a_person_has_the_answer_then_its_sources(run) -> None:  # type: ignore[no-untyped-def]
    output = run("How long is the bridge?").stdout
    assert "503 metres long. [1]" in output
    assert "[1] bridge.txt ¶3" in output
    assert output.index("Sources") > output.index("503")


def test_json_is_one_object_of_the_schema(run) -> None:  # type: ignore[no-untyped-def]
    answer = json.loads(run("How long is the bridge?", "--json").stdout)
    assert answer["status"] == "answered"
    assert {"id", "question", "standalone_question", "language", "sentences", "citations", "retrieved", "model",
            "prompt_version", "usage", "latency_ms"} <= answer.keys()  # fmt: skip


def test_nothing_found_shows_what_is_nearest(pinpoint: Pinpoint) -> None:
    answer = pinpoint.ask("How long is the bridge?").model_copy(update={"status": "not_found", "citations": []})
    assert "Nearest: bridge.txt ¶3" in render(answer)


def test_a_sentence_that_failed_the_check_is_marked_for_a_person(pinpoint: Pinpoint) -> None:
    bad = Sentence(text="It was built in 1850.", citations=[], supported=False)
    answer = pinpoint.ask("How long is the bridge?")
    answer = answer.model_copy(update={"text": f"{answer.text} {bad.text}", "sentences": [*answer.sentences, bad]})
    assert f"{bad.text} [⚠ not supported by the sources]" in render(answer)


def test_a_batch_keeps_order_and_ids(pinpoint: Pinpoint) -> None:
    asked = [json.dumps({"id": name, "question": "How long is the bridge?"}) for name in ("b", 7, "a")]
    assert [answer["id"] for answer in lines(pinpoint, *asked)] == ["b", 7, "a"]


def test_a_line_without_id_is_known_by_its_number(pinpoint: Pinpoint) -> None:
    assert lines(pinpoint, '{"question": "How long?"}')[0]["id"] == "1"


def test_blank_lines_are_passed_over(pinpoint: Pinpoint) -> None:
    assert len(lines(pinpoint, "\n", '{"id": "1", "question": "How long?"}', "  ")) == 1


@pytest.mark.parametrize(
    ("line", "id_", "words"),
    [
        ("not json", None, "line 1 is not JSON"),
        ("[1, 2]", None, "not a JSON object"),
        ('{"id": "x"}', "x", "'question'"),
        ('{"id": "x", "question": 5}', "x", "'question'"),
        ('{"id": "x", "question": "  "}', "x", "empty"),
        ('{"id": ["x"], "question": "a"}', None, "'id'"),
        ('{"id": "x", "question": "a", "history": "b"}', "x", "'history'"),
        ('{"id": "x", "question": "a", "history": [{"role": "system", "content": "b"}]}', "x", "role"),
        ('{"id": "x", "question": "a", "history": [{"role": "user"}]}', "x", "role"),
        ('{"id": "x", "question": "a", "files": ["nope.txt"]}', "x", "'nope.txt'"),
        ('{"id": "x", "question": "a", "files": "bridge.txt"}', "x", "'files'"),
        ("[" * 100_000, None, "not JSON"),
    ],
)
def test_a_bad_line_gives_an_error_and_the_run_goes_on(
    pinpoint: Pinpoint, line: str, id_: str | None, words: str
) -> None:
    first, second = lines(pinpoint, line, '{"id": "ok", "question": "How long is the bridge?"}')
    assert first["id"] == id_
    assert words in str(first["error"])
    assert second["status"] == "answered"


def test_a_line_names_the_files_it_is_to_be_answered_from(pinpoint: Pinpoint) -> None:
    asked = [json.dumps({"id": "1", "question": "How long is the bridge?", "files": ["bridge.txt"]})]
    assert json.loads(next(answer_batch(pinpoint, asked, files=["other.txt"])))["status"] == "answered"
    assert pinpoint._retriever.calls[0]["files"] == ("bridge.txt",)  # type: ignore[union-attr]


def test_the_end_of_a_batch_says_what_failed_and_what_was_left_aside(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "in.jsonl"
    path.write_text('{"question": "How long is the bridge?", "lang": "en"}\n\nnot json\n', encoding="utf-8")
    result = run("--batch", str(path))
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 2
    assert 'pinpoint: 2 lines, 1 failed (line 3; see "error" in the output)' in result.stderr
    assert "left aside: 'lang' (in 1)" in result.stderr


def test_history_in_a_batch_completes_a_follow_up(pinpoint: Pinpoint) -> None:
    history = [{"role": "user", "content": "How long is the bridge?"}, {"role": "assistant", "content": "503 m"}]
    answer = lines(pinpoint, json.dumps({"id": "1", "question": "Why?", "history": history}))[0]
    assert "bridge" in str(answer["standalone_question"])


def test_a_batch_is_read_from_a_file_and_from_standard_input(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    line = '{"id": "1", "question": "How long is the bridge?"}\n'
    path = tmp_path / "in.jsonl"
    path.write_text(line, encoding="utf-8")
    assert json.loads(run("--batch", str(path)).stdout)["id"] == "1"


@pytest.mark.parametrize("arguments", [[], ["--json"], ["q", "--batch", "x"], ["--batch", "missing.jsonl"]])
def test_wrong_usage_is_one_sentence(run, arguments: list[str]) -> None:  # type: ignore[no-untyped-def]
    result = run(*arguments)
    assert isinstance(result.exception, UsageError)
    assert result.exception.exit_code == 2
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([], "the index is empty"),
        (["bridge.txt"], "it holds 'bridge.txt'"),
        (["bridge.txt", "sea.md"], "it holds 'bridge.txt', …"),
        (list("abcdefg"), "it holds 'a', 'b', 'c', 'd', 'e', …"),
    ],
)
def test_an_unknown_file_is_named_with_those_there_are(
    pinpoint: Pinpoint, monkeypatch: pytest.MonkeyPatch, files: list[str], says: str
) -> None:
    index = SimpleNamespace(files=[SimpleNamespace(file=name) for name in files])
    monkeypatch.setattr(Pinpoint, "index", index)
    with pytest.raises(UsageError) as raised:
        _known(pinpoint, ["brigde.txt"])
    assert "'brigde.txt'" in str(raised.value)
    assert says in str(raised.value)
    assert str(raised.value).count("…") == says.count("…")


def test_an_answer_of_a_terminal_conversation_remembers_the_turn_before(
    run,
    monkeypatch: pytest.MonkeyPatch,
    pinpoint: Pinpoint,  # type: ignore[no-untyped-def]
) -> None:
    from bot.cli.ask import converse

    typed = iter(["How long is the bridge?", "Why?", ""])
    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    converse(pinpoint)
    asked = [call["question"] for call in pinpoint._retriever.calls]  # type: ignore[union-attr]
    assert "bridge" in str(asked[1])


@pytest.mark.parametrize("word", ["exit", "Quit", "/exit", "/quit", ""])
def test_a_conversation_is_left_with_a_word(monkeypatch: pytest.MonkeyPatch, pinpoint: Pinpoint, word: str) -> None:
    from bot.cli.ask import converse

    typed = iter([word])
    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    converse(pinpoint)
    assert pinpoint._retriever.calls == []  # type: ignore[union-attr]


def test_help_is_no_question(
    monkeypatch: pytest.MonkeyPatch, pinpoint: Pinpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    from bot.cli.ask import converse

    typed = iter(["help", "/help", "?", "exit"])
    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    converse(pinpoint)
    assert pinpoint._retriever.calls == []  # type: ignore[union-attr]
    assert capsys.readouterr().err.count("Ctrl-D") == 3


def test_an_error_in_a_conversation_does_not_end_it(
    monkeypatch: pytest.MonkeyPatch, pinpoint: Pinpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    from bot.cli.ask import converse

    def fail(*_: object, **__: object) -> None:
        raise PinpointError("it broke")

    typed = iter(["one", "two", ""])
    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    monkeypatch.setattr(pinpoint, "ask", fail)
    converse(pinpoint)
    assert capsys.readouterr().err.count("pinpoint: it broke") == 2
