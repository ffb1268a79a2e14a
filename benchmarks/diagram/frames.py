"""Claims: pan and zoom at fit view stay under 17 ms a frame at 10,000 nodes, ten times ahead of React Flow 12 at 1,000.

Run with `python benchmarks/diagram/frames.py`; it installs React Flow into its own folder and shows both the same graph
in headless chromium. Frames are not held to the screen's rate. Each figure is the median of one gesture; what is judged
are ratios of one run.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
SIZES = (100, 1000, 10_000)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-frame-rate-limit", "--disable-gpu-vsync"]
LEAF = "v000040"
FRAMES = 60
PATIENCE_MS = 6000

# One event a frame, as a hand would send them, until there are enough frames or too much time has gone.
GESTURE = """
async ([kind, at, frames, patience]) => {
  const target = document.elementFromPoint(at.x, at.y);
  const send = (type, where, rest = {}) => {
    const place = { clientX: where.x, clientY: where.y, bubbles: true, cancelable: true, view: window, ...rest };
    const to = type.endsWith("down") || type === "wheel" ? target : window.document.body;
    if (type === "wheel") return to.dispatchEvent(new WheelEvent("wheel", { ...place, ctrlKey: true }));
    to.dispatchEvent(new PointerEvent(`pointer${type}`, { ...place, pointerId: 1, isPrimary: true }));
    to.dispatchEvent(new MouseEvent(`mouse${type}`, place));
  };
  const held = { button: 0, buttons: 1 };
  if (kind !== "zoom") send("down", at, held);
  const times = [];
  const start = performance.now();
  let last = start;
  for (let i = 0; i < frames && (performance.now() - start < patience || i < 2); i++) {
    if (kind === "zoom") send("wheel", at, { deltaY: i % 20 < 10 ? -4 : 4 });
    else send("move", { x: at.x + 3 * (i % 40 < 20 ? i % 20 : 20 - (i % 20)) + 6, y: at.y + 6 }, held);
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    times.push(now - last);
    last = now;
  }
  if (kind !== "zoom") send("up", at, { button: 0 });
  return times.slice(1);
}
"""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = serve(build(Path(folder)))
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        print(f"chromium {browser.version}, software raster, 1200 x 800; median frame in ms, ours / React Flow 12\n")
        print("| gesture | " + " | ".join(f"{size:,}" for size in SIZES) + " |")
        print("|---|" + "---|" * len(SIZES))
        ours, theirs = {}, {}
        for size in SIZES:
            ours[size] = gestures(browser, f"{site}/ours.html?size={size}")
            theirs[size] = gestures(browser, f"{site}/react-flow.html?size={size}")
        for gesture in ours[SIZES[0]]:
            row = [cell(ours[size][gesture], theirs[size][gesture]) for size in SIZES]
            print(f"| {gesture} | " + " | ".join(row) + " |")
        double = {size: gestures(browser, f"{site}/ours.html?size={size}", ratio=2) for size in SIZES}
        for gesture in double[SIZES[0]]:
            row = [f"{double[size][gesture]:.1f}" for size in SIZES]
            print(f"| ours at pixel ratio 2: {gesture} | " + " | ".join(row) + " |")
        print()
        print(f"shown, 1,000 nodes: {shown(browser, f'{site}/ours.html?size=1000&collapsed'):.0f} ms")
        print(f"shown, 10,000 nodes: {shown(browser, f'{site}/ours.html?size=10000&collapsed'):.0f} ms")
        print(f"one edit on 5,000 nodes until painted: {edit(browser, f'{site}/ours.html?size=5000'):.0f} ms")
        browser.close()


def cell(ours: float, theirs: float) -> str:
    """Both figures and how far one is ahead."""
    return f"{ours:.1f} / {theirs:.1f} ({theirs / ours:.0f}x)"


def gestures(browser: Browser, url: str, ratio: int = 1) -> dict[str, float]:
    """Median milliseconds of a frame for each gesture."""
    page = opened(browser, url, ratio)
    found = {}
    page.evaluate("subject.fit()")
    settle(page)
    corner = {"x": 12.0, "y": 12.0}
    middle = {"x": 600.0, "y": 400.0}
    found["pan at fit view"] = measure(page, "pan", corner)
    found["zoom at fit view"] = measure(page, "zoom", middle)
    page.evaluate("key => subject.approach(key)", LEAF)
    settle(page)
    found["drag a near node"] = measure(page, "drag", page.evaluate("key => subject.at(key)", LEAF))
    page.context.close()
    return found


def measure(page: Page, kind: str, at: dict[str, float]) -> float:
    """The median frame of one gesture."""
    return statistics.median(page.evaluate(GESTURE, [kind, at, FRAMES, PATIENCE_MS]))


def shown(browser: Browser, url: str) -> float:
    """Milliseconds from asking for the picture to the frame that has it, in a page that has drawn nothing before."""
    page = opened(browser, url)
    it = page.evaluate("subject.shown")
    page.context.close()
    return it


def edit(browser: Browser, url: str) -> float:
    """Milliseconds from adding a variable to the frame that has it."""
    page = opened(browser, url)
    page.evaluate("() => new Promise(done => requestIdleCallback(done))")
    it = page.evaluate("subject.edit()")
    page.context.close()
    return it


def opened(browser: Browser, url: str, ratio: int = 1) -> Page:
    """The page, once its subject can be asked."""
    page = browser.new_context(viewport={"width": 1200, "height": 800}, device_scale_factor=ratio).new_page()
    page.set_default_timeout(180_000)
    page.goto(url)
    page.wait_for_function("() => globalThis.subject !== undefined")
    settle(page)
    return page


def settle(page: Page) -> None:
    """Two frames later everything that was asked for is drawn."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def build(folder: Path) -> Path:
    """Both pages, from the sources as they are."""
    if not (HERE / "node_modules").exists():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HERE, check=True)
    subprocess.run(["node", str(HERE / "page" / "build.mjs"), str(folder)], check=True)
    return folder


def serve(folder: Path) -> str:
    """The address of the pages."""
    handler = functools.partial(QuietHandler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves without a log."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


if __name__ == "__main__":
    sys.exit(main())
