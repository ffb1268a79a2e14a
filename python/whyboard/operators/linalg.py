"""Products and factorisations of vectors and matrices; leading axes of matrices are batches, as in numpy."""

from __future__ import annotations

import jax.numpy as jnp
import jax.scipy.linalg as jsl
from jax import Array

from whyboard.errors import ShapeError
from whyboard.families.converters import NoConverter
from whyboard.families.moments import MatrixMoments, PositiveMoments
from whyboard.operators.arithmetic import PRODUCT
from whyboard.operators.operator import Operator, ValueType, elementwise, register
from whyboard.value_type import Shape, broadcast_shapes, promote


@register
class Dot(Operator):
    """The sum over the last axis of the first and the last but one of the second value; a scalar multiplies."""

    group = "linear algebra"

    @staticmethod
    def result(x: ValueType, y: ValueType) -> ValueType:
        if not x.shape or not y.shape:
            return elementwise(x, y)
        _require_equal(x.shape[-1], y.shape[-2:][0], x, y)
        return _joined(x, y, (*x.shape[:-1], *y.shape[:-2], *y.shape[1:][-1:]))

    @staticmethod
    def apply(x: Array, y: Array) -> Array:
        return jnp.dot(x, y)


@register
class Matmul(Operator):
    """The matrix product; vectors count as a row on the left and a column on the right."""

    group, symbol, precedence = "linear algebra", "@", PRODUCT

    @staticmethod
    def result(x: ValueType, y: ValueType) -> ValueType:
        if not x.shape or not y.shape:
            raise ShapeError(
                f"matmul got shapes {x.shape} and {y.shape}. Expected vectors or matrices; multiply with *."
            )
        _require_equal(x.shape[-1], y.shape[-2:][0], x, y)
        batch = broadcast_shapes(x.shape[:-2], y.shape[:-2])
        return _joined(x, y, (*batch, *x.shape[-2:-1], *y.shape[1:][-1:]))

    @staticmethod
    def apply(x: Array, y: Array) -> Array:
        return jnp.matmul(x, y)


@register
class Tensordot(Operator):
    """The sum over the last ``axes`` axes of the first value and the first ``axes`` of the second."""

    group = "linear algebra"

    @staticmethod
    def result(x: ValueType, y: ValueType, *, axes: int = 2) -> ValueType:
        kept = len(x.shape) - axes
        if kept < 0 or len(y.shape) < axes or x.shape[kept:] != y.shape[:axes]:
            raise ShapeError(f"tensordot got shapes {x.shape} and {y.shape}. Expected {axes} axes in common.")
        return _joined(x, y, x.shape[:kept] + y.shape[axes:])

    @staticmethod
    def apply(x: Array, y: Array, *, axes: int = 2) -> Array:
        return jnp.tensordot(jnp.asarray(x), jnp.asarray(y), axes)


@register
class Outer(Operator):
    """The product of every element of the first value with every element of the second."""

    group = "linear algebra"

    @staticmethod
    def result(x: ValueType, y: ValueType) -> ValueType:
        sizes = [_size(each.shape) for each in (x, y)]
        return _joined(x, y, (sizes[0], sizes[1]))

    @staticmethod
    def apply(x: Array, y: Array) -> Array:
        return jnp.outer(x, y)


@register
class Diag(Operator):
    """The diagonal of a matrix, or the matrix with a vector on its diagonal; ``k`` counts diagonals upwards."""

    group = "linear algebra"

    @staticmethod
    def result(x: ValueType, *, k: int = 0) -> ValueType:
        match x.shape:
            case (length,):
                return x._replace(shape=(length + abs(k),) * 2)
            case (rows, columns):
                return x._replace(shape=(max(0, min(rows + min(k, 0), columns - max(k, 0))),))
        raise ShapeError(f"diag got shape {x.shape}. Expected a vector or a matrix.")

    @staticmethod
    def apply(x: Array, *, k: int = 0) -> Array:
        return jnp.diag(jnp.asarray(x), k)

    @staticmethod
    def moments(x: PositiveMoments, *, k: int = 0) -> MatrixMoments:
        """Of positive numbers on the diagonal: a precision matrix of independent elements."""
        if jnp.ndim(x.first) != 1 or k:
            raise NoConverter("only a matrix with positive numbers on its diagonal and nowhere else is known to be one")
        return MatrixMoments(jnp.diag(x.first), x.log.sum())

    @staticmethod
    def backward(message: MatrixMoments, x: PositiveMoments, *, k: int = 0) -> tuple[PositiveMoments]:
        del k
        return (PositiveMoments(jnp.diagonal(message.first), jnp.broadcast_to(message.log_det, jnp.shape(x.log))),)


