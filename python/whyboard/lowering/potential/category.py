"""A function of a latent category, such as `equal(z, 2)` or `z // 3`: it selects by a table of its values."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from whyboard import registry
from whyboard.lowering.network import Apply, Number, Term
from whyboard.operators.operator import elementwise
from whyboard.precision import double_precision


class Step(NamedTuple):
    """An operator of which one operand is not known; the others are numbers."""

    operator: Any
    settings: Any
    operands: tuple[np.ndarray | None, ...]


class CategoryFunction(NamedTuple):
    """What is computed from a category, element by element, and the tree of the category."""

    of: Term
    steps: tuple[Step, ...]

    def table(self, values: np.ndarray) -> np.ndarray:
        """The values of the function at these categories, as integers."""
        found: Any = values
        with double_precision():
            for step in self.steps:
                operands = [found if each is None else each for each in step.operands]
                found = step.operator.evaluate(operands, step.settings)
        return np.asarray(found).astype(int)


def category_function(
    term: Term, constants: Sequence[np.ndarray], is_latent: Callable[[Term], bool]
) -> CategoryFunction:
    """The operators around the innermost latent part of a tree that work element by element, with known numbers."""
    steps: list[Step] = []
    while isinstance(term, Apply):
        operator: Any = registry.operators[term.kind]
        latent = [each for each in term.operands if is_latent(each)]
        known = [each for each in term.operands if not is_latent(each)]
        numbers = [constants[each.slot] for each in known if isinstance(each, Number)]
        scalars = len(numbers) == len(known) and all(each.ndim == 0 for each in numbers)
        if operator.result is not elementwise or len(latent) != 1 or not scalars:
            break
        operands = tuple(constants[each.slot] if isinstance(each, Number) else None for each in term.operands)
        steps.append(Step(operator, json.loads(term.settings), operands))
        (term,) = latent
    return CategoryFunction(term, tuple(reversed(steps)))
