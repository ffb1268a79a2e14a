"""A distribution with settings is a class: the same one for the same settings, wherever it is asked for."""

from __future__ import annotations

import re

import jax.numpy as jnp
import numpy as np
import pytest

import whyboard as wb
from whyboard import catalog, registry
from whyboard.distributions import Parameter
from whyboard.distributions import register as register_distribution
from whyboard.distributions.normal import NormalDistribution
from whyboard.errors import ParameterError, UnknownName
from whyboard.graph.diagnosis import diagnose
from whyboard.operators.operator import Setting


@pytest.fixture
def shifted():
    """A normal distribution around a place that a setting tells."""

    @register_distribution
    class ShiftedDistribution(NormalDistribution):
        """A normal variable around a place that a setting tells."""

        parameters = (Parameter("standard_deviation", default=1.0, domain="positive"),)
        alternatives = ()
        canonical_names = ("mean", "standard_deviation")
        settings = (
            Setting("around", "int", 0, minimum=0),
            Setting("unit", "str", "m", choices=("m", "cm")),
            Setting("like", "distribution", "NormalDistribution"),
        )

        @classmethod
        def convert(cls, standard_deviation):
            scale = 1.0 if cls.unit == "m" else 100.0
            return {"mean": jnp.asarray(cls.around * scale), "standard_deviation": standard_deviation * scale}

    yield ShiftedDistribution
    registry.distributions.unregister("ShiftedDistribution")


def test_settings_give_one_class_however_they_are_written(shifted):
    law = shifted(around=3, like="Gamma")
    assert law is shifted(like=wb.GammaDistribution, around=3, unit="m")
    assert law is registry.law_of("ShiftedDistribution", {"around": 3, "like": "GammaDistribution"})
    assert law is registry.law_of("ShiftedDistribution", '{"around": 3, "like": "GammaDistribution"}')
    assert issubclass(law, shifted)
    assert law.given_settings == {"around": 3, "like": "GammaDistribution"}
    assert (law.around, law.unit, law.like) == (3, "m", wb.GammaDistribution)


def test_defaults_are_the_class_itself(shifted):
    assert shifted() is shifted is shifted(around=0) is shifted(around=5)(around=0)
    assert (shifted.around, shifted.like) == (0, wb.NormalDistribution)
    assert wb.NormalDistribution() is wb.NormalDistribution


def test_a_setting_may_be_a_distribution_with_settings(shifted):
    inner = shifted(unit="cm")
    outer = shifted(like=inner)
    assert outer.like is inner
    assert outer is registry.law_of("ShiftedDistribution", outer.given_settings)


def test_a_variable_is_simulated_with_its_settings_and_keeps_them_in_code_and_files(shifted):
    with wb.Graph("g") as g:
        wb.StaticVariable("x", distribution=shifted(around=2, unit="cm"), standard_deviation=0.001)
    assert g.x.distribution is shifted(around=2, unit="cm")
    namespace: dict[str, object] = {}
    exec(g.to_python(), namespace)
    for each in (g, namespace["g"], wb.Graph.from_specification(data=g.dump_dict())):
        samples = wb.get_generative_model(each).get_samples("g/x", 50)
        np.testing.assert_allclose(samples.mean(), 200, atol=0.1)


def test_a_new_distribution_brings_its_settings_and_another_drops_them(shifted):
    with wb.Graph("g"):
        x = wb.Variable("x", mean=1.0, standard_deviation=2.0)
    x.distribution = shifted(around=1)
    assert x.distribution is shifted(around=1)
    assert x.parameters == {"standard_deviation": 2.0}
    x.distribution = shifted
    assert x.distribution is shifted
    x.distribution = "Normal"
    assert "settings" not in x.record


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"around": -1}, "'around' of ShiftedDistribution got -1. Expected a whole number from 0 up"),
        ({"around": 1.5}, "'around' of ShiftedDistribution got 1.5. Expected a whole number"),
        ({"unit": "km"}, "'unit' of ShiftedDistribution got 'km'. Expected one of 'm', 'cm'"),
        ({"like": 3}, "'like' of ShiftedDistribution got 3. Expected a distribution"),
        ({"near": 3}, "ShiftedDistribution has no setting 'near'. It has around, unit, like"),
    ],
)
def test_a_setting_that_cannot_be_one_is_refused_in_words(shifted, settings, message):
    with pytest.raises(ParameterError, match=re.escape(message)):
        shifted(**settings)


def test_a_distribution_that_is_not_known_is_refused_by_its_near_names(shifted):
    with pytest.raises(UnknownName, match="Did you mean 'GammaDistribution'"):
        shifted(like="Gama")


def test_a_broken_setting_in_a_file_is_a_diagnosis(shifted):
    with wb.Graph("g"):
        x = wb.Variable("x", distribution=shifted)
    x.document.execute([{"type": "SetField", "key": x.key, "field": "settings", "value": {"unit": "km"}}], "test")
    (found,) = diagnose(x.document)
    assert "Variable 'g/x'" in found["message"]
    assert "'km'" in found["message"]


def test_the_catalog_says_what_a_setting_may_be(shifted):
    (entry,) = (each for each in catalog.build()["distributions"] if each["kind"] == shifted.__name__)
    assert entry["settings"] == [
        {"name": "around", "type": "int", "default": 0, "minimum": 0},
        {"name": "unit", "type": "str", "default": "m", "choices": ["m", "cm"]},
        {"name": "like", "type": "distribution", "default": "NormalDistribution"},
    ]
