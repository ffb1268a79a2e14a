"""The models of this release: `ForwardModel`, and the posterior models by their solvers."""

from __future__ import annotations

import difflib
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from whyboard import registry
from whyboard.errors import DataError, DataWarning, ScopeError, UnknownName
from whyboard.graph.graph import Graph
from whyboard.lowering.data import replaced
from whyboard.lowering.program import rebind
from whyboard.lowering.shares import check_shares
from whyboard.models.data import get_data_linker
from whyboard.models.model import Model
from whyboard.models.posterior_graph import posterior_graph
from whyboard.models.reporting import ProgressCallback, warn
from whyboard.solvers.belief import Belief
from whyboard.solvers.convergence import Diagnostics
from whyboard.solvers.em import Em
from whyboard.solvers.forward import Forward
from whyboard.solvers.gibbs import Gibbs
from whyboard.solvers.vmp import Vmp


class ForwardModel(Model):
    """Generates data along the arrows; what is known tells its effects, never its causes."""

    method = "Forward"

    def solve(
        self, progress: ProgressCallback | bool | None = None, stop: threading.Event | None = None
    ) -> ForwardModel:
        """Nothing has to be found."""
        del progress, stop
        if self._solver is None:
            self._solver = Forward(self.program, self.seed)
            self._solver.converged = True
        return self


class PosteriorModel(Model):
    """A model that takes information in all directions."""

    choice: str = "The method was asked for."
    """Why this method."""

    def _check(self) -> None:
        if not self.program.structure:
            raise ScopeError(
                f"Graph {self.graph.name!r} holds no variables, so there is nothing to infer. Add a Variable or a "
                "StaticVariable, link data to what is observed, and ask again."
            )
        check_shares(self._network, self._certain())

    @property
    def remark(self) -> str:
        """What is to be said of the answer in a few words: that nothing was inferred, a bound, chains that disagree."""
        known, relevant = self.program.known, self.program.relevant
        if any(part.any() for part in relevant):
            return self._remark
        if all(part.all() for part in known):
            return "but nothing was inferred: all variables are observed"
        if self._intervened:
            return "and what follows from do() is predicted: nothing that is observed bears on the rest"
        if not any(part.any() for part in known):
            return "but nothing was inferred: no data are linked, so the answers are those of the prior"
        return "but nothing was inferred: no data bear on what is unknown, which is only predicted"

    if not TYPE_CHECKING:
        # Behind a condition, so that a type checker still knows what a model has.

        def __getattr__(self, name: str) -> Any:
            """Only reached by names that a model of this method does not have."""
            raise UnknownName(f"{type(self).__name__} has no {name!r}.{_hint(type(self), name)}")

    @property
    def _remark(self) -> str:
        return ""

    def solve(
        self, progress: ProgressCallback | bool | None = None, stop: threading.Event | None = None
    ) -> PosteriorModel:
        first = self._solver is None
        super().solve(progress, stop)
        if first and not callable(progress) and self._empty_data:
            warn(f"Nothing was inferred: {self._empty_data}", DataWarning)
        return self

    @property
    def _empty_data(self) -> str:
        """Which data were given that have not one entry, if nothing was inferred; a prior is asked without any data."""
        program = self.program
        if any(part.any() for part in program.relevant):
            return ""
        paths = dict(zip(program.network.keys, program.network.paths, strict=True))
        # No rows at all are asked for on purpose.
        known = {key: program.known[self._asked.node(key)] for key in self._given if key in paths}
        empty = [paths[key] for key, part in known.items() if part.size and not part.any()]
        if not empty:
            return ""
        return (
            f"the data of {' and '.join(map(repr, empty))} have no entry that is known, so the answers are those of "
            "the prior. Look at the data, or leave them out."
        )

    def _certain(self) -> dict[int, np.ndarray]:
        """One value of each variable that is known: the first row of those with rows."""
        program = self.program
        rows = {
            node: (program.evidence.values[node], known)
            if spec.static
            else (program.evidence.values[node][0], known[0])
            for node, (spec, known) in enumerate(zip(program.structure, program.known, strict=True))
            if spec.static or self.n_data
        }
        return {node: value for node, (value, known) in rows.items() if known.all()}

    def get_posterior_graph(self, name: str | None = None) -> Graph:
        """A copy of the graph, as it was when the model was made, in which static variables carry what was learned.

        A static variable whose belief is a distribution has that one with other parameters (a gamma variable stays a
        gamma variable). Any other that varies by itself becomes normal or log-normal. Where several vary together, one
        standard normal StaticVariable ``posterior`` drives them, so that their correlations are kept. Use it like any
        graph, with new data.
        """
        return posterior_graph(self, name)


