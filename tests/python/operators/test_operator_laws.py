"""One law suite for every registered operator: its rule is what jax computes, its values are NumPy's."""

from __future__ import annotations

import itertools

import jax
import numpy as np
import pytest
import scipy.linalg
import scipy.special

import whyboard.operators
from whyboard import registry
from whyboard.value_type import ValueType

KINDS = {"f": "float", "i": "int", "b": "bool"}
DTYPES = {"float": np.float64, "int": np.int64, "bool": np.bool_}
random = np.random.default_rng(5)

SHAPES_1 = [((),), ((3,),), ((2, 3),)]
SHAPES_2 = [((), ()), ((3,), (3,)), ((), (2, 3)), ((2, 1), (3,))]


def double_precision():
    return jax.enable_x64(True)


def operand(shape, dtype="float", low=0.1, high=0.9):
    if dtype == "bool":
        return random.random(shape) < 0.5
    if dtype == "int":
        return random.integers(1, 4, shape)
    return random.uniform(low, high, shape)


def each_dtype(function, shapes, dtypes=("float", "int", "bool"), **settings):
    """Every combination of dtypes in the last shapes, one in the others, with NumPy's function of the same name."""
    combinations = list(itertools.product(dtypes, repeat=len(shapes[-1])))
    examples = [(example, combinations[0]) for example in shapes[:-1]] + [(shapes[-1], each) for each in combinations]
    return [
        (tuple(operand(shape, dtype) for shape, dtype in zip(example, each, strict=True)), settings, function)
        for example, each in examples
    ]


def floats(function, *shapes, **settings):
    return [(tuple(operand(shape) for shape in shapes), settings, function)]


def over_axes(function, dtypes=("float", "int", "bool")):
    return [
        example
        for axis, keepdims in [(None, False), (0, True), (-1, False), ((0, 2), True)]
        for example in each_dtype(function, [((2, 3, 4),)], dtypes, axis=axis, keepdims=keepdims)
    ]


def symmetric(size):
    matrix = random.normal(size=(2, size, size))
    return matrix @ matrix.swapaxes(-1, -2) + np.eye(size)


def norm(x, axis=None, *, keepdims=False):
    return np.sqrt(np.sum(np.square(x.astype(float)), axis=axis, keepdims=keepdims))


def constant(value):
    return np.asarray(value)


def logdet(x):
    return np.linalg.slogdet(x)[1]


def gate(z, x, axis=-1):
    place = axis % x.ndim
    plates = np.broadcast_shapes(z.shape, x.shape[:place])
    z, x = np.broadcast_to(z, plates), np.broadcast_to(x, plates + x.shape[place:])
    return np.array([x[each][int(z[each])] for each in np.ndindex(*plates)]).reshape(
        plates + x.shape[len(plates) + 1 :]
    )


def ordered(x):
    return x[0] + np.concatenate([[0], np.cumsum(np.exp(x[1:]))])


NUMBERS = ("float", "int")
UNARY = {
    "Identity": np.copy,
    "Complement": (lambda x: 1 - x, NUMBERS),
    "Negative": (np.negative, NUMBERS),
    "Abs": np.abs,
    "Sqrt": np.sqrt,
    "Square": np.square,
    "Exp": np.exp,
    "Expm1": np.expm1,
    "Log": (np.log, NUMBERS),
    "Log1p": np.log1p,
    "Sign": (np.sign, NUMBERS),
    "Floor": np.floor,
    "Ceil": np.ceil,
    "Round": (np.round, NUMBERS),
    "Sigmoid": scipy.special.expit,
    "Softplus": lambda x: np.logaddexp(0.0, x),
    "Relu": (lambda x: np.maximum(x, 0), NUMBERS),
    "Erf": scipy.special.erf,
    "Erfc": scipy.special.erfc,
    "Gammaln": (scipy.special.gammaln, NUMBERS),
    "Digamma": (scipy.special.digamma, NUMBERS),
    **{name: getattr(np, name.lower()) for name in ("Sin", "Cos", "Tan", "Arctan", "Sinh", "Cosh", "Tanh")},
    "Arcsin": (np.arcsin, ("float",)),
    "Arccos": (np.arccos, ("float",)),
    "LogicalNot": np.logical_not,
    "Ravel": np.ravel,
}
BINARY = {
    "Add": np.add,
    "Subtract": (np.subtract, NUMBERS),
    "Mul": np.multiply,
    "Divide": (np.divide, NUMBERS),
    "Power": (np.power, NUMBERS),
    "Minimum": np.minimum,
    "Maximum": np.maximum,
    "Arctan2": np.arctan2,
    "Less": np.less,
    "LessEqual": np.less_equal,
    "Greater": np.greater,
    "GreaterEqual": np.greater_equal,
    "Equal": np.equal,
    "NotEqual": np.not_equal,
    "LogicalAnd": np.logical_and,
    "LogicalOr": np.logical_or,
    "Outer": np.outer,
}
REDUCTIONS = {
    "Sum": np.sum,
    "Prod": np.prod,
    "Mean": np.mean,
    "Min": np.min,
    "Max": np.max,
    "Norm": norm,
    "Logsumexp": (scipy.special.logsumexp, NUMBERS),
}


