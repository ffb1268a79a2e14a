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
from whyboard.lowering.terms import folded, leaves, parts, with_operands
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
    shape ``(shift, *shape)``. Without a source only the first rows mean something; without initial values the first
    rows have what the first one would give.
    """

    node: int
    shift: int
    source: int | None
    places: np.ndarray
    initial: int | None


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
    found = _Unrolling(network, frozenset(known), early=True).result()
    # Where one row waits for another anyway, formulas are shifted as they are.
    return _Unrolling(network, frozenset(known), early=False).result() if found.sequential else found


class _Unrolling:
    def __init__(self, network: Network, known: frozenset[int], *, early: bool) -> None:
        self.network = network
        self.early = early
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
            parameters = tuple((name, folded(term, self._done, self._convert)) for name, term in spec.parameters)
            self.structure[node] = spec._replace(parameters=parameters)
        parents = tuple(
            frozenset(each for _, term in spec.parameters for each in leaves(term)) for spec in self.structure
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
        sequential = any(lag.source is not None and lag.source not in self.known for lag in lags)
        return Unrolled(network, outer, lags, self.index, sequential)

    def _convert(self, term: Term, operands: tuple[Term, ...]) -> Term:
        if not isinstance(term, Apply):
            return term
        if term.kind == "TimeIndex":
            return self._row_number()
        if term.kind == "TimeShift":
            return self._shifted(-json.loads(term.settings)["shift"], *operands)
        return with_operands(term, operands)

    def _row_number(self) -> Leaf:
        if self.index is None:
            self.index = self._inner("NoDistribution", (), "int", "TimeIndex")
        return Leaf(self.index)

    def _shifted(self, shift: int, operand: Term, initial: Term) -> Term:
        """A formula of what is known is read by way of that, so that rows need not wait for each other."""
        found = self.canonicaliser.expression(operand)
        known = isinstance(found, expression.Leaf) and found.node in self.known
        if known or not self.early or shift < 0:
            return Leaf(self._lag(shift, operand, initial).node)
        try:
            later = self._read_early(operand, shift)
        except _UnknownError:
            return Leaf(self._lag(shift, operand, initial).node)
        shape, dtype = found.type.shape, found.type.dtype
        first = self._inner(LAGGED, shape, dtype, "initial values")
        before = self._before(self._initial(initial, dtype)[0], shift, shape, dtype)
        self.lags["first", first] = Lag(first, shift, None, np.zeros(shape, np.int64), before)
        self.constants.append(np.asarray(shift))
        is_first = Apply("Less", "{}", (self._row_number(), Number(len(self.constants) - 1)))
        return Apply("Where", "{}", (is_first, Leaf(first), later))

    def _read_early(self, root: Term, shift: int) -> Term:
        """The tree over lags of what is known; its first rows have the value of the first one.

        Raises:
            _UnknownError: if it reads something else.
        """

        def convert(term: Term, operands: tuple[Term, ...]) -> Term:
            if isinstance(term, Apply):
                if term.kind in ("TimeShift", "TimeIndex"):
                    raise _UnknownError
                return with_operands(term, operands)
            if not isinstance(term, Leaf) or self.structure[term.node].static:
                return term
            if term.node in self.known:
                return Leaf(self._edge(term.node, shift))
            spec = self.structure[term.node]
            mean = dict(spec.parameters).get("mean")
            # A named result is as known as what it is computed from.
            if spec.distribution != "DiracDistribution" or mean is None or not self._fits(mean, spec):
                raise _UnknownError
            return self._read_early(mean, shift)

        return folded(root, {}, convert)

    def _fits(self, mean: Term, spec: NodeSpec) -> bool:
        # A mean that reads earlier rows may be a loop.
        if _mixes_rows(mean):
            return False
        found = self.canonicaliser.expression(mean).type
        return (found.shape, found.dtype) == (spec.shape, spec.dtype)

    def _edge(self, source: int, shift: int) -> int:
        identity = ("edge", source, shift)
        if identity not in self.lags:
            spec = self.structure[source]
            places = np.arange(int(np.prod(spec.shape))).reshape(spec.shape)
            node = self._inner(LAGGED, spec.shape, spec.dtype, f"t - {shift}")
            self.lags[identity] = Lag(node, shift, source, places, None)
        return self.lags[identity].node

    def _before(self, start: Term, shift: int, shape: Shape, dtype: DType) -> int:
        return self._inner("DiracDistribution", (shift, *shape), dtype, "initial values", mean=start, static=True)

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
            self.lags[identity] = Lag(node, shift, source, places, self._before(start, shift, shape, dtype))
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
    return any(isinstance(term, Apply) and term.kind in ("TimeShift", "TimeIndex") for term in parts(root))


class _UnknownError(Exception):
    """A shift reads what is not known."""
