"""A variable as an instance of its kind: the tape that computes its parameters, and what fills slots and constants."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np

from whyboard.distributions.distribution import Distribution
from whyboard.lowering.expression import Call, Expression, Leaf, Number, Sum, is_elementwise
from whyboard.lowering.program.kind import CallStep, Constant, Group, Kind, Place, Slot, SumStep
from whyboard.value_type import DType, Shape


class Instance(NamedTuple):
    """A variable as an instance of its kind: what stands in the slots (``None``: padding) and constants."""

    kind: Kind
    shape: Shape
    lanes: int
    slots: tuple[Leaf | tuple[Leaf | None, ...], ...]
    constants: tuple[np.ndarray, ...]


def instance(
    distribution: type[Distribution],
    shape: Shape,
    dtype: DType,
    dynamic: bool,
    parameters: Sequence[tuple[str, Expression]],
) -> Instance:
    """The kind of a variable and what fills it."""
    plain = distribution.event_ndim == 0 and not any(each.event_ndim for each in distribution.parameters)
    flat = plain and all(is_elementwise(expression, shape) for _, expression in parameters)
    return _Emission(shape, dynamic, flat).instance(distribution, dtype, parameters)


class _Emission:
    def __init__(self, shape: Shape, dynamic: bool, flat: bool) -> None:
        self.shape = shape
        self.dynamic = dynamic
        self.flat = flat
        self.slots: list[Slot] = []
        self.filled: list[Leaf | tuple[Leaf | None, ...]] = []
        self.constants: list[Constant] = []
        self.numbers: list[np.ndarray] = []
        self.tape: list[CallStep | SumStep] = []
        self._places: dict[int, Place] = {}
        self._signatures: dict[int, bytes] = {}

    def instance(
        self, distribution: type[Distribution], dtype: DType, parameters: Sequence[tuple[str, Expression]]
    ) -> Instance:
        places = tuple((name, self._emit(expression)) for name, expression in parameters)
        kind = Kind(
            distribution,
            () if self.flat else self.shape,
            dtype,
            self.dynamic,
            tuple(self.slots),
            tuple(self.constants),
            tuple(self.tape),
            places,
        )
        return Instance(kind, self.shape, prod(self.shape) if self.flat else 1, tuple(self.filled), tuple(self.numbers))

    def _emit(self, root: Expression) -> Place:
        """Operands first, without recursion: trees may be deep."""
        stack = [root]
        while stack:
            each = stack[-1]
            if id(each) in self._places or isinstance(each, Leaf | Number):
                stack.pop()
                continue
            waiting = [part for part in _parts(each) if isinstance(part, Call | Sum) and id(part) not in self._places]
            if waiting:
                stack.extend(reversed(waiting))
                continue
            self._places[id(each)] = self._call(each) if isinstance(each, Call) else self._sum(each)  # type: ignore[arg-type]
            stack.pop()
        return self._place(root)

    def _place(self, expression: Expression) -> Place:
        if isinstance(expression, Leaf):
            return self._slot(expression)
        if isinstance(expression, Number):
            return self._number(expression.value, expression.type.dtype)
        return self._places[id(expression)]

    def _call(self, call: Call) -> Place:
        operands = list(call.operands)
        if call.operator.commutative:
            operands.sort(key=self._signature)
        places = tuple(self._place(operand) for operand in operands)
        self.tape.append(CallStep(call.operator, call.settings, places))
        return Place("result", len(self.tape) - 1)

    def _sum(self, found: Sum) -> Place:
        forms: dict[tuple[Any, ...], list[tuple[np.ndarray, list[Expression]]]] = {}
        for weight, factors in found.terms:
            ordered = sorted(factors, key=self._signature)
            form = (self._shape(weight.shape), *map(self._signature, ordered))
            forms.setdefault(form, []).append((weight, ordered))
        groups: list[Group] = []
        for form in sorted(forms, key=repr):
            members = forms[form]
            if all(isinstance(factor, Leaf) for factor in members[0][1]):
                groups.append(self._stack(members))
            else:
                for weight, factors in members:
                    places = tuple(self._place(factor) for factor in factors)
                    groups.append(Group(self._number(weight, "float"), places, stacked=False))
        shape = () if self.flat else found.type.shape
        self.tape.append(SumStep(shape, tuple(groups), self._number(found.constant, "float")))
        return Place("result", len(self.tape) - 1)

    def _stack(self, members: list[tuple[np.ndarray, list[Expression]]]) -> Group:
        """Products of plain variables may be padded: padding has weight 0 and the value 0."""
        count = 1 << (len(members) - 1).bit_length()
        padding = count - len(members)
        weights = [np.asarray(weight, np.float64) for weight, _ in members]
        weight = self._constant(weights + [np.zeros_like(weights[0])] * padding, "float", count)
        factors: list[Place] = []
        for position, example in enumerate(members[0][1]):
            leaves = [leaf for _, found in members if isinstance(leaf := found[position], Leaf)]
            kind = example.type
            self.slots.append(Slot(count, self._shape(kind.shape), kind.dtype, kind.dynamic == self.dynamic))
            self.filled.append((*leaves, *(None,) * padding))
            factors.append(Place("slot", len(self.slots) - 1))
        return Group(weight, tuple(factors), stacked=True)

    def _slot(self, leaf: Leaf) -> Place:
        kind = leaf.type
        self.slots.append(Slot(None, self._shape(kind.shape), kind.dtype, kind.dynamic == self.dynamic))
        self.filled.append(leaf)
        return Place("slot", len(self.slots) - 1)

    def _number(self, value: np.ndarray, dtype: DType) -> Place:
        return self._constant([np.asarray(value)], dtype, None)

    def _constant(self, values: list[np.ndarray], dtype: DType, count: int | None) -> Place:
        shape = self._shape(values[0].shape)
        self.constants.append(Constant(count, shape, dtype))
        if self.flat:
            # One column per lane and constant; lanes come first.
            columns = [np.broadcast_to(value, self.shape).reshape(-1, 1) for value in values]
            self.numbers.append(np.concatenate(columns, axis=1).astype(np.float64))
        else:
            self.numbers.append(np.concatenate([np.ravel(value) for value in values]).astype(np.float64)[None])
        return Place("constant", len(self.constants) - 1)

    def _shape(self, shape: Shape) -> Shape:
        return () if self.flat else tuple(shape)

    def _signature(self, root: Expression) -> bytes:
        """A digest of the form of an expression, the same for the same form in every process."""
        stack = [root]
        while stack:
            each = stack[-1]
            if id(each) in self._signatures:
                stack.pop()
                continue
            waiting = [part for part in _parts(each) if id(part) not in self._signatures]
            if waiting:
                stack.extend(waiting)
                continue
            self._signatures[id(each)] = hashlib.blake2b(repr(self._form(each)).encode(), digest_size=12).digest()
            stack.pop()
        return self._signatures[id(root)]

    def _form(self, each: Expression) -> tuple[Any, ...]:
        shape, dtype, dynamic = self._shape(each.type.shape), each.type.dtype, each.type.dynamic
        if isinstance(each, Call):
            operands = [self._signatures[id(operand)] for operand in each.operands]
            operands = sorted(operands) if each.operator.commutative else operands
            return ("call", each.operator.__name__, each.settings, operands)
        if isinstance(each, Sum):
            terms = sorted(
                (self._shape(weight.shape), sorted(self._signatures[id(f)] for f in factors))
                for weight, factors in each.terms
            )
            return ("sum", shape, terms, self._shape(each.constant.shape))
        return (type(each).__name__, shape, dtype, dynamic)


def _parts(each: Expression) -> Sequence[Expression]:
    if isinstance(each, Call):
        return each.operands
    if isinstance(each, Sum):
        return [factor for _, factors in each.terms for factor in factors]
    return ()
