"""Start JupyterLab on the quickstart notebook; without a display, print its address."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOTEBOOK = "quickstart.ipynb"


def arguments() -> list[str]:
    """The command line that suits this machine."""
    words = ["jupyter", "lab"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        words.append("--allow-root")
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        # The address that is printed is the default one, whatever file the server was started on.
        words += ["--no-browser", "--ServerApp.root_dir=examples", f"--LabApp.default_url=/lab/tree/{NOTEBOOK}"]
    else:
        words.append(f"examples/{NOTEBOOK}")
    return words + sys.argv[1:]


if __name__ == "__main__":
    os.chdir(ROOT)
    executable = Path(sys.executable).parent / "jupyter"
    os.environ["PATH"] = f"{executable.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    os.execv(executable, arguments())
