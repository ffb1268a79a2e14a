"""What cannot be is refused in words, by the name of what was given."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

import whyboard as wb
from whyboard.errors import DataError, ParameterError, SolverError
from whyboard.families import Poisson
from whyboard.families.fit import fit
from whyboard.families.mixture import Mixture


def test_data_that_index_beyond_an_axis_are_named_with_their_row():
    with wb.Graph("g") as g:
        level = wb.StaticVariable("level", shape=(3, 2))
        group = wb.Variable("group", dtype="int", distribution=wb.NoDistribution)
        side = wb.Variable("side", dtype="int", distribution=wb.NoDistribution)
        y = wb.Variable("y", mean=level[group, side], variance=1)
        last = wb.Variable("last", mean=level[-1, 0], variance=1)
    fine = {group: [0, 2], side: [1, 0], y: [0.1, 0.2], last: [0.0, 0.0]}
    for method in ("MAP", "MAPFisher"):
        with pytest.raises(DataError, match=r"'g/group' is -1 in row 1, and 'g/y' picks by it from 3 elements.*0 to 2"):
            wb.get_posterior_model(g, {**fine, group: [0, -1]}, method=method, progress=False)
    with pytest.raises(DataError, match="'g/side' is 2 in row 0, and 'g/y' picks by it from 2 elements"):
        wb.get_generative_model(g, {**fine, side: [2, 0]})
    assert wb.get_posterior_model(g, fine, method="MAP", solve=False, progress=False)


def test_options_out_of_range_and_rows_of_another_number_are_named():
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu")
        y = wb.Variable("y", mean=mu, variance=1)
    for options, text in (
        ({"delay": -1.0}, r"VMP got delay=-1.0. Expected a number from 0 up"),
        ({"forgetting": 2.0}, r"VMP got forgetting=2.0. Expected a number from 0 up and up to 1"),
    ):
        with pytest.raises(SolverError, match=text):
            wb.get_posterior_model(g, {y: [1.0, 2.0, 3.0]}, method="VMP", solve=False, **options)
    with pytest.raises(SolverError, match=r"EM got tolerance=-1\. Expected"):
        wb.get_posterior_model(g, {y: [1.0, 2.0, 3.0]}, method="EM", solve=False, tolerance=-1)
    model = wb.get_posterior_model(g, {y: [1.0, 2.0, 3.0]}, method="VMP", solve=False, progress=False)
    with pytest.raises(DataError, match=r"observe got 2 rows of 'g/y'\. Expected 3, as the model has"):
        model.observe(y, [1.0, 2.0])


def test_a_formula_without_annotations_names_the_argument():
    class BareDistribution(wb.Distribution):
        parameters = (wb.Parameter("mean"),)

        @staticmethod
        def expected_log_density(x, mean):
            return -((x - mean) ** 2)

    with pytest.raises(ParameterError, match=r"BareDistribution.expected_log_density does not say what 'x' is"):
        wb.register_distribution(BareDistribution)


class _Breaking(Poisson):
    """Counts whose density is lost where a rate is well told apart."""

    def log_partition(self, natural):
        found = super().log_partition(natural)
        return jnp.where(jnp.asarray(natural[0]) > jnp.log(19.8), jnp.nan, found)


def test_a_fit_that_loses_its_density_has_not_converged():
    counts = np.concatenate([np.full(30, 1), np.full(30, 20)])
    found = fit(Mixture(_Breaking(), 2), counts, 0, 1, 200, 1e-9, 0.01)
    assert not found.converged
    assert np.isfinite(found.log_density)
    assert fit(Mixture(Poisson(), 2), counts, 0, 1, 200, 1e-9, 0.01).converged
