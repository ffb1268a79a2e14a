"""Walks over parameter trees: everything in one, and what follows from the parts of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from whyboard.lowering.network import Apply, Leaf, Term

Found = TypeVar("Found")


def parts(root: Term) -> list[Term]:
    """A tree with everything in it, once."""
    seen: dict[int, Term] = {}
    stack = [root]
    while stack:
        term = stack.pop()
        if id(term) not in seen:
            seen[id(term)] = term
            stack.extend(term.operands if isinstance(term, Apply) else ())
    return list(seen.values())


def leaves(root: Term) -> set[int]:
    """The nodes that a tree reads."""
    return {term.node for term in parts(root) if isinstance(term, Leaf)}


def folded(
    root: Term, done: dict[int, tuple[Term, Found]], combine: Callable[[Term, tuple[Found, ...]], Found]
) -> Found:
    """What a function of each part of a tree, given what it found for its operands, finds for the whole.

    Parts that are shared are looked at once, also by later calls with the same ``done``, and depth has no limit.
    """
    stack = [root]
    while stack:
        term = stack[-1]
        if id(term) in done:
            stack.pop()
            continue
        operands = term.operands if isinstance(term, Apply) else ()
        waiting = [each for each in operands if id(each) not in done]
        if waiting:
            stack.extend(waiting)
            continue
        # The term is kept: its id must not be given to another one.
        done[id(term)] = (term, combine(term, tuple(done[id(each)][1] for each in operands)))
        stack.pop()
    return done[id(root)][1]


def with_operands(term: Apply, operands: tuple[Term, ...]) -> Apply:
    """The same operator on other operands; the same term if they are the same."""
    same = all(a is b for a, b in zip(operands, term.operands, strict=True))
    return term if same else term._replace(operands=operands)
