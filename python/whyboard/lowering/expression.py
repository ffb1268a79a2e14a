"""Parameter trees in canonical form, so that models that mean the same share their kinds.

Weighted sums become one `Sum` of products, numbers become `Number`, and operators that only rearrange a variable's
elements become a `Leaf` with other places. Trees may share parts; a part is canonicalised once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from whyboard import registry
from whyboard.lowering import network
from whyboard.lowering.network import NodeSpec
from whyboard.lowering.terms import folded
from whyboard.operators.index import numpy_key
from whyboard.operators.operator import Operator, freeze
from whyboard.value_type import DType, Shape, ValueType, broadcast_shapes

Settings = tuple[tuple[str, Any], ...]


class Expression:
    """A value of a known type; compared by identity."""

    __slots__ = ("type",)

    def __init__(self, kind: ValueType) -> None:
        self.type: Final = kind


class Leaf(Expression):
    """Elements of an earlier variable: ``places`` counts them in its flattened value and has the shape of this one."""

    __slots__ = ("node", "places")

    def __init__(self, node: int, places: np.ndarray, dtype: DType, dynamic: bool) -> None:
        super().__init__(ValueType(places.shape, dtype, dynamic))
        self.node: Final = node
        self.places: Final = places


class Number(Expression):
    """A constant: an argument of the program."""

    __slots__ = ("value",)

    def __init__(self, value: np.ndarray, dtype: DType) -> None:
        super().__init__(ValueType(value.shape, dtype, dynamic=False))
        self.value: Final = value


class Call(Expression):
    """An operator on other expressions."""

    __slots__ = ("operands", "operator", "settings")

    def __init__(
        self, kind: ValueType, operator: type[Operator], settings: Settings, operands: tuple[Expression, ...]
    ) -> None:
        super().__init__(kind)
        self.operator: Final = operator
        self.settings: Final = settings
        self.operands: Final = operands


Term = tuple[np.ndarray, tuple[Expression, ...]]


class Sum(Expression):
    """A constant plus weighted products: ``constant + sum of weight * product of factors``."""

    __slots__ = ("constant", "terms")

    def __init__(self, kind: ValueType, terms: tuple[Term, ...], constant: np.ndarray) -> None:
        super().__init__(kind)
        self.terms: Final = terms
        self.constant: Final = constant


class Canonicaliser:
    """Trees of a network to expressions; remembers parts that trees share."""

    def __init__(self, structure: Sequence[NodeSpec], constants: Sequence[np.ndarray]) -> None:
        self.structure = structure
        self.constants = constants
        self._done: dict[int, tuple[network.Term, Expression]] = {}
        self._leaves: dict[int, Leaf] = {}

    def parameter(self, term: network.Term) -> Expression:
        """A parameter: a float that is not a number becomes a sum, if only of one term, so that their kinds agree."""
        found = self.expression(term)
        if found.type.dtype == "float" and not isinstance(found, Number | Sum):
            return Sum(found.type, ((_number(1.0), (found,)),), _number(0.0))
        return found

    def expression(self, root: network.Term) -> Expression:
        """A tree as it is."""
        return folded(root, self._done, self._convert)

    def _convert(self, term: network.Term, operands: tuple[Expression, ...]) -> Expression:
        if isinstance(term, network.Leaf):
            leaf = self._leaves.get(term.node)
            if leaf is None:
                spec = self.structure[term.node]
                places = np.arange(int(np.prod(spec.shape))).reshape(spec.shape)
                leaf = self._leaves[term.node] = Leaf(term.node, places, spec.dtype, not spec.static)
            return leaf
        if isinstance(term, network.Number):
            value = np.asarray(self.constants[term.slot])
            return Number(value, _DTYPES[value.dtype.kind])
        return self._call(term.kind, json.loads(term.settings), operands)

    def _call(self, name: str, settings: Mapping[str, Any], operands: tuple[Expression, ...]) -> Expression:
        operator: Any = registry.operators[name]
        kind = operator.infer([operand.type for operand in operands], settings)
        rearrange = rearranging.get(name)
        if rearrange is not None and len(operands) == 1 and isinstance(operands[0], Leaf):
            leaf = operands[0]
            return Leaf(leaf.node, rearrange(leaf.places, freeze(settings)), leaf.type.dtype, leaf.type.dynamic)
        if kind.dtype == "float" and name in _LINEAR:
            found = _LINEAR[name](kind, *operands)
            if found is not None:
                return found
        return Call(kind, operator, tuple(sorted(freeze(settings).items())), operands)


_DTYPES: Mapping[str, DType] = {"f": "float", "i": "int", "b": "bool"}


def _number(value: float) -> np.ndarray:
    return np.asarray(value, np.float64)


def _terms(operand: Expression) -> tuple[tuple[Term, ...], np.ndarray]:
    if isinstance(operand, Sum):
        return operand.terms, operand.constant
    if isinstance(operand, Number):
        return (), np.asarray(operand.value, np.float64)
    return ((_number(1.0), (operand,)),), _number(0.0)


def _combined(kind: ValueType, left: Expression, right: Expression, sign: float) -> Expression:
    terms: dict[tuple[int, ...], Term] = {}
    constant: np.ndarray = np.zeros(())
    for operand, factor in ((left, 1.0), (right, sign)):
        found, number = _terms(operand)
        constant = constant + factor * number
        for weight, factors in found:
            place = tuple(id(each) for each in factors)
            before = terms.get(place)
            scaled = factor * weight
            terms[place] = (scaled if before is None else before[0] + scaled, factors)
    if not terms:
        return Number(np.broadcast_to(constant, kind.shape), "float")
    return Sum(kind, tuple(terms.values()), constant)


def _add(kind: ValueType, left: Expression, right: Expression) -> Expression:
    return _combined(kind, left, right, 1.0)


def _subtract(kind: ValueType, left: Expression, right: Expression) -> Expression:
    return _combined(kind, left, right, -1.0)


def _negative(kind: ValueType, operand: Expression) -> Expression:
    return _multiply(kind, Number(_number(-1.0), "float"), operand)


def _multiply(kind: ValueType, left: Expression, right: Expression) -> Expression:
    weight: np.ndarray = np.ones(())
    factors: list[Expression] = []
    for operand in (left, right):
        if isinstance(operand, Number):
            weight = weight * operand.value.astype(np.float64)
        elif isinstance(operand, Sum) and len(operand.terms) == 1 and not np.any(operand.constant):
            weight = weight * operand.terms[0][0]
            factors.extend(operand.terms[0][1])
        else:
            # A sum is not multiplied out: that would cancel digits of large numbers.
            factors.append(operand)
    if not factors:
        return Number(np.broadcast_to(weight, kind.shape), "float")
    return Sum(kind, ((weight, tuple(factors)),), _number(0.0))


def _divide(kind: ValueType, left: Expression, right: Expression) -> Expression | None:
    if not isinstance(right, Number) or not np.all(right.value):
        return None
    return _multiply(kind, left, Number(1.0 / right.value.astype(np.float64), "float"))


_LINEAR: dict[str, Callable[..., Expression | None]] = {
    "Add": _add,
    "Subtract": _subtract,
    "Negative": _negative,
    "Mul": _multiply,
    "Divide": _divide,
}

rearranging: dict[str, Callable[[np.ndarray, dict[str, Any]], np.ndarray]] = {
    "Identity": lambda places, _: places,
    "Index": lambda places, settings: places[numpy_key(settings.get("index", ()), ())],
    "Ravel": lambda places, _: places.ravel(),
    "Reshape": lambda places, settings: places.reshape(settings["shape"]),
    "Transpose": lambda places, settings: places.transpose(settings.get("axes")),
    "Squeeze": lambda places, settings: places.squeeze(settings.get("axis")),
    "ExpandDims": lambda places, settings: np.expand_dims(places, settings["axis"]),
    "BroadcastTo": lambda places, settings: np.broadcast_to(places, settings["shape"]),
    "Flip": lambda places, settings: np.flip(places, settings.get("axis")),
    "Roll": lambda places, settings: np.roll(places, settings["shift"], settings.get("axis")),
    "Tile": lambda places, settings: np.tile(places, settings["reps"]),
    "Repeat": lambda places, settings: np.repeat(places, settings["repeats"], settings.get("axis")),
}

_ELEMENTWISE_MODULES = frozenset(
    f"whyboard.operators.{name}"
    for name in ("arithmetic", "elementwise", "special", "trigonometric", "comparison", "logic")
)


def is_elementwise(expression: Expression, shape: Shape) -> bool:
    """Whether each element of a value of ``shape`` depends on one element of every leaf only."""
    stack, seen = [expression], set()
    while stack:
        each = stack.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, Leaf | Number):
            if broadcast_shapes(each.type.shape, shape) != shape:
                return False
        elif isinstance(each, Sum):
            stack.extend(factor for _, factors in each.terms for factor in factors)
        elif isinstance(each, Call):
            # Operators of others may look at whole values even if the shape of their result does not tell.
            known = each.operator.__module__ in _ELEMENTWISE_MODULES or each.operator.__name__ in (
                "Where",
                "Clip",
                "Identity",
            )
            if not known:
                return False
            stack.extend(each.operands)
    return True
