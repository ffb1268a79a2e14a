"""Keys: 11 characters of time in microseconds and 5 random ones, so that sorting by key is the order of creation."""

from __future__ import annotations

import itertools
import re
import secrets
import threading
import time
from typing import TypeGuard

from whyboard.document.record import Key

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_KEY = re.compile(r"[0-9A-Za-z]{1,64}\Z")
_PAIRS = ["".join(pair) for pair in itertools.product(_ALPHABET, repeat=2)]
_lock = threading.Lock()
_last = 0


def fresh_key() -> Key:
    """A key that was never used before."""
    global _last  # noqa: PLW0603 - the clock of this process
    with _lock:
        _last = stamp = max(_last + 1, time.time_ns() // 1000)
    pairs = [_PAIRS[(stamp >> shift) & 1023] for shift in (45, 35, 25, 15, 5)]
    chance = secrets.randbits(25)
    return (
        "".join(pairs) + _ALPHABET[stamp & 31]
        + _ALPHABET[chance >> 20] + _PAIRS[(chance >> 10) & 1023] + _PAIRS[chance & 1023]
    )  # fmt: skip


def is_key(text: object) -> TypeGuard[Key]:
    """May this be a key? Keys of other programs need not look like ours, but they are short and plain."""
    return isinstance(text, str) and _KEY.match(text) is not None
