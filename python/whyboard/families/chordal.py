"""Many bits with few couplings: Boltzmann machines on a chordal graph, summed over clique by clique."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.special import logsumexp

from whyboard.errors import ParameterError
from whyboard.families.boltzmann import LARGEST, DiagonalBoltzmann
from whyboard.families.family import Invertible, Shape, as_key, register
from whyboard.families.inversion import found, natural_from_mean
from whyboard.families.moments import NormalMoments

Edge = tuple[int, int]


class Elimination(NamedTuple):
    """A bit that is summed over, and the bits coupled to it that are summed over later."""

    bit: int
    later: tuple[int, ...]


@register
@dataclass(frozen=True)
class ChordalBoltzmann(Invertible):
    r"""``n`` bits coupled along ``edges``, in time that grows with the largest clique and not with $2^n$.

    Mathematically, $\log p(x) = \eta' x + \sum_{(i, j)} H_{ij} x_i x_j - \psi$, each edge once. In a chordal graph some
    bit always has only neighbours that are coupled to each other, so summing over it couples no new pair.

    Args:
        n: the number of bits.
        edges: pairs of bits; every circle of more than three has a shortcut.

    Raises:
        ParameterError: if an edge is no pair of two bits or stands twice, if the graph is not chordal, or if a clique
            is too large to sum over.

    Source: Lauritzen and Spiegelhalter (1988).
    """

    n: int
    edges: tuple[Edge, ...]
    support: ClassVar[str] = "integer"

    def __post_init__(self) -> None:
        super().__post_init__()
        edges = tuple((min(edge), max(edge)) for edge in self.edges)
        object.__setattr__(self, "edges", edges)
        for edge in edges:
            if edge[0] == edge[1] or edge[0] < 0 or edge[1] >= self.n or edges.count(edge) > 1:
                raise ParameterError(
                    f"ChordalBoltzmann got the edge {edge}. Expected each pair of two different bits from 0 to "
                    f"{self.n - 1} at most once."
                )
        largest = max((len(each.later) + 1 for each in self.eliminations()), default=0)
        if largest > LARGEST:
            raise ParameterError(
                f"ChordalBoltzmann has a clique of {largest} bits, too many to sum over. Expected at most {LARGEST}."
            )

    def eliminations(self) -> tuple[Elimination, ...]:
        """An order of summation in which no new pair is coupled.

        Raises:
            ParameterError: if there is none.
        """
        near = {bit: {a + b - bit for a, b in self.edges if bit in (a, b)} for bit in range(self.n)}
        found: list[Elimination] = []
        while near:
            bit = next((bit for bit, around in near.items() if _complete(near, around)), None)
            if bit is None:
                raise ParameterError(
                    f"ChordalBoltzmann got edges that are not chordal: the bits {sorted(near)} hold a circle without "
                    f"a shortcut. Add an edge across each circle of more than three bits."
                )
            later = near.pop(bit)
            for other in later:
                near[other].remove(bit)
            found.append(Elimination(bit, tuple(sorted(later))))
        return tuple(found)

    @property
    def value_dims(self) -> Shape:
        return (self.n,)

    def contains(self, value: Array) -> Array:
        return DiagonalBoltzmann(self.n).contains(value)

    def statistics(self, value: Array) -> NormalMoments:
        value = jnp.asarray(value, float)
        first, second = (np.array([edge[end] for edge in self.edges], int) for end in (0, 1))
        return NormalMoments(value, value[..., first] * value[..., second])

    def log_partition(self, natural: NormalMoments) -> Array:
        return self._eliminated(natural)[1]

    def to_natural(self, mean: NormalMoments) -> NormalMoments:
        """By Newton steps from the machine without couplings."""
        first = jnp.asarray(mean.first)
        start = NormalMoments(jnp.log(first) - jnp.log1p(-first), jnp.zeros(jnp.shape(mean.second)))
        return found(self, natural_from_mean(self, mean, start))

    def sample(self, key: Array | int, natural: NormalMoments, shape: Shape = ()) -> Array:
        plates = self.plates(natural)
        tables, _ = self._eliminated(natural)
        drawn: dict[int, Array] = {}
        # Against the order of summation: each bit given those that were summed over after it.
        for (bit, later), table in reversed(list(zip(self.eliminations(), tables, strict=True))):
            logits = (table[..., 1, :] - table[..., 0, :]) if later else (table[..., 1] - table[..., 0])[..., None]
            state = sum(
                (drawn[other] << place for place, other in enumerate(reversed(later))), start=jnp.zeros((), int)
            )
            state = jnp.broadcast_to(state, (*shape, *plates))
            chosen = jnp.take_along_axis(
                jnp.broadcast_to(logits, (*state.shape, logits.shape[-1])), state[..., None], -1
            )
            uniform = jax.random.uniform(jax.random.fold_in(as_key(key), bit), state.shape)
            drawn[bit] = (uniform < jax.nn.sigmoid(chosen[..., 0])).astype(int)
        return jnp.stack([drawn[bit] for bit in range(self.n)], axis=-1)

    def states(self) -> np.ndarray:
        if self.n > LARGEST:
            return super().states()
        return np.arange(2**self.n)[:, None] >> np.arange(self.n) & 1

    def _eliminated(self, natural: NormalMoments) -> tuple[list[Array], Array]:
        """For each bit in order its energy, ``(*plates, 2, 2^later)``, and what is left when all are summed over."""
        first, second = (jnp.asarray(part, float) for part in natural)
        plates = self.plates(natural)
        bits = jnp.arange(2)
        factors: list[tuple[tuple[int, ...], Array]] = [((bit,), first[..., bit, None] * bits) for bit in range(self.n)]
        factors += [
            (edge, second[..., place, None, None] * bits[:, None] * bits) for place, edge in enumerate(self.edges)
        ]
        tables: list[Array] = []
        total = jnp.zeros(plates)
        for bit, later in self.eliminations():
            scope = (bit, *later)
            mine = [factor for factor in factors if bit in factor[0]]
            factors = [factor for factor in factors if bit not in factor[0]]
            table = jnp.zeros((*plates, *(2,) * len(scope)))
            for letters, factor in mine:
                table = table + _spread(factor, letters, scope)
            message = logsumexp(table, axis=len(plates))
            if later:
                factors.append((later, message))
                table = table.reshape(*plates, 2, 2 ** len(later))
            else:
                total = total + message
            tables.append(table)
        return tables, total


def _complete(near: dict[int, set[int]], bits: set[int]) -> bool:
    return all(bits - {bit} <= near[bit] for bit in bits)


def _spread(factor: Array, letters: Sequence[int], scope: Sequence[int]) -> Array:
    """A factor with the axes of a larger scope."""
    plates = factor.shape[: factor.ndim - len(letters)]
    order = sorted(range(len(letters)), key=lambda axis: scope.index(letters[axis]))
    moved = jnp.transpose(factor, (*range(len(plates)), *(len(plates) + axis for axis in order)))
    return moved.reshape(*plates, *(2 if bit in letters else 1 for bit in scope))
