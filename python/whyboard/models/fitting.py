"""Whether data fit a variable: shape, dtype, categories and support, with the place of what does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from whyboard import registry
from whyboard.distributions.formula import check_formula
from whyboard.document.record import Record
from whyboard.errors import DataError, ParameterError, ShapeError
from whyboard.graph.constant import read_constant
from whyboard.lowering.sizes import bucket
from whyboard.models.column import Column, Levels
from whyboard.models.support import allowed, whatever
from whyboard.value_type import Shape

_NUMPY = {"float": np.float64, "int": np.int64, "bool": np.bool_}


class Fitted(NamedTuple):
    """Values in the dtype of the variable; gaps hold 0 and are not observed."""

    values: np.ndarray
    observed: np.ndarray
    levels: Levels | None


def fit(column: Column, record: Record, *, title: str, source: str, values: Mapping[str, str]) -> Fitted:
    """The values of a variable.

    Args:
        column: the data as read.
        record: of the variable.
        title: how messages call it.
        source: how messages call the data, or an empty text.
        values: the values table of the document.

    Raises:
        DataError: that names variable, expected and got, and the first bad row and column.
    """
    where = f" from {source!r}" if source else ""
    _check_shape(column, record, title, where)
    levels = column.levels
    if levels is not None:
        column = _recoded(column, record, title, where)
        levels = column.levels
    array = _cast(column, record, title, where)
    _check_support(array, column.observed, record, place=f"{title} got", where=where, values=values)
    return Fitted(np.where(column.observed, array, array.dtype.type(0)), column.observed, levels)


def categories(record: Record) -> Levels | None:
    """The names of the categories of an integer variable, in the order of their codes."""
    labels = record.get("labels")
    if isinstance(labels, Mapping):
        labels = labels.get("categories")
    elif record["shape"]:
        # A list of labels names the elements of a vector.
        return None
    if record["dtype"] != "int" or not isinstance(labels, list) or not labels:
        return None
    return tuple(str(label) for label in labels)


def _check_shape(column: Column, record: Record, title: str, where: str) -> None:
    shape = tuple(record["shape"])
    got = column.values.shape
    if record["kind"] == "Variable":
        if len(got) == 0 or got[1:] != shape:
            hint = ""
            if got == shape:
                hint = " The first axis counts the rows of data, also for a single row."
            elif got[1:] == (*shape, 1):
                hint = " Drop the last axis."
            raise DataError(f"{title} got data{where} of shape {got}. Expected {_rows(shape)}.{hint}")
    elif got != shape:
        hint = " A StaticVariable has one value for all rows." if got[1:] == shape and got else ""
        raise DataError(f"{title} got data{where} of shape {got}. Expected {shape}.{hint}")


def _rows(shape: Shape) -> str:
    return f"(n_data, {', '.join(map(str, shape))})" if shape else "(n_data,)"


def _recoded(column: Column, record: Record, title: str, where: str) -> Column:
    levels = column.levels or ()
    if record["dtype"] != "int":
        raise DataError(
            f"{title} has dtype {record['dtype']} and got categories{where}: {_listed(levels)}. "
            "Expected numbers; categories go to an integer variable, such as one with a CategoricalDistribution."
        )
    wanted = categories(record)
    if wanted is None or wanted == levels:
        return column
    codes = np.array([wanted.index(level) if level in wanted else -1 for level in levels], dtype=np.int64)
    values = codes[column.values] if len(levels) else column.values
    bad = column.observed & (values < 0)
    if bad.any():
        place = np.argwhere(bad)[0]
        level = levels[int(column.values[tuple(place)])]
        raise DataError(
            f"{title} got the category {level!r}{where} in {_place(place, record)}. "
            f"Its categories are {_listed(wanted)}. "
            "Correct the entry, or add the category to its labels and train again."
        )
    return column._replace(values=values, levels=wanted)


def _cast(column: Column, record: Record, title: str, where: str) -> np.ndarray:
    array, observed, dtype = column.values, column.observed, record["dtype"]
    if dtype == "float":
        return array.astype(np.float64)
    safe = np.where(observed, array, array.dtype.type(0))
    if dtype == "int":
        bad = (
            (safe != np.floor(safe)) | (np.abs(safe) > 2.0**62) if array.dtype.kind == "f" else np.zeros(1, dtype=bool)
        )
        expected = "whole numbers"
    else:
        bad = (safe != 0) & (safe != 1) if array.dtype.kind != "b" else np.zeros(1, dtype=bool)
        expected = "0 and 1, or False and True"
    if bad.any():
        place = np.argwhere(bad)[0]
        value = array[tuple(place)].item()
        raise DataError(
            f"{title} has dtype {dtype} and got {value!r}{where} in {_place(place, record)}. "
            f"Expected {expected}, and nothing for gaps."
        )
    return safe.astype(_NUMPY[dtype])


def _check_support(
    array: np.ndarray, observed: np.ndarray, record: Record, *, place: str, where: str, values: Mapping[str, str]
) -> None:
    """Refuse what is not finite, and what the distribution excludes whatever its unknown parameters are."""
    if array.dtype.kind == "f":
        expected = "Expected finite numbers, and nothing for gaps."
        _refuse(observed & ~np.isfinite(array), array, record, text=(place, where, expected))
    name = record["distribution"]
    if name not in registry.distributions or not observed.any():
        return
    law = registry.law_of(name, record.get("settings"))
    try:
        check_formula(law, _given(record, values), array[observed] if not law.event_ndim else array[:0])
    except ParameterError as error:
        raise ParameterError(f"{place.removesuffix(' got')}, {error}") from None
    inside = _support(law, record, array, observed, values)
    if inside is not None:
        bad = observed & ~_spread(inside, observed.ndim)
        if bad.any():
            words = _allowed(law, record, array, np.argwhere(bad)[0], values)
            expected = f"{name} gives this no density{words}. Correct the entry or choose another distribution."
            _refuse(bad, array, record, text=(place, where, expected))


def _allowed(law: Any, record: Record, array: np.ndarray, place: np.ndarray, values: Mapping[str, str]) -> str:
    """What was expected in a place, for the end of a sentence."""
    import jax

    element = tuple(int(each) for each in (place[1:] if record["kind"] == "Variable" else place))
    with jax.enable_x64(True):  # noqa: FBT003
        words = allowed(law, law.canonical(**_given(record, values)), tuple(record["shape"]), element)
    if not words:
        return ""
    event = array[tuple(place[: array.ndim - law.event_ndim])]
    total = f", and they sum to {event.sum():.6g}" if law.support == "simplex" and law.event_ndim else ""
    return f": expected {words}{total}"


def _given(record: Record, values: Mapping[str, str]) -> dict[str, np.ndarray]:
    """The parameters that were given; NaN where they are those of other variables."""
    return {
        name: np.asarray(read_constant(value["value"], values) if "value" in value else np.nan, dtype=np.float64)
        for name, value in record.get("parameters", {}).items()
    }


def _support(
    law: Any, record: Record, array: np.ndarray, observed: np.ndarray, values: Mapping[str, str]
) -> np.ndarray | None:
    """Where values are in the support; None where that cannot be told before the parameters are known."""
    import jax

    given = _given(record, values)
    unknown = {name for name, value in record.get("parameters", {}).items() if "ref" in value}
    known = {name: value for name, value in given.items() if name not in unknown}
    shapeless = [each for each in law.parameters if each.event_ndim and each.name in unknown]
    if shapeless and (not law.event_ndim or unknown != {each.name for each in shapeless}):
        return None
    with jax.enable_x64(True):  # noqa: FBT003
        if shapeless:
            return whatever(law, given, shapeless, np.where(observed, array, array[observed].flat[0]))
        try:
            canonical = law.canonical(**given)
            law.check_shapes({name: value.shape for name, value in known.items()})
        except (ParameterError, ShapeError):
            # Said when the model is made, with the name of the variable.
            return None
        if not unknown:
            filled = np.where(observed, array, array[observed].flat[0])
            return _in_support(law, filled, canonical, dynamic=record["kind"] == "Variable")
        # A support that depends on a parameter that is not known is empty at NaN: then nothing can be said.
        stated = [each for each in _scalars(canonical).values() if np.isfinite(each)]
        beside = [each + step for each in stated for step in (-1, -0.5, 0.5, 1)]
        probe = np.array([-2.0, -0.5, 0.0, 0.5, 1.0, 2.0, *beside]).astype(array.dtype)
        if not law.event_ndim and not np.asarray(law.in_support(probe, **_scalars(canonical))).any():
            return None
        if law.event_ndim:
            return None
        return _in_support(law, array, canonical, dynamic=record["kind"] == "Variable")


def _in_support(law: Any, array: np.ndarray, canonical: Mapping[str, Any], *, dynamic: bool) -> np.ndarray:
    """The verdict; rows are filled up to a few lengths, so that another number of rows compiles nothing."""
    if not dynamic:
        return np.asarray(law.in_support(array, **canonical))
    filling = [(0, bucket(len(array)) - len(array)), *[(0, 0)] * (array.ndim - 1)]
    return np.asarray(law.in_support(np.pad(array, filling, mode="edge"), **canonical))[: len(array)]


def _scalars(canonical: Mapping[str, Any]) -> dict[str, Any]:
    return {name: np.ravel(np.asarray(value))[0] for name, value in canonical.items()}


def _spread(inside: np.ndarray, ndim: int) -> np.ndarray:
    """A verdict per event as one per element."""
    return inside.reshape(inside.shape + (1,) * (ndim - inside.ndim))


def _refuse(bad: np.ndarray, array: np.ndarray, record: Record, *, text: tuple[str, str, str]) -> None:
    if bad.any():
        place = np.argwhere(bad)[0]
        more = f" ({int(bad.sum())} such entries)" if bad.sum() > 1 else ""
        got, where, expected = text
        raise DataError(f"{got} {array[tuple(place)].item()!r}{where} in {_place(place, record)}{more}. {expected}")


def _place(place: np.ndarray, record: Record) -> str:
    index = [str(int(each)) for each in place]
    if record["kind"] != "Variable":
        return f"element {', '.join(index)}" if index else "its only entry"
    return f"row {index[0]}" if len(index) == 1 else f"row {index[0]}, element {', '.join(index[1:])}"


def _listed(levels: Levels) -> str:
    shown = [repr(level) for level in levels[:8]]
    return ", ".join([*shown, "..."] if len(levels) > 8 else shown)
