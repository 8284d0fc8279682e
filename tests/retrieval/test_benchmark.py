import json
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from bot.errors import UsageError
from eval.retrieval import bench, cli
from eval.retrieval.calibrate import calibrate
from eval.retrieval.measures import Asked, answerability, rank_measures
from eval.retrieval.squad import Squad, mix, parallel, read_squad
from eval.retrieval.systems import Found
from tests.retrieval.concepts import ConceptEmbedder, sentence

PAIRS = [(a, b) for a in range(12) for b in range(a + 1, 12)]


def write(folder, language, places=PAIRS):
    paragraphs = [
        {
            "context": f"{sentence(language, *pair)}",
            "qas": [{"id": f"q{n}", "question": sentence(language, *pair)[:-1] + "?"}],
        }
        for n, pair in enumerate(places)
    ]
    articles = [{"title": str(n), "paragraphs": paragraphs[n : n + 6]} for n in range(0, len(paragraphs), 6)]
    path = folder / f"made.{language}.json"
    path.write_text(json.dumps({"data": articles}), "utf-8")
    return path


@pytest.fixture
def files(tmp_path):
    return [write(tmp_path, language) for language in ("en", "de")]


@pytest.fixture
def embedders(monkeypatch):
    made = {"main": ConceptEmbedder()}
    monkeypatch.setattr(cli, "cached_embedders", lambda: made)
    return made


def test_a_file_gives_its_language_paragraphs_and_questions(files):
    squad = read_squad(files[1])
    assert squad.language == "de"
    assert len(squad.paragraphs) == len(squad.questions) == 66
    assert squad.articles[5:7] == (0, 1)


def test_a_mix_gives_each_parallel_paragraph_one_language(files):
    squads = [read_squad(path) for path in files]
    assert parallel(squads)
    made = mix(squads, 0)
    assert len(made.documents) == 66
    assert set(made.language.values()) == {"en", "de"}
    assert len(made.questions) == 132
    assert made == mix(squads, 0)
    assert made != mix(squads, 1)
    assert len(mix(squads, 0, sample=6).questions) == 22


def test_leaving_out_keeps_the_questions(files):
    squads = [read_squad(path) for path in files]
    made = mix(squads, 0, leave_out=0.5)
    assert len(made.documents) == 33
    assert sum(gold is None for _, gold in made.questions) == 66
    few = mix(squads, 0, articles=0.25)
    assert len(few.documents) < 25


def test_files_that_are_not_parallel_go_in_whole(tmp_path):
    squads = [read_squad(write(tmp_path, "en", PAIRS[:10])), read_squad(write(tmp_path, "de", PAIRS[20:25]))]
    made = mix(squads, 0)
    assert len(made.documents) == 15
    assert all(gold is not None and gold.endswith(question.language) for question, gold in made.questions)


@pytest.mark.parametrize("text", ["", "{}", '{"data": [{"paragraphs": [{"context": "x"}]}]}', '{"data": []}'])
def test_a_wrong_file_is_named(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=r"x\.json"):
        read_squad(path)


def test_measures_are_those_of_the_field():
    found = [Found(("a", "b"), 1.0), Found(("b", "a"), 0.5), Found((), 0.1)]
    values = rank_measures([Asked(str(n), "en", "en", "a", f) for n, f in enumerate(found)])
    assert [v["hit@1"] for v in values] == [1, 0, 0]
    assert [v["hit@5"] for v in values] == [1, 1, 0]
    assert [v["mrr"] for v in values] == [1, 0.5, 0]
    assert values[1]["ndcg@10"] == pytest.approx(1 / np.log2(3))


def test_the_confidence_is_measured_as_a_decision():
    asked = [
        Asked("1", "en", "en", "a", Found(("a",), 0.9, answerable=True)),
        Asked("2", "en", None, None, Found(("a",), 0.2, answerable=False)),
        Asked("3", "en", None, None, Found(("a",), 0.95, answerable=True)),
    ]
    assert answerability(asked) == {
        "auroc": 0.5, "answerable": 1, "unanswerable": 2, "precision": 0.5, "recall": 1.0, "rejected": 0.5,
    }  # fmt: skip


def test_the_command_prints_the_promised_json(files, embedders):
    arguments = ["retrieval", "--seeds", "0", "--sample", "3", "--leave-out", "0.5", "--json"]
    for path in files:
        arguments += ["--squad", str(path)]
    done = CliRunner().invoke(app(), arguments)
    assert done.exit_code == 0, done.output
    systems = json.loads(done.stdout)["systems"]
    assert set(systems) == {"pinpoint", "plain", "hybrid"}
    for measures in systems.values():
        assert {"hit@1", "hit@5", "hit@10", "mrr", "ndcg@10"} <= set(measures["overall"])
        assert set(measures["pairs"]) == {"en>en", "en>de", "de>en", "de>de"}
    assert systems["pinpoint"]["cross"]["hit@1"] > systems["plain"]["cross"]["hit@1"]
    assert 0 <= systems["pinpoint"]["auroc"] <= 1
    low, high = systems["pinpoint"]["overall"]["interval"]["hit@1"]
    assert low <= systems["pinpoint"]["overall"]["hit@1"] <= high


def test_one_language_alone_works(files, embedders):
    done = CliRunner().invoke(app(), ["retrieval", "--squad", str(files[0]), "--seeds", "0", "--sample", "6"])
    assert done.exit_code == 0, done.output
    assert "pinpoint" in done.stdout


def test_the_ablation_builds_the_method_up(files, embedders):
    result = bench.run([read_squad(path) for path in files], bench.Plan((0,), 6, ablation=True), embedders)
    steps = result["ablation"]
    assert steps["6 + words within a language"]["overall"] == result["systems"]["pinpoint"]["overall"]
    assert steps["1 + language means removed"]["cross"]["hit@1"] >= steps["0 whole paragraphs"]["cross"]["hit@1"]


def test_seeds_that_are_no_numbers_are_a_usage_error(files, embedders):
    done = CliRunner().invoke(app(), ["retrieval", "--squad", str(files[0]), "--seeds", "one"])
    assert isinstance(done.exception, UsageError)


def test_calibrating_writes_what_the_product_reads(files, embedders, tmp_path):
    out = tmp_path / "calibration.json"
    arguments = ["calibrate", "--squad", str(files[0]), "--squad", str(files[1]), "--seeds", "0", "--out", str(out)]
    done = CliRunner().invoke(app(), arguments)
    assert done.exit_code == 0, done.output
    data = json.loads(out.read_text("utf-8"))
    assert data["provenance"]["questions"] > 0
    assert str(tmp_path) not in out.read_text("utf-8")
    assert 0 < data["threshold"] < 1


def test_calibration_does_not_depend_on_the_order_of_questions(files, embedders):
    squads = [read_squad(path) for path in files]
    turned = [replace(squad, questions=squad.questions[::-1]) for squad in squads]
    a, b = (calibrate(s, (0,), 1, 0.5, embedders, lambda _: None, names=["x"]) for s in (squads, turned))
    assert np.allclose(a.weights, b.weights, atol=1e-3)
    assert isinstance(squads[0], Squad)


def app():
    import typer

    made = typer.Typer()
    cli.register(made)
    return made
