"""The types of parameter trees, by the rules that operators declare."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from whyboard import registry
from whyboard.lowering.network import Leaf, NodeSpec, Number, Term
from whyboard.lowering.terms import folded
from whyboard.value_type import DType, ValueType

_DTYPES: dict[str, DType] = {"f": "float", "i": "int", "b": "bool"}


class TermTypes:
    """Types of trees of one network; parts that trees share are looked at once."""

    def __init__(self, structure: Sequence[NodeSpec], constants: Sequence[np.ndarray]) -> None:
        self.structure = structure
        self.constants = constants
        self._known: dict[int, tuple[Term, ValueType]] = {}

    def __call__(self, root: Term) -> ValueType:
        """The type of a tree; depth has no limit.

        Raises:
            ShapeError, DTypeError: if operands do not fit.
        """
        return folded(root, self._known, self._type)

    def _type(self, term: Term, operands: tuple[ValueType, ...]) -> ValueType:
        if isinstance(term, Leaf):
            spec = self.structure[term.node]
            return ValueType(spec.shape, spec.dtype, not spec.static)
        if isinstance(term, Number):
            array = self.constants[term.slot]
            return ValueType(array.shape, _DTYPES[array.dtype.kind], dynamic=False)
        operator: Any = registry.operators[term.kind]
        return operator.infer(list(operands), json.loads(term.settings))
