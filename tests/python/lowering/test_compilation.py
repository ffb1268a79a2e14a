"""Numbers, data, masks and evidence never compile anything again; neither does another variable of a known kind."""

import jax
import numpy as np

import whyboard as wb
from whyboard.lowering.flatten import flatten
from whyboard.lowering.program import bind
from whyboard.lowering.program.readings import _forward, _slope
from whyboard.precision import count_compilations, double_precision


def cars():
    with wb.Graph("g") as g:
        slope = wb.StaticVariable("slope", mean=0, variance=10)
        alpha = wb.StaticVariable("alpha", shape=3, mean=0, variance=10)
        noise = wb.StaticVariable("noise", distribution="HalfNormal", scale=1)
        group = wb.Variable("group", distribution="Categorical", probabilities=[0.3, 0.3, 0.4])
        x = wb.Variable("x")
        wb.Variable("y", mean=alpha[group] + slope * x, standard_deviation=noise)
    return g


def solved(g, n=40, gaps=5, seed=0):
    random = np.random.default_rng(seed)
    y = random.normal(size=n)
    y[:gaps] = np.nan
    model = wb.get_posterior_model(
        g, {g.group: random.integers(0, 3, n), g.x: random.normal(size=n), g.y: y}, progress=False
    )
    model.get_means(g)
    model.get_samples(g.slope, 3)
    return model


def test_changed_numbers_data_and_masks_compile_nothing():
    g = cars()
    solved(g)
    with count_compilations() as count:
        solved(g, gaps=0, seed=1)
        g.slope.variance = 3
        g.slope.mean = 1.5
        g.noise.scale = 2
        solved(g, gaps=11, seed=2)
        copy = g.copy("another")
        solved(copy, seed=3)

    assert count.compiled == 0


def test_the_count_sees_a_compilation():
    with count_compilations() as count:
        jax.jit(lambda x: x * 3.25 + 1)(np.float32(2))
    assert count.compiled >= 1


def test_another_variable_of_a_known_kind_compiles_nothing():
    def chain(n):
        with wb.Graph("g") as g:
            before = wb.Variable("x0")
            for i in range(1, n):
                before = wb.Variable(f"x{i}", mean=0.5 * before + 1, variance=1)
        return g

    def solve(n):
        g = chain(n)
        wb.get_posterior_model(g, {g[f"x{n - 1}"]: np.ones(4)}, progress=False).get_means(g.x0)

    solve(45)
    with count_compilations() as count:
        solve(46)
    assert count.compiled == 0


def equations(jaxpr):
    total = 0
    for equation in jaxpr.eqns:
        total += 1
        for value in equation.params.values():
            for inner in value if isinstance(value, tuple | list) else (value,):
                if hasattr(inner, "jaxpr"):
                    total += equations(inner.jaxpr)
                elif hasattr(inner, "eqns"):
                    total += equations(inner)
    return total


def mixed(n):
    random = np.random.default_rng(n)
    made = []
    with wb.Graph("g") as g:
        for i in range(n):
            one, two = (made[j] for j in random.integers(0, len(made), 2)) if made else (0.0, 0.0)
            parameters = [
                {"mean": 0.3 * one + two * 0.1},
                {"mean": wb.tanh(one) if made else 0},
                {"distribution": "LogNormal", "mean_log": 0, "variance_log": 0.1},
            ][i % 3 if i >= 3 else 2]
            made.append(wb.Variable(f"v{i}", **parameters))
    return g


def test_compiled_code_follows_the_kinds_and_not_the_nodes():
    sizes = {}
    for n in (10, 1000):
        program = _bound(n)
        with double_precision():
            noise = program._batched([program.zeros()])
            keys = np.zeros((program.batch, 2), np.uint32)
            forward = jax.make_jaxpr(lambda *a, p=program: _forward(p.layout.plan, *a))(
                program.schedules, program.observed, program.active, noise, keys
            )
            zero = program.zeros()
            slope = jax.make_jaxpr(lambda *a, p=program: _slope(p.layout.plan, *a))(
                program.schedules, program.observed, program.active, program.prior, zero, zero
            )
        sizes[n] = (equations(forward.jaxpr), equations(slope.jaxpr))
    for small, large in zip(sizes[10], sizes[1000], strict=True):
        assert small > 50
        assert large <= 1.1 * small


def _bound(n):
    g = mixed(n)
    return bind(flatten(g.document.snapshot().records, g.key), {}, 8)


def test_weighted_sums_of_any_length_and_order_share_a_kind():
    with wb.Graph("g") as g:
        a, b, c, s = (wb.Variable(name) for name in "abcs")
        k = wb.StaticVariable("k")
        wb.Variable("p", mean=a)
        wb.Variable("q", mean=0.5 * b + 2)
        wb.Variable("r", mean=a / 3 - b + c * 2 + s)
        wb.Variable("t", mean=1 + s + c + b - a)
        wb.Variable("u", mean=k * a + 1)
        wb.Variable("v", mean=2 - b * k * 3)
        wb.Variable("w", shape=4, mean=2 * a)
    layout = bind(flatten(g.document.snapshot().records, g.key), {}, 2).layout
    # roots; sums of one term; of four; products
    assert len(layout.plan.dynamic.kinds) == 4


def test_the_users_own_precision_stays():
    assert not jax.config.jax_enable_x64
    solved(cars(), n=10)
    assert jax.numpy.ones(2).dtype == np.float32
    assert jax.config.jax_compilation_cache_dir is None
