"""Probabilities of categories, judged by Bayes' rule."""

import numpy as np
import pytest
import scipy.stats

import whyboard as wb
from whyboard.errors import SolverError, UnknownName

PRIOR = np.array([0.2, 0.3, 0.5])
CENTRES = np.array([-4.0, 0.0, 4.0])
DATA = np.array([-3.0, 1.0, np.nan, 5.0])


@pytest.fixture(scope="module")
def choice():
    with wb.Graph("choice") as choice:
        which = wb.Variable("which", distribution="CategoricalDistribution", probabilities=PRIOR)
        table = wb.StaticVariable("table", shape=3, distribution="Dirac", mean=CENTRES)
        wb.Variable("seen", mean=table[which], variance=4)
    return choice


def posterior() -> np.ndarray:
    joint = PRIOR * np.where(np.isnan(DATA)[:, None], 1.0, scipy.stats.norm.pdf(DATA[:, None], CENTRES, 2.0))
    return joint / joint.sum(axis=1, keepdims=True)


@pytest.mark.parametrize(("method", "tolerance"), [("VMP", 1e-10), ("Gibbs", 0.05)])
def test_categories_have_the_probabilities_of_bayes_rule(choice, method, tolerance):
    model = wb.get_posterior_model(choice, {choice.seen: DATA}, method=method, progress=False)
    np.testing.assert_allclose(model.get_probabilities(choice.which), posterior(), atol=tolerance)


def test_what_is_observed_has_one_value_of_probability_one(choice):
    data = {choice.seen: [0.0, 1.0], choice.which: [2, 0]}
    model = wb.get_generative_model(choice, data)
    np.testing.assert_array_equal(model.get_probabilities(choice.which), [[0, 0, 1], [1, 0, 0]])
    with pytest.raises(SolverError, match="'choice/seen' has NormalDistribution, which has no categories"):
        model.get_probabilities(choice.seen)


def test_what_another_method_has_is_told(choice):
    model = wb.get_posterior_model(choice, {choice.seen: DATA}, method="Gibbs", solve=False)
    with pytest.raises(UnknownName, match=r'has no \'belief\'\. method="VMP" or method="EM" have it\. get_samples'):
        _ = model.belief  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(UnknownName, match=r"has no 'get_mean'\. Did you mean 'get_means'"):
        _ = model.get_mean  # pyright: ignore[reportAttributeAccessIssue]
