"""The quickstart runs, and its numbers agree with least squares."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

EXAMPLES = Path(__file__).parents[2] / "examples"

CHECK = """
complete_means = np.array([float(v) for v in model.get_means(coefficients)])
complete_deviations = np.array([float(v) for v in model.get_standard_deviations(coefficients)])
difference = np.abs(complete_means - solution)
assert (difference < 2 * complete_deviations).all(), (difference, complete_deviations)
assert prediction.get_means(learned.car.mpg).shape == (7,)
assert np.all(np.diff(prediction.get_means(learned.car.mpg)) < 0)
assert gaps.sum() == 8 and np.isfinite(mean).all()
saved = wb.Graph.from_specification(file="cars.why.json")
from whyboard.document import isomorphic
assert isomorphic(cars.document.snapshot(), saved.document.snapshot())
"""


@pytest.mark.timeout(600)
def test_the_quickstart_runs_and_agrees_with_least_squares():
    notebook = nbformat.read(EXAMPLES / "quickstart.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(CHECK))
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(EXAMPLES)}})
    client.execute()
