"""Claim: MAPFisher on the cars model with changed data compiles nothing.

The model is the checked-in `examples/cars.why.json`, the data are the 406 cars in standard units, gaps included.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
from vega_datasets import data as vega

import whyboard as wb
from whyboard.precision import count_compilations

MODEL = Path(__file__).parents[2] / "examples" / "cars.why.json"
COLUMNS = {
    "engine/cylinders": "Cylinders",
    "engine/displacement": "Displacement",
    "engine/horsepower": "Horsepower",
    "car/weight": "Weight_in_lbs",
    "car/acceleration": "Acceleration",
    "car/mpg": "Miles_per_Gallon",
}


def run(graph: wb.Graph, frame: pd.DataFrame) -> float:
    """Solve, and ask for the moments of everything."""
    data = {path: frame[column] for path, column in COLUMNS.items()}
    model = wb.get_posterior_model(graph, data, method="MAPFisher", progress=False)
    return float(np.sum(model.get_standard_deviations("car/mpg")))


def main() -> None:
    wb.options.compilation_cache = False
    graph = wb.Graph.from_specification(file=MODEL)
    table = pd.read_json(vega.cars.filepath)[list(COLUMNS.values())].astype(float)
    frame = (table - table.mean()) / table.std()
    print("| run | s | compilations |")
    print("|---|---|---|")
    changed = frame.copy()
    changed.iloc[::17, 5] = np.nan
    for name, each in (("first", frame), ("again", frame), ("other gaps", changed), ("400 rows", frame[:400] * 1.1)):
        start = time.perf_counter()
        with count_compilations() as count:
            run(graph, each)
        print(f"| {name} | {time.perf_counter() - start:.1f} | {count.compiled} |")


if __name__ == "__main__":
    main()
