"""Log densities against scipy, slopes and changes against differences, on graphs of every kind."""

import numpy as np
import pytest
from scipy import stats

import whyboard as wb
from whyboard.lowering.flatten import flatten
from whyboard.lowering.program import Program, bind, log_densities
from whyboard.lowering.program.tables import Tables

# One worker compiles the large graph once for all of these.
pytestmark = pytest.mark.xdist_group("density")


def program(graph, data=None, n_data=5) -> Program:
    network = flatten(graph.document.snapshot().records, graph.key)
    full = {v.key: (np.asarray(values, float), np.isfinite(values)) for v, values in (data or {}).items()}
    return bind(network, full, n_data)


def random_graph(seed):
    """Every family, sums, products, elementwise functions, vectors, matrices and gathers; and its density by scipy."""
    random = np.random.default_rng(seed)
    n, values, terms = 7, {}, []
    draw = random.normal
    with wb.Graph("g") as g:
        a = wb.StaticVariable("a", mean=1.5, variance=2)
        w = wb.StaticVariable("w", shape=3, mean=a, standard_deviation=[1.0, 2.0, 3.0])
        s = wb.StaticVariable("s", distribution="LogNormal", mean_log=0.1, variance_log=0.3)
        m = wb.StaticVariable("m", shape=(2, 3), distribution="Laplace", mean=0, scale=1.5)
        x = wb.Variable("x", shape=3, mean=w, precision=4)
        k = wb.Variable("k", distribution="Categorical", probabilities=[0.2, 0.3, 0.5])
        y = wb.Variable("y", mean=2 * a - x[0] * w[1] + (x[1] - 1) / 3 + w[k], standard_deviation=s)
        v = wb.Variable("v", shape=2, mean=m @ x, variance=wb.exp(y / 10))
        c = wb.Variable("c", distribution="Poisson", log_mean=wb.tanh(y) - wb.sum(x) / 5)
        b = wb.Variable("b", distribution="Bernoulli", logit=v[0] * v[1])
        e = wb.Variable("e", distribution="Exponential", rate=s * 2)
        u = wb.Variable("u", distribution="Gamma", concentration=2, rate=1 + e)
        h = wb.Variable("h", distribution="HalfNormal", scale=wb.sqrt(u))
        q = wb.Variable("q", distribution="Uniform", low=a - 9, high=a + 9)
        d = wb.Variable("d", distribution="Dirac", mean=y + q)
        z = wb.Variable("z", mean=d, variance=1)
    at = {a: draw(), w: draw(size=3), s: 1.3, m: draw(size=(2, 3)), x: draw(size=(n, 3)), k: random.integers(0, 3, n)}
    at |= {y: draw(size=n), v: draw(size=(n, 2)), c: random.integers(0, 5, n), b: random.integers(0, 2, n)}
    at |= {e: random.exponential(size=n), u: random.exponential(size=n), h: random.exponential(size=n), q: draw(size=n)}
    at[d] = at[y] + at[q]
    at[z] = draw(size=n)
    values = {key: np.asarray(value) for key, value in at.items()}
    A, W, S, M, X, K, Y, V, C, B, E, U, H, Q, D, Z = values.values()  # noqa: N806
    mean_y = 2 * A - X[:, 0] * W[1] + (X[:, 1] - 1) / 3 + W[K]
    terms = {
        a: stats.norm(1.5, 2**0.5).logpdf(A),
        w: stats.norm(A, [1, 2, 3]).logpdf(W),
        s: stats.lognorm(0.3**0.5, scale=np.exp(0.1)).logpdf(S),
        m: stats.laplace(0, 1.5).logpdf(M),
        x: stats.norm(W, 0.5).logpdf(X),
        k: np.log(np.array([0.2, 0.3, 0.5])[K]),
        y: stats.norm(mean_y, S).logpdf(Y),
        v: stats.norm(X @ M.T, np.exp(Y / 20)[:, None]).logpdf(V),
        c: stats.poisson(np.exp(np.tanh(Y) - X.sum(1) / 5)).logpmf(C),
        b: stats.bernoulli(1 / (1 + np.exp(-V[:, 0] * V[:, 1]))).logpmf(B),
        e: stats.expon(scale=1 / (2 * S)).logpdf(E),
        u: stats.gamma(2, scale=1 / (1 + E)).logpdf(U),
        h: stats.halfnorm(scale=np.sqrt(U)).logpdf(H),
        q: stats.uniform(A - 9, 18).logpdf(Q),
        d: np.zeros(n),
        z: stats.norm(D, 1).logpdf(Z),
    }
    return g, values, terms, n


@pytest.mark.parametrize("seed", [0, 1])
def test_the_log_joint_is_the_sum_of_what_scipy_says(seed):
    g, values, terms, n = random_graph(seed)
    lowered = program(g, n_data=n)
    by_key = {variable.key: value for variable, value in values.items()}
    found = log_densities(lowered, by_key)
    for variable, term in terms.items():
        np.testing.assert_allclose(found[variable.key], term, rtol=1e-10, atol=1e-12, err_msg=variable.path)


