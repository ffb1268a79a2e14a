"""The cars of `examples/`, drawn from nothing: the same model as in Python and in the file, then linked and run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from editor_view import EditorView
from mouse import drag
from playwright.sync_api import expect

import whyboard as wb
from whyboard.document.comparison import difference
from whyboard.document.file import parse

pytestmark = pytest.mark.browser

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
CELLS = [
    "".join(cell["source"])
    for cell in json.loads((EXAMPLES / "quickstart.ipynb").read_text())["cells"]
    if cell["cell_type"] == "code"
]
DATA = next(cell for cell in CELLS if "vega_datasets" in cell)
MODEL = next(cell for cell in CELLS if 'wb.Graph("cars"' in cell)

SCOPES = {
    "engine": [
        ("cylinders", None),
        ("displacement", "displacement_slope * cylinders + displacement_intercept"),
        ("horsepower", "horsepower_slope * displacement + horsepower_intercept"),
    ],
    "car": [
        ("weight", "weight_slope * engine.displacement + weight_intercept"),
        (
            "acceleration",
            "acceleration_horsepower * engine.horsepower + acceleration_weight * weight + acceleration_intercept",
        ),
        ("mpg", "mpg_horsepower * engine.horsepower + mpg_weight * weight + mpg_intercept"),
    ],
}
COLUMNS = {name: f"cars.{scope}.{name}" for scope, lines in SCOPES.items() for name, _ in lines}


def draw(editor: EditorView, scope: str) -> None:
    """Fill one Entity: coefficients and noise from the palette, then what they are for, with formulas typed in."""
    for name, formula in SCOPES[scope]:
        if formula is None:
            editor.kind("Variable")
            editor.add("Normal", name)
            continue
        editor.kind("Static")
        for word in formula.replace("*", "+").split(" + "):
            if word.strip().startswith(f"{name}_"):
                editor.add("Normal", word.strip())
        if name == "mpg":
            editor.add("Log normal", f"{name}_noise")
            editor.set("mean log", "-1")
            editor.field("given by").select_option(label="variance log")
            editor.set("variance log", "1")
        else:
            editor.add("Half normal", f"{name}_noise")
            editor.set("scale", "1")
        editor.kind("Variable")
        editor.add("Normal", name)
        editor.set("mean", formula)
        editor.field("given by").select_option(label="standard deviation")
        editor.set("standard deviation", f"{name}_noise")


def test_the_cars_model_is_drawn_from_nothing_linked_by_drag_and_run(notebook):
    page = notebook(DATA, "cars = wb.Graph('cars')\ncars.show(height=640)")
    page.page.set_viewport_size({"width": 1700, "height": 1200})
    page.run()
    editor = EditorView(page.editor())

    editor.set("Description", "What makes a car thirsty?")
    for name in SCOPES:
        editor.fit()
        drag(editor.palette("Entity"), editor.stage, editor.free_corner())
        editor.type_name(name)
        draw(editor, name)
    page.wait_for_python("'standard_deviation=mpg_noise' in cars.to_python()", True)

    drawn = page.python("cars.dump_dict()")
    python: dict[str, object] = {"wb": wb}
    exec(MODEL, python)
    assert difference(drawn, python["cars"].document.to_data()) == []
    assert difference(drawn, parse((EXAMPLES / "cars.why.json").read_text())) == []

    editor.close_sides()
    for column, name in COLUMNS.items():
        editor.find(column)
        header = page.page.locator("[data-whyboard-source] th", has_text=column)
        drag(header, editor.card(page.python(f"{name}.key")))
        page.wait_for_python(f"cars.session.linker.sources.get({name}.key)", f"frame.{column}")
    expect(editor.card(page.python("cars.car.mpg.key"))).to_contain_text("398 of 406")

    editor.run()
    editor.find("mpg_weight")
    slope = editor.card(page.python("cars.car.mpg_weight.key"))
    expect(slope.locator(".why-card-plot")).to_be_visible(timeout=90_000)
    mean = float(page.python("float(cars.session.model.get_means(cars.car.mpg_weight))"))
    expect(slope).to_contain_text(f"{mean:.2f}"[:4].replace("-", "\u2212"))
    rows = np.array(page.python("frame.dropna()[['weight', 'horsepower', 'mpg']].values.tolist()"))
    design = np.column_stack([rows[:, :2], np.ones(len(rows))])
    assert np.linalg.lstsq(design, rows[:, 2])[0][0] == pytest.approx(mean, abs=0.1)
