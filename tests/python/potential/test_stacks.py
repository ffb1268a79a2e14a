"""Variables of one kind are compiled once: programs do not grow with their number, and answers stay as they are."""

import jax
import numpy as np
import pytest

import whyboard as wb
from whyboard.precision import double_precision
from whyboard.solvers.belief import Step
from whyboard.solvers.gibbs import Walk, swept
from whyboard.solvers.minibatch import batched, stepped
from whyboard.solvers.rounds import updated
from whyboard.solvers.stacks import planned


def groups(count):
    """Normal groups with a mean and a precision each, as separate variables."""
    random = np.random.default_rng(0)
    data = {}
    with wb.Graph("g") as g:
        centre = wb.StaticVariable("centre", mean=0, variance=100)
        for i in range(count):
            mu = wb.StaticVariable(f"mu{i}", mean=centre, variance=1 + i)
            tau = wb.StaticVariable(f"tau{i}", distribution="Gamma", concentration=1 + i / 10, rate=1.0)
            data[wb.Variable(f"y{i}", mean=mu, precision=tau)] = random.normal(i, 1, 20)
    return g, data


def regression(count):
    """A weight for each column, as separate variables: each is updated given the others."""
    random = np.random.default_rng(1)
    columns = random.normal(size=(50, count))
    data, total = {}, 0.0
    with wb.Graph("g") as g:
        tau = wb.StaticVariable("tau", distribution="Gamma", concentration=1.0, rate=1.0)
        for i in range(count):
            x = wb.Variable(f"x{i}")
            data[x] = columns[:, i]
            total = total + wb.StaticVariable(f"w{i}", mean=0, variance=1 + i) * x
        y = wb.Variable("y", mean=total, precision=tau)
        data[y] = columns @ np.arange(1, count + 1) / count + random.normal(size=50)
    return g, data


def solved(graph, data, **options):
    return wb.get_posterior_model(graph, data, method="VMP", progress=False, tolerance=0.0, **options)


def updates(model):
    """The equations of one sweep."""
    ascent = model.solver
    plan = planned(ascent.potential, ascent.order, ascent.arguments)
    with double_precision():
        numbers, state = plan.numbers(ascent.arguments), plan.stacked(ascent.state)
        traced = jax.make_jaxpr(lambda numbers, state: updated(plan, numbers, state, Step()))(numbers, state)
    return len(plan.turns), equations(traced.jaxpr)


def equations(jaxpr):
    total = 0
    for equation in jaxpr.eqns:
        total += 1
        for value in equation.params.values():
            for inner in value if isinstance(value, tuple | list) else (value,):
                found = getattr(inner, "jaxpr", inner)
                total += equations(found) if hasattr(found, "eqns") else 0
    return total


def test_many_groups_make_no_larger_program_than_a_few():
    (turns, small), (more, large) = (updates(solved(*groups(count), max_sweeps=0)) for count in (4, 16))
    assert turns == more == 3
    assert small == large


def test_many_weights_of_one_sum_make_a_program_of_one_loop():
    (turns, small), (more, large) = (updates(solved(*regression(count), max_sweeps=0)) for count in (4, 12))
    assert turns == more == 2
    # What grows is reading each weight and column, not the products of pairs of them.
    assert large < 2.5 * small


@pytest.mark.filterwarnings("ignore::whyboard.errors.ConvergenceWarning")
def test_a_loop_over_weights_is_coordinate_ascent():
    graph, data = regression(5)
    model = solved(graph, data, max_sweeps=3, order=[graph[f"w{i}"] for i in (3, 0, 4, 1, 2)] + [graph.tau])
    columns = np.stack([data[graph[f"x{i}"]] for i in range(5)], axis=1)
    values = data[graph.y]
    # Mean-field updates by hand, from the priors.
    mean, variance, precision = np.zeros(5), 1.0 + np.arange(5), 1.0
    for _ in range(3):
        for i in (3, 0, 4, 1, 2):
            rest = values - columns @ mean + columns[:, i] * mean[i]
            variance[i] = 1 / (1 / (1 + i) + precision * (columns[:, i] ** 2).sum())
            mean[i] = variance[i] * precision * (columns[:, i] * rest).sum()
        squares = ((values - columns @ mean) ** 2).sum() + (columns**2 @ variance).sum()
        precision = (1 + len(values) / 2) / (1 + squares / 2)
    assert [model.get_means(graph[f"w{i}"]) for i in range(5)] == pytest.approx(mean, abs=1e-10)
    assert [model.get_variances(graph[f"w{i}"]) for i in range(5)] == pytest.approx(variance, abs=1e-10)
    assert model.get_means(graph.tau) == pytest.approx(precision, rel=1e-10)


