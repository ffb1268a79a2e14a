"""Running the generated code gives the same model, whatever the model holds."""

import ast
import base64

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from printed_meaning import meaning
from printed_models import CATALOG, Model, cars
from printed_replay import replay

from whyboard.printing.python import model_python


def assert_round_trip(model, graph, values=None):
    code = model_python(model.table, graph, CATALOG, values)
    ast.parse(code)
    assert meaning(replay(code)) == meaning(model.records), code
    return code


def test_a_model_reads_as_a_person_would_write_it():
    model, graph = cars()
    assert assert_round_trip(model, graph) == (
        "import whyboard as wb\n"
        "\n"
        'with wb.Graph("cars") as cars:\n'
        '    with wb.Entity("engine") as engine:\n'
        '        displacement = wb.Variable("displacement")\n'
        '        slope = wb.StaticVariable("slope")\n'
        '        horsepower = wb.Variable("horsepower", mean=slope * displacement + 2, variance=0.1)\n'
        '    with wb.Entity("car") as car:\n'
        '        alpha = wb.StaticVariable("alpha", shape=(3,))\n'
        '        origin = wb.Variable("origin", distribution=wb.NoDistribution, dtype="int")\n'
        '        noise = wb.StaticVariable("noise", distribution=wb.HalfNormalDistribution, scale=0.5)\n'
        '        mpg = wb.Variable("mpg", mean=alpha[origin] - horsepower, standard_deviation=noise)\n'
    )


def test_what_refers_to_something_later_is_set_afterwards():
    model = Model()
    graph = model.add("Graph", "g")
    early, late = model.add("Entity", "early", graph), model.add("Entity", "late", graph)
    first = model.variable("first", early)
    model.variable("second", late)
    model.set(first, "mean", "exp(late.second)")
    code = assert_round_trip(model, graph)
    assert code.endswith("with early:\n    first.mean = wb.exp(second)\n")


def test_an_operator_that_is_used_twice_stays_one():
    model = Model()
    graph = model.add("Graph", "g")
    x = model.variable("x", graph)
    shared = model.operator("Exp", x, scope=graph)
    product = model.operator("Mul", shared, shared, scope=graph)
    first, second = model.variable("first", graph), model.variable("second", graph)
    for key in (first, second):
        model.records[key]["parameters"]["mean"] = {"ref": product}
    code = assert_round_trip(model, graph)
    assert code.count("wb.exp(") == 1
    assert code.count("*") == 1


def test_operators_stay_in_the_scope_they_were_made_in():
    model = Model()
    graph = model.add("Graph", "g")
    inner = model.add("Entity", "inner", graph)
    x = model.variable("x", graph)
    y = model.variable("y", inner)
    outside = model.operator("Exp", x)
    mixed = model.operator("Add", outside, model.operator("Negative", x, scope=inner), scope=graph)
    model.records[y]["parameters"]["mean"] = {"ref": mixed}
    assert_round_trip(model, graph)


@pytest.mark.parametrize("name", ["lambda", "class", "mean", "wb", "print", "None", "children", "scope", "np", "größe"])
def test_any_name_can_be_generated(name):
    model = Model()
    graph = model.add("Graph", "g")
    model.variable(name, graph)
    inner = model.add("Entity", "e", graph)
    model.variable(name, inner, mean=f"g.{name} * 2", variance=f"exp(g.{name})")
    assert_round_trip(model, graph)


@pytest.mark.parametrize(
    "formula",
    [
        "2 + 3", "2 < x", "2.5 > x", "-(-2)", "negative(2)", "x ** -1", "(-2) ** x", "2 ** x", "[1, 2] * x",
        "x @ [1.0, 2.0]", "[1, 2][group]", "x[constant(1)]", "x[group, ..., None, ::2, [0, 2]]", "exp(2)", "x != 0",
        "where(x > 0, 1, 0)", "concatenate([x, [1, 2]], axis=-1)", "einsum('i,i->', x, x)", "inf - x", "[1, inf] + x",
        "sum(x, axis=(0, 1), keepdims=True)", "True", "constant(2.0)", "equal(2, 3)", "reshape(x, (3, 1))",
        "[[1.5], [-inf]]", "clip(x, -inf, inf)", "x - (x - (x - 1))", "-x ** 2", "(x < 1) < True",
    ],
)  # fmt: skip
def test_an_expression_survives(formula):
    model = Model()
    graph = model.add("Graph", "g")
    model.variable("x", graph)
    model.variable("group", graph, fields={"dtype": "int", "distribution": "PoissonDistribution"}, mean=1.0)
    model.variable("y", graph, mean=formula)
    assert_round_trip(model, graph)


