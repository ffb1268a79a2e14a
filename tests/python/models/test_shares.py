"""Probabilities that are computed from several variables sum to one, or are refused."""

import numpy as np
import pytest

import whyboard as wb
from whyboard.errors import ParameterError


def shares_of(make):
    """The posterior model, not solved, of a category whose probabilities are made of two free ones and a third kind."""
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", distribution="Beta", alpha=1, beta=1)
        q = wb.StaticVariable("q", distribution="Beta", alpha=1, beta=1)
        d = wb.StaticVariable("d", shape=(3, 3), distribution="Dirichlet", concentration=np.ones((3, 3)))
        z = wb.Variable("z", distribution="Categorical")
        z.probabilities = make(p, q, d, z)
    return lambda method: wb.get_posterior_model(g, {z: [0, 0, 1]}, method, solve=False)


REFUSED = {
    "two free ones": lambda p, q, d, z: wb.math.stack([p, q]),
    "through a variable of their own": lambda p, q, d, z: wb.Variable(
        "both", shape=2, distribution="Dirac", mean=wb.math.stack([p, q])
    ),
    "half of a Dirichlet": lambda p, q, d, z: d[0, :2],
    "a stick that is not used up": lambda p, q, d, z: wb.math.stack([p, (1 - p) * q, 1 - p]),
}
TAKEN = {
    "one and the rest": lambda p, q, d, z: wb.math.stack([p, 1 - p]),
    "a broken stick": lambda p, q, d, z: wb.math.stack([p, (1 - p) * q, (1 - p) * (1 - q)]),
    "a row by the earlier category": lambda p, q, d, z: d[wb.math.time_shift(z, -1, initial_values=0)],
    "ratios": lambda p, q, d, z: wb.math.stack([p / (p + q), q / (p + q)]),
    "a weighted mean": lambda p, q, d, z: p * d[0] + (1 - p) * d[1],
}


@pytest.mark.parametrize("name", [name for name in REFUSED if "through" not in name])
def test_shares_that_need_not_sum_to_one_are_refused_by_all_methods(name):
    model = shares_of(REFUSED[name])
    for method in ("auto", "VMP", "MAP", "Gibbs"):
        with pytest.raises(ParameterError, match=r"The probabilities of 'g/z' are computed from .* they sum to"):
            model(method)


def test_a_named_formula_hides_nothing():
    with pytest.raises(ParameterError, match="computed from 'g/p' and 'g/q' and need not sum to 1"):
        shares_of(REFUSED["through a variable of their own"])("MAP")


@pytest.mark.parametrize("name", TAKEN)
def test_shares_that_sum_to_one_whatever_their_causes_are_taken(name):
    assert shares_of(TAKEN[name])("MAP").n_data == 3
