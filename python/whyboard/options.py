"""What a user may set for a whole session: ``wb.options.progress = False``. Standard library only."""

from __future__ import annotations

from typing import NamedTuple

from whyboard.errors import UnknownName, WhyboardError


class OptionError(WhyboardError, ValueError):
    """An option was set to something it cannot be."""


class _Option(NamedTuple):
    default: bool
    doc: str


_OPTIONS = {
    "bind_names": _Option(
        default=True, doc="Bind a child made in a `with` block to its bare name in a notebook or module."
    ),
    "progress": _Option(default=True, doc="Show the progress of solvers."),
    "compilation_cache": _Option(
        default=True, doc="Keep compiled programs in the user's cache folder between sessions."
    ),
}


class Options:
    """The settings of this session; attributes are checked when they are set.

    >>> options = Options()
    >>> options.progress
    True
    >>> options.progress = False
    >>> options.reset()
    """

    bind_names: bool
    progress: bool
    compilation_cache: bool

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Back to the defaults."""
        for name, option in _OPTIONS.items():
            setattr(self, name, option.default)

    def __setattr__(self, name: str, value: object) -> None:
        if name not in _OPTIONS:
            raise UnknownName(f"There is no option {name!r}. The options are {', '.join(_OPTIONS)}.")
        if not isinstance(value, bool):
            raise OptionError(f"Option {name!r} got {value!r}. Expected True or False. {_OPTIONS[name].doc}")
        object.__setattr__(self, name, value)

    def __dir__(self) -> list[str]:
        return [*_OPTIONS, "reset"]

    def __repr__(self) -> str:
        lines = (f"{name} = {getattr(self, name)}  # {option.doc}" for name, option in _OPTIONS.items())
        return "\n".join(lines)


options = Options()