def observed_program():
    g, values, _, n = random_graph(3)
    random = np.random.default_rng(3)
    data = {}
    for name in ("k", "c", "b", "y", "v", "z", "u", "h"):
        data[g[name]] = values[g[name]].astype(float)
    for name in ("y", "v", "u"):
        data[g[name]][random.random(data[g[name]].shape) < 0.4] = np.nan
    return program(g, data, n), random


def moved(at, direction, size):
    return Tables(*(part + size * change for part, change in zip(at, direction, strict=True)))


def noise_like(lowered, random, size=1.0):
    return Tables(*(size * random.standard_normal(part.shape) * part for part in lowered.active))


def test_the_slope_agrees_with_differences_of_the_energy():
    lowered, random = observed_program()
    for _ in range(3):
        at, direction = noise_like(lowered, random, 0.5), noise_like(lowered, random)
        found = lowered.slope(at, lowered.at(at).values)
        expected = (
            lowered.at(moved(at, direction, 1e-5)).energies - lowered.at(moved(at, direction, -1e-5)).energies
        ) / 2e-5
        assert sum(float(np.vdot(a, b)) for a, b in zip(found, direction, strict=True)) == pytest.approx(
            expected, rel=1e-6
        )


def test_changes_of_values_agree_with_differences():
    lowered, random = observed_program()
    at, direction = noise_like(lowered, random, 0.5), noise_like(lowered, random)
    (change,) = lowered.push(at, lowered.at(at).values, [direction])
    ahead, behind = (lowered.at(moved(at, direction, size)).values for size in (1e-5, -1e-5))
    for index, found in enumerate(lowered.nodes(change)):
        expected = (lowered.node(ahead, index) - lowered.node(behind, index)) / 2e-5
        np.testing.assert_allclose(found[0], expected, rtol=1e-5, atol=1e-6)


def test_the_metric_is_symmetric_and_matches_its_draws():
    lowered, random = observed_program()
    at = noise_like(lowered, random, 0.5)
    values = lowered.at(at).values
    left, right = noise_like(lowered, random), noise_like(lowered, random)
    products = [part for found in lowered.metric(at, values, [left, right]) for part in zip(*found, strict=True)]
    dot = [
        sum(float(np.vdot(a, b)) for a, b in zip(x, y, strict=True))
        for x, y in ((products[0], right), (products[1], left))
    ]
    assert dot[0] == pytest.approx(dot[1], rel=1e-9)
    # A draw with covariance F has variance v'Fv in direction v.
    roots = lowered.metric_roots(at, values, 4000, random)
    along = np.concatenate(
        [(root.static * left.static).sum((1, 2)) + (root.dynamic * left.dynamic).sum((1, 2)) for root in roots]
    )
    expected = sum(float(np.vdot(a, b)) for a, b in zip(products[0], left, strict=True))
    assert np.var(along) == pytest.approx(expected, rel=0.1)


def test_the_metric_of_a_linear_model_is_that_of_least_squares():
    random = np.random.default_rng(0)
    design = random.normal(size=(9, 2))
    with wb.Graph("g") as g:
        c = wb.StaticVariable("c", shape=2, mean=0, variance=1)
        x = wb.Variable("x", shape=2)
        y = wb.Variable("y", mean=wb.dot(x, c), standard_deviation=0.5)
    lowered = program(g, {x: design, y: random.normal(size=9)}, 9)
    unit = lowered.zeros()
    first = int(lowered.layout.offsets[lowered.network.owner[c.key]])
    unit.static[first, 0] = 1
    (found,) = lowered.metric(lowered.zeros(), lowered.at(lowered.zeros()).values, [unit])
    np.testing.assert_allclose(found.static[0, first : first + 2, 0], (design.T @ design)[:, 0] / 0.25, rtol=1e-12)


def test_draws_along_the_arrows_have_the_moments_of_their_families():
    with wb.Graph("g") as g:
        wb.Variable("n", distribution="Poisson", mean=3.5)
        wb.Variable("b", distribution="Bernoulli", mean=0.3, dtype="bool")
        wb.Variable("k", distribution="Categorical", probabilities=[0.2, 0.3, 0.5])
        wb.Variable("e", distribution="Exponential", mean=2)
        wb.Variable("u", distribution="Gamma", concentration=3, rate=2)
        wb.Variable("s", mean=g.n + g.k, variance=4)
    lowered = program(g, n_data=4000)
    drawn = dict(zip(lowered.network.paths, lowered.sample(0, 2), strict=True))
    assert drawn["g/b"].dtype == bool
    assert drawn["g/n"].dtype == np.int64
    expected = {"n": (3.5, 3.5), "b": (0.3, 0.21), "k": (1.3, 0.61), "e": (2, 4), "u": (1.5, 0.75), "s": (4.8, 8.11)}
    for name, (mean, variance) in expected.items():
        values = drawn[f"g/{name}"].astype(float)
        assert values.mean() == pytest.approx(mean, abs=5 * np.sqrt(variance / values.size)), name
        assert values.var() == pytest.approx(variance, rel=0.15), name
    np.testing.assert_array_equal(lowered.sample(0, 2)[0], drawn[lowered.network.paths[0]])
    assert (lowered.sample(1, 2)[0] != drawn[lowered.network.paths[0]]).any()
