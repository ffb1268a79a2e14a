"""The front end as it travels to the notebook: a tiny loader with every widget, the editor once per page."""

from __future__ import annotations

import functools
import gzip
import hashlib
from pathlib import Path

_STATIC = Path(__file__).parent.parent / "static"

_MISSING = """
export default { render({ el }) {
  el.textContent = "The whyboard front end has not been built. Run `make setup` in the checkout, or install the wheel.";
} };
"""


@functools.cache
def loader() -> str:
    """The text of the ``_esm`` trait, about one kilobyte."""
    try:
        return (_STATIC / "loader.js").read_text(encoding="utf-8")
    except FileNotFoundError:
        return _MISSING


@functools.cache
def editor() -> tuple[str, bytes]:
    """Hash and gzipped text of the editor; read when the first page asks for it."""
    text = (_STATIC / "widget.js").read_bytes()
    return _hash(text), gzip.compress(text, compresslevel=9, mtime=0)


@functools.cache
def editor_hash() -> str:
    """The name under which a page keeps the editor; another content has another name."""
    try:
        return _hash((_STATIC / "widget.js").read_bytes())
    except FileNotFoundError:
        return ""


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:16]
