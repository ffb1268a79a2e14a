"""What is read off an operator's signature, how it is called, and what it refuses."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from whyboard import registry
from whyboard.errors import DTypeError, ParameterError, ShapeError
from whyboard.operators import Operator, ValueType, register

FLOAT, INT, BOOL = (ValueType((), dtype) for dtype in ("float", "int", "bool"))


def infer(name, *shapes, dtype="float", **settings):
    return registry.operators[name].infer([ValueType(shape, dtype) for shape in shapes], settings)


@pytest.fixture
def softsign():
    @register
    class SoftSign(Operator):
        """x / (1 + |x|)."""

        @staticmethod
        def apply(x, *, sharpness: float = 1.0):
            return sharpness * x / (1 + jnp.abs(sharpness * x))

    yield SoftSign
    registry.operators.unregister("SoftSign")


def test_everything_is_read_off_the_signature(softsign):
    assert registry.operators["SoftSign"] is softsign
    assert (softsign.function, softsign.label, softsign.operands) == ("soft_sign", "soft sign", ("x",))
    assert [tuple(setting)[:3] for setting in softsign.settings] == [("sharpness", "float", 1.0)]
    assert softsign.infer([ValueType((2,), "float", dynamic=True)]) == ValueType((2,), "float", dynamic=True)
    assert softsign.evaluate([np.float64(1.0)], {"sharpness": 3.0}) == pytest.approx(0.75)
    assert softsign.signature() == "soft_sign(x, sharpness=1.0)"


@pytest.mark.parametrize(
    ("name", "arguments", "keywords", "operands", "settings"),
    [
        ("Sum", ("x", 0), {}, ["x"], {"axis": 0}),
        ("Sum", ("x",), {"axis": None, "keepdims": True}, ["x"], {"keepdims": True}),
        ("Concatenate", (["a", "b"], 1), {}, ["a", "b"], {"axis": 1}),
        ("Concatenate", ("a", "b"), {"axis": 1}, ["a", "b"], {"axis": 1}),
        ("Stack", (("a", "b"),), {}, ["a", "b"], {}),
        ("Einsum", ("ij,j", "a", "b"), {}, ["a", "b"], {"subscripts": "ij,j"}),
        ("Einsum", ("a", "b"), {"subscripts": "ij,j"}, ["a", "b"], {"subscripts": "ij,j"}),
        ("Reshape", ("x", (2, 3)), {}, ["x"], {"shape": (2, 3)}),
        ("Where", ("c",), {"y": 2, "x": 1}, ["c", 1, 2], {}),
    ],
)
def test_a_call_is_written_as_in_numpy(name, arguments, keywords, operands, settings):
    assert registry.operators[name].bind(*arguments, **keywords) == (operands, settings)


@pytest.mark.parametrize(
    ("name", "arguments", "keywords", "message"),
    [
        ("Add", (1,), {}, r"add\(\) got no 'y'. Expected add\(x, y\)"),
        ("Add", (1, 2, 3), {}, "1 arguments too many"),
        ("Sum", (1,), {"axes": 0}, r"sum\(\) has no setting 'axes'. Expected sum\(x, axis=None, keepdims=False\)"),
        ("Sum", (1, 0), {"axis": 0}, "'axis' twice"),
        ("Sum", (1,), {"x": 0}, "'x' twice"),
        ("Reshape", (1,), {}, "got no 'shape'"),
    ],
)
def test_a_wrong_call_says_how_to_call(name, arguments, keywords, message):
    with pytest.raises(ParameterError, match=message):
        registry.operators[name].bind(*arguments, **keywords)


@pytest.mark.parametrize(
    ("name", "shapes", "settings", "message"),
    [
        ("Add", [(3,), (4,)], {}, r"Shapes \(3,\) and \(4,\) do not broadcast: an axis has lengths 3 and 4"),
        ("Sum", [(3,)], {"axis": 1}, "There is no axis 1 in an operand with 1 axes. Expected -1 to 0"),
        ("Sum", [()], {"axis": 0}, "a scalar"),
        ("Sum", [(2, 3)], {"axis": [0, -2]}, "name one axis twice"),
        ("Max", [(0,)], {}, "no elements"),
        ("Matmul", [(2, 3), (2, 3)], {}, "got lengths 3 and 2"),
        ("Matmul", [(), (3,)], {}, r"multiply with \*"),
        ("Dot", [(2,), (3,)], {}, "got lengths 2 and 3"),
        ("Solve", [(2, 2), (3,)], {}, "got lengths 2 and 3"),
        ("Cholesky", [(2, 3)], {}, "Expected a square one"),
        ("Einsum", [(2, 3), (4,)], {"subscripts": "ij,j"}, "got lengths 3 and 4 for 'j'"),
        ("Einsum", [(2, 3)], {"subscripts": "i->i"}, "names 1 axes"),
        ("Einsum", [(2,)], {"subscripts": "i->k"}, "'k' only in its result"),
        ("Reshape", [(2, 3)], {"shape": [4]}, r"has 6 elements. Expected a shape of as many, got \(4,\)"),
        ("Reshape", [(2, 3)], {"shape": [-1, 4]}, "has 6 elements"),
        ("Concatenate", [(2, 3), (3, 3)], {"axis": 1}, "Expected equal lengths but along axis 1"),
        ("Stack", [(2,), (3,)], {}, "Expected equal shapes"),
        ("BroadcastTo", [(2,)], {"shape": [3]}, "does not broadcast to"),
        ("Squeeze", [(2, 1)], {"axis": 0}, "Expected an axis of length 1"),
        ("Index", [(3,)], {"index": [3]}, r"The index \[3\] does not fit shape \(3,\)"),
        ("Index", [(3,)], {"index": [0, 0]}, "Expected at most 1"),
        ("Interp", [(), (3,), (4,)], {}, "two equally long vectors"),
    ],
)
def test_shapes_that_do_not_fit_are_named(name, shapes, settings, message):
    with pytest.raises(ShapeError, match=message):
        infer(name, *shapes, **settings)


def test_joining_nothing_is_refused():
    for name in ("Concatenate", "Stack"):
        with pytest.raises(ParameterError, match="got no operands"):
            registry.operators[name].bind([])


def test_joining_scalars_points_to_stack():
    with pytest.raises(ShapeError, match=r"stack\(\) joins scalars"):
        infer("Concatenate", (3,), ())


def test_an_axis_is_an_integer():
    with pytest.raises(DTypeError, match=r"axis got 1\.5"):
        infer("Sum", (3,), axis=1.5)


def test_the_mean_of_truth_values_is_a_wide_float():
    with jax.enable_x64(True):
        mean = registry.operators["Mean"].evaluate([np.array([True, True, False])])
    assert mean.dtype == np.float64


@pytest.mark.parametrize(
    ("name", "operands"),
    [("Negative", [BOOL]), ("Subtract", [INT, BOOL]), ("OneHot", [FLOAT]), ("Take", [ValueType((3,)), FLOAT])],
)
def test_dtypes_that_do_not_fit_are_named(name, operands):
    settings = {"num_classes": 3} if name == "OneHot" else {}
    with pytest.raises(DTypeError, match="Expected"):
        registry.operators[name].infer(operands, settings)


def test_a_truth_value_as_an_index_is_0_or_1_and_never_a_mask():
    index = registry.operators["Index"]
    assert index.infer([ValueType((2,)), BOOL], {"index": ["operand"]}).shape == BOOL.shape
    np.testing.assert_array_equal(
        index.evaluate([np.array([5, 7]), np.array([True, False])], {"index": ["operand"]}), [7, 5]
    )


def test_a_number_with_a_fraction_is_no_place():
    for kind, settings in (("Index", {"index": ["operand"]}), ("Take", {}), ("Gate", {})):
        operator = registry.operators[kind]
        operands = [ValueType(()), ValueType((2,))] if kind == "Gate" else [ValueType((2,)), ValueType(())]
        with pytest.raises(DTypeError, match="float"):
            operator.infer(operands, settings)


def test_a_gate_out_of_range_is_nothing():
    gate = registry.operators["Gate"]
    assert np.isnan(gate.evaluate([np.array([-1, 2]), np.array([5.0, 7.0])])).all()


def test_a_gate_that_does_not_fit_names_both_shapes():
    with pytest.raises(ShapeError, match=r"selector of shape \(3,\) for a value of shape \(4, 2\)"):
        registry.operators["Gate"].infer([ValueType((3,), "int"), ValueType((4, 2))])


def test_an_integer_to_a_negative_power_is_truncated():
    with jax.enable_x64(True):
        powers = registry.operators["Power"].evaluate([np.array([1, -1, -1, 2]), np.array([-2, -2, -3, -1])])
    assert powers.tolist() == [1, 1, -1, 0]


def test_the_gradient_of_a_norm_at_zero_is_zero():
    gradient = jax.grad(lambda x: registry.operators["Norm"].evaluate([x]))(jnp.zeros(3))
    assert gradient.tolist() == [0, 0, 0]


@pytest.mark.parametrize("name", ["Index", "Take"])
def test_a_place_out_of_range_is_nan_and_never_another_element(name):
    settings = {"index": ["operand"]} if name == "Index" else {"axis": 0}
    taken = registry.operators[name].evaluate([jnp.arange(3.0), jnp.array([0, 2, 3, -1, -4])], settings)
    np.testing.assert_array_equal(taken, [0, 2, np.nan, 2, np.nan])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.0, ValueType((), "float")),
        (1, ValueType((), "int")),
        (True, ValueType((), "bool")),
        ([[1, 2, 3]], ValueType((1, 3), "int")),
        ([1, 2.5], ValueType((2,), "float")),
        (["inf", 1, "-inf"], ValueType((3,), "float")),
        (np.float32(2), ValueType((), "float")),
        ([], ValueType((0,), "float")),
    ],
)
def test_a_constant_has_the_type_of_its_value(value, expected):
    assert registry.operators["Const"].infer([], {"value": value}) == expected


def test_a_constant_keeps_its_value():
    constant = registry.operators["Const"]
    assert constant.evaluate([], {"value": ["inf", 1.5]}).tolist() == [np.inf, 1.5]
    assert constant.infer([], {"value": 2, "dtype": "float"}) == ValueType((), "float")
    assert constant.infer([], {"value": [2], "dtype": "float"}) == ValueType((1,), "float")


@pytest.mark.parametrize(
    ("value", "dtype", "error", "message"),
    [
        ([[1, 2], [3]], None, ShapeError, "ragged"),
        ("text", None, DTypeError, "not a number"),
        ([1.5], "int", DTypeError, "does not fit dtype int"),
        (1j, None, DTypeError, "dtype complex128"),
    ],
)
def test_a_constant_that_is_none_is_refused(value, dtype, error, message):
    with pytest.raises(error, match=message):
        registry.operators["Const"].infer([], {"value": value, "dtype": dtype})
