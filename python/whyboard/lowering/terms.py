"""Walks over parameter trees: everything in one, and the same tree with some of it replaced."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping

from whyboard.lowering.network import Apply, Leaf, Term

Done = MutableMapping[int, tuple[Term, Term]]
"""By identity: a term, which is kept so that its identity is not given away, and what became of it."""


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


def rebuilt(root: Term, done: Done, convert: Callable[[Term, tuple[Term, ...]], Term]) -> Term:
    """The tree that a conversion of each part, given its operands, makes.

    Parts that are shared stay shared, and depth has no limit.
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
        done[id(term)] = (term, convert(term, tuple(done[id(each)][1] for each in operands)))
        stack.pop()
    return done[id(root)][1]


def with_operands(term: Apply, operands: tuple[Term, ...]) -> Apply:
    """The same operator on other operands; the same term if they are the same."""
    same = all(a is b for a, b in zip(operands, term.operands, strict=True))
    return term if same else term._replace(operands=operands)
