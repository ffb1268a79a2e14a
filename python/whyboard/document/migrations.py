"""From older formats to the present one, version by version. A migration never reads the live catalog."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from whyboard.document.record import VERSION

Migration = Callable[[Mapping[str, Any]], Mapping[str, Any]]

MIGRATIONS: Mapping[int, Migration] = {}
"""By the version they start from; each leads to the next one."""


def migrate(
    data: Mapping[str, Any], migrations: Mapping[int, Migration] = MIGRATIONS, target: int = VERSION
) -> Mapping[str, Any]:
    """The data in the target version; newer data stay as they are."""
    for version in range(data["version"], target):
        data = {**migrations[version](data), "version": version + 1}
    return data
