"""Shapes and dtypes combine as NumPy combines them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hn

from whyboard.errors import ShapeError
from whyboard.value_type import DTYPES, broadcast_shapes, broadcasts_to, can_cast, promote

NUMPY = {"bool": np.bool_, "int": np.int64, "float": np.float64}


@given(hn.mutually_broadcastable_shapes(num_shapes=3, min_side=0))
def test_shapes_broadcast_as_in_numpy(shapes):
    assert broadcast_shapes(*shapes.input_shapes) == shapes.result_shape
    assert all(broadcasts_to(shape, shapes.result_shape) for shape in shapes.input_shapes)


@given(hn.array_shapes(max_side=3), hn.array_shapes(max_side=3))
def test_shapes_that_numpy_refuses_are_refused(one, other):
    try:
        expected = np.broadcast_shapes(one, other)
    except ValueError:
        with pytest.raises(ShapeError, match="do not broadcast"):
            broadcast_shapes(one, other)
    else:
        assert broadcast_shapes(one, other) == expected
        assert broadcasts_to(one, other) == (expected == other)


def test_a_free_axis_accepts_any_length():
    assert broadcasts_to((5,), (3, None))
    assert broadcasts_to((3, 5), (3, None))
    assert not broadcasts_to((2, 5), (3, None))


@pytest.mark.parametrize("one", DTYPES)
@pytest.mark.parametrize("other", DTYPES)
def test_dtypes_promote_as_in_numpy(one, other):
    assert NUMPY[promote(one, other)] == np.promote_types(NUMPY[one], NUMPY[other])
    assert can_cast(one, other) == np.can_cast(NUMPY[one], NUMPY[other])
