"""What all Python tests share."""

import gc
import sys
from pathlib import Path

import pytest

MOST = 2 * 2**30
"""Bytes that compiled programs may fill before they are dropped; the systems that run the tests have few gigabytes."""
PAGES = Path("/proc/self/statm")


@pytest.fixture(autouse=True, scope="module")
def _programs_are_dropped():
    """A worker compiles thousands of programs, and the next file has little use for those of the last one."""
    yield
    if "jax" in sys.modules and (not PAGES.exists() or int(PAGES.read_text().split()[1]) * 4096 > MOST):
        import jax

        jax.clear_caches()
        gc.collect()
