"""Gestures that a hand makes in more than one move."""

from __future__ import annotations

from playwright.sync_api import Locator


def drag(source: Locator, target: Locator, at: tuple[float, float] | None = None) -> None:
    """Press on `source`, move to `target` (its middle, or this far from its corner) and let go there."""
    page = source.page
    target.scroll_into_view_if_needed()
    source.hover()
    start, end = source.bounding_box(), target.bounding_box()
    assert start is not None
    assert end is not None
    x, y = at or (end["width"] / 2, end["height"] / 2)
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + x, end["y"] + y, steps=12)
    page.mouse.move(end["x"] + x + 2, end["y"] + y + 1)
    page.mouse.up()
