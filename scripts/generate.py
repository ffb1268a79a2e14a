"""Write every generated file: ``python scripts/generate.py``; with ``--check`` only say which ones are out of date."""

from __future__ import annotations

import argparse
import functools
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "python"))
sys.path.insert(0, str(ROOT / "scripts"))

from typescript import FILES  # noqa: E402 - it stands beside this file


def types() -> str:
    """All TypeScript types of records, commands, catalog and messages, to import from."""
    from typescript import index

    return index()


def types_of(source: str) -> str:
    """The TypeScript types of one Python file."""
    from typescript import declarations

    return declarations(ROOT / "python" / "whyboard", source)


def schema() -> str:
    """JSON Schema of a model file."""
    from json_schema import document_schema

    return document_schema(ROOT / "python" / "whyboard")


def catalog() -> str:
    """The catalog of what ships with whyboard, for views without a kernel."""
    import importlib

    from whyboard.catalog import text

    for package in ("operators", "distributions", "solvers"):
        importlib.import_module(f"whyboard.{package}")
    return text()


GENERATORS: list[tuple[str, Callable[[], str]]] = [
    ("js/src/protocol/types.ts", types),
    *((f"js/src/protocol/{name}.ts", functools.partial(types_of, source)) for source, name in FILES.items()),
    ("python/whyboard/document/schema.json", schema),
    ("python/whyboard/catalog.json", catalog),
]


def main() -> int:
    """Write or check; the exit status of the check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("paths", nargs="*", help="only these files")
    arguments = parser.parse_args()
    stale = []
    for path, make in GENERATORS:
        if arguments.paths and path not in arguments.paths:
            continue
        text = make()
        file = ROOT / path
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            stale.append(path)
            if not arguments.check:
                file.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"{'out of date' if arguments.check else 'wrote'}: {path}")
    return 1 if arguments.check and stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
