"""Start JupyterLab on the quickstart notebook; without a display, print its address."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def arguments() -> list[str]:
    """The command line that suits this machine."""
    words = ["jupyter", "lab", "examples/quickstart.ipynb"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        words.append("--allow-root")
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        words.append("--no-browser")
    return words + sys.argv[1:]


if __name__ == "__main__":
    os.chdir(ROOT)
    executable = Path(sys.executable).parent / "jupyter"
    os.environ["PATH"] = f"{executable.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    os.execv(executable, arguments())
