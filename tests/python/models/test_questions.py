"""What a model may be asked, in which nesting, and what it says to a question it cannot answer."""

from typing import NamedTuple

import numpy as np
import pytest
from scipy import stats

import whyboard as wb
from whyboard import errors


class Pair(NamedTuple):
    first: object
    second: object


@pytest.fixture(scope="module")
def g():
    with wb.Graph("g") as graph:
        wb.Variable("x")
        wb.Variable("v", shape=2)
        wb.Variable("b", distribution="Bernoulli", mean=0.3)
        with wb.Entity("e"):
            wb.StaticVariable("y")
    return graph


@pytest.fixture(scope="module")
def model(g):
    return wb.get_generative_model(g, n_data=3)


def shapes(answer):
    if isinstance(answer, dict):
        return {name: shapes(each) for name, each in answer.items()}
    if isinstance(answer, tuple) and hasattr(answer, "_fields"):
        return type(answer)(*map(shapes, answer))
    if isinstance(answer, list | tuple):
        return type(answer)(map(shapes, answer))
    return answer.shape


def test_an_answer_is_nested_as_the_question(g, model):
    question = {"all": [g.x, ("g/v", "e/y"), Pair("e.y", g.e)]}
    assert shapes(model.get_example(question)) == {"all": [(3,), ((3, 2), ()), Pair((), {"y": ()})]}
    assert shapes(model.get_samples(question, 5)) == {"all": [(5, 3), ((5, 3, 2), (5,)), Pair((5,), {"y": (5,)})]}


def test_a_model_shows_what_it_is(g, model):
    assert isinstance(model, wb.ForwardModel)
    assert repr(model) == "<whyboard.ForwardModel of Graph 'g', n_data=3>"
    unsolved = wb.get_posterior_model(g, {}, solve=False)
    assert isinstance(unsolved, wb.MAPFisherModel)
    assert repr(unsolved) == "<whyboard.MAPFisherModel of Graph 'g', n_data=1, not solved>"


def test_truth_values_have_quantiles(g, model):
    np.testing.assert_array_equal(model.get_quantiles(g.b, [0.0, 1.0]), [[0, 0, 0], [1, 1, 1]])


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda model, g: model.get_means(g.x + 1), errors.ScopeError, "Add operator has no value of its own"),
        (lambda model, g: model.get_means("e/q"), errors.UnknownName, "no variable 'e/q' in Graph 'g'"),
        (lambda model, g: model.get_means("e/yy"), errors.UnknownName, "Did you mean 'g/e/y'"),
        (lambda model, g: model.get_means({g.x}), errors.UnknownName, "asked for a set"),
        (lambda model, g: model.get_samples(g.x, -1), errors.SolverError, "n_samples got -1"),
        (lambda model, g: model.get_samples(g.x, 2.5), errors.SolverError, "n_samples got 2.5"),
        (lambda model, g: model.get_quantiles(g.x, 1.2), errors.SolverError, "got 1.2. Expected numbers from 0 to 1"),
        (lambda _, g: wb.get_generative_model(g, seed=-1), errors.SolverError, "seed got -1"),
        (lambda _, g: wb.get_generative_model(g, seed=None), errors.SolverError, "seed got None"),
        (lambda _, g: wb.get_generative_model(g, n_data=2.5), errors.DataError, "n_data got 2.5"),
        (lambda _, g: wb.get_generative_model(g, {g.x: [1.0]}, n_data=5), errors.DataError, "1 rows .* n_data is 5"),
    ],
)
def test_a_question_without_an_answer_is_refused(model, g, ask, error, message):
    with pytest.raises(error, match=message):
        ask(model, g)


ASKED = {
    "get_example": lambda model, x: model.get_example(x),
    "get_samples": lambda model, x: model.get_samples([x], 2),
    "get_means": lambda model, x: model.get_means({"it": x}),
    "get_variances": lambda model, x: model.get_variances(x),
    "get_standard_deviations": lambda model, x: model.get_standard_deviations(x),
    "get_quantiles": lambda model, x: model.get_quantiles(x),
    "log_probability": lambda model, x: model.log_probability({x: 0.0}),
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_what_is_outside_of_the_model_is_named_beside_the_graph(model, ask):
    with wb.Graph("other") as other:
        inside = wb.Variable("lonely")
    for outside in (wb.Variable("lonely"), wb.Variable("x"), inside, other):
        with pytest.raises(errors.UnknownName, match=f"'{outside.path}' is not in Graph 'g'"):
            ask(model, outside)


def test_a_variable_that_shares_the_document_is_still_outside_of_the_model():
    with wb.Graph("g") as g:
        x = wb.Variable("x")
    lonely = wb.Variable("lonely", mean=x)
    model = wb.get_generative_model(g)
    with pytest.raises(errors.UnknownName, match="Variable 'lonely' is not in Graph 'g'"):
        model.get_means(lonely)


def test_handles_of_a_copy_ask_for_what_has_the_same_path(g, model):
    copy = g.copy("another")
    np.testing.assert_array_equal(model.get_means(copy.e.y), model.get_means(g.e.y))
    assert shapes(model.get_means(copy)) == shapes(model.get_means(g))
    assert shapes(model.get_means(copy.e)) == {"y": ()}


def test_the_number_of_rows_of_a_linker_is_left_alone(g):
    linker = wb.DataLinker({g.e.y: 1.0}, n_data=2)
    assert wb.get_generative_model(g, linker, n_data=5).n_data == 5
    assert linker.n_data == 2


def test_bounds_in_the_wrong_order_are_refused():
    with wb.Graph("g") as g:
        u = wb.Variable("u", distribution="Uniform", low=1.0, high=0.0)
    with pytest.raises(errors.ParameterError, match="'g/u': UniformDistribution got low 1 and high 0"):
        wb.get_generative_model(g)
    u.low = -1.0
    assert -1 < wb.get_generative_model(g).get_example(u)[0] < 0


def test_the_log_probability_adds_up_from_the_densities_of_its_variables():
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", mean=1.0, variance=4.0)
        with wb.Entity("e"):
            x = wb.Variable("x", mean=mu, standard_deviation=0.5)
    model = wb.get_generative_model(g, n_data=3)
    values = {mu: 2.0, "e/x": [1.0, 2.0, 2.5]}
    terms = {"g/mu": stats.norm(1, 2).logpdf(2.0), x.path: stats.norm(2, 0.5).logpdf(values["e/x"]).sum()}
    assert model.log_probability_terms(values) == pytest.approx(terms, rel=1e-12)
    assert model.log_probability(values) == pytest.approx(sum(terms.values()), rel=1e-12)
