"""An index survives the way from a Python key to plain data, to source text and to values."""

from __future__ import annotations

import json

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hn

from whyboard import registry
from whyboard.errors import DTypeError, ParameterError
from whyboard.operators.index import Index
from whyboard.value_type import ValueType


class Group:
    """Stands for a handle of an integer variable."""


@pytest.mark.parametrize(
    ("key", "parts", "source"),
    [
        (2, [2], "2"),
        (np.int32(2), [2], "2"),
        (np.s_[1:], ["1:"], "1:"),
        (np.s_[::-2, ..., None], ["::-2", "...", None], "::-2, ..., None"),
        (np.s_[-3:-1, 0], ["-3:-1", 0], "-3:-1, 0"),
        ([0, 2], [[0, 2]], "[0, 2]"),
        (np.array([[0, 1], [1, 0]]), [[[0, 1], [1, 0]]], "[[0, 1], [1, 0]]"),
        (np.array([True, False, True]), [[0, 2]], "[0, 2]"),
        ([], [[]], "[]"),
        ((), [], "()"),
        ((Group(), slice(1, None)), ["operand", "1:"], "group, 1:"),
    ],
)
def test_a_key_becomes_plain_data_and_source(key, parts, source):
    dynamic, stored = Index.from_key(key)
    assert stored == {"index": parts}
    assert json.loads(json.dumps(stored)) == stored
    assert Index.source(stored, ["group"] * len(dynamic)) == source


@pytest.mark.parametrize("key", [1.5, np.array([1.5]), True, "name", slice("a", None), slice(None, 2.5)])
def test_a_key_that_is_no_index_is_refused(key):
    with pytest.raises(DTypeError, match="Expected"):
        Index.from_key(key)


def test_the_number_of_dynamic_parts_must_agree():
    with pytest.raises(ParameterError, match="Expected 1"):
        Index.infer([ValueType((3,))], {"index": ["operand"]})


@given(st.data())
def test_any_basic_index_gives_what_numpy_gives(data):
    shape = data.draw(hn.array_shapes(max_dims=3, max_side=4))
    key = data.draw(hn.basic_indices(shape, allow_newaxis=True))
    array = np.arange(float(np.prod(shape))).reshape(shape)
    dynamic, parts = Index.from_key(key)
    assert dynamic == []
    assert Index.infer([ValueType(shape)], parts).shape == array[key].shape
    again = eval(f"array[{Index.source(parts, [])}]", {"array": array})
    np.testing.assert_array_equal(again, array[key])


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_integer_operand_gathers_as_numpy_does(data):
    shape = data.draw(hn.array_shapes(min_dims=1, max_dims=3, max_side=4))
    places = data.draw(
        hn.arrays(np.int64, hn.array_shapes(max_dims=2, max_side=3), elements=st.integers(-shape[0], shape[0] - 1))
    )
    array = np.arange(float(np.prod(shape))).reshape(shape)
    kind = registry.operators["Index"]
    parts = {"index": ["operand", "..."]}
    assert kind.infer([ValueType(shape), ValueType(places.shape, "int")], parts).shape == array[places].shape
    with jax.enable_x64(True):
        np.testing.assert_array_equal(kind.evaluate([array, places], parts), array[places])
