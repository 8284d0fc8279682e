"""The model that decides whether to answer: it ships for these features and moves the right way with each."""

import pytest

from bot.answering.answerable import FEATURES, Calibration, shipped

GOOD = dict(zip(FEATURES, (2.0, 7.0, 0.0, 0.0, 0.0, 0.0, 0.8), strict=True))


def probability(**changes: float) -> float:
    return shipped().probability(tuple((GOOD | changes).values()))


def test_a_plain_answer_passes_and_nothing_like_one_does_not() -> None:
    assert probability() > shipped().threshold
    assert probability(confidence=-5.0, near=2.0, behind=0.5, coverage=0.1) < shipped().threshold


@pytest.mark.parametrize(
    "worse",
    [{"confidence": -2.0}, {"near": 1.0}, {"behind": 1.0}, {"gap": 6.0}, {"lacks_names": 1.0}, {"lacks_places": 1.0},
     {"coverage": 0.0}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_what_speaks_against_an_answer_lowers_it(worse: dict[str, float]) -> None:
    assert probability(**worse) < probability()


def test_it_says_where_it_comes_from() -> None:
    assert {"date", "method", "golden_dev"} <= shipped().provenance.keys()


def test_coefficients_of_other_features_are_refused() -> None:
    with pytest.raises(ValueError, match="pinpoint eval evidence"):
        Calibration.from_json(shipped().to_json().replace('"gap"', '"gone"'))
