"""Blocks of coordinates, named by dotted paths: ``"first"``, ``"observable.first"``, ``"0.counts"``, ``""`` for all."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from whyboard.errors import ParameterError
from whyboard.families.family import Coordinates


def block(coordinates: Coordinates, path: str) -> Any:
    """The part of coordinates at a dotted path."""
    for name in filter(None, path.split(".")):
        coordinates = coordinates[int(name)] if name.isdigit() else getattr(coordinates, name)
    return coordinates


def with_block(coordinates: Coordinates, path: str, value: Any) -> Coordinates:
    """The coordinates with the part at a dotted path replaced."""
    if not path:
        return value
    name, _, rest = path.partition(".")
    changed = with_block(block(coordinates, name), rest, value)
    if name.isdigit():
        index = int(name)
        return (*coordinates[:index], changed, *coordinates[index + 1 :])
    return coordinates._replace(**{name: changed})


def below(path: str, rest: str) -> str:
    """The path ``rest`` inside the block at ``path``."""
    return ".".join(filter(None, (path, rest)))


def block_leaves(family: Any, path: str) -> list[int]:
    """Which leaves of a family's coordinates belong to a block.

    Raises:
        ParameterError: if the path leads nowhere.
    """
    build = jax.tree.structure(family.template)
    try:
        return jax.tree.leaves(block(build.unflatten(range(build.num_leaves)), path))
    except (AttributeError, IndexError, TypeError):
        shapes = jax.tree.map(lambda leaf: leaf.shape, family.template)
        raise ParameterError(
            f"{family!r} has no block {path!r} in its coordinates. Expected a dotted path into {shapes}, or '' for all."
        ) from None


def add(one: Coordinates, other: Coordinates) -> Coordinates:
    """The sum of coordinates, field by field."""
    return jax.tree.map(jnp.add, one, other)


def subtract(one: Coordinates, other: Coordinates) -> Coordinates:
    """The difference of coordinates, field by field."""
    return jax.tree.map(jnp.subtract, one, other)
