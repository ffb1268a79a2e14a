"""The Python on every page of the documentation runs, top to bottom."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from whyboard import registry

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(page for page in [*DOCS.glob("*.md"), DOCS.parent / "README.md"] if "```python" in page.read_text())
REGISTRIES = (registry.operators, registry.distributions, registry.moments, registry.converters, registry.builders)
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def _registries_as_before():
    """A page on extending leaves nothing behind for other tests."""
    before: dict[Any, set[str]] = {each: set(each) for each in REGISTRIES}
    yield
    for each, names in before.items():
        for name in [name for name in each if name not in names]:
            each.unregister(name)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_python_of_the_page_runs(page):
    text = page.read_text()
    if page.name == "architecture.md":
        pytest.skip("shows fragments of classes")
    namespace = {"__name__": "__main__"}
    for block in BLOCK.finditer(text):
        line = text[: block.start()].count("\n") + 1
        # Blank lines in front keep the line numbers of a traceback those of the page.
        exec(compile("\n" * line + block.group(1), str(page), "exec"), namespace)
    if page.name == "README.md":
        _judge_readme(namespace)


def _judge_readme(namespace: Mapping[str, Any]) -> None:
    """The first numbers that anybody compares are those of the exact posterior, on a grid of slopes."""
    slope = np.linspace(-1.0, 5.0, 20_001)
    seen = sum(stats.norm.logpdf(y, slope * x, 0.2) for x, y in ((0.0, 0.1), (1.0, 1.9), (2.0, 4.2)))
    density = np.exp(stats.norm.logpdf(slope) + seen + stats.norm.logpdf(6.0, 0, np.hypot(slope, 0.2)))
    weight = density / density.sum()
    left = 1 / (1 + slope**2 / 0.04)
    gap = left * slope * 6.0 / 0.04

    def moments(mean: np.ndarray, variance: np.ndarray | float) -> tuple[float, float]:
        centre = weight @ mean
        return centre, np.sqrt(weight @ (mean**2 + variance) - centre**2)

    model, asked = namespace["model"], [namespace["slope"], namespace["x"]]
    means, deviations = model.get_means(asked), model.get_standard_deviations(asked)
    np.testing.assert_allclose((means[0], deviations[0]), moments(slope, 0.0), rtol=0.02)
    np.testing.assert_allclose((means[1][3], deviations[1][3]), moments(gap, left), rtol=0.02)
    text = (DOCS.parent / "README.md").read_text()
    assert f"# {means[0]:.2f}, and for x 0, 1, 2, {means[1][3]:.2f}: " in text
    assert f"# {deviations[0]:.2f}, and 0, 0, 0, {deviations[1][3]:.2f}" in text
