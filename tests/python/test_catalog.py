"""The catalog is all that views know: complete, plain data, and up to date with what is registered."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import whyboard.distributions
import whyboard.operators
from whyboard import catalog, registry
from whyboard.distributions import Distribution, Parameter
from whyboard.operators import Operator
from whyboard.value_type import ValueType


def names(section):
    return [entry["kind"] for entry in catalog.build()[section]]


def test_the_catalog_is_plain_json():
    built = catalog.build()
    assert json.loads(json.dumps(built, allow_nan=False)) == built


def test_the_catalog_holds_everything_registered():
    assert names("operators") == list(registry.operators)
    undirected = {"FactorDistribution"}  # what a factor is to a solver, never chosen for a variable
    assert names("distributions") == [name for name in registry.distributions if name not in undirected]


def test_functions_are_told_apart_by_name():
    functions = [entry["function"] for entry in catalog.build()["operators"]]
    assert len(set(functions)) == len(functions)


def test_a_symbol_means_one_operator_of_as_many_operands():
    symbols = [(entry["symbol"], len(entry["operands"])) for entry in catalog.build()["operators"] if entry["symbol"]]
    assert len(set(symbols)) == len(symbols)
    assert {symbol for symbol, _ in symbols} == {"+", "-", "*", "/", "**", "@", "<", "<=", ">", ">="}


@pytest.mark.parametrize("section", ["operators", "distributions"])
def test_every_entry_is_described_in_one_sentence(section):
    for entry in catalog.build()[section]:
        assert entry["doc"].endswith("."), entry["kind"]
        assert entry["label"]
        assert ". " not in entry["doc"]


def test_every_option_of_a_solver_is_described_by_its_docstring_and_says_its_range():
    options = {
        (solver["method"], each["name"]): each for solver in catalog.read()["solvers"] for each in solver["options"]
    }
    assert [key for key, each in options.items() if not each.get("doc", "").endswith(".")] == []
    assert options["VMP", "damping"] == {
        "doc": "The fraction of the old natural parameters that an update keeps.",
        "name": "damping",
        "type": "float",
        "default": 0.0,
        "minimum": 0,
        "below": 1,
    }


def test_the_catalog_is_built_once_until_something_is_registered():
    first = catalog.build()
    assert catalog.build() is first

    class Doubled(Operator):
        """Twice the value. Not more."""

        @staticmethod
        def apply(x, *, times: int = 2):
            return times * x

    registry.operators.register("Doubled", Doubled)
    try:
        assert catalog.build()["operators"][-1] == {
            "kind": "Doubled",
            "function": "doubled",
            "label": "doubled",
            "group": "elementwise",
            "symbol": None,
            "precedence": None,
            "operands": ["x"],
            "variadic": False,
            "commutative": False,
            "settings": [{"name": "times", "type": "int", "default": 2}],
            "positional_settings": [],
            "doc": "Twice the value.",
        }
    finally:
        registry.operators.unregister("Doubled")
    assert catalog.build() == first


def test_a_distribution_of_one_class_appears():
    class TriangularDistribution(Distribution):
        """A variable between 0 and its width."""

        parameters = (Parameter("width", domain="positive"),)

    registry.distributions.register("TriangularDistribution", TriangularDistribution)
    try:
        entry = catalog.build()["distributions"][-1]
    finally:
        registry.distributions.unregister("TriangularDistribution")
    assert (entry["label"], entry["alternatives"], entry["discrete"]) == ("Triangular", [], False)
    assert entry["parameters"] == [{"name": "width", "default": None, "domain": "positive", "event_ndim": 0}]


def test_scopes_contain_what_the_language_allows():
    contains = {entry["kind"]: entry["contains"] for entry in catalog.build()["scopes"]}
    assert contains == {
        "Graph": ["Graph", "Entity", "Variable", "StaticVariable", "Factor"],
        "Entity": ["Entity", "Variable", "StaticVariable", "Factor"],
        "Variable": ["Variable", "StaticVariable"],
        "StaticVariable": ["StaticVariable"],
        "Factor": [],
        "Inputs": ["Entity"],
        "Outputs": ["Entity"],
    }


def test_operators_and_distributions_import_nothing_heavier_than_jax():
    code = (
        "import sys, whyboard.operators, whyboard.distributions;"
        "assert not {'numpyro', 'pandas', 'optax', 'matplotlib'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_checked_in_copy_is_that_of_what_ships():
    read = catalog.read()
    built = catalog.build()
    assert read["operators"] == [e for e in built["operators"] if ours(registry.operators[e["kind"]])]
    assert read["distributions"] == [e for e in built["distributions"] if ours(registry.distributions[e["kind"]])]
    assert read["scopes"] == built["scopes"]


def ours(kind):
    return kind.__module__.startswith((whyboard.operators.__name__, whyboard.distributions.__name__))


@pytest.mark.parametrize(
    "kind", [kind for kind in registry.operators.values() if any(s.required for s in kind.settings)]
)
def test_the_palette_begins_with_settings_that_an_operator_accepts(kind):
    entry = next(each for each in catalog.build()["operators"] if each["kind"] == kind.__name__)
    settings = {each["name"]: each["begin"] for each in entry["settings"] if each.get("required")}
    operands = [ValueType((), "int", dynamic=True)] * max(1, entry["variadic"])
    rest = [ValueType((), "float", dynamic=False)] * (len(entry["operands"]) - len(operands))
    assert kind.infer([*operands, *rest], settings).dynamic
