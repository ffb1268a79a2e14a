"""The model in a notebook: the live widget, its data sources and the solves started from the diagram.

Nothing else in the package imports this folder but the package root, so that handles can be shown and displayed
frames can be dragged.
"""

from __future__ import annotations

from typing import Any

from whyboard.registry import services
from whyboard.widget import display


def show(handle: Any, **options: Any) -> Any:
    """The editable diagram of a handle; the widget framework is loaded with the first one."""
    from whyboard.widget.graph_widget import show as show_widget

    return show_widget(handle, **options)


def mimebundle(handle: Any, **options: Any) -> Any:
    """What a notebook displays for a handle that is the last line of a cell."""
    from whyboard.widget.graph_widget import mimebundle as widget_mimebundle

    return widget_mimebundle(handle, **options)


services.register("show", show)
services.register("mimebundle", mimebundle)
display.install()
