import numpy as np
import pytest

from bot.retrieval.fairness import Fairness, group_codes, language_group


def made(sizes=(40, 40), dim=16, apart=1.0):
    draw = np.random.default_rng(1)
    places = apart * draw.standard_normal((len(sizes), dim))
    groups = np.repeat(np.arange(len(sizes)), sizes).astype(np.int32)
    meaning = draw.standard_normal((len(groups), dim))
    vectors = meaning + places[groups]
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), groups, meaning


def test_languages_that_lie_apart_come_together():
    vectors, groups, _ = made()
    fair = Fairness.fit(vectors, groups, 2).passages(vectors, groups)
    before = vectors[groups == 0].mean(0) @ vectors[groups == 1].mean(0)
    between = np.linalg.norm(fair[groups == 0].mean(0) - fair[groups == 1].mean(0))
    assert before < 0.5
    assert between < 0.5
    assert np.allclose(np.linalg.norm(fair, axis=1), 1, atol=1e-5)


def test_the_probe_scores_stored_vectors_as_fair_vectors_would():
    vectors, groups, _ = made()
    fairness = Fairness.fit(vectors, groups, 2)
    question = vectors[3]
    probe, offsets = fairness.probe(question)
    scores = (vectors @ probe - offsets[groups]) / fairness.lengths(vectors, groups)
    expected = fairness.passages(vectors, groups) @ fairness.foreign(question[None])[0]
    assert np.allclose(scores, expected, atol=1e-4)


def test_the_only_text_of_a_language_keeps_its_meaning():
    vectors, groups, _ = made((60, 1))
    fair = Fairness.fit(vectors, groups, 2).passages(vectors, groups)
    assert np.linalg.norm(fair[-1]) == pytest.approx(1, abs=1e-4)
    assert np.isfinite(fair).all()


def test_one_text_alone_is_no_trouble():
    vectors = np.eye(4, dtype=np.float32)[:1]
    fair = Fairness.fit(vectors, np.zeros(1, np.int32), 1)
    assert np.isfinite(fair.passages(vectors, np.zeros(1, np.int32))).all()


def test_statistics_follow_from_the_vectors_alone():
    vectors, groups, _ = made()
    once = Fairness.fit(vectors, groups, 2)
    keep = np.r_[0:30, 40:80]
    part = Fairness.fit(vectors[keep], groups[keep], 2)
    again = Fairness.fit(vectors, groups, 2)
    assert np.array_equal(once.means, again.means)
    assert not np.allclose(once.means, part.means)


def test_both_chinese_scripts_share_a_background():
    names, codes = group_codes(["zh-Hant", "en", "zh-Hans", "zh", "en-GB"])
    assert names == ["en", "zh"]
    assert list(codes) == [1, 0, 1, 1, 0]
    assert language_group("PT-br") == "pt"
