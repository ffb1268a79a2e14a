"""Python's operators and the functions of the registry make operators; they mimic numpy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import mutually_broadcastable_shapes

import whyboard as wb
from whyboard import errors, registry


@pytest.mark.parametrize(
    ("write", "kind"),
    [
        (lambda x: x + 1, "Add"),
        (lambda x: 1 + x, "Add"),
        (lambda x: x - 1, "Subtract"),
        (lambda x: 1 - x, "Subtract"),
        (lambda x: x * 2, "Mul"),
        (lambda x: 2 * x, "Mul"),
        (lambda x: x / 2, "Divide"),
        (lambda x: 2 / x, "Divide"),
        (lambda x: x**2, "Power"),
        (lambda x: 2**x, "Power"),
        (lambda x: x @ np.ones(3), "Matmul"),
        (lambda x: np.ones(3) @ x, "Matmul"),
        (lambda x: -x, "Negative"),
        (abs, "Abs"),
        (lambda x: x < 1, "Less"),
        (lambda x: x <= 1, "LessEqual"),
        (lambda x: 1 < x, "Greater"),  # noqa: SIM300 - reflected
        (lambda x: x >= 1, "GreaterEqual"),
        (lambda x: x[0], "Index"),
        (lambda x: np.ones(3) * x, "Mul"),
        (lambda x: np.float64(2) - x, "Subtract"),
        (lambda x: [1, 2, 3] + x, "Add"),  # noqa: RUF005 - reflected
    ],
)
def test_python_operators_make_operators(write, kind):
    x = wb.Variable("x", shape=3)
    made = write(x)
    assert type(made) is getattr(wb.operator, kind)
    assert repr(made) == f"<whyboard.{kind} '{kind}'>"
    assert x in made.operands
    assert made.dynamic


def test_order_of_reflected_operands_is_kept():
    x = wb.Variable("x")
    assert (1.5 - x).operands[0].value == 1.5
    assert (x - 1.5).operands[1].value == 1.5
    assert (1.5 < x).operands[0] == x  # noqa: SIM300 - reflected


def test_a_pandas_column_on_the_left_becomes_a_constant():
    pd = pytest.importorskip("pandas")
    x = wb.Variable("x", shape=2)
    made = pd.Series([1.0, 2.0]) * x
    assert type(made).__name__ == "Mul"
    assert made.operands[0].value.tolist() == [1.0, 2.0]


def test_equality_compares_handles_and_truth_is_refused():
    x, y = wb.Variable("x"), wb.Variable("y")
    assert x == x  # noqa: PLR0124
    assert x != y
    assert type(wb.equal(x, y)).__name__ == "Equal"
    with pytest.raises(errors.DTypeError, match="neither true nor false"):
        bool(x > y)
    with pytest.raises(errors.DTypeError, match="neither true nor false"):
        _ = 0 < x < 1


def test_a_scalar_is_no_sequence_and_a_vector_is():
    x, v = wb.Variable("x"), wb.Variable("v", shape=3)
    with pytest.raises(errors.DTypeError, match="scalar"):
        list(x)
    assert [each.settings["index"] for each in v] == [[0], [1], [2]]
    with pytest.raises(errors.DTypeError, match="no value before a model is solved"):
        float(x)


@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=4))
@settings(max_examples=40, deadline=None)
def test_shapes_are_those_of_numpy(shapes):
    first, second = shapes.input_shapes
    total = wb.Variable("x", shape=first) * wb.Variable("y", shape=second)
    assert total.shape == np.broadcast_shapes(first, second)
    assert wb.sum(total).shape == ()


@pytest.mark.parametrize(
    "key",
    [
        0,
        -1,
        slice(1, None),
        (0, 1),
        (slice(None), 2),
        (None, 0),
        ...,
        ([0, 1], [1, 2]),
        np.array([True, False]),
        (..., 0),
    ],
    ids=str,
)
def test_indexing_has_the_shape_of_numpy(key):
    x = wb.StaticVariable("x", shape=(2, 3))
    assert x[key].shape == np.zeros((2, 3))[key].shape


def test_an_integer_variable_gathers():
    alpha, group = wb.StaticVariable("alpha", shape=(3, 2)), wb.Variable("group", distribution="Categorical", dtype=int)
    picked = alpha[group]
    assert (picked.shape, picked.dynamic) == ((2,), True)
    assert picked.operands == (alpha, group)
    assert alpha[group, 1:].settings == {"index": ["operand", "1:"]}


def test_functions_take_arguments_as_numpy_does():
    x = wb.Variable("x", shape=(2, 3))
    assert wb.sum(x, 0).shape == (3,)
    assert wb.sum(x, axis=1, keepdims=True).shape == (2, 1)
    assert wb.concatenate([x, x], axis=1).shape == (2, 6)
    assert wb.concatenate([x, np.zeros((1, 3))]).shape == (3, 3)
    assert wb.einsum("ij,j->i", x, np.ones(3)).shape == (2,)
    assert wb.where(x > 0, x, 0.0).shape == (2, 3)
    assert wb.reshape(x, (3, 2)).shape == (3, 2)
    assert wb.index(x, 0, slice(1, None)).shape == (2,)
    with pytest.raises(errors.ParameterError, match=r"got no 'x'|no 'y'|got no"):
        wb.power(x)
    with pytest.raises(errors.ParameterError, match="this is a setting"):
        wb.sum(x, axis=x)


def test_every_registered_operator_has_a_function_and_a_class():
    for kind, operation in zip(registry.operators, registry.operators.values(), strict=True):
        function = getattr(wb.math, operation.function)
        assert function.__doc__
        assert issubclass(getattr(wb.operator, kind), wb.graph.Expression)
        assert operation.function in dir(wb.math)
        assert kind in dir(wb.operator)


def test_a_newly_registered_operator_appears_by_itself():
    class Softsign(wb.Operator):
        """x / (1 + |x|)."""

        @staticmethod
        def apply(x):
            return x / (1 + abs(x))

    wb.register_operator(Softsign)
    try:
        x = wb.Variable("x", shape=2)
        for made in (wb.math.softsign(x), wb.softsign(x), wb.operator.Softsign(x)):
            assert repr(made) == "<whyboard.Softsign 'Softsign'>"
            assert made.shape == (2,)
        y = wb.Variable("y", shape=2, mean=made)
        assert y.mean is made
    finally:
        registry.operators.unregister("Softsign")
    assert wb.graph.diagnose(y.document)[0]["code"] == "unknown"
    with pytest.raises(errors.UnknownName, match="no function 'softsign'"):
        _ = wb.math.softsign


def test_constants_keep_their_values_and_dtypes():
    assert [wb.constant(value).dtype for value in (1, 1.0, True, [1, 2], [1.0], np.float32(2))] == [
        "int", "float", "bool", "int", "float", "float",
    ]  # fmt: skip
    big = np.random.default_rng(0).normal(size=(40, 50))
    np.testing.assert_array_equal(wb.constant(big).value, big)
    assert wb.constant([np.inf, 1.0]).value.tolist() == [np.inf, 1.0]
    for bad in (float("nan"), "text", None, [[1], [1, 2]], 1 + 2j, [1.0, np.nan], 2**60):
        with pytest.raises(errors.WhyboardError):
            wb.constant(bad)


def test_modules_can_be_imported_by_name():
    from whyboard.math import exp
    from whyboard.operator import Add

    assert exp is wb.exp
    assert Add is wb.operator.Add
    with pytest.raises(errors.UnknownName, match=r"no operator 'Addd'. Did you mean 'Add'"):
        _ = wb.operator.Addd
    with pytest.raises(errors.UnknownName, match=r"whyboard has no 'Grph'. Did you mean 'Graph'"):
        _ = wb.Grph


@pytest.mark.parametrize(
    "use",
    [
        lambda g, gone: gone + 1,
        lambda g, gone: setattr(g.x, "mean", gone),
        lambda g, gone: gone.shape,
        lambda g, gone: wb.operand_tree(gone),
        lambda g, gone: wb.show(gone),
    ],
)
def test_an_operator_that_went_with_its_parameter_says_so(g, use):
    gone = g.e.y * 2
    g.x.mean = gone
    g.x.mean = 3.0
    with pytest.raises(
        errors.DocumentError, match=r"Mul was deleted.*last parameter that used it. Write the expression"
    ):
        use(g, gone)


def test_undoing_the_replacement_brings_an_operator_back(g):
    gone = g.e.y * 2
    g.x.mean = gone
    g.x.mean = 3.0
    g.document.undo()
    assert g.x.mean is gone


@pytest.mark.parametrize(
    ("write", "kind", "shape"),
    [
        (np.exp, "Exp", (3,)),
        (np.abs, "Abs", (3,)),
        (lambda x: np.maximum(x, 0.0), "Maximum", (3,)),
        (lambda x: np.ones((2, 3)) * x, "Mul", (2, 3)),
        (lambda x: np.ones((2, 3)) @ x, "Matmul", (2,)),
        (lambda x: np.float64(2) - x, "Subtract", (3,)),
        (lambda x: np.zeros(3) < x, "Less", (3,)),
    ],
)
def test_functions_of_numpy_make_operators(write, kind, shape):
    made = write(wb.Variable("x", shape=3))
    assert (made.name, made.shape) == (kind, shape)


def test_an_array_is_no_handle():
    x = wb.Variable("x", shape=3)
    assert (np.ones(3) == x) is False
    assert np.ones(3) != x


@pytest.mark.parametrize("write", [np.sum, np.isfinite, lambda x: np.add(x, 1, where=False)])
def test_what_numpy_would_compute_is_refused(write):
    with pytest.raises(errors.DTypeError, match=r"cannot take Variable 'x'.*Use the functions of wb\.math"):
        write(wb.Variable("x", shape=3))


def test_a_condition_that_compared_the_objects_is_refused():
    with wb.Graph("g"):
        z = wb.Variable("z", distribution="Categorical", probabilities=[0.5, 0.5])
        with pytest.raises(errors.ParameterError, match=r"where\(\) got the condition False.* write equal\(a, b\)"):
            wb.where(z == 0, -3.0, 3.0)
        with pytest.raises(errors.ParameterError, match=r"\* got the truth value False.* write equal\(a, b\)"):
            (z == 0) * z
        assert wb.where(wb.equal(z, 0), -3.0, 3.0).dtype == "float"
