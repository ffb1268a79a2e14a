"""Data that were meant for a variable and reach none, or that hold nothing: a warning where there is an answer."""

import numpy as np
import pandas as pd
import pytest

import whyboard as wb
from whyboard.errors import DataWarning


@pytest.fixture
def line():
    with wb.Graph("line") as line:
        slope = wb.StaticVariable("slope")
        speed = wb.Variable("speed")
        wb.Variable("distance", mean=slope * speed, variance=1)
    return line


def test_a_column_that_is_spelt_nearly_like_a_variable_without_data_is_told(line):
    frame = pd.DataFrame({"speed": [1.0, 2.0], "Distanse": [1.0, 2.0], "driver": [1, 2]})
    told = "column 'Distanse' that goes nowhere, and 'distance' gets no data. Did you mean 'distance'?"
    with pytest.warns(DataWarning, match=told.replace(".", r"\.").replace("?", r"\?")) as warned:
        wb.get_data_linker({line: frame})
    assert len(warned) == 1


def test_other_columns_are_nobodys_business(line):
    frame = pd.DataFrame({"speed": [1.0, 2.0], "driver": [1, 2]})
    assert wb.get_data_linker({line: frame}).n_data == 2


def test_a_run_on_data_without_an_entry_says_that_nothing_was_inferred(line):
    with pytest.warns(DataWarning, match="the data of 'line/distance' have no entry that is known"):
        wb.get_posterior_model(line, {line.speed: [1.0, 2.0], line.distance: [np.nan, np.nan]}, method="VMP")