class MAPModel(PosteriorModel):
    """The posterior mode in whitened coordinates: a point, so all its deviations are 0, however little is known."""

    method = "MAP"

    @property
    def _remark(self) -> str:
        return "a point without uncertainty"


class MAPFisherModel(PosteriorModel):
    """The posterior mode, and around it the inverse Fisher metric as covariance."""

    method = "MAPFisher"


class BeliefModel(PosteriorModel):
    """A model that climbs a lower bound, with a belief about each variable."""

    @property
    def lower_bound(self) -> np.ndarray:
        """The lower bound on the log evidence after each sweep."""
        return np.array(self._ascent.lower_bound)

    @property
    def _remark(self) -> str:
        bound = self._ascent.lower_bound
        return f"lower bound {bound[-1]:.6g}" if bound else ""

    @property
    def lower_bound_terms(self) -> dict[str, float]:
        """The last lower bound by the path of the variable."""
        return {self.program.network.paths[node]: term for node, term in self._ascent.lower_bound_terms.items()}

    def belief(self, x: Any) -> Belief:
        """The belief about a variable: natural parameters and moments.

        Raises:
            SolverError: if it is observed, or nothing that is observed depends on it.
        """
        return self._ascent.belief(self._asked.node(x))

    @property
    def _ascent(self) -> Vmp | Em:
        solver = self.solver
        assert isinstance(solver, Vmp | Em)
        return solver


class VMPModel(BeliefModel):
    """Variational message passing: independent beliefs of one family each, exact where one block is all there is."""

    method = "VMP"

    @property
    def lower_bound_error(self) -> float:
        """By how much the last bound differs with other draws, in the root mean square; 0 if nothing was drawn.

        With ``mixed=True``, expectations of functions of more than three unknown numbers are averages over ``n_draws``
        draws, which are the same in all sweeps. The error falls with their number.
        """
        solver = self.solver
        return solver.lower_bound_error if isinstance(solver, Vmp) else 0.0

    def observe(self, x: Any, values: Any, *, solve: bool = True) -> VMPModel:
        """Observe a variable, in place of what was observed of it, and go on from the beliefs as they are.

        Numbers and masks are arguments of what is compiled. Only a variable that becomes latent for the first time
        compiles again.

        Args:
            x: a variable of the graph, or its path.
            values: ``(n_data, *shape)`` or ``shape``, with NaN for gaps, as in ``data``.
            solve: whether to solve now; else at the next ``solve()``.

        Raises:
            DataError: if the values do not fit the variable, or are of another number of rows.
        """
        linker = get_data_linker({x: values}, graph=self.graph)
        if linker.n_data is not None and linker.n_data != self.n_data:
            raise DataError(
                f"observe got {linker.n_data} rows of '{self.program.network.paths[self._asked.node(x)]}'. Expected "
                f"{self.n_data}, as the model has."
            )
        resolved, _ = linker.resolved(self.graph, n_data=self.n_data)
        (pair,) = resolved.values()
        return self._observed(self._asked.node(x), *pair, solve=solve)

    def unobserve(self, x: Any, *, solve: bool = True) -> VMPModel:
        """Take a variable for unknown again: it is inferred where something observed depends on it, else predicted.

        Args:
            x: a variable of the graph, or its path.
            solve: whether to solve now; else at the next ``solve()``.

        Raises:
            DataError: if it has no distribution of its own, so that only data can tell it.
        """
        node = self._asked.node(x)
        spec, path = self.program.structure[node], self.program.network.paths[node]
        if spec.law.data_only:
            raise DataError(
                f"'{path}' has {spec.distribution}, so it must stay observed. "
                "Observe other values, or give it another distribution."
            )
        known = self.program.known[node]
        return self._observed(node, np.zeros(known.shape), np.zeros(known.shape, bool), solve=solve)

    def _observed(self, node: int, values: np.ndarray, mask: np.ndarray, *, solve: bool) -> VMPModel:
        program = rebind(self.program, replaced(self.program.evidence, node, values, mask))
        solver = self._solver
        if isinstance(solver, Vmp):
            # First, so that what is refused leaves the model as it is.
            solver.observe(program)
        self.program, self._moments = program, None
        if solve and isinstance(solver, Vmp):
            self.solve(progress=False)
        return self


