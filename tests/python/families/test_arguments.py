"""What methods of families say of arguments that do not fit, and what they take besides arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from examples import EXAMPLES, MIXED, MIXTURE
from scipy import stats

from whyboard import families as f
from whyboard.errors import DataError, ParameterError, ShapeError, WhyboardError
from whyboard.families import moments as m

NORMAL = f.Normal(3)
STANDARD = m.NormalMoments(np.zeros(3), -np.eye(3) / 2)
GAMMA = m.PositiveMoments(-2.0, 1.5)
MACHINE = f.RestrictedBoltzmann(2, 3)
WEIGHTS = f.HarmoniumCoordinates(m.FirstMoment(np.zeros(2)), (np.zeros((2, 3)),), m.FirstMoment(np.zeros(3)))
BITS = np.zeros((5, 2)), np.zeros((5, 3))
SEQUENCES = f.LatentProcess(f.Mixture(f.Poisson(), 2), f.Mixture(f.Categorical(2), 2))

MISTAKES: list[tuple[str, Callable[[], Any], type[WhyboardError], str]] = [
    ("a shorter value", lambda: NORMAL.log_density(STANDARD, np.zeros(2)), ShapeError, r"value.*\(\.\.\., 3\)"),
    ("a number for a vector", lambda: NORMAL.log_density(STANDARD, 1.0), ShapeError, "value"),
    ("words", lambda: f.Gamma().log_density(GAMMA, "a"), ShapeError, "'a'"),
    (
        "a value first",
        lambda: NORMAL.log_density(np.zeros(3), STANDARD),
        ShapeError,
        "natural=.*Expected NormalMoments",
    ),
    ("another dimension", lambda: NORMAL.to_mean(m.NormalMoments(np.zeros(2), -np.eye(2))), ShapeError, "natural"),
    ("another type", lambda: NORMAL.to_mean(GAMMA), ShapeError, r"PositiveMoments\(first=-2.0, log=1.5\)"),
    ("one flat vector", lambda: NORMAL.to_mean(np.zeros(12)), ShapeError, r"first=\(3,\), second=\(3, 3\)"),
    (
        "plates that differ",
        lambda: NORMAL.log_density(m.NormalMoments(np.zeros((4, 3)), -np.eye(3)), np.zeros((5, 3))),
        ShapeError,
        r"do not broadcast .* \(4,\)",
    ),
    (
        "turned weights",
        lambda: MACHINE.gibbs(0, WEIGHTS._replace(interaction=(np.zeros((3, 2)),)), BITS),
        ShapeError,
        "n",
    ),
    ("bare weights", lambda: MACHINE.gibbs(0, WEIGHTS._replace(interaction=np.zeros((2, 3))), BITS), ShapeError, "n"),
    ("an observable alone", lambda: MIXTURE.log_density(MIXED, np.zeros((4, 2))), ShapeError, "value"),
    ("sides exchanged", lambda: MIXTURE.join(*reversed(MIXTURE.split(MIXED))), ShapeError, "likelihood=.*Likelihood"),
    ("wider rows", lambda: MIXTURE.fit(np.zeros((5, 3))), DataError, r"xs of shape \(5, 3\). Expected \(rows, 2\)"),
    ("one row", lambda: MIXTURE.em_step(MIXED, np.zeros(2)), DataError, r"\(rows, 2\)"),
    ("no rows", lambda: MIXTURE.em_step(MIXED, np.zeros((0, 2))), DataError, r"\(rows, 2\)"),
    ("gaps", lambda: MIXTURE.em_step(MIXED, [[0.0, np.nan]]), DataError, "missing or infinite"),
    ("a column", lambda: f.Mixture(f.Normal(), 2).fit(np.zeros((5, 1))), DataError, r"Expected \(rows,\)"),
    ("broken counts", lambda: f.Mixture(f.Poisson(), 2).fit([1, 2.5, 3]), DataError, "in row 1: 2.5"),
    ("counts below zero", lambda: SEQUENCES.fit([[1, 2], [3, -1]]), DataError, "in row 1, 1: -1"),
    ("a category too many", lambda: MIXTURE.likelihood(MIXED, 3), DataError, r"Categorical\(k=3\) does not have: 3"),
    ("no starts", lambda: MIXTURE.fit(np.zeros((5, 2)), restarts=0), ParameterError, "restarts=0.*at least 1"),
    ("a seed in words", lambda: MIXTURE.sample("a", MIXED), ParameterError, "key='a'. Expected a seed"),
    ("half a draw", lambda: MIXTURE.sample(0, MIXED, 0.5), ParameterError, "shape=0.5"),
    ("no categories", lambda: f.Mixture(f.Normal(), 0), ParameterError, "k=0"),
    ("a broken size", lambda: f.Normal(2.5), ParameterError, "dim=2.5"),
    ("a function", lambda: f.Mixture(f.Normal, 2), ParameterError, "observable=Normal. Expected a family"),
    ("no harmonium", lambda: f.Hierarchical(f.Normal(2), MIXTURE), ParameterError, "lower=.*conjugated"),
    ("no pair", lambda: f.Harmonium(NORMAL, ["first"], NORMAL), ParameterError, "pairs of blocks"),
    ("no parts", lambda: f.Product(()), ParameterError, "Expected families"),
]


@pytest.mark.parametrize(("mistake", "error", "words"), [each[1:] for each in MISTAKES], ids=[e[0] for e in MISTAKES])
def test_mistakes_are_told_in_words(mistake: Callable[[], Any], error: type[WhyboardError], words: str):
    with pytest.raises(error, match=words):
        mistake()


def test_programs_are_told_of_shapes_too():
    with pytest.raises(ShapeError, match=r"\(\.\.\., 3\)"):
        jax.jit(NORMAL.log_density)(jax.tree.map(jnp.asarray, STANDARD), jnp.zeros(2))


def test_lists_and_numbers_will_do():
    listed = m.NormalMoments([0, 0, 0], np.diag([-0.5, -0.5, -0.5]).tolist())
    rows = [[0.0, 1, 2], [3, 4, 5]]
    np.testing.assert_allclose(NORMAL.log_density(listed, rows), stats.norm.logpdf(rows).sum(-1))
    assert f.Gamma().sample(0, GAMMA, 3).shape == f.Gamma().sample(0, GAMMA, [3]).shape == (3,)
    assert f.Product([f.Normal(), f.Poisson()]) == f.Product((f.Normal(), f.Poisson()))
    assert f.Normal(np.int64(2)) == f.Normal(2)


OUTSIDE = {
    "gamma": -1.0,
    "poisson": -1,
    "bernoulli": 2,
    "binomial": 2.5,
    "categorical": 3,
    "multinomial": [1, 1, 1],
    "beta": 1.5,
    "dirichlet": [0.2, 0.9, 0.1],
    "wishart": [[1.0, 0.0], [0.0, -1.0]],
    "boltzmann": [0, 1, 2],
    "conway-maxwell-poisson": -3,
    "normal-gamma": (0.0, -1.0),
    "full normal": [0.0, np.inf, 0.0],
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_values_that_a_family_lacks_have_no_density(name: str):
    example = next(each for each in EXAMPLES if each.name == name)
    assert example.family.log_density(example.natural, OUTSIDE[name]) == -np.inf
