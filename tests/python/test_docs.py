"""The Python on every page of the documentation runs, top to bottom."""

import re
from pathlib import Path
from typing import Any

import pytest

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
