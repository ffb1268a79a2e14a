"""A mixture of one component is its component: the baseline of any comparison of their number."""

from typing import Any

import numpy as np
import scipy.stats

import whyboard as wb
from whyboard.models.posterior import VMPModel


def test_the_bound_of_one_component_is_the_log_evidence():
    data = np.array([1.0, 2.5, -0.5])
    with wb.Graph("single") as single:
        which = wb.Variable("which", distribution="CategoricalDistribution", probabilities=[1.0])
        centre = wb.StaticVariable("centre", shape=1, variance=4)
        x = wb.Variable("x", mean=centre[which], variance=1)
    model = wb.get_posterior_model(single, {x: data}, method="VMP", progress=False)
    covariance: Any = np.eye(3) + 4
    evidence = scipy.stats.multivariate_normal.logpdf(data, np.zeros(3), covariance)
    assert isinstance(model, VMPModel)
    np.testing.assert_allclose(model.lower_bound[-1], evidence)
    np.testing.assert_allclose(model.get_means(centre), [data.sum() / (3 + 1 / 4)])
    assert len(repr(model.belief(which))) < 200
