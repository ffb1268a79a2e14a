"""Claim: `import whyboard` costs at most 1.3 times `import jax, ipywidgets`, which a notebook pays anyway."""

from __future__ import annotations

import subprocess
import sys
import time

ROUNDS = 7
RIVALS = ("pass", "import jax, ipywidgets", "import whyboard")


def seconds(statement: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - start


def main() -> None:
    # In turns, and the fastest of each: what else the machine does can only add.
    rounds = [[seconds(statement) for statement in RIVALS] for _ in range(ROUNDS)]
    bare, base, ours = (min(column) for column in zip(*rounds, strict=True))
    print("| statement | s |")
    print("|---|---|")
    print(f"| import jax, ipywidgets | {base - bare:.2f} |")
    print(f"| import whyboard | {ours - bare:.2f} |")
    print(f"| ratio | {(ours - bare) / (base - bare):.2f} |")


if __name__ == "__main__":
    main()