def test_nested_graphs_inputs_outputs_and_links():
    model = Model()
    graph = model.add("Graph", "g")
    inner = model.add("Graph", "inner", graph)
    into = model.add("Entity", "signal", model.child(inner, "inputs"))
    model.variable("x", into)
    out = model.add("Entity", "answer", model.child(inner, "outputs"))
    model.variable("y", out, mean="inputs.signal.x * 2")
    source = model.add("Entity", "signal", graph)
    model.variable("x", source, fields={"description": 'it\'s "quoted"\nand\\more', "unit": "m/s²"})
    key = model.key()
    model.records[key] = {"kind": "Link", "scope": graph, "source": source, "target": into}
    assert_round_trip(model, graph)


def test_descriptions_units_and_labels_stay_text():
    model = Model()
    hostile = 'x"""\n\'); import os; os.abort() #\r\u2028'
    graph = model.add("Graph", "g", description=hostile, labels={"axis": [hostile, 1, None]})
    model.variable("v", graph, fields={"unit": hostile})
    assert_round_trip(model, graph)


def test_nothing_in_a_broken_file_becomes_code():
    model = Model()
    evil = "0); boom(); ("
    graph = model.add("Graph", evil)
    x = model.variable("x;boom()", graph, fields={"dtype": evil, "distribution": evil})
    model.add("boom()\nboom()", "strange\nboom()", graph)
    constant = model.key()
    model.records[constant] = {"kind": "Const", "scope": graph, "value": "boom()", "dtype": "float"}
    broken = [
        model.operator("Sum", x, scope=graph, settings={evil: 1}),
        model.operator("Sum", x, scope=graph, settings={"axis": {"boom()": 1}}),
        model.operator("Index", x, scope=graph, settings={"index": ["0] + boom() + x[0"]}),
        model.operator("boom()", x, scope=graph),
        model.operator("Add", x, constant, scope=graph),
        "missing",
    ]
    for place, each in enumerate(broken):
        key = model.variable(f"v{place}", graph)
        model.records[key]["parameters"] = {"mean": {"ref": each}, evil: {"value": 0}, "variance": {"value": "boom()"}}
    tree = ast.parse(model_python(model.table, graph, CATALOG))
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert called == set()
    methods = {node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert methods <= {"Graph", "Variable"}


def test_large_arrays_are_written_once():
    numbers = np.arange(2000.0).reshape(1000, 2)
    stored = {"values": "ab" * 16, "shape": [1000, 2], "dtype": "float64"}
    model = Model()
    graph = model.add("Graph", "g")
    for name in ("x", "y"):
        key = model.variable(name, graph)
        model.records[key]["parameters"] = {"mean": {"value": stored}}
    code = model_python(model.table, graph, CATALOG, {"ab" * 16: base64.b64encode(numbers.tobytes()).decode()})
    assert code.count("b64decode") == 1
    made = [record for record in replay(code).values() if "distribution" in record]
    assert [np.array_equal(record["parameters"]["mean"]["value"], numbers) for record in made] == [True, True]


def test_a_deep_expression_is_broken_into_steps():
    model = Model()
    graph = model.add("Graph", "g")
    model.variable("x", graph)
    key = model.child(graph, "x")
    for _ in range(2_000):
        key = model.operator("Add", key, model.child(graph, "x"), scope=graph)
    y = model.variable("y", graph)
    model.records[y]["parameters"]["mean"] = {"ref": key}
    assert_round_trip(model, graph)


def test_scopes_nested_deeper_than_python_allows():
    model = Model()
    graph = scope = model.add("Graph", "g")
    for level in range(40):
        scope = model.add("Entity", f"e{level}", scope)
        model.variable("x", scope)
    code = model_python(model.table, graph, CATALOG)
    first, _, _ = meaning(replay(code))
    second, _, _ = meaning(model.records)
    assert first == second


names = st.sampled_from(["a", "b", "c", "mean", "lambda", "x"])


@st.composite
def models(draw):
    """Scopes and variables at random; each parameter reads any variable of the model, earlier or later."""
    model = Model()
    graph = model.add("Graph", "root")
    scopes, variables = [graph], []
    for _ in range(draw(st.integers(1, 8))):
        scope = draw(st.sampled_from(scopes))
        taken = {each["name"] for each in model.records.values() if each.get("scope") == scope and "name" in each}
        name = draw(names)
        if name in taken:
            continue
        if draw(st.booleans()) and model.records[scope]["kind"] == "Graph":
            scopes.append(model.add(draw(st.sampled_from(["Graph", "Entity"])), name, scope))
        else:
            variables.append(model.variable(name, scope))
    operators = []
    for variable in variables:
        for _ in range(draw(st.integers(0, 3))):
            operands = [draw(st.sampled_from([*variables, *operators])) for _ in range(2)]
            kind = draw(st.sampled_from(["Add", "Mul", "Less", "Power"]))
            scope = draw(st.sampled_from([*scopes, None]))
            operators.append(model.operator(kind, *operands, scope=scope))
        if operators and draw(st.booleans()):
            model.records[variable]["parameters"]["mean"] = {"ref": draw(st.sampled_from(operators))}
    return model, graph


@settings(max_examples=200, deadline=None)
@given(models())
def test_random_models_survive(made):
    assert_round_trip(*made)
