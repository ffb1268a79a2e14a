"""The formula language, judged by hand-written cases that the TypeScript twin reads too, and by its laws."""

import contextlib
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whyboard.document.formula import format, parse, typeset_distribution  # noqa: A004
from whyboard.errors import FormulaError

CONFORMANCE = json.loads((Path(__file__).parents[2] / "conformance" / "formula.json").read_text("utf-8"))
CATALOG, RECORDS = CONFORMANCE["catalog"], CONFORMANCE["records"]
FORMULAS = [case for case in CONFORMANCE["formulas"] if "tree" in case]
ERRORS = [case for case in CONFORMANCE["formulas"] if "error" in case]


def read(text, scope, catalog=CATALOG):
    """The parsed value and all records, new ones included."""
    counter = itertools.count()
    result = parse(text, RECORDS, scope, catalog, lambda: f"new{next(counter)}")
    added = {command["key"]: command["record"] for command in result["commands"]}
    assert all(record.get("scope") == scope for record in added.values())
    return result["value"], {**RECORDS, **added}


def tree(value, records):
    """A parameter as a nested list: ``["Add", "slope", ["Const", 2, "int"]]``."""
    if "ref" not in value:
        return value
    record = records[value["ref"]]
    if "name" in record:
        return value["ref"]
    if record["kind"] == "Const":
        return ["Const", record["value"], record["dtype"]]
    inside = [tree({"ref": key}, records) for key in record["operands"]]
    return [record["kind"], *inside, *([record["settings"]] if "settings" in record else [])]


def typed(value):
    """The value with types made visible, because ``1 == True`` in Python."""
    return repr(value).replace(".0", "") if not isinstance(value, list) else [typed(item) for item in value]


@pytest.mark.parametrize("case", FORMULAS, ids=lambda case: f"{case['scope']}: {case['text']}")
def test_a_formula_becomes_these_records_and_text_again(case):
    value, records = read(case["text"], case["scope"])
    assert typed(tree(value, records)) == typed(case["tree"])
    assert format(records, value, case["scope"], CATALOG) == case["format"]
    if "typeset" in case:
        assert format(records, value, case["scope"], CATALOG, typeset=True) == case["typeset"]
    again, more = read(case["format"], case["scope"])
    assert tree(again, more) == tree(value, records)


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: case["text"][:30])
def test_an_unreadable_formula_says_where_and_why(case):
    with pytest.raises(FormulaError) as caught:
        read(case["text"], case["scope"])
    assert str(caught.value) == case["error"]
    assert caught.value.column == int(case["error"].split(":")[0].removeprefix("Column "))


@pytest.mark.parametrize("case", CONFORMANCE["distributions"], ids=lambda case: case["text"])
def test_a_card_shows_its_distribution(case):
    record = {"kind": "Variable", "name": "z", "scope": "cars", "shape": [], "dtype": "float"}
    stated = {field: case[field] for field in ("distribution", "settings", "parameters") if field in case}
    assert typeset_distribution({**RECORDS, "z": {**record, **stated}}, "z", CATALOG) == case["text"]


def test_a_name_that_is_hidden_by_an_inner_one_is_written_from_further_out():
    records = {
        "g": {"kind": "Graph", "name": "g"},
        "e": {"kind": "Entity", "name": "e", "scope": "g"},
        "outer": {"kind": "Variable", "name": "x", "scope": "g", "shape": [], "dtype": "float", "distribution": "N"},
        "inner": {"kind": "Variable", "name": "x", "scope": "e", "shape": [], "dtype": "float", "distribution": "N"},
    }
    assert format(records, "outer", "e", CATALOG) == "g.x"
    assert format(records, "inner", "e", CATALOG) == "x"
    assert format(records, "inner", "g", CATALOG) == "e.x"
    records["hider"] = {"kind": "Entity", "name": "g", "scope": "e"}
    absolute = format(records, "outer", "e", CATALOG)
    assert absolute == ".g.x"
    assert parse(absolute, records, "e", CATALOG, str) == {"commands": [], "value": {"ref": "outer"}}


def test_a_long_sum_is_read_and_written_without_recursion():
    text = " + ".join(["slope"] * 5_000)
    value, records = read(text, "cars")
    assert format(records, value, "cars", CATALOG, limit=100_000) == text
    cut = format(records, value, "cars", CATALOG, limit=50)
    assert cut == text[:50] + "…"


def test_shared_operators_do_not_blow_up_the_text():
    records = dict(RECORDS)
    records["d0"] = {"kind": "Add", "scope": "cars", "operands": ["slope", "slope"]}
    for level in range(1, 200):
        records[f"d{level}"] = {"kind": "Add", "scope": "cars", "operands": [f"d{level - 1}"] * 2}
    text = format(records, "d199", "cars", CATALOG)
    assert text.endswith("…")
    assert len(text) == 4_001


def test_a_loop_of_operators_in_a_broken_file_ends():
    records = dict(RECORDS, a={"kind": "Negative", "operands": ["b"]}, b={"kind": "Negative", "operands": ["a"]})
    assert format(records, "a", "cars", CATALOG).endswith("…")


names = st.sampled_from(
    ["slope", "intercept", "alpha", "engine.horsepower", "inputs.fuel.octane", "lambda", "cars.inf"]
)
numbers = st.one_of(
    st.integers(-(2**53), 2**53).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(["True", "False", "inf", "[1, 2]", "[[0.5], [-inf]]"]),
)
formulas = st.recursive(
    names | numbers,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**", "@", "<", ">=", "==", "!="]), inner).map(
            lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"
        ),
        inner.map(lambda text: f"-({text})"),
        inner.map(lambda text: f"exp({text})"),
        inner.map(lambda text: f"sum({text}, axis=-1, keepdims=True)"),
        inner.map(lambda text: f"({text})[0, origin, ::2, None, ...]"),
        st.tuples(inner, inner).map(lambda parts: f"concatenate([{parts[0]}, {parts[1]}], 1)"),
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(formulas)
def test_reading_what_was_written_gives_the_same_tree(text):
    value, records = read(text, "cars")
    written = format(records, value, "cars", CATALOG)
    again, more = read(written, "cars")
    assert typed(tree(again, more)) == typed(tree(value, records))
    assert format(more, again, "cars", CATALOG) == written


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("slopew +-*/()[],.:=<>!0123e'\"\\ \nλ·^…"), max_size=30))
def test_any_text_is_a_formula_or_one_error_with_a_place_in_it(text):
    column = 1
    with contextlib.suppress(FormulaError):
        try:
            parse(text, RECORDS, "cars", CATALOG, iter(map(str, range(1000))).__next__)
        except FormulaError as error:
            column = error.column
            raise
    assert 1 <= column <= len(text) + 1
