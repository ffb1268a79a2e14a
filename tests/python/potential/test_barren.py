"""Elements that nothing observed depends on: they take no part in a fit, and are believed as their parents tell."""

from typing import Any

import numpy as np
import pytest
from bayespy_twin import Pair, dirichlet, gamma, nodes, random, same_as_bayespy

import whyboard as wb


def _where(mask: np.ndarray) -> Any:
    """What BayesPy believes of these plates alone: others it updates from what their parents were."""
    return lambda u: [np.where(mask.reshape(mask.shape + (1,) * (each.ndim - mask.ndim)), each, np.nan) for each in u]


@same_as_bayespy
def test_gaps_inside_a_vector_of_latent_numbers() -> Pair:
    draw = random()
    mask = draw.random((6, 3)) > 0.3
    mask[2], mask[:, 1] = False, False
    y = draw.normal(size=(6, 3))
    with wb.Graph("g") as g:
        spread, noise = gamma("spread", 1.0, 1.0, plates=(3,)), gamma("noise", 1.0, 1.0)
        z = wb.Variable("z", shape=3, precision=spread[0])
        seen = wb.Variable("seen", shape=3, mean=z, precision=noise[0])
    hidden = nodes.GaussianARD(0, spread[1], plates=(6, 3))
    node = nodes.GaussianARD(hidden, noise[1])
    node.observe(y, mask=mask)
    latents = [(z, hidden, _where(mask)), (*spread, _where(np.asarray(mask.any(axis=0)))), noise]
    return Pair(g, {seen: np.where(mask, y, np.nan)}, latents, [node])


@same_as_bayespy
def test_documents_of_different_lengths_as_rows() -> Pair:
    draw = random()
    words = draw.integers(4, size=(5, 6))
    mask = np.arange(6) < draw.integers(2, 7, size=(5, 1))
    start = draw.dirichlet(np.ones(4), size=2)
    with wb.Graph("g") as g:
        topics = dirichlet("topics", np.full(4, 0.2), plates=(2,))
        share = wb.Variable("share", shape=(1, 2), distribution="DirichletDistribution", concentration=[0.5, 0.5])
        z = wb.Variable("z", shape=6, distribution="CategoricalDistribution", probabilities=share)
        word = wb.Variable("word", shape=6, distribution="CategoricalDistribution", probabilities=topics[0][z])
    shares = nodes.Dirichlet([0.5, 0.5], plates=(5, 1))
    chosen = nodes.Categorical(shares, plates=(5, 6))
    node = nodes.Categorical(nodes.Gate(chosen, topics[1]))
    node.observe(words, mask=mask)
    topics[1].initialize_from_value(start)
    latents = [(z, chosen, _where(mask)), (share, shares), topics]
    return Pair(g, {word: np.where(mask, words, np.nan)}, latents, [node], {topics[0]: start})


def _groups(count: int) -> Any:
    with wb.Graph("g") as g:
        precision = wb.StaticVariable("precision", distribution="GammaDistribution", concentration=2.0, rate=1.0)
        level = wb.StaticVariable("level", shape=count, mean=1.0, precision=precision)
        group = wb.Variable("group", dtype="int", distribution="NoDistribution")
        wb.Variable("y", mean=level[group], variance=0.5)
    return g


def test_a_group_without_rows_changes_nothing_and_has_its_prior() -> None:
    y = random().normal(size=7)
    names = np.array([0, 2, 2, 3, 0, 3, 3])
    wide, close = (_groups(count) for count in (4, 3))
    found: Any = wb.get_posterior_model(wide, {wide.group: names, wide.y: y}, method="VMP", progress=False)
    renamed = np.searchsorted([0, 2, 3], names)
    same: Any = wb.get_posterior_model(close, {close.group: renamed, close.y: y}, method="VMP", progress=False)
    assert found.lower_bound[-1] == pytest.approx(same.lower_bound[-1], abs=1e-9)
    np.testing.assert_allclose(found.get_means(wide.level)[[0, 2, 3]], same.get_means(close.level), atol=1e-7)
    natural = found.belief(wide.level).natural
    precision = found.get_means(wide.precision)
    assert -2 * natural.second[1] == pytest.approx(precision, rel=1e-6)
    assert found.belief(wide.level).u[0][1] == pytest.approx(1.0)
    # Its variance counts how uncertain the precision is.
    shape = 2 + 3 / 2
    assert found.get_variances(wide.level)[1] == pytest.approx(shape / (shape - 1) / precision, rel=0.2)


def test_chains_draw_a_group_without_rows_from_its_prior() -> None:
    g = _groups(2)
    model: Any = wb.get_posterior_model(
        g, {g.group: [0, 0], g.y: [0.5, 1.0]}, method="Gibbs", chains=1, n_samples=1000, progress=False
    )
    drawn = model.get_chains(g.level)[0, :, 1]
    spread = (1 / model.get_chains(g.precision)[0]).mean()
    assert drawn.mean() == pytest.approx(1.0, abs=0.2)
    assert drawn.var() == pytest.approx(spread, rel=0.4)


def test_a_gap_does_not_stop_steps_along_the_natural_gradient() -> None:
    def fitted(counts: list[float]) -> Any:
        with wb.Graph("g") as g:
            common = wb.StaticVariable("common", mean=1.0)
            rate = wb.Variable("rate", mean=common)
            seen = wb.Variable("seen", dtype="int", distribution="PoissonDistribution", mean=wb.math.exp(rate))
        model = wb.get_posterior_model(g, {seen: counts}, method="VMP", mixed=True, progress=False)
        return model, model.get_means(common)

    (found, mean), (whole, expected) = fitted([1, np.nan, 5]), fitted([1, 5])
    assert found.lower_bound[-1] == pytest.approx(whole.lower_bound[-1], abs=1e-6)
    assert mean == pytest.approx(expected, abs=1e-4)
    assert found.get_means("g/rate")[1] == pytest.approx(expected, abs=1e-4)
