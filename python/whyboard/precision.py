"""Float64 and the persistent compilation cache inside our programs only, and a count of compilations."""

from __future__ import annotations

import functools
import inspect
import os
import sys
import threading
import types
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from whyboard.options import options

CACHED_FROM_SECONDS = 0.2
QUICK = {"xla_cpu_use_fusion_emitters": False}
"""XLA's older way to write kernels for a CPU: programs of many small ones are as fast, and compile in half the time."""
BRIEF = {**QUICK, "xla_backend_optimization_level": 0}
"""For programs that run once, or on few numbers: to compile one takes longer than to run it ever will."""
FEW = 1 << 14
"""So many numbers are few: a program of 1,000 rows is compiled in a third of the time and runs about as fast."""
LOWERED = "/jax/core/compile/jaxpr_to_mlir_module_duration"
COMPILED = "/jax/core/compile/backend_compile_duration"


@contextmanager
def double_precision() -> Iterator[None]:
    """64-bit arithmetic and the compilation cache inside the block; the user's own settings stay."""
    with ExitStack() as scope:
        scope.enter_context(jax.enable_x64(new_val=True))
        if options.compilation_cache and jax.config.values.get("jax_compilation_cache_dir") is None:
            for setting, value in _cache_settings():
                scope.enter_context(setting(value))
        yield


def in_double_precision(method: Callable[..., Any]) -> Callable[..., Any]:
    """Compute in 64 bits and answer with NumPy arrays when called with numbers; be part of the program when traced."""

    @functools.wraps(method)
    def call(*arguments: Any, **keywords: Any) -> Any:
        if any(map(_is_of_a_program, jax.tree.leaves((arguments, keywords)))):
            return method(*arguments, **keywords)
        with double_precision():
            # What is called from inside then sees a program, and is not entered and left again like this.
            arguments, keywords = jax.tree.map(_widened, (arguments, keywords))
            answer = method(*arguments, **keywords)
            return jax.tree.map(lambda leaf: np.asarray(leaf) if _is_known(leaf) else leaf, answer)

    return call


def compiled(*static: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A method of a hashable object, compiled as one program; the arguments named are part of the program."""

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        # By name and by position, since callers may use either.
        itself, *_ = inspect.signature(method).parameters
        program = jax.jit(method, static_argnames=(itself, *static))

        @functools.wraps(method)
        def call(*arguments: Any, **keywords: Any) -> Any:
            return program(*arguments, **keywords)

        return call

    return decorate


def as_program(*static: int, brief: bool | int = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A function that is compiled as one program, quickly; only ever called from outside of programs.

    Args:
        static: positions of the arguments that are part of the program.
        brief: whether it runs once, so that how fast it is compiled counts more than how fast it runs; or for how many
            numbers in its arguments at most.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @cache
        def built(*, brief: bool) -> Any:
            return jax.jit(function, static_argnums=static, compiler_options=compiler_options(brief=brief))

        @functools.wraps(function)
        def call(*arguments: Any) -> Any:
            if isinstance(brief, bool):
                return built(brief=brief)(*arguments)
            # Shapes alone say it, so that this compiles nothing twice.
            numbers = [each for place, each in enumerate(arguments) if place not in static]
            return built(brief=sum(map(np.size, jax.tree.leaves(numbers))) <= brief)(*arguments)

        return call

    return decorate


@cache
def compiler_options(*, brief: bool) -> dict[str, Any]:
    """`BRIEF` or `QUICK`, as far as this XLA knows them: it refuses to compile with any other."""
    wanted: dict[str, Any] = BRIEF if brief else QUICK
    return {name: value for name, value in wanted.items() if _is_known_option(name, value)}


@cache
def _is_known_option(name: str, value: Any) -> bool:
    try:
        jax.jit(lambda: 0, compiler_options={name: value})()
    except jax.errors.JaxRuntimeError:
        return False
    return True


class InDoublePrecision:
    """A class whose public methods are all `in_double_precision`."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name, member in list(vars(cls).items()):
            if isinstance(member, types.FunctionType) and not name.startswith("_"):
                setattr(cls, name, in_double_precision(member))


def _widened(leaf: Any) -> Any:
    is_real = isinstance(leaf, np.ndarray | np.generic) and np.issubdtype(leaf.dtype, np.floating)
    return jnp.asarray(leaf, float) if is_real else leaf


def _is_known(leaf: Any) -> bool:
    # Constants inside somebody's trace become part of it.
    return isinstance(leaf, jax.Array) and not isinstance(leaf, Tracer)


def _is_of_a_program(leaf: Any) -> bool:
    # A concrete key or index says nothing about the caller's precision.
    if isinstance(leaf, Tracer):
        return True
    return isinstance(leaf, jax.Array) and jnp.issubdtype(leaf.dtype, jnp.inexact)


@cache
def _cache_settings() -> tuple[tuple[Callable[[Any], AbstractContextManager[None]], Any], ...]:
    """Scoped settings; none where there is no folder to write to, or where this jax has no such scopes."""
    folder = _cache_folder()
    if folder is None:
        return ()
    try:
        from jax._src import config

        return (
            (config.compilation_cache_dir, str(folder)),
            (config.persistent_cache_min_compile_time_secs, CACHED_FROM_SECONDS),
        )
    except (ImportError, AttributeError):
        return ()


def _cache_folder() -> Path | None:
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    if not base:
        return None
    folder = Path(base).expanduser() / "whyboard" / "jax"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return folder if os.access(folder, os.W_OK) else None


@dataclass
class CompilationCount:
    """How many programs were compiled, or taken from the persistent cache, since the block began."""

    compiled: int = 0
    seconds: float = 0.0


@contextmanager
def count_compilations() -> Iterator[CompilationCount]:
    """Count what jax compiles inside the block."""
    count = CompilationCount()

    def listen(event: str, duration_secs: float) -> None:
        if event == COMPILED:
            count.compiled += 1
            count.seconds += duration_secs

    with _heard(listen):
        yield count


@contextmanager
def announced_compilations(tell: Callable[[bool], None]) -> Iterator[None]:
    """Tell when a program begins to be compiled (True) and when it is (False) by this thread inside the block."""
    thread = threading.get_ident()

    def listen(event: str, duration_secs: float) -> None:
        del duration_secs
        # jax compiles a program as soon as it is lowered.
        if event in (LOWERED, COMPILED) and threading.get_ident() == thread:
            tell(event == LOWERED)

    with _heard(listen):
        yield


Listener = Callable[[str, float], None]
_listeners: list[Listener] = []


@contextmanager
def _heard(listener: Listener) -> Iterator[None]:
    _follow_jax()
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


@cache
def _follow_jax() -> None:
    """Once a process: what listens to jax cannot be taken back one by one through its public functions."""

    def listen(event: str, duration_secs: float, **_: str | int) -> None:
        for listener in tuple(_listeners):
            listener(event, duration_secs)

    jax.monitoring.register_event_duration_secs_listener(listen)
