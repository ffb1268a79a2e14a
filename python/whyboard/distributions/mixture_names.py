"""What a mixture calls its own parameters and those of its component."""

from __future__ import annotations

PREFIX = "component_"
"""Before a parameter of the component that has the name of one of the mixture's own, as in mixtures of mixtures."""


def selector_names(count: int) -> tuple[str, ...]:
    """``selector``, ``selector_2``, ... up to a number of them."""
    return tuple("selector" if place == 1 else f"selector_{place}" for place in range(1, count + 1))


def outer_name(name: str) -> str:
    """What the mixture calls a parameter of its component."""
    stem = name
    while stem.startswith(PREFIX):
        stem = stem.removeprefix(PREFIX)
    return f"{PREFIX}{name}" if stem == "weights" or stem.split("_")[0] == "selector" else name
