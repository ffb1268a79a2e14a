"""`Plan`: which variables have one table of beliefs, which factors one formula, and which updates are made together.

Variables of one kind are compiled once however many there are. Updates that read nothing of each other are made at
once, and updates of one kind that do are made one after the other by one loop: what comes out is the same.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import numpy as np

from whyboard.lowering.potential.alike import Mention, alone, arguments_alone
from whyboard.lowering.potential.potential import Arguments, Latent, Potential
from whyboard.solvers.belief import State

LOOP = 3
"""So many updates of one kind that read each other are worth a loop."""


class Stack(NamedTuple):
    """Latent variables of one family and layout, of which the first is ``latent``."""

    latent: Latent
    nodes: tuple[int, ...]


class Alike(NamedTuple):
    """Factors with one formula."""

    potential: Potential
    mentions: tuple[Mention, ...]

    @property
    def nodes(self) -> tuple[int, ...]:
        """The nodes whose factors they are."""
        return tuple(mention.nodes[0] for mention in self.mentions)


class Reading(NamedTuple):
    """By variable that is updated, the factors of one formula in which it is number ``root``."""

    alike: int
    root: int
    chosen: tuple[tuple[int, ...], ...]


class Turn(NamedTuple):
    """Updates of some members of a stack: at once, or one after the other where they ``share`` factors."""

    stack: int
    members: tuple[int, ...]
    own: tuple[Reading, ...]
    alone: frozenset[int]
    share: tuple[tuple[int, tuple[int, ...]], ...] = ()
    in_turn: bool = False


class Numbers(NamedTuple):
    """The arguments of a plan: those of the potential, and of factors and variables that are alike, side by side."""

    arguments: Arguments
    factors: tuple[Arguments, ...]
    free: dict[int, Any]
    given: dict[int, Any]


@dataclass(frozen=True)
class Plan:
    """Stacks by number, formulas by number, and the turns of one sweep. Hashable, without numbers of the model."""

    potential: Potential
    stacks: tuple[Stack, ...]
    alike: tuple[Alike, ...]
    turns: tuple[Turn, ...]

    @functools.cached_property
    def place(self) -> dict[int, tuple[int, int]]:
        """By latent node, its stack and its place there."""
        return {node: (number, at) for number, stack in enumerate(self.stacks) for at, node in enumerate(stack.nodes)}

    @functools.cached_property
    def alone(self) -> frozenset[int]:
        """The nodes whose factors are like no others."""
        together = {node for each in self.alike for node in each.nodes}
        return frozenset(factor.node for factor in self.potential.factors) - together

    @functools.cached_property
    def mentioned(self) -> frozenset[int]:
        """The nodes that factors mention which are like no others."""
        found: set[int] = set()
        for factor in self.potential.factors:
            if factor.node in self.alone:
                one = alone(self.potential, factor)
                found |= set(range(len(self.potential.structure)) if one is None else one[1].nodes)
        return frozenset(found)

    @functools.cached_property
    def told(self) -> frozenset[tuple[int, ...]]:
        """The nodes of which the bound is told side by side."""
        several = [stack.nodes for stack in self.stacks if len(stack.nodes) > 1]
        single = {node for stack in self.stacks if len(stack.nodes) == 1 for node in stack.latent.nodes}
        return frozenset({(node,) for node in single | self.alone} | {each.nodes for each in self.alike} | {*several})

    def numbers(self, arguments: Arguments) -> Numbers:
        """The numbers of a model, in stacks."""
        free, given = (
            {number: _beside([part[node] for node in stack.nodes]) for number, stack in enumerate(self.stacks)}
            for part in (arguments.free, arguments.given)
        )
        return Numbers(
            arguments,
            tuple(_beside(_arguments(each.mentions, each.potential, arguments)) for each in self.alike),
            free,
            given,
        )

    def stacked(self, state: State) -> State:
        """Beliefs by stack."""
        return State(
            *(
                {number: _beside([part[node] for node in stack.nodes]) for number, stack in enumerate(self.stacks)}
                for part in state
            )
        )

    def by_node(self, state: State) -> State:
        """Beliefs by latent node."""
        return State(*({node: self.member(part, node) for node in self.place} for part in state))

    def member(self, part: dict[int, Any], node: int, axis: int = 0) -> Any:
        """What is stored of one variable; in stacks of several, they are along this axis."""
        number, at = self.place[node]
        if len(self.stacks[number].nodes) == 1:
            return part[number]
        return jax.tree.map(lambda leaf: np.asarray(leaf).take(at, axis), part[number])


def planned(potential: Potential, order: Sequence[int], arguments: Arguments) -> Plan:
    """How one sweep in this order is made; of the arguments, only shapes count."""
    stacks = _stacks(potential, arguments)
    if all(len(stack.nodes) == 1 for stack in stacks):
        found = Plan(potential, stacks, (), ())
        turns = [Turn(found.place[node][0], (0,), (), _around(potential, node)) for node in order]
        return Plan(potential, stacks, (), tuple(turns))
    found = Plan(potential, stacks, _alike(potential, stacks, arguments), ())
    return Plan(potential, stacks, found.alike, tuple(_loops(_levels(found, order))))


def _beside(trees: Sequence[Any]) -> Any:
    if len(trees) == 1:
        return trees[0]
    return jax.tree.map(lambda *leaves: np.stack([np.asarray(leaf) for leaf in leaves]), *trees)


def _arguments(mentions: Iterable[Mention], potential: Potential, arguments: Arguments) -> list[Arguments]:
    latents = [latent.node for latent in potential.latents]
    return [arguments_alone(mention, arguments, latents) for mention in mentions]


def _shapes(tree: Any) -> tuple[Any, ...]:
    return tuple((np.shape(leaf), np.asarray(leaf).dtype.str) for leaf in jax.tree.leaves(tree))


def _around(potential: Potential, node: int) -> frozenset[int]:
    nodes = potential.latent(node).nodes
    return frozenset(factor.node for factor in potential.factors if not factor.reads.isdisjoint(nodes))


# --- what is alike ---------------------------------------------------------------------------------------------------


def _stacks(potential: Potential, arguments: Arguments) -> tuple[Stack, ...]:
    found: dict[Any, list[Latent]] = defaultdict(list)
    for latent in potential.latents:
        plain = latent.plain and not potential.sampled
        shapes = _shapes((arguments.free[latent.node], arguments.given[latent.node]))
        # Rows are taken of a whole stack, or of none of it.
        kind = latent._replace(node=0), potential.structure[latent.node].static, shapes
        found[kind if plain else latent.node].append(latent)
    return tuple(Stack(several[0], tuple(each.node for each in several)) for several in found.values())


def _alike(potential: Potential, stacks: Sequence[Stack], arguments: Arguments) -> tuple[Alike, ...]:
    stack_of = {node: number for number, stack in enumerate(stacks) for node in stack.nodes}
    found: dict[Any, list[Mention]] = defaultdict(list)
    for factor in potential.factors:
        one = alone(potential, factor)
        if one is None:
            continue
        single, mention = one
        (own,) = _arguments([mention], single, arguments)
        read = tuple(stack_of[mention.nodes[latent.node]] for latent in single.latents)
        found[single, read, _shapes(own)].append(mention)
    return tuple(Alike(key[0], tuple(mentions)) for key, mentions in found.items() if len(mentions) > 1)


# --- which starts are made together ----------------------------------------------------------------------------------


def beginnings(plan: Plan, starts: Sequence[str]) -> list[tuple[Turn, str]]:
    """Causes first, in which turns beliefs begin, and how.

    Args:
        plan: of the model.
        starts: by latent variable, as in `started`.
    """
    factors = {factor.node: factor for factor in plan.potential.factors}
    own = {node: (number, at) for number, each in enumerate(plan.alike) for at, node in enumerate(each.nodes)}
    level: dict[int, int] = {}
    together: dict[Any, list[Turn]] = {}
    for latent, start in zip(plan.potential.latents, starts, strict=True):
        node = latent.node
        reads = frozenset().union(*(factors[each].reads for each in latent.nodes)) - {*latent.nodes}
        level[node] = 1 + max((level.get(plan.potential.latent(each).node, 0) for each in reads), default=0)
        stack, member = plan.place[node]
        if node in own:
            number, at = own[node]
            turn = Turn(stack, (member,), (Reading(number, 0, ((at,),)),), frozenset())
            together.setdefault((level[node], stack, number, start), []).append(turn)
        else:
            turn = Turn(stack, (member,), (), frozenset(latent.nodes))
            together[level[node], stack, -1 - node, start] = [turn]
    ordered = sorted(together.items(), key=lambda each: each[0][0])
    return [(_joined(turns), start) for (*_, start), turns in ordered]


# --- which updates are made together ---------------------------------------------------------------------------------


def _levels(plan: Plan, order: Sequence[int]) -> list[Turn]:
    """Each update after those before it that it reads or that read it; those of one level and kind at once."""
    potential = plan.potential
    reads: dict[int, set[int]] = defaultdict(set)
    for factor in potential.factors:
        nodes = {potential.latent(node).node for node in factor.reads}
        for node in nodes:
            reads[node] |= nodes
    last: dict[int, int] = {}
    levels: dict[int, list[Turn]] = defaultdict(list)
    single = _singles(plan)
    for node in order:
        level = 1 + max((last.get(each, 0) for each in reads[node] | {node}), default=0)
        last[node] = level
        levels[level].append(single[node])
    found: list[Turn] = []
    for level in sorted(levels):
        together: dict[Any, list[Turn]] = defaultdict(list)
        for number, turn in enumerate(levels[level]):
            kind = tuple((each.alike, each.root, len(each.chosen[0])) for each in turn.own)
            together[(turn.stack, kind) if not turn.alone else number].append(turn)
        found += [_joined(turns) for turns in together.values()]
    return found


def _singles(plan: Plan) -> dict[int, Turn]:
    """By latent node, its update by itself."""
    own: dict[int, dict[tuple[int, int], list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, each in enumerate(plan.alike):
        for place, mention in enumerate(each.mentions):
            for latent in each.potential.latents:
                own[mention.nodes[latent.node]][number, latent.node].append(place)
    found: dict[int, Turn] = {}
    for node, (stack, member) in plan.place.items():
        readings = tuple(Reading(*kind, (tuple(places),)) for kind, places in sorted(own[node].items()))
        found[node] = Turn(stack, (member,), readings, _around(plan.potential, node) & plan.alone)
    return found


def _joined(turns: Sequence[Turn]) -> Turn:
    own = [
        readings[0]._replace(chosen=tuple(chosen for each in readings for chosen in each.chosen))
        for readings in zip(*(turn.own for turn in turns), strict=True)
    ]
    return turns[0]._replace(members=tuple(member for turn in turns for member in turn.members), own=tuple(own))


def _loops(turns: Sequence[Turn]) -> list[Turn]:
    """Neighbouring updates of one kind that share factors, as one loop."""
    found: list[Turn] = []
    place = 0
    while place < len(turns):
        end = place + 1
        while end < len(turns) and _in_turn([turns[place], turns[end]]) is not None:
            end += 1
        run = _in_turn(turns[place:end]) if end - place >= LOOP else None
        found.append(run or turns[place])
        place = end if run else place + 1
    return found


def _in_turn(turns: Sequence[Turn]) -> Turn | None:
    first = turns[0]
    if any(turn.stack != first.stack or turn.alone != first.alone or len(turn.members) > 1 for turn in turns):
        return None
    shared = set.intersection(*({(each.alike, each.chosen[0]) for each in turn.own} for turn in turns))
    rest = [turn._replace(own=tuple(e for e in turn.own if (e.alike, e.chosen[0]) not in shared)) for turn in turns]
    kinds = {tuple((each.alike, each.root, len(each.chosen[0])) for each in turn.own) for turn in rest}
    if len(kinds) > 1:
        return None
    return _joined(rest)._replace(share=tuple(sorted(shared)), in_turn=True)
