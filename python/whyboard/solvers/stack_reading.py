"""What stands in stacks, read by latent node and by factor, inside one program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.lowering.potential.potential import Arguments
from whyboard.solvers.stacks import Numbers, Plan

Chosen = np.ndarray | Array
"""Which factors of one formula: numbers, of any shape."""


class ByNode(Mapping[int, Any]):
    """What is stored by stack, by latent node; taken out when it is asked for."""

    def __init__(self, plan: Plan, parts: Mapping[int, Any]) -> None:
        self._plan = plan
        self._parts = parts

    def __getitem__(self, node: int) -> Any:
        number, at = self._plan.place[node]
        if len(self._plan.stacks[number].nodes) == 1:
            return self._parts[number]
        return jax.tree.map(lambda leaf: jax.lax.index_in_dim(leaf, at, keepdims=False), self._parts[number])

    def __iter__(self) -> Iterator[int]:
        return iter(self._plan.place)

    def __len__(self) -> int:
        return len(self._plan.place)


class Factors:
    """Factors with one formula, which is computed for many at once."""

    def __init__(self, plan: Plan, number: int, numbers: Numbers) -> None:
        self.plan = plan
        self.alike = plan.alike[number]
        self.arguments = numbers.factors[number]
        self.rows = numbers.arguments.rows
        self.places = {
            latent.node: np.array([plan.place[mention.nodes[latent.node]] for mention in self.alike.mentions])
            for latent in self.alike.potential.latents
        }

    def terms(self, chosen: np.ndarray, moments: Mapping[int, Any]) -> Array:
        """The expected log densities of some of them, ``(chosen,)``."""
        same, each = self._moments(chosen, moments)
        arguments = jax.tree.map(lambda leaf: taken(leaf, chosen), self.arguments)
        return jax.vmap(lambda given, own: self._term({**same, **own}, given))(arguments, each)

    def messages(self, root: int, chosen: Chosen, moments: Mapping[int, Any], of: Any) -> Any:
        """What factors ``(members, factors)`` tell number ``root`` of theirs, whose moments are ``of``, by member."""
        same, each = self._moments(chosen, moments, root)
        arguments = jax.tree.map(lambda leaf: taken(leaf, chosen), self.arguments)

        def message(of: Any, arguments: Arguments, each: dict[int, Any]) -> Any:
            def total(of: Any) -> Array:
                terms = jax.vmap(lambda given, own: self._term({**same, **own, root: of}, given))(arguments, each)
                return terms.sum()

            return jax.grad(total)(of)

        return jax.vmap(message)(of, arguments, each)

    def _term(self, moments: dict[int, Any], arguments: Arguments) -> Array:
        return self.alike.potential.terms(moments, arguments._replace(rows=self.rows))[0]

    def _moments(
        self, chosen: Chosen, moments: Mapping[int, Any], root: int | None = None
    ) -> tuple[dict[int, Any], dict[int, Any]]:
        """By number in the formula: moments that all of them read, and those that each reads."""
        same: dict[int, Any] = {}
        each: dict[int, Any] = {}
        for number, places in self.places.items():
            if number == root:
                continue
            stack, members = int(places[0, 0]), places[:, 1]
            if len(self.plan.stacks[stack].nodes) == 1:
                same[number] = moments[stack]
                continue
            here = members[chosen] if isinstance(chosen, np.ndarray) else jnp.asarray(members)[chosen]
            if isinstance(here, np.ndarray) and (here == here.flat[0]).all():
                same[number] = jax.tree.map(lambda leaf, at=int(here.flat[0]): leaf[at], moments[stack])
            else:
                each[number] = jax.tree.map(lambda leaf, here=here: taken(leaf, here), moments[stack])
        return same, each


def front(tree: Any) -> Any:
    """One as several."""
    return jax.tree.map(lambda leaf: jnp.asarray(leaf)[None], tree)


def is_all(members: np.ndarray, count: int) -> bool:
    """Whether these are all members of a stack, in order."""
    return members.size == count and bool((members.ravel() == np.arange(count)).all())


def taken(leaf: Any, members: Chosen, count: int = 0) -> Any:
    """Some entries of the first axis, in the shape of ``members``; where there is but one, there is no such axis."""
    leaf = jnp.asarray(leaf)[None] if count == 1 else jnp.asarray(leaf)
    if isinstance(members, np.ndarray) and is_all(members, leaf.shape[0]):
        return leaf.reshape((*members.shape, *leaf.shape[1:]))
    return leaf[members]
