"""Mixtures without their selectors: a mixture with a selector is its component with the parameters that it opens.

So all readings of a network know mixtures with weights alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from whyboard.distributions.mixture_names import outer_name, selector_names
from whyboard.errors import ParameterError, ShapeError
from whyboard.lowering.network import Apply, Leaf, Number, Term
from whyboard.lowering.term_type import TermTypes

Terms = Mapping[str, Term]


def selected(law: Any, terms: Terms, types: TermTypes, path: Callable[[int], str]) -> tuple[Any, dict[str, Term]]:
    """The distribution and the parameters that are left when selectors have opened theirs.

    Args:
        law: a distribution with its settings.
        terms: its parameters.
        types: of trees.
        path: the name of a node, for messages.

    Raises:
        ShapeError: if parameters, or a selector, disagree about the number of components.
        ParameterError: if a constant selector names none of them.
    """
    if not law.composition:
        return law, dict(terms)
    shapes = {name: types(term).shape for name, term in terms.items()}
    law.check_shapes(shapes)
    inner = {law.names[name]: term for name, term in terms.items() if name in law.names}
    component, inner = selected(law.component, inner, types, path)
    if "weights" in terms:
        outer = {outer_name(name): term for name, term in inner.items()}
        return law.configured(component=component, selectors=1), {**outer, "weights": terms["weights"]}
    events = {each.name: law.shared + each.event_ndim for each in component.parameters}
    for place, name in enumerate(selector_names(law.selectors)):
        _check_categories(law, shapes, place, (name, terms[name]), types, path)
        left = law.selectors - place
        inner = {each: _opened(term, terms[name], -left - events[each], types) for each, term in inner.items()}
    return component, inner


def _opened(term: Term, selector: Term, axis: int, types: TermTypes) -> Term:
    """A parameter at the component that is selected; as it stands where all components share it."""
    shape = types(term).shape
    if len(shape) < -axis:
        return term
    settings = json.dumps({"axis": axis})
    if shape[axis] == 1:
        return Apply("Squeeze", settings, (term,))
    return Apply("Gate", settings, (selector, term))


def _check_categories(
    law: Any,
    shapes: Mapping[str, tuple[int, ...]],
    place: int,
    selector: tuple[str, Term],
    types: TermTypes,
    path: Callable[[int], str],
) -> None:
    name, term = selector
    if isinstance(term, Number):
        _check_constant(law, shapes, place, name, types.constants[term.slot])
    if not isinstance(term, Leaf):
        return
    spec = types.structure[term.node]
    categories = spec.law.categories({each: types(given).shape for each, given in spec.parameters})
    for parameter, shape in shapes.items():
        count = law.count(parameter, shape, place)
        if categories is not None and count not in (1, categories):
            raise ShapeError(
                f"The {name} {path(term.node)!r} has {categories} categories and the {parameter} has {count} "
                f"components, along axis {law.axis(parameter, place)} of shape {shape}. Expected as many."
            )


def _check_constant(law: Any, shapes: Mapping[str, tuple[int, ...]], place: int, name: str, values: np.ndarray) -> None:
    for parameter, shape in shapes.items():
        count = law.count(parameter, shape, place)
        bad = values[(values < 0) | (values >= count)]
        if count > 1 and bad.size:
            raise ParameterError(
                f"The {name} got {int(bad.flat[0])}, and the {parameter} has {count} components. "
                f"Expected whole numbers from 0 to {count - 1}."
            )