class EMModel(BeliefModel):
    """Expectation maximisation: the most probable static variables, and beliefs about the others given these.

    Static variables are points, whose deviations are 0 however little is known of them.
    ``lower_bound`` is the log likelihood plus the log density of the points, wherever beliefs are exact given them.
    """

    method = "EM"

    @property
    def ends(self) -> np.ndarray:
        """The last bound of each start: how much starts matter."""
        return self._ascent.ends if isinstance(self._ascent, Em) else np.zeros(0)


class GibbsModel(PosteriorModel):
    """Draws by Gibbs sampling: the whole posterior, known as well as the chains are long."""

    method = "Gibbs"

    @property
    def diagnostics(self) -> dict[str, Diagnostics]:
        """By the path of each variable that is inferred: R-hat, effective sample size, standard error of the mean."""
        paths = self.program.network.paths
        return {paths[node]: self._gibbs.diagnostics(node) for node in self._gibbs.potential.believed}

    def get_chains(self, x: Any) -> np.ndarray:
        """All draws that were kept of a variable, in order.

        ``(chains, n_samples, n_data, *shape)``, without ``n_data`` for static ones.

        Raises:
            SolverError: if it is not inferred, or nothing is kept yet.
        """
        return self._gibbs.draws(self._asked.node(x))

    @property
    def _remark(self) -> str:
        found = self._gibbs.disagreement
        return found and f"but its {found}"

    def summary(self) -> list[dict[str, Any]]:
        """One row for each static variable: path, mean, standard deviation, and how well draws tell the mean."""
        found = self.diagnostics
        return [
            row | found[row["variable"]]._asdict() if row["variable"] in found else row for row in super().summary()
        ]

    @property
    def _gibbs(self) -> Gibbs:
        solver = self.solver
        assert isinstance(solver, Gibbs)
        return solver


MODELS: dict[str, type[PosteriorModel]] = {
    kind.method: kind for kind in (MAPModel, MAPFisherModel, VMPModel, EMModel, GibbsModel)
}


def _hint(kind: type[PosteriorModel], name: str) -> str:
    """Which methods answer a question that this one does not, or what was meant by it."""
    others = {each.method for each in MODELS.values() if name in dir(each)} if not name.startswith("_") else set()
    if others:
        methods = " or ".join(f'method="{method}"' for method in MODELS if method in others)
        instead = _INSTEAD.get(name, "")
        return f" {methods} {'has' if len(others) == 1 else 'have'} it.{instead}"
    near = difflib.get_close_matches(name, [each for each in dir(kind) if not each.startswith("_")], n=2)
    return f" Did you mean {' or '.join(map(repr, near))}?" if near else ""


_INSTEAD = {
    "belief": " get_samples and get_quantiles tell what is believed here, get_probabilities of categories.",
    "lower_bound": " This one climbs no bound; log_probability tells the density at given values.",
}


def model_class(method: str) -> type[PosteriorModel]:
    """The models of a method; those of a registered solver are made here."""
    if method not in MODELS:
        kind = registry.solvers[method]
        MODELS[method] = type(f"{kind.__name__}Model", (PosteriorModel,), {"method": method, "__doc__": kind.__doc__})
    return MODELS[method]