def dtyped(entry):
    return entry if isinstance(entry, tuple) else (entry, ("float", "int", "bool"))


PLACES = np.array([[0, 2], [1, -1]])
EXAMPLES = {
    **{name: each_dtype(dtyped(e)[0], SHAPES_1, dtyped(e)[1]) for name, e in UNARY.items()},
    **{name: each_dtype(dtyped(e)[0], SHAPES_2, dtyped(e)[1]) for name, e in BINARY.items()},
    **{name: over_axes(*dtyped(e)) for name, e in REDUCTIONS.items()},
    "Const": [((), {"value": value}, constant) for value in (1.5, 2, True, [[1, 2], [3, 4]])],
    "Argmax": [
        example
        for axis, keepdims in [(None, False), (1, True), (-1, False)]
        for example in each_dtype(np.argmax, [((2, 3, 4),)], axis=axis, keepdims=keepdims)
    ],
    **{
        name: [e for axis in (None, 0, -1) for e in each_dtype(function, [((2, 3),)], axis=axis)]
        for name, function in (("Cumsum", np.cumsum), ("Cumprod", np.cumprod))
    },
    "Softmax": [
        *each_dtype(scipy.special.softmax, [((2, 3),)], NUMBERS, axis=0),
        *floats(scipy.special.softmax, (2, 3), axis=-1),
    ],
    "LogSoftmax": each_dtype(scipy.special.log_softmax, [((2, 3),)], NUMBERS, axis=-1),
    "Dot": each_dtype(np.dot, [((3,), (3,)), ((), (3,)), ((3,), (3, 2)), ((2, 2, 3), (4, 3, 2)), ((2, 3), (3,))]),
    "Matmul": each_dtype(
        np.matmul, [((3,), (3,)), ((2, 3), (3,)), ((3,), (4, 3, 2)), ((5, 1, 2, 3), (4, 3, 2)), ((3,), (3, 2))]
    ),
    "Tensordot": [
        *floats(np.tensordot, (2, 3, 4), (3, 4, 5), axes=2),
        *floats(np.tensordot, (2, 3), (3, 2), axes=1),
        *floats(np.tensordot, (2,), (3,), axes=0),
    ],
    "Einsum": [
        (
            tuple(operand(shape) for shape in shapes),
            {"subscripts": text},
            lambda *x, subscripts: np.einsum(subscripts, *x),
        )
        for text, shapes in [
            ("ij,j->i", [(2, 3), (3,)]),
            ("ij,jk", [(2, 3), (3, 4)]),
            ("ii", [(3, 3)]),
            ("ba", [(2, 3)]),
            ("...i,ij->...j", [(4, 1, 3), (3, 2)]),
            ("...ij,...jk", [(4, 1, 2, 3), (5, 3, 2)]),
            ("i, i, i -> ", [(3,), (3,), (3,)]),
        ]
    ],
    "Diag": [
        *[e for k in (0, 1, -2) for e in each_dtype(np.diag, [((3,),), ((2, 4),), ((4, 2),)], k=k)],
        *floats(np.diag, (2, 2), k=5),
    ],
    "Trace": each_dtype(np.trace, [((3, 3),), ((2, 4),)]),
    "Inv": [((symmetric(3),), {}, np.linalg.inv)],
    "Cholesky": [((symmetric(3),), {}, np.linalg.cholesky)],
    "Det": [((symmetric(3),), {}, np.linalg.det)],
    "Logdet": [((symmetric(3),), {}, logdet)],
    "Solve": [
        ((symmetric(3)[0], operand((3,))), {}, np.linalg.solve),
        ((symmetric(3), operand((3, 2))), {}, np.linalg.solve),
        ((symmetric(3), operand((3,))), {}, np.linalg.solve),
    ],
    "SolveTriangular": [
        ((symmetric(3)[0], operand(shape)), {"lower": lower}, scipy.linalg.solve_triangular)
        for shape in ((3,), (3, 2))
        for lower in (False, True)
    ],
    "Index": [
        ((operand(shape),), {"index": index}, lambda x, index, key=key: x[key])
        for shape, index, key in [
            ((4,), [1], 1),
            ((4,), ["1:"], np.s_[1:]),
            ((4,), ["::-2"], np.s_[::-2]),
            ((4, 3), [None, ":", -1], np.s_[None, :, -1]),
            ((2, 3, 4), ["...", 0], np.s_[..., 0]),
            ((2, 3, 4), ["...", None, "1:3"], np.s_[..., None, 1:3]),
            ((2, 3, 4), [[1, 0], ":", [3, 0]], np.s_[[1, 0], :, [3, 0]]),
            ((2, 3, 4), [":", [[0, 1], [2, 2]]], np.s_[:, [[0, 1], [2, 2]]]),
        ]
    ]
    + [
        ((operand((3,)), np.array(2)), {"index": ["operand"]}, lambda x, i, index: x[i]),
        ((operand((3, 4)), PLACES), {"index": [":", "operand"]}, lambda x, i, index: x[:, i]),
        (
            (operand((3, 4)), PLACES, np.array([0, 3])),
            {"index": ["operand", "operand"]},
            lambda x, i, j, index: x[i, j],
        ),
        ((operand((3, 4), "int"), PLACES), {"index": ["operand", "1:"]}, lambda x, i, index: x[i, 1:]),
    ],
    "Where": [
        example for shapes in [((3,), (), (3,)), ((2, 1), (3,), ())] for example in each_dtype(np.where, [shapes])
    ],
    "Clip": each_dtype(np.clip, [((3,), (), ()), ((2, 3), (3,), ())], NUMBERS),
    "Take": [((operand((3, 4)), PLACES), {"axis": axis}, np.take) for axis in (None, 0, 1, -1)],
    "TakeAlongAxis": [
        ((operand((2, 4)), PLACES), {"axis": -1}, np.take_along_axis),
        ((operand((3, 2)), PLACES), {"axis": 0}, np.take_along_axis),
    ],
    "Gate": [
        ((np.array(2), operand((3,))), {}, gate),
        ((np.array([2, 0]), operand((2, 3))), {}, gate),
        ((np.array([[2], [0]]), operand((4, 3, 5))), {"axis": -2}, gate),
        ((np.array([True, False]), operand((2, 3))), {"axis": 0}, gate),
    ],
    "Choose": [
        ((np.array([2, 0]), operand(()), operand((2,)), operand((3, 1))), {}, lambda z, *x: np.choose(z, x)),
        ((np.array(True), operand(()), operand((2,), "int")), {}, lambda z, *x: np.choose(z.astype(int), x)),
    ],
    "OneHot": [
        ((np.array(shape),), {"num_classes": 3}, lambda x, num_classes: np.eye(num_classes)[x]) for shape in (1, [0, 2])
    ],
    "Ordered": floats(ordered, (4,)),
    "Interp": [
        ((random.uniform(-2, 2, shape), np.array([-1.0, 0, 1]), np.array([2.0, -1, 5])), {}, np.interp)
        for shape in ((), (2, 3))
    ],
    "Reshape": [((operand((2, 6)),), {"shape": shape}, np.reshape) for shape in ([3, 4], [-1], [2, -1, 3], 12)],
    "Transpose": [((operand((2, 3, 4)),), {"axes": axes}, np.transpose) for axes in (None, [1, 0, 2], [-1, 0, 1])],
    "Squeeze": [((operand((1, 3, 1)),), {"axis": axis}, np.squeeze) for axis in (None, 0, (0, -1))],
    "ExpandDims": [((operand((2, 3)),), {"axis": axis}, np.expand_dims) for axis in (0, -1, (0, 2))],
    "BroadcastTo": [((operand((3,)),), {"shape": shape}, np.broadcast_to) for shape in ((2, 3), (3,))],
    "Concatenate": [
        (tuple(operand((2, n)) for n in (3, 1, 2)), {"axis": axis}, lambda *x, axis: np.concatenate(x, axis))
        for axis in (1, -1, None)
    ]
    + each_dtype(lambda *x: np.concatenate(x), [((2,), (3,))]),
    "Stack": [
        ((operand((2, 3)), operand((2, 3), "int")), {"axis": axis}, lambda *x, axis: np.stack(x, axis))
        for axis in (0, 1, -1)
    ],
    "Tile": [((operand((2, 3)),), {"reps": reps}, np.tile) for reps in (2, [2, 1], [2, 1, 3], [2])],
    "Repeat": [((operand((2, 3)),), {"repeats": 2, "axis": axis}, np.repeat) for axis in (None, 0, 1)],
    "Flip": [((operand((2, 3)),), {"axis": axis}, np.flip) for axis in (None, 0, (0, 1))],
    "Roll": [((operand((2, 3)),), {"shift": 2, "axis": axis}, np.roll) for axis in (None, 0, 1)],
}
CASES = [
    pytest.param(name, *case, id=f"{name}-{number}")
    for name, cases in EXAMPLES.items()
    for number, case in enumerate(cases)
]


