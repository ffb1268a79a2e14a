"""`python -m benchmarks`: every measurement of this folder, one after the other; names of scripts choose some of them.

A Python script has a `main` that prints its table; a `.mjs` script is run by node.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def scripts() -> list[Path]:
    """What can be measured, by folder and name."""
    python = (each for each in HERE.glob("*/*.py") if "def main(" in each.read_text(encoding="utf-8"))
    return sorted([*python, *HERE.glob("*/*.mjs")])


def command(script: Path) -> list[str]:
    """A process of its own for each, so that none warms up another."""
    if script.suffix == ".mjs":
        return ["node", str(script)]
    return [sys.executable, "-m", ".".join(("benchmarks", *script.relative_to(HERE).with_suffix("").parts))]


def main() -> None:
    known = {str(script.relative_to(HERE).with_suffix("")): script for script in scripts()}
    wanted = sys.argv[1:] or list(known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        sys.exit(f"There is no benchmark {', '.join(unknown)}. There are {', '.join(known)}.")
    failed = []
    for name in wanted:
        print(f"\n## {name}\n", flush=True)
        if subprocess.run(command(known[name]), cwd=HERE.parent, check=False).returncode:
            failed.append(name)
    if failed:
        sys.exit(f"Without a result: {', '.join(failed)}.")


if __name__ == "__main__":
    main()
