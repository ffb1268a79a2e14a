"""Where the parts of a harmonium lie inside it, and a harmonium with a restricted observable inside a fuller one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from whyboard.errors import ParameterError
from whyboard.families.embedding import Embedding
from whyboard.families.family import Coordinates
from whyboard.families.harmonium import HarmoniumCoordinates, HarmoniumFamily
from whyboard.families.interaction import Interaction
from whyboard.families.moments import leaves


@dataclass(frozen=True)
class _PartEmbedding(Embedding):
    """One part of a harmonium in it: other natural parameters are zero, other means are left out."""

    hrm_man: HarmoniumFamily

    part: ClassVar[str]
    """The field of the coordinates that holds it."""

    @property
    def sub_man(self) -> Any:
        return getattr(self.hrm_man, self.part)

    @property
    def amb_man(self) -> HarmoniumFamily:
        return self.hrm_man

    def embed(self, natural: Coordinates) -> HarmoniumCoordinates:
        return self.hrm_man.zeros()._replace(**{self.part: natural})

    def project(self, mean: HarmoniumCoordinates) -> Coordinates:
        return getattr(mean, self.part)


class ObservableEmbedding(_PartEmbedding):
    """The observable in its harmonium: other natural parameters are zero, other means are left out.

    Raises:
        ParameterError: if it is not made of a harmonium.
    """

    part = "observable"


class InteractionEmbedding(_PartEmbedding):
    """The interaction in its harmonium.

    Raises:
        ParameterError: if it is not made of a harmonium.
    """

    part = "interaction"

    @property
    def sub_man(self) -> Interaction:
        return self.hrm_man.coupling


class LatentEmbedding(_PartEmbedding):
    """The latent in its harmonium.

    Raises:
        ParameterError: if it is not made of a harmonium.
    """

    part = "latent"


@dataclass(frozen=True)
class LatentHarmoniumEmbedding(Embedding):
    r"""A harmonium in one that differs only in a fuller observable: $(o, i, l) \mapsto (e(o), i, l)$ and back.

    Hierarchies use it where the posterior of a latent is restricted, to diagonal covariances for example, and its
    prior, to which the conjugation of the level below adds, is not.

    Args:
        pst_obs_emb: the embedding ``e`` of the observables.
        pst_hrm: the harmonium with the restricted observable.
        prr_hrm: the one with the fuller observable.

    Raises:
        ParameterError: if observables are not those of ``e``, or interactions or latents differ.
    """

    pst_obs_emb: Embedding
    pst_hrm: HarmoniumFamily
    prr_hrm: HarmoniumFamily

    def __post_init__(self) -> None:
        super().__post_init__()
        sides = (("sub_man", self.pst_hrm), ("amb_man", self.prr_hrm))
        for name, harmonium in sides:
            expected = getattr(self.pst_obs_emb, name)
            if harmonium.observable != expected:
                raise ParameterError(
                    f"LatentHarmoniumEmbedding got a harmonium over {harmonium.observable!r}, but {name} of its "
                    f"embedding of observables is {expected!r}. Expected the same family; embed its observable instead."
                )
        if self.pst_hrm.latent != self.prr_hrm.latent:
            raise ParameterError(
                f"LatentHarmoniumEmbedding got the latents {self.pst_hrm.latent!r} and {self.prr_hrm.latent!r}. "
                f"Expected one latent for both harmoniums; only observables may differ."
            )
        if _shape(self.pst_hrm) != _shape(self.prr_hrm):
            raise ParameterError(
                f"LatentHarmoniumEmbedding got the interactions {_shape(self.pst_hrm)} and {_shape(self.prr_hrm)}. "
                f"Expected the same; pair blocks that both observables have, such as Mixture(..., varying='first')."
            )

    @property
    def sub_man(self) -> HarmoniumFamily:
        return self.pst_hrm

    @property
    def amb_man(self) -> HarmoniumFamily:
        return self.prr_hrm

    def embed(self, natural: HarmoniumCoordinates) -> HarmoniumCoordinates:
        return natural._replace(observable=self.pst_obs_emb.embed(natural.observable))

    def project(self, mean: HarmoniumCoordinates) -> HarmoniumCoordinates:
        return mean._replace(observable=self.pst_obs_emb.project(mean.observable))


def _shape(harmonium: HarmoniumFamily) -> Any:
    """The paired blocks and the sizes of their interaction."""
    return harmonium.coupling.pairs, [leaf.shape for leaf in leaves(harmonium.template.interaction)]
