import json

import numpy as np
import pytest

from bot.retrieval.confidence import DOWN, FEATURES, Calibration, shipped


def test_the_shipped_calibration_says_where_it_comes_from():
    calibration = shipped()
    assert len(calibration.weights) == len(FEATURES)
    assert 0 < calibration.threshold < 1
    assert {"command", "date", "data", "questions", "auroc"} <= set(calibration.provenance)


def test_no_feature_counts_against_its_meaning():
    for name, weight in zip(FEATURES, shipped().weights, strict=True):
        assert weight <= 0 if name in DOWN else weight >= 0


def test_what_is_not_known_leaves_the_probability_where_it_is():
    calibration = shipped()
    mean = np.array(calibration.mean)
    unknown = mean.copy()
    unknown[FEATURES.index("topic_second")] = np.nan
    assert calibration.probability(unknown) == pytest.approx(calibration.probability(mean))


def test_a_probability_stays_one():
    calibration = shipped()
    for values in (np.full(len(FEATURES), 1e9), np.full(len(FEATURES), -1e9), np.full(len(FEATURES), np.nan)):
        assert 0 <= calibration.probability(values) <= 1


def test_a_calibration_survives_being_written_and_read():
    calibration = shipped()
    assert Calibration.from_json(calibration.to_json()) == calibration


def test_a_calibration_for_other_features_is_refused():
    data = json.loads(shipped().to_json()) | {"features": ["height"]}
    with pytest.raises(ValueError, match="pinpoint eval calibrate"):
        Calibration.from_json(json.dumps(data))
