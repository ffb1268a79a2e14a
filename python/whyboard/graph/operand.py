"""`Operand`: what variables and operators share, which is arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from whyboard import registry
from whyboard.errors import DTypeError
from whyboard.graph.scopee import Scopee
from whyboard.value_type import DType, Shape, ValueType

if TYPE_CHECKING:
    from whyboard.graph.expression import Expression


class Operand(Scopee):
    """A value in a model. Python's operators, indexing and the functions of `wb.math` make operators of it."""

    __slots__ = ()

    @property
    def value_type(self) -> ValueType:
        """Shape, dtype, and whether it has a value for each row of data."""
        self.record  # noqa: B018 - raises if it was deleted
        return self.space.type_of(self._key)

    @property
    def shape(self) -> Shape:
        """The shape of one row."""
        return self.value_type.shape

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def dtype(self) -> DType:
        """``"float"``, ``"int"`` or ``"bool"``."""
        return self.value_type.dtype

    @property
    def dynamic(self) -> bool:
        """Whether it has a value for each row of data."""
        return self.value_type.dynamic

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **keywords: Any) -> Any:
        """NumPy's functions of arrays make operators too: ``np.exp(x)``, and ``array * x``."""
        called = str(ufunc.__name__)
        if called in ("equal", "not_equal"):
            # As for handles: the two are not the same thing.
            return called == "not_equal"
        kind = _kind_of(_UFUNCS.get(called, called)) if method == "__call__" and not keywords else None
        if kind is None:
            called = called if method == "__call__" else f"{called}.{method}"
            raise DTypeError(
                f"numpy.{called} cannot take {self._title()}, which has no value before a model is solved. "
                "Use the functions of wb.math, such as wb.exp or wb.math.sum."
            )
        return _apply(kind, *inputs)

    def __add__(self, other: Any) -> Expression:
        return _apply("Add", self, other)

    def __radd__(self, other: Any) -> Expression:
        return _apply("Add", other, self)

    def __sub__(self, other: Any) -> Expression:
        return _apply("Subtract", self, other)

    def __rsub__(self, other: Any) -> Expression:
        return _apply("Subtract", other, self)

    def __mul__(self, other: Any) -> Expression:
        return _apply("Mul", self, other)

    def __rmul__(self, other: Any) -> Expression:
        return _apply("Mul", other, self)

    def __truediv__(self, other: Any) -> Expression:
        return _apply("Divide", self, other)

    def __rtruediv__(self, other: Any) -> Expression:
        return _apply("Divide", other, self)

    def __pow__(self, other: Any) -> Expression:
        return _apply("Power", self, other)

    def __rpow__(self, other: Any) -> Expression:
        return _apply("Power", other, self)

    def __matmul__(self, other: Any) -> Expression:
        return _apply("Matmul", self, other)

    def __rmatmul__(self, other: Any) -> Expression:
        return _apply("Matmul", other, self)

    def __neg__(self) -> Expression:
        return _apply("Negative", self)

    def __pos__(self) -> Operand:
        return self

    def __abs__(self) -> Expression:
        return _apply("Abs", self)

    def __lt__(self, other: Any) -> Expression:
        return _apply("Less", self, other)

    def __le__(self, other: Any) -> Expression:
        return _apply("LessEqual", self, other)

    def __gt__(self, other: Any) -> Expression:
        return _apply("Greater", self, other)

    def __ge__(self, other: Any) -> Expression:
        return _apply("GreaterEqual", self, other)

    def __getitem__(self, key: Any) -> Any:
        from whyboard.graph.expression import call, make
        from whyboard.graph.time_index import TimeOffset

        if isinstance(key, TimeOffset):
            return call("TimeShift", (self, key.shift), {})
        operation = cast("Any", registry.operators["Index"])
        dynamic, settings = operation.from_key(key)
        return make("Index", operation, [self, *dynamic], settings)

    def __iter__(self) -> Iterator[Any]:
        shape = self.shape
        if not shape:
            raise DTypeError(f"{self._title()} is a scalar and cannot be iterated over.")
        return (self[number] for number in range(shape[0]))

    def __contains__(self, _item: object) -> bool:
        raise DTypeError(
            f"'in' cannot look into {self._title()}: its elements have no values before a model is solved."
        )

    def __bool__(self) -> bool:
        raise DTypeError(
            f"{self._title()} is neither true nor false before a model is solved. "
            "Use where(), logical_and() or logical_or(); `is None` and `==` work on handles."
        )

    def __float__(self) -> float:
        raise DTypeError(f"{self._title()} has no value before a model is solved. Ask a model: model.get_means(...).")


_UFUNCS: dict[str, str] = {"absolute": "abs", "true_divide": "divide"}
"""NumPy's names of what has another one here."""


def _kind_of(function: str) -> str | None:
    for kind in registry.operators:
        if cast("Any", registry.operators[kind]).function == function:
            return kind
    return None


def _apply(kind: str, *operands: Any) -> Expression:
    from whyboard.graph.expression import make

    return make(kind, registry.operators[kind], operands, {})


def as_function(name: str, text: str) -> str:
    """What to write instead of a method that is a function of ``wb.math``; empty for any other name."""
    kinds: Any = registry.operators
    known = any(kind.function == name and not kind.symbol for kind in kinds.values())
    return f" It is a function here: write wb.math.{name}({text})." if known else ""
