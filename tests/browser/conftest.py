"""A real JupyterLab and a real chromium, one of each per session, and the words that journeys are written in."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from notebook_page import NotebookPage
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parent.parent.parent
ARTEFACTS = ROOT / "test-results"
TOKEN = "journeys"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTINGS = {
    "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false, "doNotDisturbMode": true}',
    "docmanager-extension/plugin": '{"autosave": false}',
}


@pytest.fixture(scope="session")
def browser():
    """Chromium without a window."""
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        it = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield it
        it.close()


@pytest.fixture(scope="session")
def lab_folder(tmp_path_factory) -> Path:
    """Where the server looks for files."""
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="session")
def lab_url(lab_folder: Path, tmp_path_factory):
    """A JupyterLab on a free port, with nothing of the user's own configuration."""
    home = tmp_path_factory.mktemp("home")
    for name, text in SETTINGS.items():
        file = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    url = f"http://127.0.0.1:{port}"
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={lab_folder}",
        "--LabApp.expose_app_in_browser=True",
    ]
    log = (home / "server.log").open("w")
    server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT, cwd=lab_folder)
    try:
        _wait_for(f"{url}/api/status?token={TOKEN}", server, home / "server.log")
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


@pytest.fixture
def context(browser: Browser):
    """A fresh profile of 1400 x 900 pixels."""
    it = browser.new_context(viewport={"width": 1400, "height": 900}, permissions=["clipboard-read", "clipboard-write"])
    it.set_default_timeout(30_000)
    yield it
    it.close()


SLOW_LOADER = "[anywidget] Failed to initialize model."
"""Said by the widget's loader when two seconds have passed, as on a busy machine; it goes on loading all the same."""


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest):
    """A page that keeps a picture and its errors when the journey fails, and fails on an uncaught error."""
    it = context.new_page()
    errors: list[str] = []
    it.on("pageerror", lambda error: errors.append(str(error)) if SLOW_LOADER not in str(error) else None)
    yield it
    keep_picture(it, request)
    assert errors == []


def keep_picture(page: Page, request: pytest.FixtureRequest) -> None:
    """What the page looks like now, once for each journey."""
    file = ARTEFACTS / f"{request.node.name}.png"
    ARTEFACTS.mkdir(exist_ok=True)
    if file not in _kept:
        _kept.add(file)
        page.screenshot(path=file)


_kept: set[Path] = set()
_numbers = itertools.count(1)


@pytest.fixture
def notebook(page: Page, lab_url: str, lab_folder: Path, request: pytest.FixtureRequest):
    """`notebook(cell, cell, ...)` opens a new notebook with these cells in a page of its own kernel."""
    opened: list[NotebookPage] = []

    def open_notebook(*cells: str) -> NotebookPage:
        name = f"journey{next(_numbers)}.ipynb"
        it = NotebookPage.create(page, lab_url, TOKEN, lab_folder / name, cells)
        opened.append(it)
        return it

    yield open_notebook
    keep_picture(page, request)
    for it in opened:
        it.shut_down()


def _wait_for(url: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")
