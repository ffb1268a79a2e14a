"""What all Python tests share."""

import gc
import os
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

QUICKLY = ["--xla_backend_optimization_level=0", "--xla_cpu_multi_thread_eigen=false"]
"""Most of the time goes into compiling programs that then run for a moment, and each worker has a core of its own."""
if version("jaxlib").startswith("0.10."):
    # Later ones end the process at a flag that they do not know.
    QUICKLY.append("--xla_cpu_use_fusion_emitters=false")
# Read when the first program is compiled, also by the kernels that tests start; what someone asks for comes last.
os.environ["XLA_FLAGS"] = " ".join([*QUICKLY, os.environ.get("XLA_FLAGS", "")]).strip()

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
