"""The types of parameter trees, by the rules that operators declare."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from whyboard import registry
from whyboard.lowering.network import Leaf, NodeSpec, Number, Term
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
        stack = [root]
        while stack:
            term = stack[-1]
            if id(term) in self._known:
                stack.pop()
                continue
            if isinstance(term, Leaf):
                spec = self.structure[term.node]
                found = ValueType(spec.shape, spec.dtype, not spec.static)
            elif isinstance(term, Number):
                array = self.constants[term.slot]
                found = ValueType(array.shape, _DTYPES[array.dtype.kind], dynamic=False)
            else:
                waiting = [each for each in term.operands if id(each) not in self._known]
                if waiting:
                    stack.extend(waiting)
                    continue
                operator: Any = registry.operators[term.kind]
                found = operator.infer([self._known[id(each)][1] for each in term.operands], json.loads(term.settings))
            # The term is kept: its id must not be given to another one.
            self._known[id(term)] = (term, found)
            stack.pop()
        return self._known[id(root)][1]
