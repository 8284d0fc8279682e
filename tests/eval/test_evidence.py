"""The measure of when quoting declines: what is cut is gone, what stays is there, and a fit finds the difference."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from bot.answering.answerable import FEATURES, Calibration
from eval.evidence.fit import calibration_of
from eval.evidence.gaps import cut, read_source
from eval.retrieval.calibrate import Sample

TEXT = "The bridge was opened in 1932. It is 503 metres long."


def squad(path: Path, language: str, text: str, answers: dict[str, str]) -> Path:
    qas = [
        {"id": str(number), "question": question, "answers": [{"text": answer, "answer_start": text.index(answer)}]}
        for number, (question, answer) in enumerate(answers.items())
    ]
    file = path / f"small.{language}.json"
    data = {"data": [{"title": "t", "paragraphs": [{"context": text, "qas": qas}] * 20}]}
    file.write_text(json.dumps(data), encoding="utf-8")
    return file


def test_a_cut_takes_out_the_answering_sentence_and_no_other(tmp_path: Path) -> None:
    source = read_source(squad(tmp_path, "en", TEXT, {"When?": "1932", "How long?": "503"}))
    documents, questions = cut([source], seed=0, sample=1)
    assert source.language == "en"
    assert len(documents) == 20
    for document, ((_, _, when), (_, _, how_long)) in zip(
        documents, zip(questions[::2], questions[1::2], strict=True), strict=True
    ):
        text = document.paragraphs[0].text
        assert ("1932" in text) == when
        assert ("503" in text) == how_long
    assert {there for _, _, there in questions} == {True, False}


def test_a_fit_puts_what_is_there_above_what_is_not() -> None:
    draw = np.random.default_rng(0)
    held = np.arange(200) % 2 == 0
    values = draw.normal(size=(200, len(FEATURES)))
    values[:, 0] += 3 * held
    fitted = calibration_of([Sample(frozenset({"en"}), values, held)], {}, [0], 1, 0.5, ["small.en.json"])
    assert fitted.weights[0] == max(fitted.weights)
    answered = np.mean([fitted.probability(row) >= fitted.threshold for row in values[held]])
    assert 0.9 <= answered <= 0.96
    assert Calibration.from_json(fitted.to_json()).weights[0] == round(fitted.weights[0], 4)
