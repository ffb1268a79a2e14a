"""The code of the first seed runs in a notebook-like module and prints what it printed."""

import textwrap

import pytest

import whyboard as wb

IMPORTS = "from whyboard import *\nimport whyboard as hal\nimport numpy as np\n"


def run(code, **names):
    namespace = {"__name__": "__main__", **names}
    exec(compile(IMPORTS + textwrap.dedent(code), "<cell>", "exec"), namespace)
    return namespace


def test_a_child_knows_its_scope(capsys):
    run("""
        with Entity("s") as s:
            e = Entity("e")
            print(e.scope)
    """)
    assert capsys.readouterr().out == "<whyboard.Entity 's'>\n"


def test_children_are_bound_to_their_names_and_printed_as_a_tree(capsys):
    run("""
        e = Entity("e")
        with e:
            Entity("ee")
            with ee:
                Variable("v")
            Variable("w")
        print_child_tree(e)
    """)
    assert capsys.readouterr().out == "e\n├─ee\n│ └─v\n└─w\n"


def test_operand_trees_are_printed_with_our_class_names(capsys):
    run("""
        a = hal.constant(0.)
        b = hal.constant(1.)
        c = a + b
        d = c * a
        print_operand_tree(d)
    """)
    assert capsys.readouterr().out == textwrap.dedent("""\
        <whyboard.Mul 'Mul'>
        ├─<whyboard.Add 'Add'>
        │ ├─<whyboard.Const 'Const'>
        │ └─<whyboard.Const 'Const'>
        └─<whyboard.Const 'Const'>
        """)


def test_operators_have_classes_that_take_numbers():
    made = run("x = hal.operator.Add(1., 1.)\ny = hal.math.exp(x)\nz = hal.exp(x)")
    assert [type(each).__name__ for each in (made["x"], made["y"], made["z"])] == ["Add", "Exp", "Exp"]
    assert repr(made["x"]) == "<whyboard.Add 'Add'>"
    assert [each.value for each in made["x"].operands] == [1.0, 1.0]


def test_data_are_linked_by_dictionary_or_linker():
    made = run("""
        graph = Graph("graph")
        with graph:
            Variable("var1", shape=(4,))
            Variable("var2", shape=(2, 3))
            StaticVariable("static_var_1", shape=3)
        dl = get_data_linker(data={graph.var1: np.zeros((10, 4)),
                                   graph.var2: np.zeros((10, 2, 3)),
                                   graph.static_var_1: np.zeros((3,))})
    """)
    linker = made["dl"]
    values, rows = linker.resolved(made["graph"])
    assert rows == 10
    assert sorted(value.shape for value, _ in values.values()) == [(3,), (10, 2, 3), (10, 4)]


def test_distributions_bring_their_own_parameters():
    made = run("""
        v = Variable(name="v", distribution=LogNormalDistribution)
        v.mean_log = 0.
        v.variance_log = 1.
    """)
    assert made["v"].parameters == {"mean_log": 0.0, "variance_log": 1.0}


def test_inputs_and_outputs_hold_only_entities():
    made = run("""
        g = Graph("g")
        with g:
            with inputs:
                Entity("a")
    """)
    assert made["g"].inputs.a is made["a"]
    with (
        made["g"].outputs,
        pytest.raises(wb.errors.ScopeError, match="Outputs 'g/outputs' cannot contain Variable 'v'"),
    ):
        wb.Variable("v")
