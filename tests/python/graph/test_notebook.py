"""In IPython, a cell is one step of the history, and a handle shows itself through the service that is lent to it."""

import sys
import types

import pytest

import whyboard as wb
from whyboard import errors, registry


@pytest.fixture
def shell(monkeypatch):
    """What IPython keeps of the cell that runs."""
    shell = types.SimpleNamespace(execution_count=1)
    module = types.ModuleType("IPython.core.interactiveshell")
    module.InteractiveShell = types.SimpleNamespace(_instance=shell)
    monkeypatch.setitem(sys.modules, "IPython.core.interactiveshell", module)
    return shell


def test_a_cell_is_one_step_of_the_history(shell):
    with wb.Graph("g") as g:
        x = wb.Variable("x")
    shell.execution_count = 2
    with g:
        wb.Variable("y", mean=x + 1)
        wb.Variable("z")
    shell.execution_count = 3
    x.mean = 2.0
    g.document.undo()
    assert list(g.children)[2:] == ["x", "y", "z"]
    assert x.mean == 0.0
    g.document.undo()
    assert list(g.children)[2:] == ["x"]
    g.document.redo()
    assert g.y.mean.operands[0] == x


def test_without_ipython_each_edit_is_a_step():
    with wb.Graph("g") as g:
        wb.Variable("x")
        wb.Variable("y")
    g.document.undo()
    assert list(g.children)[2:] == ["x"]


@pytest.fixture
def services(monkeypatch):
    monkeypatch.setattr(registry, "services", registry.Registry("service"))
    monkeypatch.setattr("whyboard.graph.scope.registry.services", registry.services)
    return registry.services


def test_a_missing_service_says_so(services, g):
    with pytest.raises(errors.SolverError, match=r"show\(\) is not available"):
        g.show()
    assert g._repr_mimebundle_() == {"text/plain": "<whyboard.Graph 'g'>"}


def test_handles_hand_over_to_the_services(services, g):
    services.register("show", lambda handle, height: (handle, height))
    services.register("to_python", lambda handle: f"code of {handle.name}")
    services.register("mimebundle", lambda handle: {"text/plain": handle.path})
    assert g.e.show(height=3) == (g.e, 3)
    assert g.to_python() == "code of g"
    assert g.e._repr_mimebundle_(include=None, exclude=None) == {"text/plain": "g/e"}


def test_completion_offers_children_and_parameters(g):
    assert {"x", "e", "children", "copy"} <= set(dir(g))
    assert {"mean", "variance"} <= set(dir(g.x))
    assert g._ipython_key_completions_() == ["inputs", "outputs", "a", "s", "x", "v", "e"]


def test_trees_refuse_what_has_none(g):
    with pytest.raises(errors.ScopeError, match=r"child_tree\(\) got <whyboard.Add"):
        wb.child_tree(g.x + 1)
    with pytest.raises(errors.ScopeError, match=r"operand_tree\(\) got 2.0"):
        wb.print_operand_tree(2.0)
