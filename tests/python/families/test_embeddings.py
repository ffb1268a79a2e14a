"""Embeddings: naturals go up, means come down, and the two agree."""

from __future__ import annotations

import jax
import numpy as np
import pytest
from examples import FACTORED, FACTORS, HIERARCHICAL, HIERARCHY, MIXED, MIXTURE, standard

from whyboard import families as f
from whyboard.errors import ParameterError
from whyboard.families import moments as m

RANDOM = np.random.default_rng(1)
DIAGONAL, FULL = f.Mixture(f.Normal(2, "diagonal"), 3, "first"), f.Mixture(f.Normal(2), 3, "first")
NORMALS = f.NormalEmbedding(f.Normal(2, "diagonal"), f.Normal(2))
EMBEDDINGS = [
    f.Identity(f.Normal(2)),
    NORMALS,
    f.NormalEmbedding(f.Normal(3, "isotropic"), f.Normal(3)),
    f.BoltzmannEmbedding(f.DiagonalBoltzmann(3), f.Boltzmann(3)),
    f.ChordalEmbedding(f.ChordalBoltzmann(3, ((0, 2), (1, 2))), f.Boltzmann(3)),
    f.ObservableEmbedding(FACTORS),
    f.LatentEmbedding(HIERARCHY),
    f.ObservableEmbedding(HIERARCHY.latent),
    f.LatentHarmoniumEmbedding(NORMALS, DIAGONAL, FULL),
]


def random_like(template):
    return jax.tree.map(lambda leaf: RANDOM.normal(size=leaf.shape), template)


@pytest.mark.parametrize("embedding", EMBEDDINGS, ids=lambda embedding: type(embedding).__name__)
def test_embedding_is_the_transpose_of_projecting(embedding):
    natural = random_like(embedding.sub_man.template)
    mean = random_like(embedding.amb_man.template)
    above = embedding.amb_man.inner(embedding.embed(natural), mean)
    below = embedding.sub_man.inner(natural, embedding.project(mean))
    assert above == pytest.approx(below, rel=1e-12)


@pytest.mark.parametrize("embedding", EMBEDDINGS, ids=lambda embedding: type(embedding).__name__)
def test_translating_adds_what_is_embedded(embedding):
    natural, change = random_like(embedding.amb_man.template), random_like(embedding.sub_man.template)
    moved = embedding.translate(natural, change)
    expected = jax.tree.map(np.add, natural, embedding.embed(change))
    for found, meant in zip(jax.tree.leaves(moved), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(found, meant)


def test_projecting_means_gives_the_marginal_statistics():
    x, (y, k) = HIERARCHY.sample(0, HIERARCHICAL, (50,))
    whole = HIERARCHY.statistics((x, (y, k)))
    np.testing.assert_allclose(f.ObservableEmbedding(HIERARCHY).project(whole).first, x)
    np.testing.assert_allclose(f.LatentEmbedding(HIERARCHY).project(whole).observable.first, y)
    crossed = f.InteractionEmbedding(HIERARCHY).project(whole)[0]
    np.testing.assert_allclose(crossed, x[:, :, None] * y[:, None, :])


def test_the_parts_of_a_harmonium_add_up_to_it():
    slots = (f.ObservableEmbedding(MIXTURE), f.InteractionEmbedding(MIXTURE), f.LatentEmbedding(MIXTURE))
    total = MIXTURE.zeros()
    for slot in slots:
        total = slot.translate(total, slot.project(MIXED))
    for found, meant in zip(jax.tree.leaves(total), jax.tree.leaves(MIXED), strict=True):
        np.testing.assert_array_equal(found, meant)


def test_slots_know_their_families():
    assert f.ObservableEmbedding(FACTORS).sub_man == f.Normal(3, "diagonal")
    assert f.LatentEmbedding(FACTORS).sub_man == f.Normal(2)
    assert f.InteractionEmbedding(FACTORS).sub_man.dims == ((3, 2),)
    assert f.ObservableEmbedding(FACTORS).amb_man is FACTORS


def test_a_restricted_harmonium_is_the_same_distribution_in_the_fuller_one():
    embedding = f.LatentHarmoniumEmbedding(NORMALS, DIAGONAL, FULL)
    assert embedding.sub_man is DIAGONAL
    assert embedding.amb_man is FULL
    natural = f.HarmoniumCoordinates(
        m.NormalMoments(np.array([0.2, -0.1]), np.array([-1.0, -2.0])),
        (RANDOM.normal(size=(2, 3)),),
        m.CountMoments(np.array([0.3, -0.4, 0.1])),
    )
    xs, ks = RANDOM.normal(size=(5, 2)), RANDOM.integers(0, 3, 5)
    expected = DIAGONAL.log_density(natural, (xs, ks))
    np.testing.assert_allclose(FULL.log_density(embedding.embed(natural), (xs, ks)), expected, rtol=1e-12)


def test_the_inclusion_of_a_harmonium_prior_follows_from_that_of_its_latent():
    assert isinstance(FACTORS.embedding, f.Identity)
    restricted = f.LinearGaussian(3, 2, posterior="diagonal")
    assert restricted.embedding == NORMALS
    prior = restricted.prior(
        FACTORED._replace(
            observable=f.Normal(3).zeros()._replace(second=-np.eye(3) / 2),
            latent=m.NormalMoments(np.zeros(2), np.full(2, -9.0)),
        )
    )
    weights = FACTORED.interaction[0]
    np.testing.assert_allclose(prior.second, weights.T @ weights / 2 - 9 * np.eye(2), atol=1e-12)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: f.ObservableEmbedding(f.Normal(2)), "Expected a harmonium"),
        (lambda: f.LatentHarmoniumEmbedding(NORMALS, FULL, FULL), "sub_man of its embedding"),
        (lambda: f.LatentHarmoniumEmbedding(NORMALS, DIAGONAL, DIAGONAL), "amb_man of its embedding"),
        (
            lambda: f.LatentHarmoniumEmbedding(NORMALS, f.Mixture(f.Normal(2, "diagonal"), 2, "first"), FULL),
            "Expected one latent",
        ),
        (
            lambda: f.LatentHarmoniumEmbedding(
                NORMALS, f.Mixture(f.Normal(2, "diagonal"), 3), f.Mixture(f.Normal(2), 3)
            ),
            "pair blocks that both observables have",
        ),
        (lambda: f.NormalEmbedding(f.Normal(2, "diagonal"), f.Normal(3)), "vectors of the same length"),
        (lambda: f.BoltzmannEmbedding(f.DiagonalBoltzmann(2), f.Boltzmann(3)), "as many independent bits"),
        (lambda: f.inclusion(f.Poisson(), f.Normal(2)), "state your own Embedding"),
    ],
)
def test_the_structure_is_checked_when_an_embedding_is_made(make, words):
    with pytest.raises(ParameterError, match=words):
        make()


def test_the_prior_of_a_standard_factor_model_is_standard():
    np.testing.assert_allclose(FACTORS.prior(FACTORED).second, standard(2).second, atol=1e-12)
