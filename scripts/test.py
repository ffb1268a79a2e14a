"""Run every check, go on after a failure, and end with one line that counts the tests.

``python scripts/test.py`` runs all; ``python scripts/test.py lint`` only the checks that run no test.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = ROOT / ".venv" / "bin"


@dataclass(frozen=True)
class Step:
    """A command and how its output is counted."""

    name: str
    command: list[str]
    counted: bool = False


LINT = [
    Step("ruff", [str(BIN / "ruff"), "check", "python", "tests", "scripts", "benchmarks"]),
    Step("ruff format", [str(BIN / "ruff"), "format", "--check", "python", "tests", "scripts", "benchmarks"]),
    Step("layers", [str(BIN / "lint-imports")]),
    Step("pyright", ["npx", "pyright", "--pythonpath", str(BIN / "python")]),
    # A test file that cannot be imported is found here, and not at the end of the long run.
    Step("tests collected", [str(BIN / "pytest"), "tests/python", "--collect-only", "-qq"]),
    Step("biome", ["npx", "biome", "check", "--error-on-warnings"]),
    Step("types", ["npx", "tsc", "--noEmit", "-p", "."]),
    Step("generated files", [str(BIN / "python"), "scripts/generate.py", "--check"]),
]
TESTS = [
    Step("vitest", ["npx", "vitest", "run", "--reporter=default", "--reporter=json"], counted=True),
    Step("pytest", [str(BIN / "pytest"), "tests/python", "-q", "-n", "2", "--dist", "loadgroup"], counted=True),
    Step("browser", [str(BIN / "pytest"), "tests/browser", "-q"], counted=True),
]


def main(which: str) -> int:
    """Run the steps; the number of failed ones is the exit status."""
    started = time.monotonic()
    failed: list[str] = []
    passed_tests = failed_tests = 0
    for step in LINT if which == "lint" else LINT + TESTS:
        print(f"\n=== {step.name}", flush=True)
        code, counts = run(step)
        passed_tests += counts[0]
        failed_tests += counts[1]
        if code != 0:
            failed.append(step.name)
    seconds = time.monotonic() - started
    broken = [name for name in failed if name not in {step.name for step in TESTS}]
    if failed:
        print(f"\nFailed: {', '.join(failed)}")
    words = [f"{failed_tests + len(broken)} failed"] if failed else []
    words.append(f"{passed_tests} passed" if which != "lint" else f"{len(LINT) - len(failed)} checks passed")
    print(f"===== {', '.join(words)} in {seconds:.1f}s =====")
    return 1 if failed else 0


def run(step: Step) -> tuple[int, tuple[int, int]]:
    """Exit status, and the numbers of passed and failed tests."""
    if step.name == "vitest":
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "vitest.json"
            code = subprocess.run([*step.command, f"--outputFile.json={report}"], cwd=ROOT, check=False).returncode
            if not report.exists():
                return code or 1, (0, 1)
            counts = json.loads(report.read_text())
            return code, (counts["numPassedTests"], counts["numFailedTests"] or int(code != 0))
    if not step.counted:
        return subprocess.run(step.command, cwd=ROOT, check=False).returncode, (0, 0)
    lines: list[str] = []
    with subprocess.Popen(step.command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    tail = "".join(lines[-3:])
    count = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|errors?)", tail)}
    bad = count.get("failed", 0) + count.get("error", 0) + count.get("errors", 0)
    return process.returncode, (count.get("passed", 0), bad or int(process.returncode != 0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "all"))
