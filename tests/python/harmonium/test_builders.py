"""Every builder: one scope of ordinary nodes, in the palette, and a model that message passing takes."""

from __future__ import annotations

import functools

import pytest

import whyboard as wb
from whyboard import catalog, harmonium, registry
from whyboard.document.file import checked
from whyboard.errors import ParameterError, ScopeError, ShapeError
from whyboard.graph import Entity, Graph, diagnose

BUILDERS = list(registry.builders)


@pytest.mark.parametrize("name", BUILDERS)
def test_a_name_is_enough(name: str) -> None:
    scope = getattr(harmonium, name)("h")
    assert isinstance(scope, Graph)
    assert {"observable"} <= scope.children.keys()
    assert diagnose(scope.document) == []
    with wb.Graph("g") as g:
        inside = getattr(harmonium, name)("h")
    assert isinstance(inside, Entity)
    assert g.h == inside


@pytest.mark.parametrize("name", BUILDERS)
def test_the_catalog_has_a_template_of_it(name: str) -> None:
    (entry,) = (each for each in catalog.build()["templates"] if each["name"] == name)
    assert (entry["group"], bool(entry["doc"])) == ("Harmoniums", True)
    (root,) = (record for record in entry["records"].values() if "scope" not in record)
    assert (root["kind"], root["name"]) == ("Entity", name)
    checked({"format": "whyboard/model", "version": 1, "records": entry["records"], "layout": {}})
    assert registry.builders[name].template() == entry["records"]


def test_a_new_builder_is_one_function() -> None:
    @harmonium.register("Pair", group="Mine")
    def pair(name: str) -> wb.Entity:
        """Two variables."""
        with wb.Entity(name) as scope:
            wb.Variable("observable", mean=wb.Variable("latent"))
        return scope

    try:
        with wb.Graph("g") as g:
            wb.Variable("x")
        entry = catalog.build()["templates"][-1]
        assert (entry["name"], entry["label"], entry["group"], entry["doc"]) == (
            "pair",
            "Pair",
            "Mine",
            "Two variables.",
        )
        assert list(g.children) == ["inputs", "outputs", "x"]  # a template is built beside what a cell builds
    finally:
        registry.builders.unregister("pair")


@pytest.mark.parametrize(
    ("observable", "options", "parameters"),
    [
        ("Normal", {"shape": 3}, {"mean": (4, 3), "precision": (4, 3)}),
        (wb.MultivariateNormalDistribution, {"shape": 3}, {"mean": (4, 3), "precision": (4, 3, 3)}),
        ("Poisson", {}, {"mean": (4,)}),
        ("Bernoulli", {"shape": (2, 3)}, {"mean": (4, 2, 3)}),
        ("Exponential", {}, {"rate": (4,)}),
        ("Categorical", {"categories": 5}, {"probabilities": (4, 5)}),
        ("Gamma", {"concentration": 2}, {"rate": (4,)}),
    ],
)
def test_components_may_be_of_any_exponential_family(observable, options, parameters) -> None:
    h = harmonium.mixture("h", observable, 4, **options)
    assert {name: h.children[name].shape for name in parameters} == parameters
    assert list(h.children) == ["inputs", "outputs", "weights", "latent", *parameters, "observable"]


@pytest.mark.parametrize(
    ("observable", "options", "match"),
    [
        ("Laplace", {}, "LaplaceDistribution states no expected log density"),
        ("Gamma", {}, "GammaDistribution needs 'concentration', a constant"),
        ("Normal", {"scale": 2}, "NormalDistribution has no constant 'scale'. It has none"),
        ("Categorical", {}, "needs categories=..."),
    ],
)
def test_what_is_no_component_is_refused_in_words(observable, options, match) -> None:
    with pytest.raises(ParameterError, match=match):
        harmonium.mixture("h", observable, **options)


def test_a_hierarchy_is_nested_scopes_to_any_depth() -> None:
    upper = harmonium.hierarchical(
        "upper",
        functools.partial(harmonium.factor_analysis, observable_dim=2, latent_dim=1),
        functools.partial(harmonium.mixture, shape=1, k=3),
    )
    deep = harmonium.hierarchical(
        "deep", functools.partial(harmonium.factor_analysis, observable_dim=5, latent_dim=2), upper
    )
    assert deep.latent.observable.shape == (2,)
    assert deep.latent.latent.observable.shape == (1,)
    assert deep.latent.latent.latent.distribution is wb.CategoricalDistribution
    assert deep.get_all_variable_dependencies()["deep/observable"] == {
        "deep/loadings",
        "deep/offset",
        "deep/precision",
        "deep/latent/observable",
    }
    assert upper.latent.observable.shape == (1,)  # what is given is copied
    again = harmonium.hierarchical(
        "again",
        harmonium.hierarchical(
            "lower",
            functools.partial(harmonium.factor_analysis, observable_dim=5, latent_dim=2),
            functools.partial(harmonium.factor_analysis, observable_dim=2, latent_dim=1),
        ),
        functools.partial(harmonium.mixture, shape=1, k=3),
    )
    assert wb.child_tree(again).splitlines()[1:] == wb.child_tree(deep).splitlines()[1:]
    assert diagnose(deep.document) == []


def test_a_prior_that_only_the_old_latent_had_goes_with_it() -> None:
    upper = functools.partial(harmonium.mixture, observable="Categorical", k=2, categories=3)
    both = harmonium.hierarchical("h", functools.partial(harmonium.mixture, k=3), upper)
    assert list(both.children) == ["inputs", "outputs", "mean", "precision", "observable", "latent"]
    assert list(both.latent.children) == ["weights", "latent", "probabilities", "observable"]


def test_harmoniums_that_do_not_fit_are_refused_in_words() -> None:
    with pytest.raises(ShapeError, match=r"lower harmonium has shape \(2,\).*the upper one \(3,\)"):
        harmonium.hierarchical(
            "h",
            functools.partial(harmonium.factor_analysis, observable_dim=5, latent_dim=2),
            functools.partial(harmonium.mixture, shape=3),
        )
    with pytest.raises(ScopeError, match="no harmonium: it has no 'observable' and 'latent'"):
        harmonium.hierarchical("h", wb.Graph("plain"))
    with pytest.raises(ShapeError, match=r"weights have shape \(2, 2\). Expected \(4, 2\)"):
        harmonium.restricted_boltzmann("h", weights=[[1, 2], [3, 4]])
