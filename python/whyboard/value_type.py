"""What is known of a value before it is computed: shape, dtype and data axis. Standard library only."""

from __future__ import annotations

from functools import lru_cache
from itertools import zip_longest
from typing import Literal, NamedTuple

from whyboard.errors import ShapeError

DType = Literal["float", "int", "bool"]
Shape = tuple[int, ...]

DTYPES: tuple[DType, ...] = ("bool", "int", "float")
"""From the narrowest to the widest: a value of one dtype may stand wherever a wider one is expected."""

_WIDTH: dict[DType, int] = {dtype: width for width, dtype in enumerate(DTYPES)}


class ValueType(NamedTuple):
    """Shape and dtype of one row of a value; ``dynamic`` values have one such row per data row."""

    shape: Shape = ()
    dtype: DType = "float"
    dynamic: bool = False


def promote(*dtypes: DType) -> DType:
    """The dtype numpy computes in when these meet."""
    return DTYPES[max((_WIDTH[dtype] for dtype in dtypes), default=-1)]


def can_cast(source: DType, target: DType) -> bool:
    """Whether every value of ``source`` is also one of ``target``."""
    return _WIDTH[source] <= _WIDTH[target]


@lru_cache(maxsize=4096)
def broadcast_shapes(*shapes: Shape) -> Shape:
    """The shape of arrays of these shapes combined element by element.

    Raises:
        ShapeError: if two lengths of an axis differ and neither is 1.
    """
    result = []
    for lengths in zip_longest(*(reversed(shape) for shape in shapes), fillvalue=1):
        wide = set(lengths) - {1}
        if len(wide) > 1:
            listed = " and ".join(str(shape) for shape in shapes)
            raise ShapeError(
                f"Shapes {listed} do not broadcast: an axis has lengths {' and '.join(map(str, sorted(wide)))}. "
                "Expected equal lengths or 1; reshape or index one of them."
            )
        result.append(wide.pop() if wide else 1)
    return tuple(reversed(result))


def broadcasts_to(shape: tuple[int, ...], target: tuple[int | None, ...]) -> bool:
    """Whether ``shape`` can be repeated to ``target``; ``None`` in the target accepts any length."""
    if len(shape) > len(target):
        return False
    pairs = zip(reversed(shape), reversed(target), strict=False)
    return all(wanted is None or length in (1, wanted) for length, wanted in pairs)
