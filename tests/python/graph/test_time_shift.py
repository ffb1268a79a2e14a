"""Earlier rows in the language: `TimeShift`, `TimeIndex`, and what they print."""

import pytest

import whyboard as wb
from whyboard.errors import CycleError, DTypeError, ShapeError
from whyboard.graph.diagnosis import diagnose
from whyboard.lowering.flatten import flatten
from whyboard.lowering.network import Apply, Leaf


@pytest.fixture
def g():
    with wb.Graph("g") as graph:
        wb.StaticVariable("a")
        wb.Variable("x", shape=(2,))
        wb.Variable("y")
    return graph


def test_brackets_make_the_same_record_as_the_class_and_the_function(g):
    made = (
        g.y[wb.TimeIndex - 3],
        wb.TimeShift(operand=g.y, shift=-3, initial_values=0.0),
        wb.operator.TimeShift(g.y, -3),
        wb.math.time_shift(g.y, -3, 0.0),
        wb.time_shift(g.y, initial_values=0, shift=-3),
    )
    for each in made:
        assert (each.record["kind"], each.settings) == ("TimeShift", {"shift": -3})
        operand, initial = each.operands
        assert operand == g.y
        assert initial.value == 0.0
        assert each.dynamic


@pytest.mark.parametrize(
    "make",
    [
        lambda y: wb.TimeIndex + 1,
        lambda y: 1 + wb.TimeIndex,
        lambda y: y[wb.TimeIndex - 1 + 2],
        lambda y: wb.TimeShift(y, 1),
    ],
)
def test_the_future_cannot_be_read(g, make):
    with pytest.raises(RuntimeError) as caught:
        make(g.y)
    assert str(caught.value) == "Positive shifts are not supported."


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda g: g.a[wb.TimeIndex - 1], ShapeError, "static operand"),
        (lambda g: wb.TimeShift(2.0, -1), ShapeError, "static operand"),
        (lambda g: wb.TimeShift(g.y, -1.5), DTypeError, "-1.5"),
        (lambda g: wb.TimeShift(g.y, -2, [1.0, 2.0, 3.0]), ShapeError, r"\(2,\)"),
        (lambda g: wb.TimeShift(g.x, -1, [1.0, 2.0, 3.0]), ShapeError, r"\(1, 2\)"),
        (lambda g: wb.TimeShift(g.y, -1, g.y), ShapeError, "differ by row"),
    ],
)
def test_what_cannot_be_shifted_is_refused_where_it_is_written(g, make, error, message):
    with pytest.raises(error, match=message):
        make(g)


def test_the_number_of_the_row_is_an_operator_wherever_it_meets_one(g):
    with g:
        first = wb.equal(wb.TimeIndex, 0)
        trend = 0.1 * wb.TimeIndex
        late = wb.TimeIndex >= 5
        g.y.mean = wb.TimeIndex
    assert [each.dtype for each in (first, trend, late)] == ["bool", "float", "bool"]
    assert g.y.mean.record["kind"] == "TimeIndex"
    assert all(each.dynamic and each.shape == () for each in (first, trend, late))


def test_a_loop_through_an_earlier_row_is_none_and_an_unshifted_one_is_named(g):
    g.y.mean = g.x[0]
    g.x.mean = g.y[wb.TimeIndex - 1]
    assert not [each for each in diagnose(g.document) if each["code"] == "CycleError"]
    with pytest.raises(CycleError, match="g/x -> g/y"):
        g.x.mean = g.y[wb.TimeIndex]


def test_a_network_tells_what_is_read_in_the_same_row_from_what_is_read_earlier(g):
    with g:
        z = wb.Variable("z")
    g.y.mean = g.a * g.y[wb.TimeIndex - 1] + g.x[0] + wb.TimeShift(z * g.a, -2, initial_values=g.a)
    network = flatten(g.document.snapshot().records, g.key)
    y, x, z, a = (network.owner[each.key] for each in (g.y, g.x, z, g.a))
    assert network.parents[y] == {x, a}
    assert network.lagged[y] == {y, z}
    shifts = [each for each in _calls(dict(network.structure[y].parameters)["mean"]) if each.kind == "TimeShift"]
    assert {(each.settings, each.operands[0]) for each in shifts if isinstance(each.operands[0], Leaf)} == {
        ('{"shift": -1}', Leaf(y))
    }


def test_generated_code_rebuilds_shifts_and_prints_them_readably(g):
    g.y.mean = g.a * g.y[wb.TimeIndex - 1] + wb.TimeShift(g.y - g.a, -2, [1.0, 2.0])
    with g:
        g.x.mean = wb.where(wb.equal(wb.TimeIndex, 0), g.a, wb.time_index() + 1)
    code = g.to_python()
    assert "a * y[wb.TimeIndex - 1] + wb.time_shift(y - a, -2, [1.0, 2.0])" in code
    names = {}
    exec(code, names)
    assert names["g"].to_python() == code
    assert wb.operand_tree(g.y.mean.operands[0]).splitlines()[2] == "└─<whyboard.TimeShift 'TimeShift'>"


def _calls(term):
    if isinstance(term, Apply):
        yield term
        for each in term.operands:
            yield from _calls(each)
