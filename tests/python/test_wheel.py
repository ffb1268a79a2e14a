"""The wheel is whole: it installs without node, and JupyterLab finds the extension in it."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built with the tools of this environment: the build itself needs no network."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, text=True, env=without_node())
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_bundle_extension_and_catalog(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"whyboard/static/widget.js", "whyboard/static/loader.js", "whyboard/py.typed"} <= names
    data = "whyboard-0.1.0.data/data/share/jupyter/labextensions/whyboard"
    assert {f"{data}/package.json", f"{data}/install.json"} <= names
    assert any(name.startswith(f"{data}/static/remoteEntry") for name in names)
    assert not any(name.startswith("whyboard/labextension") for name in names)


def test_jupyterlab_finds_the_extension_in_a_new_environment_without_node(wheel, tmp_path):
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=False, symlinks=True)
    python = environment / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, f"{wheel}[lab]"], check=True, env=without_node())

    listed = subprocess.run(
        [environment / "bin" / "jupyter", "labextension", "list"],
        check=True,
        capture_output=True,
        text=True,
        env=without_node() | {"JUPYTER_PREFER_ENV_PATH": "1"},
        cwd=tmp_path,
    )
    line = next(line for line in (listed.stdout + listed.stderr).splitlines() if line.split()[:1] == ["whyboard"])
    assert "enabled" in line
    assert "OK" in line

    # Used from somewhere else, so that the checkout cannot stand in for the wheel.
    report = subprocess.run(
        [python, "-c", "import whyboard; print(whyboard.__file__)"],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=without_node(),
    )
    assert Path(report.stdout.strip()).is_relative_to(environment)


def without_node() -> dict[str, str]:
    """This environment with no folder on its path that holds node or npm."""
    folders = os.environ["PATH"].split(os.pathsep)
    kept = [folder for folder in folders if not any((Path(folder) / name).exists() for name in ("node", "npm"))]
    return os.environ | {"PATH": os.pathsep.join(kept)}
