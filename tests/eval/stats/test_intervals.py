import numpy as np
import pytest

from eval.stats.agreement import auroc, kappa
from eval.stats.intervals import bootstrap, ratio, seed_of, wilson


def test_wilson_gives_the_published_interval():
    interval = wilson(114, 120)
    assert (interval.low, interval.high) == (pytest.approx(0.895, abs=5e-4), pytest.approx(0.977, abs=5e-4))


def test_wilson_stays_inside_zero_and_one_and_says_nothing_without_trials():
    assert wilson(10, 10).high == pytest.approx(1.0)
    assert wilson(10, 10).low == pytest.approx(0.722, abs=1e-3)
    assert wilson(0, 10).low == 0.0
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)


def test_the_bootstrap_is_the_same_for_the_same_seed_and_covers_the_mean():
    columns = np.column_stack([np.linspace(0, 1, 50), np.ones(50)])
    first, second = (bootstrap(columns, ratio, seed=seed_of("x")) for _ in range(2))
    assert first == second
    assert first.low < 0.5 < first.high
    assert bootstrap(columns, ratio, seed=seed_of("y")) != first


def test_the_bootstrap_agrees_with_the_normal_interval():
    values = np.random.Generator(np.random.PCG64(1)).normal(5, 2, 400)
    interval = bootstrap(np.column_stack([values, np.ones(400)]), ratio, seed=3)
    half = 1.96 * values.std() / 20
    assert interval.low == pytest.approx(values.mean() - half, abs=0.03)
    assert interval.high == pytest.approx(values.mean() + half, abs=0.03)


def test_kappa_is_one_for_agreement_zero_for_chance_and_undefined_for_constants():
    assert kappa([True, False, True, False], [True, False, True, False]) == 1
    assert kappa([True, True, False, False], [True, False, True, False]) == 0
    assert np.isnan(kappa([True, True], [True, True]))


def test_auroc_counts_ties_half():
    assert auroc([2, 3], [0, 1]) == 1
    assert auroc([1, 1], [1, 1]) == 0.5
    assert np.isnan(auroc([], [1]))
