"""Earlier rows become values of the same row: each shift is an inner variable, which is filled before its row runs.

Within one row a lag is an input, as noise is, so that nothing that is compiled for a row knows of time. What a shift
reads, and its initial values, are variables too: inner deterministic ones where they are formulas.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.distributions.distribution import Distribution
from whyboard.errors import DTypeError, ParameterError
from whyboard.lowering import expression
from whyboard.lowering.network import Apply, Leaf, Network, NodeSpec, Number, Term
from whyboard.value_type import DType, Shape, can_cast

LAGGED = "Lagged"


class Lagged(Distribution):
    """An earlier value: within its row it is given, by way of its noise."""

    dtypes = ("float", "int", "bool")

    @staticmethod
    def log_density(value: Array) -> Array:
        return jnp.zeros(jnp.shape(value))

    @staticmethod
    def whiten(z: Array) -> Array:
        return z

    @staticmethod
    def in_support(value: Array) -> Array:
        return jnp.ones(jnp.shape(value), dtype=bool)


class Lag(NamedTuple):
    """An inner variable that holds what another one was ``shift`` rows before.

    ``places`` picks the elements of ``source``, in the shape of the lag; ``initial`` is an inner static variable of
    shape ``(shift, *shape)``.
    """

    node: int
    shift: int
    source: int
    places: np.ndarray
    initial: int


@dataclass(frozen=True)
class Unrolled:
    """A network without shifts: the first ``outer`` nodes are those of the model, the others are inner ones.

    ``index`` is the inner variable that holds the number of the row. Rows are ``sequential`` if one must be computed
    after the other: where a lag reads what is not known completely.
    """

    network: Network
    outer: int
    lags: tuple[Lag, ...]
    index: int | None
    sequential: bool

    def law(self, node: int) -> Any:
        """The distribution of a node."""
        spec = self.network.structure[node]
        return Lagged if spec.distribution == LAGGED else spec.law


def unrolled(network: Network, known: Collection[int] = ()) -> Unrolled:
    """A network with its lags as inner variables.

    Args:
        network: from `flatten`.
        known: nodes whose values are all known.

    Raises:
        DTypeError: if initial values do not fit what is shifted.
    """
    if not any(_mixes_rows(term) for spec in network.structure for _, term in spec.parameters):
        return Unrolled(network, len(network.structure), (), None, sequential=False)
    return _Unrolling(network, frozenset(known)).result()


class _Unrolling:
    def __init__(self, network: Network, known: frozenset[int]) -> None:
        self.network = network
        self.known = known
        self.structure = list(network.structure)
        self.constants = list(network.constants)
        self.paths = list(network.paths)
        self.lags: dict[tuple[Any, ...], Lag] = {}
        self.index: int | None = None
        self.canonicaliser = expression.Canonicaliser(self.structure, self.constants)
        self._done: dict[int, tuple[Term, Term]] = {}
        self._path = ""

    def result(self) -> Unrolled:
        outer = len(self.structure)
        for node in range(outer):
            spec = self.structure[node]
            self._path = self.paths[node]
            parameters = tuple((name, self._term(term)) for name, term in spec.parameters)
            self.structure[node] = spec._replace(parameters=parameters)
        parents = tuple(
            frozenset(each for _, term in spec.parameters for each in _leaves(term)) for spec in self.structure
        )
        network = replace(
            self.network,
            structure=tuple(self.structure),
            constants=tuple(self.constants),
            paths=tuple(self.paths),
            parents=parents,
            lagged=(frozenset(),) * len(parents),
        )
        lags = tuple(self.lags.values())
        sequential = any(lag.source not in self.known for lag in lags)
        return Unrolled(network, outer, lags, self.index, sequential)

    def _term(self, root: Term) -> Term:
        """The tree without shifts; parts that are shared stay shared, and depth has no limit."""
        stack = [root]
        while stack:
            term = stack[-1]
            if id(term) in self._done:
                stack.pop()
                continue
            operands = term.operands if isinstance(term, Apply) else ()
            waiting = [each for each in operands if id(each) not in self._done]
            if waiting:
                stack.extend(waiting)
                continue
            self._done[id(term)] = (term, self._convert(term))
            stack.pop()
        return self._done[id(root)][1]

    def _convert(self, term: Term) -> Term:
        if not isinstance(term, Apply):
            return term
        operands = tuple(self._done[id(each)][1] for each in term.operands)
        if term.kind == "TimeIndex":
            if self.index is None:
                self.index = self._inner("NoDistribution", (), "int", "TimeIndex")
            return Leaf(self.index)
        if term.kind == "TimeShift":
            return Leaf(self._lag(-json.loads(term.settings)["shift"], *operands).node)
        return (
            term
            if all(a is b for a, b in zip(operands, term.operands, strict=True))
            else term._replace(operands=operands)
        )

    def _lag(self, shift: int, operand: Term, initial: Term) -> Lag:
        if shift < 0:
            raise ParameterError(f"'{self._path}' reads {-shift} rows ahead. Positive shifts are not supported.")
        found = self.canonicaliser.expression(operand)
        shape, dtype = found.type.shape, found.type.dtype
        if not isinstance(found, expression.Leaf):
            source = self._inner("DiracDistribution", shape, dtype, "what is shifted", mean=operand)
            places = np.arange(int(np.prod(shape))).reshape(shape)
        else:
            source, places = found.node, found.places
        start, name = self._initial(initial, dtype)
        identity = (source, places.tobytes(), shape, shift, name)
        if identity not in self.lags:
            node = self._inner(LAGGED, shape, dtype, f"t - {shift}")
            before = self._inner("DiracDistribution", (shift, *shape), dtype, "initial values", mean=start, static=True)
            self.lags[identity] = Lag(node, shift, source, places, before)
        return self.lags[identity]

    def _initial(self, term: Term, dtype: DType) -> tuple[Term, Any]:
        """Initial values in the dtype of what is shifted, and what tells them from others."""
        if not isinstance(term, Number):
            given = self.canonicaliser.expression(term).type.dtype
            if not can_cast(given, dtype):
                raise DTypeError(
                    f"'{self._path}' shifts values of dtype {dtype} and starts from ones of dtype {given}. "
                    f"Expected initial values of dtype {dtype}."
                )
            return term, term
        array = np.asarray(self.constants[term.slot])
        exact = array.astype(_NUMPY[dtype])
        if not np.array_equal(exact, array, equal_nan=array.dtype.kind == "f"):
            raise DTypeError(
                f"'{self._path}' shifts values of dtype {dtype} and starts from {array.tolist()}. "
                f"Expected initial values of dtype {dtype}."
            )
        # Numbers are arguments of a program, but equal ones may share a lag whatever they are called.
        self.constants.append(exact)
        return Number(len(self.constants) - 1), (exact.shape, exact.tobytes())

    def _inner(
        self,
        distribution: str,
        shape: Shape,
        dtype: DType,
        what: str,
        *,
        mean: Term | None = None,
        static: bool = False,
    ) -> int:
        parameters = () if mean is None else (("mean", mean),)
        self.structure.append(NodeSpec(distribution, shape, dtype, static, parameters))
        self.paths.append(f"{self._path} ({what})")
        return len(self.structure) - 1


_NUMPY = {"float": np.float64, "int": np.int64, "bool": np.bool_}


def _mixes_rows(root: Term) -> bool:
    return any(isinstance(term, Apply) and term.kind in ("TimeShift", "TimeIndex") for term in _parts(root))


def _leaves(root: Term) -> set[int]:
    return {term.node for term in _parts(root) if isinstance(term, Leaf)}


def _parts(root: Term) -> list[Term]:
    """A tree with everything in it, once."""
    seen: dict[int, Term] = {}
    stack = [root]
    while stack:
        term = stack.pop()
        if id(term) not in seen:
            seen[id(term)] = term
            stack.extend(term.operands if isinstance(term, Apply) else ())
    return list(seen.values())
