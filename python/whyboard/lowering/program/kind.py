"""A `Kind`: all that two variables share whom one piece of compiled code serves; never a key, number or exemplar.

Its parameters are a tape of instructions over anonymous slots (values of other variables) and constants.
"""

from __future__ import annotations

from math import prod
from typing import NamedTuple

from whyboard.distributions.distribution import Distribution
from whyboard.lowering.expression import Settings
from whyboard.operators.operator import Operator
from whyboard.value_type import DType, Shape


class Place(NamedTuple):
    """Where an instruction finds an operand: ``"slot"``, ``"constant"`` or ``"result"`` (an earlier one), by number."""

    source: str
    number: int


class Slot(NamedTuple):
    """Anonymous values of other variables; ``stacked`` of one shape stand together, ``None`` is one value by itself.

    ``own`` values have rows exactly if the variable has; the others are static operands of a dynamic variable.
    """

    stacked: int | None
    shape: Shape
    dtype: DType
    own: bool

    @property
    def size(self) -> int:
        """Elements in the tables."""
        return prod(self.shape) * (1 if self.stacked is None else self.stacked)


class Constant(NamedTuple):
    """Anonymous numbers."""

    stacked: int | None
    shape: Shape
    dtype: DType

    @property
    def size(self) -> int:
        return prod(self.shape) * (1 if self.stacked is None else self.stacked)


class CallStep(NamedTuple):
    """Apply an operator."""

    operator: type[Operator]
    settings: Settings
    operands: tuple[Place, ...]


class Group(NamedTuple):
    """Products of one form in a sum.

    ``factors`` are stacked slots if ``stacked``, which are multiplied and summed at once; otherwise one product.
    """

    weight: Place
    factors: tuple[Place, ...]
    stacked: bool


class SumStep(NamedTuple):
    """A constant and groups of weighted products."""

    shape: Shape
    groups: tuple[Group, ...]
    constant: Place


class Kind(NamedTuple):
    """The signature of a stack of variables; ``shape`` is () for variables whose elements are independent lanes."""

    distribution: type[Distribution]
    shape: Shape
    dtype: DType
    dynamic: bool
    slots: tuple[Slot, ...]
    constants: tuple[Constant, ...]
    tape: tuple[CallStep | SumStep, ...]
    parameters: tuple[tuple[str, Place], ...]

    @property
    def size(self) -> int:
        return prod(self.shape)

    def width(self, *, own: bool) -> int:
        """Elements that one lane gathers from its own table, or from the static one."""
        return sum(slot.size for slot in self.slots if slot.own == own)

    @property
    def constant_width(self) -> int:
        return sum(constant.size for constant in self.constants)

    def text(self) -> str:
        """The same in every process: the order of kinds must not depend on addresses."""
        return repr(self)
