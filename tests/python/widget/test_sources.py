"""What the data panel lists, and what a dropped column finds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from whyboard.errors import DataError
from whyboard.widget import display
from whyboard.widget.sources import list_sources, resolve

COLUMNS = {"speed": [1.0, None, 3.0], "gears": [4, 5, 6], "make": ["a", "b", "a"], "fast": [True, False, True]}
DTYPES = ["float", "int", "text", "bool"]


@pytest.fixture
def names(monkeypatch):
    """The variables of a notebook that is not there."""
    variables: dict[str, object] = {}
    monkeypatch.setattr(display, "namespace", lambda: variables)
    return variables


@pytest.mark.parametrize(
    "make", [pd.DataFrame, pl.DataFrame, pa.table, dict], ids=["pandas", "polars", "pyarrow", "dict"]
)
def test_every_kind_of_table_is_listed_alike(make):
    (source,) = list_sources({"cars": make(COLUMNS)})
    assert (source["id"], source["name"], source["shape"]) == ("name/cars", "cars", [3, 4])
    assert [column["name"] for column in source["columns"]] == list(COLUMNS)
    assert [column["dtype"] for column in source["columns"]] == DTYPES
    assert [column["missing"] for column in source["columns"]] == [1, 0, 0, 0]


def test_categories_and_times_are_told_from_numbers():
    frame = pd.DataFrame({"kind": pd.Categorical(["x", "y"]), "when": pd.to_datetime(["2020-01-01", "2020-01-02"])})
    (source,) = list_sources({"frame": frame})
    assert [column["dtype"] for column in source["columns"]] == ["category", "time"]


def test_arrays_are_listed_with_their_shape_and_scalars_and_private_names_are_not():
    listed = list_sources({"matrix": np.ones((5, 2)), "number": 3.0, "_hidden": np.ones(3), "text": "abc", "empty": {}})
    assert [(source["name"], source["shape"], source["columns"]) for source in listed] == [("matrix", [5, 2], [])]


def test_a_column_is_found_by_the_name_of_its_frame(names):
    names["cars"] = pd.DataFrame(COLUMNS)
    label, column = resolve({"id": "name/cars", "column": "gears"})
    assert label == "cars.gears"
    assert list(column) == [4, 5, 6]


def test_a_frame_that_was_replaced_gives_its_new_column(names):
    names["cars"] = pd.DataFrame({"gears": [1]})
    names["cars"] = pd.DataFrame({"gears": [7, 8]})
    assert list(resolve({"id": "name/cars", "column": "gears"})[1]) == [7, 8]


def test_the_first_rows_of_a_frame_stand_for_the_whole_frame(names):
    cars = names["cars"] = pd.DataFrame({"gears": range(20)})
    for part in (cars.head(), cars.tail(3)):
        assert display.tag(part, names) == "name/cars"


def test_a_frame_that_was_only_displayed_is_found_again(names):
    shown = pd.DataFrame({"gears": [9]})
    identifier = display.tag(shown, names)
    assert list(resolve({"id": identifier, "column": "gears"})[1]) == [9]


def test_a_missing_column_is_refused_with_the_columns_there_are(names):
    names["cars"] = pd.DataFrame(COLUMNS)
    with pytest.raises(DataError, match=r"'cars' has no column 'colour'\. It has 'speed', 'gears'"):
        resolve({"id": "name/cars", "column": "colour"})


def test_data_that_are_gone_are_refused_with_the_next_step(names):
    with pytest.raises(DataError, match=r"'cars' are not in the kernel any more\. Run the cell"):
        resolve({"id": "name/cars", "column": "gears"})


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_dropped_file_is_read_and_read_again_when_it_changes(tmp_path, suffix):
    file = tmp_path / f"cars{suffix}"

    def write(frame):
        frame.to_csv(file, index=False) if suffix == ".csv" else frame.to_parquet(file)

    write(pd.DataFrame({"gears": [1, 2]}))
    reference = {"id": f"file/{file}", "column": "gears"}
    assert list(resolve(reference)[1]) == [1, 2]
    write(pd.DataFrame({"gears": [3, 4, 5]}))
    assert list(resolve(reference)[1]) == [3, 4, 5]


def test_a_file_that_is_no_table_is_refused(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("hello")
    with pytest.raises(DataError, match=r"Drop one of \.csv"):
        resolve({"id": f"file/{file}"})
    with pytest.raises(DataError, match="cannot be read from the kernel's folder"):
        resolve({"id": f"file/{tmp_path / 'absent.csv'}"})
