"""What a session observes and sets beside its data: seeing informs causes, setting does not."""

import numpy as np
import pytest

import whyboard as wb
from whyboard import errors


@pytest.fixture
def pair():
    with wb.Graph("g") as g:
        a = wb.Variable("a")
        wb.Variable("b", mean=0.7 * a, variance=0.51)
    return g


def means(g, *wanted, method="VMP"):
    return np.stack(wb.get_posterior_model(g, method=method, progress=False).get_means(list(wanted)))


@pytest.mark.parametrize("method", ["VMP", "MAPFisher"])
def test_seeing_an_effect_informs_its_cause_and_setting_it_does_not(pair, method):
    pair.session.observe(pair.b, 2.0)
    np.testing.assert_allclose(means(pair, pair.a, pair.b, method=method), [[1.4], [2.0]], atol=1e-9)
    pair.session.observe(pair.b, None)
    pair.session.do(pair.b, 2.0)
    np.testing.assert_allclose(means(pair, pair.a, pair.b, method=method), [[0.0], [2.0]], atol=1e-9)
    pair.session.do(pair.b, None)
    pair.session.do(pair.a, 2.0)
    np.testing.assert_allclose(means(pair, pair.a, pair.b, method=method), [[2.0], [1.4]], atol=1e-9)


def test_a_simulation_obeys_the_question_in_every_row(pair):
    pair.session.do(pair.a, 10.0)
    simulated = wb.get_generative_model(pair, n_data=500)
    np.testing.assert_array_equal(simulated.get_means(pair.a), np.full(500, 10.0))
    assert simulated.get_example(pair.b).mean() == pytest.approx(7.0, abs=0.15)


def test_a_model_says_that_it_predicts_what_follows_from_do(pair):
    pair.session.do(pair.a, 1.0)
    model = wb.get_posterior_model(pair, progress=False)
    assert model.remark.startswith("and what follows from do() is predicted")


def test_linked_data_stay_as_they_are_and_the_question_is_one_row_more(pair):
    pair.session.linker.link(pair.b, [1.0, np.nan])
    pair.session.do(pair.b, 2.0)
    model = wb.get_posterior_model(pair, method="VMP", progress=False)
    assert (model.n_data, model.question_row) == (3, 2)
    np.testing.assert_allclose(model.get_means(pair.a), [0.7, 0.0, 0.0], atol=1e-9)
    assert wb.get_posterior_model(pair, {pair.b: [1.0]}, method="VMP", progress=False).n_data == 1


@pytest.mark.parametrize("method", ["VMP", "MAPFisher"])
def test_the_rows_before_do_not_learn_from_a_state_that_is_set(method):
    with wb.Graph("g") as g:
        state = wb.Variable("state", variance=1.0)
        state.mean = 0.8 * state[wb.TimeIndex - 1]
        seen = wb.Variable("seen", mean=state, variance=0.5)
    g.session.linker.link(seen, [1.0, -1.0, 0.5, 2.0])
    before = means(g, state, method=method)[0]
    g.session.do(state, 5.0)
    np.testing.assert_allclose(means(g, state, method=method)[0], [*before, 5.0], atol=1e-8)
    g.session.do(state, None)
    g.session.observe(state, 5.0)
    assert means(g, state, method=method)[0][3] > before[3] + 0.5


def test_a_static_value_holds_for_the_whole_model(pair):
    with pair:
        level = wb.StaticVariable("level", variance=4.0)
    pair.b.mean = pair.a + level
    pair.session.linker.link(pair.a, [1.0, 2.0])
    pair.session.do(level, 3.0)
    np.testing.assert_allclose(means(pair, pair.b)[0], [4.0, 5.0], atol=1e-9)


def test_values_fit_their_variable_or_are_refused_in_words():
    with wb.Graph("g") as g:
        v = wb.Variable("v", shape=2)
        kind = wb.Variable("kind", distribution="Categorical", probabilities=[0.2, 0.8], labels=["car", "bus"])
    g.session.observe(v, 1.5)
    g.session.observe(kind, "bus")
    found = wb.get_generative_model(g).get_means([v, kind])
    np.testing.assert_array_equal(found[0], [[1.5, 1.5]])
    assert found[1] == 1
    g.session.observe(v, [1.0, 2.0, 3.0])
    with pytest.raises(errors.DataError, match=r"Variable 'g/v' got data of shape \(1, 3\)"):
        wb.get_generative_model(g)
    g.session.observe(v, None)
    g.session.observe(kind, "tram")
    with pytest.raises(errors.DataError, match="'tram'"):
        wb.get_generative_model(g)