@register
class Trace(Operator):
    """The sum of the diagonal of a matrix."""

    group = "linear algebra"

    @staticmethod
    def result(x: ValueType) -> ValueType:
        if len(x.shape) != 2:
            raise ShapeError(f"trace got shape {x.shape}. Expected a matrix.")
        return ValueType((), promote(x.dtype, "int"), x.dynamic)

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.trace(jnp.asarray(x))


class SquareFunction(Operator):
    """A float function of a square matrix; states what is left of its two axes."""

    group, dtype = "linear algebra", "float"

    @staticmethod
    def result(x: ValueType) -> ValueType:
        return _square(x)


class Determinant(SquareFunction):
    """A number for every square matrix."""

    @staticmethod
    def result(x: ValueType) -> ValueType:
        return _square(x)._replace(shape=x.shape[:-2])


@register
class Inv(SquareFunction):
    """The inverse of a square matrix; solve() is faster and more exact for a product with it."""

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.linalg.inv(jnp.asarray(x, float))


@register
class Cholesky(SquareFunction):
    """The lower triangular factor of a positive definite matrix; NaN where it is not positive definite."""

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.linalg.cholesky(jnp.asarray(x, float))


@register
class Det(Determinant):
    """The determinant of a square matrix."""

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.linalg.det(jnp.asarray(x, float))


@register
class Logdet(Determinant):
    """The logarithm of the absolute value of a square matrix's determinant, without overflow."""

    @staticmethod
    def apply(x: Array) -> Array:
        return jnp.linalg.slogdet(jnp.asarray(x, float))[1]


@register
class Solve(Operator):
    """The x of the linear equations a x = b, for a vector or for the columns of a matrix b."""

    group, dtype = "linear algebra", "float"

    @staticmethod
    def result(a: ValueType, b: ValueType) -> ValueType:
        _square(a)
        _require_equal(a.shape[-1], b.shape[-2:][0] if b.shape else None, a, b)
        tail = b.shape if len(b.shape) == 1 else b.shape[-2:]
        return _joined(a, b, (*broadcast_shapes(a.shape[:-2], b.shape[:-2]), *tail))

    @staticmethod
    def apply(a: Array, b: Array) -> Array:
        return jnp.linalg.solve(jnp.asarray(a, float), jnp.asarray(b, float))


@register
class SolveTriangular(Operator):
    """The x of the linear equations a x = b for one triangular matrix a, by default an upper one."""

    group, dtype = "linear algebra", "float"

    @staticmethod
    def result(a: ValueType, b: ValueType, *, lower: bool = False) -> ValueType:
        del lower
        if len(a.shape) != 2 or len(b.shape) > 2:
            raise ShapeError(
                f"solve_triangular got shapes {a.shape} and {b.shape}. Expected a matrix, and a vector or matrix."
            )
        return Solve.result(a, b)

    @staticmethod
    def apply(a: Array, b: Array, *, lower: bool = False) -> Array:
        return jsl.solve_triangular(jnp.asarray(a, float), jnp.asarray(b, float), lower=lower)


def _joined(x: ValueType, y: ValueType, shape: Shape) -> ValueType:
    return ValueType(shape, promote(x.dtype, y.dtype), x.dynamic or y.dynamic)


def _size(shape: Shape) -> int:
    size = 1
    for length in shape:
        size *= length
    return size


def _require_equal(left: int, right: int | None, x: ValueType, y: ValueType) -> None:
    if left != right:
        raise ShapeError(
            f"Shapes {x.shape} and {y.shape} do not multiply: got lengths {left} and {right}. Expected equal ones."
        )


def _square(x: ValueType) -> ValueType:
    if len(x.shape) < 2 or x.shape[-1] != x.shape[-2]:
        raise ShapeError(f"A matrix got shape {x.shape}. Expected a square one in the last two axes.")
    return x