@pytest.mark.filterwarnings("ignore::whyboard.errors.ConvergenceWarning")
def test_groups_side_by_side_are_one_variable_with_a_plate():
    graph, data = groups(5)
    with wb.Graph("h") as plate:
        centre = wb.StaticVariable("centre", mean=0, variance=100)
        mu = wb.StaticVariable("mu", 5, mean=centre, variance=1.0 + np.arange(5))
        tau = wb.StaticVariable("tau", 5, "Gamma", concentration=1 + np.arange(5) / 10, rate=1.0)
        y = wb.Variable("y", 5, mean=mu, precision=tau)
    order = [graph.centre, *(graph[f"mu{i}"] for i in range(5)), *(graph[f"tau{i}"] for i in range(5))]
    apart = solved(graph, data, max_sweeps=6, order=order)
    whole = solved(plate, {y: np.stack(list(data.values()), axis=1)}, max_sweeps=6, order=[centre, mu, tau])
    assert apart.lower_bound == pytest.approx(whole.lower_bound, rel=1e-12)
    assert [apart.get_means(graph[f"mu{i}"]) for i in range(5)] == pytest.approx(whole.get_means(mu), rel=1e-10)
    assert [apart.get_means(graph[f"tau{i}"]) for i in range(5)] == pytest.approx(whole.get_means(tau), rel=1e-10)
    terms = apart.lower_bound_terms
    assert sum(terms[f"g/mu{i}"] for i in range(5)) == pytest.approx(whole.lower_bound_terms["h/mu"], rel=1e-10)


def test_groups_that_start_at_values_or_draws_start_each_at_its_own():
    graph, data = groups(3)
    values = {graph.mu0: 4.0, graph.mu1: -2.0, graph.mu2: 7.0}
    model = solved(graph, data, max_sweeps=0, initial=values)
    assert [float(model.belief(mu).moments.first) for mu in values] == pytest.approx(list(values.values()))
    drawn = solved(graph, data, max_sweeps=0, initial="random")
    assert len({float(drawn.belief(mu).moments.first) for mu in values}) == 3


def test_draws_of_many_groups_take_no_larger_program_than_those_of_a_few():
    def size(count):
        ascent = solved(*groups(count), max_sweeps=0).solver
        plan = planned(ascent.potential, ascent.order, ascent.arguments)
        with double_precision():
            numbers, state = plan.numbers(ascent.arguments), plan.stacked(ascent.state)
            walk = Walk(jax.random.key(0), numbers.given, state.moments)
            traced = jax.make_jaxpr(lambda numbers, walk: swept(plan, numbers, walk))(numbers, walk)
        return equations(traced.jaxpr)

    assert size(4) == size(16)


@pytest.mark.filterwarnings("ignore::whyboard.errors.ConvergenceWarning")
def test_batches_of_rows_of_many_variables_are_those_of_one_with_a_plate():
    random = np.random.default_rng(2)
    values = random.normal([-3.0, 0.0, 3.0], 1, (10, 3))
    with wb.Graph("g") as apart:
        for i in range(3):
            mu = wb.StaticVariable(f"mu{i}", variance=9.0)
            z = wb.Variable(f"z{i}", mean=mu, variance=1.0 + i)
            wb.Variable(f"y{i}", mean=z, variance=0.5)
    with wb.Graph("h") as plate:
        mu = wb.StaticVariable("mu", 3, variance=9.0)
        z = wb.Variable("z", 3, mean=mu, variance=1.0 + np.arange(3))
        y = wb.Variable("y", 3, mean=z, variance=0.5)
    # Four rows at a time: the last batch is filled up.
    several = {apart[f"y{i}"]: values[:, i] for i in range(3)}
    one = solved(apart, several, max_sweeps=3, batch_size=4)
    whole = solved(plate, {y: values}, max_sweeps=3, batch_size=4)
    assert one.lower_bound == pytest.approx(whole.lower_bound, rel=1e-10)
    assert [one.get_means(apart[f"mu{i}"]) for i in range(3)] == pytest.approx(whole.get_means(mu), rel=1e-10)
    np.testing.assert_allclose(
        np.stack([one.get_means(apart[f"z{i}"]) for i in range(3)], axis=1), whole.get_means(z), rtol=1e-10
    )
    terms = one.lower_bound_terms
    assert sum(terms[f"g/z{i}"] for i in range(3)) == pytest.approx(whole.lower_bound_terms["h/z"], rel=1e-10)


def test_batches_of_many_groups_take_no_larger_program_than_those_of_a_few():
    def size(count):
        ascent = solved(*groups(count), max_sweeps=0).solver
        plan = planned(batched(ascent.potential, 5), ascent.order, ascent.arguments)
        with double_precision():
            given = plan.numbers(ascent.arguments), plan.stacked(ascent.state), np.arange(5)
            traced = jax.make_jaxpr(lambda *given: stepped(plan, *given, 0.5, (0.1, 1.0)))(*given)
        return equations(traced.jaxpr)

    assert size(4) == size(16)
