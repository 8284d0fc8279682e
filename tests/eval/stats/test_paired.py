import numpy as np
import pytest
from scipy.stats import binomtest

from eval.stats.paired import critical_losses, holm, mcnemar, paired_bootstrap
from eval.stats.power import detectable, power


@pytest.mark.parametrize(("losses", "gains"), [(5, 0), (4, 0), (9, 2), (3, 7), (1, 1)])
def test_mcnemar_is_the_exact_binomial_test(losses, gains):
    expected = binomtest(losses, losses + gains, 0.5, alternative="greater").pvalue
    assert mcnemar(losses, gains) == pytest.approx(expected)


def test_five_losses_fail_without_a_gain_and_nine_with_two():
    assert critical_losses(0, 0.05) == 5
    assert critical_losses(2, 0.05) == 9
    assert mcnemar(0, 5) == 1


def test_the_paired_bootstrap_finds_a_drop_and_no_drop_in_equal_runs():
    before = np.column_stack([np.ones(60), np.ones(60)])
    after = before.copy()
    assert paired_bootstrap(before, after, seed=1) == 1
    after[:10, 0] = 0.5
    assert paired_bootstrap(before, after, seed=1) < 0.001
    assert paired_bootstrap(after, before, seed=1) > 0.99


def test_holm_steps_down():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


@pytest.mark.parametrize(("n", "expected"), [(120, 0.46), (200, 0.72), (300, 0.88)])
def test_power_matches_simulated_figures_for_five_points_with_two_per_cent_churn(n, expected):
    assert power(n, 0.05, churn=0.02) == pytest.approx(expected, abs=0.005)


def test_what_can_be_detected_shrinks_with_the_number_of_questions():
    few, many = detectable(100), detectable(400)
    assert few.losses == many.losses == 5
    assert many.likely_drop < few.likely_drop < few.likely_drop_churn
    assert detectable(4).drop > 1
    assert detectable(4).likely_drop is None
