"""The `Distribution` base: parameters, the ways to give them, and functions of the canonical ones."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Literal, NamedTuple, TypeVar

import numpy as np
from jax import Array

from whyboard import registry
from whyboard.distributions.derived import derive, undrawn
from whyboard.distributions.settings import read_settings, written
from whyboard.errors import NotConjugate, ParameterError
from whyboard.families.family import Family
from whyboard.operators.operator import Setting
from whyboard.value_type import DType

Domain = Literal["real", "positive", "nonnegative", "unit", "simplex", "integer"]
Choice = tuple[tuple[str, ...], ...]


class Parameter(NamedTuple):
    """A parameter of a distribution: what it is when not given, and where its values must lie."""

    name: str
    default: float | None = None
    domain: Domain = "real"
    event_ndim: int = 0

    def contains(self, values: np.ndarray) -> bool:
        """Whether all constants of an array lie in the domain."""
        return bool(np.all(self.inside(values)))

    def inside(self, values: Any) -> np.ndarray:
        """By element, whether a number lies in the domain."""
        return np.asarray(_INSIDE[self.domain](np.asarray(values)))

    def admits(self, values: Any) -> Any:
        """By element, whether a number that was computed lies in the domain or on its edge, where rounding may take it.

        For arrays of NumPy and of JAX. A real parameter admits everything: what is not finite shows in the values.
        """
        return _ADMITTED[self.domain](values)

    @property
    def expected(self) -> str:
        """The domain in words."""
        return _WORDS[self.domain]

    @property
    def remedy(self) -> str | None:
        """A distribution whose values lie in the domain, for advice; None where there is no plain one."""
        return _REMEDIES.get(self.domain)


_INSIDE: dict[Domain, Callable[[np.ndarray], Any]] = {
    "real": np.isfinite,
    "positive": lambda x: (x > 0) & np.isfinite(x),
    "nonnegative": lambda x: (x >= 0) & np.isfinite(x),
    "unit": lambda x: (x >= 0) & (x <= 1),
    "simplex": lambda x: (x >= 0) & (abs(x.sum(axis=-1, keepdims=True) - 1) < _SUM_TOLERANCE) if x.ndim else x == 1,
    "integer": lambda x: x == np.floor(x),
}
_SUM_TOLERANCE = 1e-6
_ADMITTED: dict[Domain, Callable[[Any], Any]] = {
    "real": lambda _: True,
    "positive": lambda x: x >= 0,
    "nonnegative": lambda x: x >= 0,
    "unit": _INSIDE["unit"],
    "simplex": _INSIDE["simplex"],
    "integer": lambda x: x % 1 == 0,
}
_WORDS: dict[Domain, str] = {
    "real": "finite numbers",
    "positive": "positive numbers",
    "nonnegative": "numbers that are not negative",
    "unit": "numbers from 0 to 1",
    "simplex": "numbers that are not negative and sum to 1 over the last axis",
    "integer": "whole numbers",
}
_REMEDIES: dict[Domain, str] = {
    "positive": "HalfNormalDistribution",
    "nonnegative": "HalfNormalDistribution",
    "unit": "UniformDistribution with low=0, high=1",
}


class Distribution:
    """A distribution of one variable; subclasses state data and functions.

    There are no instances. One that states ``settings`` is called with them, which gives the class that has them
    (`configured`): ``FlatDistribution(support="positive")``.

    ``canonical_names`` are the parameters that the functions take; a distribution with exclusive alternatives states
    `convert` from any allowed combination to them. `whiten` is absent (``None``) where no continuous map from a
    standard normal exists, `fisher_root` where the density is not regular enough to have Fisher information.
    Of vectors that may be known in part, `marginal(counted, **canonical)` gives the parameters of the elements that
    count (each other one has the density 1 at 0), `conditional(known, value, **canonical)` those of the rest.

    One of an exponential family states `expected_log_density`: its log density without the base measure, in which the
    variable and its parameters stand as expected statistics, annotated with the moments types that they come in (a
    parameter that must be a constant is a ``float``). It is affine in each of them. `family` is that of a belief about
    the variable, `parameters_of` turns natural parameters of that family into parameters as they are given (those of
    ``believed_as``, where that is another distribution), and `moment_parameters` says for each parameter of the formula
    how it follows from a given one: as a power of it, or, where it must be known, by a function. Density, draws, mean,
    variance and support that it does not state follow from formula and family when it is registered. One without a
    `family` can be observed and not inferred: its parameters are learned by the formula, which then is the whole log
    density unless `log_base_measure` is stated.
    """

    parameters: ClassVar[tuple[Parameter, ...]] = ()
    alternatives: ClassVar[tuple[Choice, ...]] = ()
    canonical_names: ClassVar[tuple[str, ...]] = ()
    dtypes: ClassVar[tuple[DType, ...]] = ("float",)
    event_ndim: ClassVar[int] = 0
    settings: ClassVar[tuple[Setting, ...]] = ()
    given_settings: ClassVar[Mapping[str, Any]] = {}
    """Of a class made by `configured`: its settings as JSON data, without those that have their defaults."""
    label: ClassVar[str] = ""
    group: ClassVar[str] = "continuous"
    synonyms: ClassVar[tuple[str, ...]] = ()
    """What it is called elsewhere: who asks by such a name is told its own."""
    composition: ClassVar[Mapping[str, Any]] = {}
    """Of one that has the parameters of another: which setting names it, and how its own ones follow from settings."""
    tuples: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Parameters that a user reads and writes as one tuple."""
    data_only: ClassVar[bool] = False
    deterministic: ClassVar[bool] = False
    proper: ClassVar[bool] = True
    """Whether it is a distribution at all: one that is not has no draws, and its density is no more than a weight."""
    edges: ClassVar[tuple[float | str, float | str]] = (-math.inf, math.inf)
    """The bounds of its values, or the canonical parameters that are these; stated where `in_support` does not tell."""
    support: ClassVar[str] = "real"
    """Of vectors and matrices: the set that one of them is confined to, by its name in `BIJECTIONS`."""
    affine: ClassVar[bool] = False
    """Of vectors and matrices: whether `whiten` is an affine map of the noise."""
    searched: ClassVar[bool] = False
    """Whether `whiten` searches for a quantile, so that it is worth a branch not to compute those that nobody reads."""
    location: ClassVar[str] = ""
    """The parameter that only moves values: the log density depends on their distance from it."""
    exchangeable: ClassVar[bool] = False
    """Whether parts of its parameters may change places, as the components of a mixture may."""
    undirected: ClassVar[bool] = False
    """Whether it is what a factor is to a solver: a density that has no value of its own. Never chosen by a user."""

    log_density: ClassVar[Callable[..., Array]]
    sample: ClassVar[Callable[..., Array]]
    mean: Callable[..., Array] | None = None
    variance: Callable[..., Array] | None = None
    in_support: ClassVar[Callable[..., Array]]
    whiten: Callable[..., Array] | None = None
    unwhiten: Callable[..., Array] | None = None
    """The way back: the standard normal that `whiten` takes to a value, where there is a formula."""
    fisher_root: Callable[..., tuple[Array, ...]] | None = None
    marginal: Callable[..., dict[str, Array]] | None = None
    conditional: Callable[..., dict[str, Array]] | None = None
    convert: ClassVar[Callable[..., dict[str, Any]]] = staticmethod(dict)
    expected_log_density: Callable[..., Array] | None = None
    log_base_measure: Callable[..., Array] | None = None
    """Of a value and the constant parameters; that of the family if it is not stated."""
    _configured: ClassVar[dict[tuple[Any, ...], Any]] = {}
    parameters_of: Callable[..., dict[str, Array]] | None = None
    believed_as: ClassVar[str | None] = None
    moment_parameters: ClassVar[Mapping[str, Mapping[str, float | Callable[[Array], Array]]]] = {}
    """By parameter of `expected_log_density`, by given parameter; one that is left out is given as it is."""

    def __init_subclass__(cls) -> None:
        cls._configured = {}
        if "settings" in cls.__dict__:
            cls._take_defaults()
        if "label" not in cls.__dict__:
            words = re.sub(r"(?<!^)(?=[A-Z])", " ", cls.__name__.removesuffix("Distribution"))
            cls.label = words.capitalize()
        if "canonical_names" not in cls.__dict__ and not cls.alternatives:
            cls.canonical_names = tuple(parameter.name for parameter in cls.parameters)

    def __new__(cls, *positional: Any, **settings: Any) -> Any:
        """The class with these settings, by name or in their order, as `configured`."""
        names = [setting.name for setting in cls.settings]
        if len(positional) > len(names) or settings.keys() & set(names[: len(positional)]):
            expected = f"Expected {', '.join(names)}, each once" if names else "It has no settings"
            raise ParameterError(f"{cls.__name__} got {len(positional)} settings without a name. {expected}.")
        return cls.configured(**dict(zip(names, positional, strict=False)), **settings)

    @classmethod
    def configured(cls, **settings: Any) -> Any:
        """The class with these settings: the one that all functions are asked of; the same one every time.

        Raises:
            ParameterError: if there is no such setting, or its value cannot be one.
        """
        generic = cls.__mro__[1] if cls.given_settings else cls
        data, values = read_settings(cls.__name__, cls.settings, {**cls.given_settings, **settings})
        if not data:
            return generic
        known = generic.__dict__["_configured"]
        place = (*values.values(),)
        if place not in known:
            inside = ", ".join(f"{name}={written(value)}" for name, value in data.items())
            # Kinds are ordered by the text of their classes, which therefore tells settings apart.
            names = {"__qualname__": f"{cls.__name__}({inside})", "__module__": cls.__module__, "label": generic.label}
            law = type(cls.__name__, (generic,), {**names, "given_settings": data, **generic.specialised(**values)})
            known[place] = law
        return known[place]

    @classmethod
    def specialised(cls, **settings: Any) -> Mapping[str, Any]:
        """The class attributes that settings make: the values themselves, where this is not overridden."""
        return settings

    @staticmethod
    def family(event: tuple[int, ...], parameters: Mapping[str, tuple[int, ...]]) -> Family:
        """The family of beliefs about a variable of this event shape, with parameters of these event shapes."""
        raise NotConjugate(f"a distribution of event shape {event} and parameters {parameters} states no family")

    @classmethod
    def states_family(cls) -> bool:
        """Whether there is a family of beliefs about a variable of this distribution."""
        return cls.family is not Distribution.family or cls.family_of.__func__ is not Distribution.family_of.__func__

    @classmethod
    def can_be_drawn(cls) -> bool:
        """Whether a value can be simulated: by its own function, from its family, or through a map of noise."""
        return cls.whiten is not None or cls.deterministic or getattr(cls, "sample", None) not in (None, undrawn)

    @classmethod
    def family_of(
        cls, event: tuple[int, ...], parameters: Mapping[str, tuple[int, ...]], constants: Mapping[str, np.ndarray]
    ) -> Family:
        """`family`, of one whose beliefs depend on parameters that are numbers, as on a number of trials."""
        del constants
        return cls.family(event, parameters)

    @classmethod
    def complete(cls, given: Iterable[str]) -> dict[str, float]:
        """Defaults of the parameters that are not given.

        Raises:
            ParameterError: if one is unknown, missing, or given beside an exclusive alternative.
        """
        names = set(given)
        known = {parameter.name: parameter for parameter in cls.parameters}
        for name in sorted(names - known.keys()):
            expected = f"Expected {', '.join(known)}." if known else "It takes none."
            raise ParameterError(f"{cls.__name__} has no parameter {name!r}. {expected}")
        defaults: dict[str, float] = {}
        exclusive: set[str] = set()
        for choice in cls.alternatives:
            every = {name for option in choice for name in option}
            exclusive |= every
            defaults |= cls._complete_choice(choice, names & every)
        for name, parameter in known.items():
            if name in names or name in exclusive:
                continue
            if parameter.default is None:
                raise ParameterError(f"{cls.__name__} needs {name!r}, which is not set.")
            defaults[name] = parameter.default
        return defaults

    @classmethod
    def canonical(cls, **given: Any) -> dict[str, Any]:
        """The canonical parameters from any allowed combination; missing ones take their defaults."""
        return cls.convert(**given, **cls.complete(given))

    @classmethod
    def check(cls, **constants: Any) -> None:
        """Refuse constants that do not go together, whatever the other parameters are.

        Raises:
            ParameterError: that names them.
        """

    @classmethod
    def with_tuples(cls, given: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
        """The class and the parameters that are meant where some are given as tuples (`tuples`)."""
        return cls, dict(given)

    @classmethod
    def check_shapes(cls, shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Refuse shapes of given parameters that each fit the variable but do not go together.

        Raises:
            ShapeError: that names both.
        """

    @classmethod
    def parameter_shape(cls, name: str, shape: tuple[int, ...]) -> tuple[int | None, ...]:
        """What a parameter broadcasts to for a variable of ``shape``; ``None`` is an axis of any length."""
        event = next(parameter.event_ndim for parameter in cls.parameters if parameter.name == name)
        plates = len(shape) - cls.event_ndim
        # The axes of a vector are those of what it is drawn by: its mean, its covariance, its shares.
        sizes = shape[plates:] if cls.event_ndim else (None,)
        return (*shape[:plates], *(sizes * event)[:event])

    @classmethod
    def categories(cls, shapes: Mapping[str, tuple[int, ...]]) -> int | None:
        """How many values a variable can have that may select, by the shapes of the given parameters; else None."""
        del shapes

    @classmethod
    def parameter_dtype(cls, name: str, dtype: DType) -> DType:
        """The widest dtype a parameter may have for a variable of ``dtype``."""
        del name, dtype
        return "float"

    @classmethod
    def _take_defaults(cls) -> None:
        """A class that is not called has the defaults of its settings."""
        if not any(setting.required for setting in cls.settings):
            for name, value in cls.specialised(**read_settings(cls.__name__, cls.settings, {})[1]).items():
                setattr(cls, name, value)

    @classmethod
    def _complete_choice(cls, choice: Choice, given: set[str]) -> dict[str, float]:
        known = {parameter.name: parameter for parameter in cls.parameters}
        ways = " or ".join(" and ".join(option) for option in choice)
        options = [option for option in choice if given <= set(option)]
        if not options:
            raise ParameterError(f"{cls.__name__} got {' and '.join(sorted(given))}. Expected only one of: {ways}.")
        for option in options:
            missing = [name for name in option if name not in given]
            defaults = {name: known[name].default for name in missing}
            filled = {name: default for name, default in defaults.items() if default is not None}
            if len(filled) == len(missing):
                return filled
        got = f"got only {' and '.join(sorted(given))}" if given else "has none of them set"
        raise ParameterError(f"{cls.__name__} needs {ways}, and {got}.")


Kind = TypeVar("Kind", bound=type[Distribution])


def register(kind: Kind) -> Kind:
    """Add a distribution class: it then has a palette entry, an inspector form, and works in every gradient solver."""
    derive(kind)
    registry.distributions.register(kind.__name__, kind)
    return kind
