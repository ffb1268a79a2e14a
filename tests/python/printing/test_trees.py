"""The trees and the text that notebooks and terminals show."""

from printed_models import CATALOG, Model, cars

from whyboard.printing.child_tree import child_tree
from whyboard.printing.operand_tree import operand_tree
from whyboard.printing.text import model_text


def test_the_child_tree_is_drawn_with_box_characters():
    model = Model()
    e = model.add("Entity", "e")
    ee = model.add("Entity", "ee", e)
    model.variable("v", ee)
    model.variable("w", e, mean=1)
    assert child_tree(model.table, e).splitlines() == ["e", "├─ee", "│ └─v", "└─w"]


def test_operators_are_no_children_of_the_child_tree():
    model, graph = cars()
    assert "Mul" not in child_tree(model.table, graph)


def test_the_operand_tree_shows_every_operator():
    model = Model()
    a, b = ({"kind": "Const", "value": value, "dtype": "float"} for value in (0, 1))
    model.records |= {"a": a, "b": b}
    product = model.operator("Mul", model.operator("Add", "a", "b"), "a")
    assert operand_tree(model.table, product).splitlines() == [
        "<whyboard.Mul 'Mul'>",
        "├─<whyboard.Add 'Add'>",
        "│ ├─<whyboard.Const 'Const'>",
        "│ └─<whyboard.Const 'Const'>",
        "└─<whyboard.Const 'Const'>",
    ]


def test_a_tree_of_shared_operators_is_cut():
    model = Model()
    key = model.variable("x", None)
    for _ in range(100):
        key = model.operator("Add", key, key)
    lines = operand_tree(model.table, key).splitlines()
    assert len(lines) == 10_001
    assert lines[-1] == "…"


def test_a_very_deep_tree_is_no_recursion():
    model = Model()
    key = model.variable("x", None)
    for _ in range(5_000):
        key = model.operator("Negative", key)
    assert len(operand_tree(model.table, key).splitlines()) == 5_001


def test_the_text_shows_distributions_formulas_and_counts():
    model, graph = cars()
    mpg = next(key for key, record in model.records.items() if record.get("name") == "mpg")
    assert model_text(model.table, graph, CATALOG, {mpg: (398, 406)}).splitlines() == [
        "cars  Graph",
        "├─engine  Entity",
        "│ ├─displacement ~ Normal(0, 1)",
        "│ ├─slope ~ Normal(0, 1)",
        "│ └─horsepower ~ Normal(slope · displacement + 2, 0.1)",
        "└─car  Entity",
        "  ├─alpha (3) ~ Normal(0, 1)",
        "  ├─origin from data",
        "  ├─noise ~ HalfNormal(0.5)",
        "  └─mpg ~ Normal(alpha[origin] \u2212 engine.horsepower, sd = noise)  398 of 406 observed",
    ]


def test_the_text_of_a_large_model_is_cut():
    model = Model()
    graph = model.add("Graph", "g")
    for number in range(1_000):
        model.variable(f"x{number}", graph)
    lines = model_text(model.table, graph, CATALOG).splitlines()
    assert len(lines) == 201
    assert lines[-1] == "… and 801 more"