def kind_of(array):
    return KINDS[np.asarray(array).dtype.kind]


def types(values, *, dynamic=False):
    return [ValueType(np.shape(value), kind_of(value), dynamic) for value in values]


def tupled(settings):
    return {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}


def test_every_registered_operator_is_held_to_the_laws():
    ours = {
        name
        for name, kind in registry.operators._things.items()
        # The laws are about one row.
        if kind.__module__.startswith(whyboard.operators.__name__) and not kind.mixes_rows
    }
    assert ours == set(EXAMPLES)


@pytest.mark.parametrize(("name", "values", "settings", "reference"), CASES)
def test_result_and_values_are_those_of_numpy(name, values, settings, reference):
    kind = registry.operators[name]
    expected = np.asarray(reference(*values, **tupled(settings)) if settings else reference(*values))
    result = kind.infer(types(values), settings)
    assert result.shape == expected.shape
    assert result.dtype == kind_of(expected)
    with double_precision():
        computed = np.asarray(kind.evaluate(values, settings))
    # NumPy computes functions of truth values in half precision.
    tolerance = 2e-3 if any(kind_of(v) == "bool" for v in values) and result.dtype == "float" else 1e-12
    np.testing.assert_allclose(computed, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("name", "values", "settings", "reference"), CASES)
