"""Factors as handles: undirected terms that couple what they are computed from."""

from __future__ import annotations

import pytest

import whyboard as wb
from whyboard.document.comparison import isomorphic
from whyboard.errors import ParameterError, ScopeError, UnknownName
from whyboard.graph import diagnose


@pytest.fixture
def pulled() -> wb.Graph:
    with wb.Graph("g") as g:
        x = wb.Variable("x")
        y = wb.Variable("y")
        with wb.Entity("e"):
            wb.factor("pull", -0.5 * (x - y) ** 2, description="They are near each other.")
    return g


def test_a_factor_is_a_child_of_its_scope(pulled: wb.Graph) -> None:
    factor = pulled.e.pull
    assert isinstance(factor, wb.Factor)
    assert factor.path == "g/e/pull"
    assert factor.log_density.shape == ()
    assert wb.child_tree(pulled.e) == "e\n└─pull"


def test_a_factor_holds_nothing(pulled: wb.Graph) -> None:
    with pytest.raises(ScopeError, match="A Factor holds nothing; make 'v' in Entity 'g/e'"), pulled.e.pull:
        wb.Variable("v")


def test_a_factor_is_no_value(pulled: wb.Graph) -> None:
    with pytest.raises(ScopeError, match="Factor 'g/e/pull', which has no value"):
        pulled.y.mean = pulled.e.pull


@pytest.mark.parametrize("log_density", ["x", lambda x: x])
def test_a_log_density_is_a_number_or_computed(log_density: object) -> None:
    with pytest.raises(ParameterError, match="log_density of Factor 'f'"):
        wb.factor("f", log_density)


def test_nobody_can_choose_it_as_a_distribution() -> None:
    with pytest.raises(UnknownName, match="no distribution 'FactorDistribution'"):
        wb.Variable("x", distribution="FactorDistribution", log_density=0.0)
    assert all(entry["kind"] != "FactorDistribution" for entry in wb.catalog.build()["distributions"])


def test_deleting_what_it_couples_unsets_it_and_is_diagnosed(pulled: wb.Graph) -> None:
    pulled.x.delete()
    assert pulled.e.pull.log_density is None
    (found,) = diagnose(pulled.document)
    assert found["code"] == "unset"
    assert found["key"] == pulled.e.pull.key
    assert "Factor 'g/e/pull' needs a log_density" in found["message"]


def test_its_log_density_can_be_set_later_and_unset(pulled: wb.Graph) -> None:
    later = wb.factor("later")
    later.log_density = 2.0
    assert later.log_density == 2.0
    later.log_density = None
    assert later.log_density is None
    later.log_density = pulled.x * pulled.y
    assert later.document is pulled.document


def test_generated_python_rebuilds_it(pulled: wb.Graph) -> None:
    names: dict[str, object] = {}
    exec(pulled.to_python(), names)
    again = names["g"]
    assert isinstance(again, wb.Graph)
    assert again.e.pull.description == "They are near each other."
    assert isomorphic(again.dump_dict(), pulled.dump_dict())


def test_it_survives_files_copies_and_undo(pulled: wb.Graph) -> None:
    assert wb.Graph.from_specification(data=pulled.dump_dict()).e.pull.log_density.name == "Mul"
    twin = pulled.copy("twin")
    assert twin.e.pull.log_density.document is twin.document
    pulled.e.pull.delete()
    pulled.document.undo()
    assert pulled.e.pull.log_density is not None


def test_pictures_show_it_without_a_direction(pulled: wb.Graph) -> None:
    svg = pulled.to_svg()
    assert 'class="factor"' in svg
    assert "<title>x in pull</title>" in svg
    assert 'class="arrow"' not in svg
