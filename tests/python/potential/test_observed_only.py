"""Distributions without a family of beliefs, or with one that is not theirs."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

import whyboard as wb
from whyboard import registry
from whyboard.families import Gamma, PositiveMoments
from whyboard.models.posterior import VMPModel


def pareto(**stated: Any) -> type[wb.Distribution]:
    def formula(x: PositiveMoments, tail: PositiveMoments, minimum: float):
        return tail.log + tail.first * jnp.log(minimum) - (tail.first + 1) * x.log

    parameters = (wb.Parameter("tail", domain="positive"), wb.Parameter("minimum", default=1.0, domain="positive"))
    body = {"parameters": parameters, "expected_log_density": staticmethod(formula), **stated}
    return wb.register_distribution(type("ParetoDistribution", (wb.Distribution,), body))


@pytest.fixture(autouse=True)
def _unregistered():
    yield
    registry.distributions.unregister("ParetoDistribution")


def graph():
    with wb.Graph("claims") as claims:
        tail = wb.StaticVariable("tail", distribution="Gamma", concentration=1, rate=1)
        wb.Variable("claim", distribution="Pareto", tail=tail, minimum=3.0)
    return claims


def test_parameters_of_one_without_a_family_are_learned_by_its_formula():
    law, data = pareto(), np.array([3.5, 4.0, 9.0])
    wb.check(law, 4.0, tail=2.0, minimum=3.0)
    claims = graph()
    model = wb.get_posterior_model(claims, {claims.claim: data}, method="VMP", progress=False)
    assert isinstance(model, VMPModel)
    np.testing.assert_allclose(model.get_means(claims.tail), 4 / (1 + np.log(data / 3).sum()))
    tails, step = np.linspace(1e-6, 60, 200_001, retstep=True)
    density = np.exp(-tails) * np.prod([scipy.stats.pareto.pdf(x, tails, scale=3.0) for x in data], axis=0)
    np.testing.assert_allclose(model.lower_bound[-1], np.log(density.sum() * step), rtol=1e-6)


def test_what_cannot_be_drawn_is_refused_where_it_is_not_observed():
    pareto()
    claims = graph()
    with pytest.raises(wb.errors.SolverError, match=r"'claims/claim' is not observed everywhere, .* states no sample"):
        wb.get_generative_model(claims, n_data=3)
    with pytest.raises(wb.errors.SolverError, match="State sample, or observe all of it"):
        wb.get_posterior_model(claims, {claims.claim: [4.0, np.nan]}, method="VMP")


def test_an_edge_at_a_known_parameter_is_held_to_while_others_are_unknown():
    pareto(in_support=staticmethod(lambda value, tail, minimum: value >= minimum))
    claims = graph()
    with pytest.raises(wb.errors.DataError, match=r"got 1\.0 in row 0"):
        claims.session.linker.link(claims.claim, [1.0, 5.0])


def test_a_family_that_is_not_that_of_the_formula_is_found_at_the_first_data():
    pareto(family=staticmethod(lambda event, parameters: Gamma()))
    claims = graph()
    with pytest.raises(wb.errors.ParameterError, match="it is not the family of ParetoDistribution"):
        claims.session.linker.link(claims.claim, [4.0, 5.0])


def test_advice_names_no_method_that_refuses_the_model_too():
    def density(value, tail, minimum):
        return jnp.log(tail) + tail * jnp.log(minimum) - (tail + 1) * jnp.log(value)

    inside = staticmethod(lambda value, tail, minimum: value >= minimum)
    pareto(expected_log_density=None, log_density=staticmethod(density), in_support=inside)
    claims = graph()
    with pytest.raises(wb.errors.NotConjugate, match=r"log density\. Use method=\"VMP\" with mixed=True\.$"):
        wb.get_posterior_model(claims, {claims.claim: [4.0, 5.0]}, method="VMP")