def test_result_is_what_jax_traces(name, values, settings, reference):
    del reference
    kind = registry.operators[name]
    with double_precision():
        traced = jax.eval_shape(lambda *x: kind.evaluate(x, settings), *values)
    result = kind.infer(types(values), settings)
    assert result.shape == traced.shape
    assert result.dtype == KINDS[traced.dtype.kind]


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "Const"])
def test_mapped_over_rows_equals_row_by_row(name):
    values, settings, _ = EXAMPLES[name][0]
    kind = registry.operators[name]
    with double_precision():
        rows = [np.stack([value, value[::-1] if np.ndim(value) == 1 else value]) for value in values]
        mapped = jax.vmap(lambda *x: kind.evaluate(x, settings))(*rows)
        single = np.stack([kind.evaluate([row[k] for row in rows], settings) for k in range(2)])
    np.testing.assert_allclose(mapped, single, rtol=1e-12)


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "Const"])
def test_a_result_is_dynamic_if_an_operand_is(name):
    values, settings, _ = EXAMPLES[name][0]
    kind = registry.operators[name]
    assert not kind.infer(types(values), settings).dynamic
    for place in range(len(values)):
        mixed = [each._replace(dynamic=k == place) for k, each in enumerate(types(values))]
        assert kind.infer(mixed, settings).dynamic
