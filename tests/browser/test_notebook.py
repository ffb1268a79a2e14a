"""Journeys through a notebook: a model is shown, edited from both sides, linked, run and kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

LINE = """
import numpy as np, pandas as pd, whyboard as wb
table = pd.DataFrame({"speed": np.arange(40.0) / 10, "effort": np.arange(40.0) / 5})
with wb.Graph("g") as g:
    slope = wb.StaticVariable("slope")
    x = wb.Variable("x")
    y = wb.Variable("y", mean=slope * x, standard_deviation=0.5)
table.head()
"""
SHOW = "g.show()"


def test_show_draws_the_graph_and_a_python_edit_changes_the_picture(notebook):
    page = notebook(LINE, SHOW, "slope.name = 'steepness'")
    page.run()
    editor = page.editor()
    expect(editor).to_contain_text("steepness")
    expect(page.page.locator(".why-view-bar")).to_be_hidden()
