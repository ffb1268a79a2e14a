"""Run and Stop from the diagram, and what the cards then say."""

from __future__ import annotations

import json

import numpy as np
import pytest
from test_conversation import Recorder

import whyboard as wb
from whyboard import catalog
from whyboard.graph import Graph, StaticVariable, Variable
from whyboard.widget import display
from whyboard.widget.conversation import Conversation
from whyboard.widget.draws import thinned
from whyboard.widget.histogram import BINS

X = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])
NOISE = 0.5


@pytest.fixture
def graph():
    """A line through the origin with known noise: its posterior is known in closed form."""
    made = Graph("g")
    with made:
        slope = StaticVariable("slope")
        x = Variable("x")
        Variable("y", mean=slope * x, standard_deviation=NOISE)
    return made


@pytest.fixture
def channel():
    return Recorder()


@pytest.fixture
def conversation(graph, channel, monkeypatch):
    names = {"table": {"x": X, "y": 2 * X + np.array([0.1, -0.1, 0.2, 0.0, -0.2, 0.1])}}
    monkeypatch.setattr(display, "namespace", lambda: names)
    it = Conversation(graph, channel)
    yield it
    it.close()


def link(conversation, graph, *columns):
    for column in columns:
        source = {"id": "name/table", "column": column}
        conversation.receive({"kind": "link", "id": f"link {column}", "key": graph[column].key, "source": source})


def solved(conversation, channel, method="MAPFisher", **options):
    conversation.receive({"kind": "solve", "method": method, "options": options})
    channel.wait_for(lambda: channel.traits["status"]["state"] in {"idle", "failed"})
    assert channel.traits["status"]["state"] == "idle", channel.traits["status"]
    return channel.traits["results"]


def test_a_dropped_column_is_linked_and_counted(graph, channel, conversation):
    link(conversation, graph, "x")
    assert channel.messages == [{"kind": "done", "cause": "link x"}]
    state = channel.traits["links"][graph.x.key]
    assert (state["source"], state["observed"], state["total"]) == ("table.x", 6, 6)
    assert state["strip"] == [1.0] * 6


def test_a_dropped_frame_is_linked_by_name(graph, channel, conversation):
    conversation.receive({"kind": "link", "id": "l", "key": graph.key, "source": {"id": "name/table"}})
    assert set(channel.traits["links"]) == {graph.x.key, graph.y.key}


def test_a_column_that_does_not_fit_is_refused_with_expected_and_got(graph, channel, conversation):
    display.namespace()["table"]["z"] = np.ones((6, 3))
    conversation.receive({"kind": "link", "id": "l", "key": graph.x.key, "source": {"id": "name/table", "column": "z"}})
    assert channel.messages[-1]["kind"] == "reject"
    assert channel.messages[-1]["cause"] == "l"
    assert "xpected" in channel.messages[-1]["message"]


def test_run_gives_the_posterior_of_the_closed_form(graph, channel, conversation):
    link(conversation, graph, "x", "y")
    results = solved(conversation, channel)
    y = display.namespace()["table"]["y"]
    precision = 1.0 + (X @ X) / NOISE**2
    (summary,) = results["variables"][graph.slope.key]["elements"]
    assert summary["mean"] == pytest.approx((X @ y) / NOISE**2 / precision, abs=0.02)
    assert summary["deviation"] == pytest.approx(precision**-0.5, rel=0.1)
    assert results["n_rows"] == 6
    assert results["converged"]


def test_the_card_of_a_vector_a_category_and_a_truth_value_say_what_their_values_are(channel):
    with Graph("kinds") as kinds:
        StaticVariable("levels", shape=(2,), mean=[-3.0, 3.0], standard_deviation=0.1)
        StaticVariable("weights", distribution="Dirichlet", shape=(3,), concentration=[8.0, 1.0, 1.0])
        StaticVariable("color", distribution="Categorical", probabilities=[0.7, 0.2, 0.1])
        StaticVariable("rain", distribution="Bernoulli", mean=0.3)
        StaticVariable("count", distribution="Poisson", mean=2.0)
    it = Conversation(kinds, channel)
    results = solved(it, channel, "Forward")["variables"]
    it.close()
    of = {name: results[each.key] for name, each in kinds.children.items() if each.key in results}
    assert {name: each["form"] for name, each in of.items()} == {
        "levels": "numbers", "weights": "parts", "color": "categories", "rain": "parts", "count": "numbers",
    }  # fmt: skip
    given = {"levels": [-3, 3], "weights": [0.8, 0.1, 0.1], "color": [0.7, 0.2, 0.1], "rain": [0.3], "count": [2]}
    for name, expected in given.items():
        assert [element["mean"] for element in of[name]["elements"]] == pytest.approx(expected, abs=0.15), name
    assert of["count"]["start"] % 1 == 0.5
    assert of["rain"]["elements"][0]["low"] is None


def test_histograms_hold_prior_and_posterior_of_every_variable(graph, channel, conversation):
    link(conversation, graph, "x", "y")
    results = solved(conversation, channel)
    assert set(results["variables"]) == {graph.slope.key, graph.x.key, graph.y.key}
    densities = np.frombuffer(results["densities"], dtype=np.float32).reshape(3, 2, BINS)
    prior, posterior = densities[results["variables"][graph.slope.key]["density"]]
    assert posterior.sum() == pytest.approx(1, abs=0.02)
    assert 0 < prior.max() < posterior.max() / 3


def test_results_travel_without_the_draws(graph, channel, conversation):
    results = solved(conversation, channel)
    json.dumps({key: value for key, value in results.items() if key != "densities"}, allow_nan=False)
    assert len(results["densities"]) == len(results["variables"]) * 2 * BINS * 4


def test_evidence_asks_about_one_more_row_and_leaves_the_data_alone(graph, channel, conversation):
    link(conversation, graph, "x", "y")
    conversation.receive({"kind": "observe", "key": graph.x.key, "value": 10.0})
    results = solved(conversation, channel)
    assert (results["n_rows"], results["row"], results["question"]) == (7, 6, 6)
    assert results["variables"][graph.x.key]["elements"][0]["mean"] == pytest.approx(10.0, abs=1e-3)
    assert results["variables"][graph.y.key]["elements"][0]["mean"] == pytest.approx(20.0, abs=0.5)
    assert channel.traits["links"][graph.x.key]["total"] == 6


def test_one_row_can_be_looked_at(graph, channel, conversation):
    link(conversation, graph, "x", "y")
    solved(conversation, channel)
    conversation.receive({"kind": "row", "row": 4})
    assert channel.traits["results"]["variables"][graph.x.key]["elements"][0]["mean"] == pytest.approx(4.0)
    conversation.receive({"kind": "row", "row": 6})
    assert channel.messages[-1]["kind"] == "reject"


def test_an_edit_marks_the_results_as_stale(graph, channel, conversation):
    solved(conversation, channel)
    graph.slope.name = "steepness"
    assert channel.traits["status"]["stale"]
    conversation.receive({"kind": "solve", "method": "Magic", "options": {}})
    channel.wait_for(lambda: channel.traits["status"]["state"] == "failed")
    assert channel.traits["status"]["stale"]


def test_a_model_that_cannot_be_solved_fails_in_words_until_it_is_changed(graph, channel, conversation):
    conversation.receive({"kind": "solve", "method": "Magic", "options": {}})
    channel.wait_for(lambda: channel.traits["status"]["state"] == "failed")
    assert "Magic" in channel.traits["status"]["message"]
    assert "results" not in channel.traits
    graph.slope.name = "steepness"
    assert channel.traits["status"] == {"state": "idle", "message": "", "stale": False, "readonly": False}


def test_chains_say_how_well_they_agree_and_short_runs_what_to_do(graph, channel, conversation):
    link(conversation, graph, "x", "y")
    variables = solved(conversation, channel, "Gibbs", n_samples=200, warmup=10)["variables"]
    (slope,) = variables[graph.slope.key]["elements"]
    assert slope["r_hat"] == pytest.approx(1, abs=0.05)
    # One block: draws are independent.
    assert slope["effective_sample_size"] > 200
    assert "r_hat" not in variables[graph.y.key]["elements"][0]
    message = solved(conversation, channel, "VMP", max_sweeps=1)["message"]
    assert "not converged" in message
    assert "Give a larger max_sweeps" in message


def test_a_long_bound_is_thinned_and_ends_where_it_ended():
    thin = thinned(np.arange(10_000.0))
    assert len(thin) == 240
    assert (thin[0], thin[-1]) == ((1, 0.0), (10_000, 9999.0))
    assert thinned([]) == []


def test_a_prior_that_cannot_be_drawn_keeps_no_posterior_back(graph, channel, conversation):
    with graph:
        graph.y.standard_deviation = StaticVariable("noise", mean=1)
    link(conversation, graph, "x", "y")
    results = solved(conversation, channel)
    assert results["variables"][graph.slope.key]["elements"][0]["mean"] == pytest.approx(2, abs=0.1)
    assert "without the prior. The standard_deviation of 'g/y'" in results["message"]
    densities = np.frombuffer(results["densities"], dtype=np.float32).reshape(-1, 2, BINS)
    assert (densities[:, 0] == 0).all()
    assert densities[:, 1].sum(axis=1) == pytest.approx(1, abs=0.02)


def test_a_flat_prior_keeps_no_posterior_back(graph, channel, conversation):
    with graph:
        graph.y.mean = graph.slope * graph.x + StaticVariable("offset", distribution="Flat")
    link(conversation, graph, "x", "y")
    results = solved(conversation, channel, "VMP")
    design = np.stack([X, np.ones(6)], axis=1)
    y = 2 * X + np.array([0.1, -0.1, 0.2, 0.0, -0.2, 0.1])
    _, offset = np.linalg.solve(design.T @ design / NOISE**2 + np.diag([1, 0]), design.T @ y / NOISE**2)
    assert results["variables"][graph.offset.key]["elements"][0]["mean"] == pytest.approx(offset, abs=0.1)
    assert "lower bound" in results["message"]
    assert [sweep for sweep, _ in results["bound"]] == list(range(1, len(results["bound"]) + 1))
    assert results["bound"][-1][1] == pytest.approx(
        float(results["message"].split("lower bound ")[1].split(",")[0]), rel=1e-5
    )
    assert "without the prior. 'g/offset' has FlatDistribution" in results["message"]


def test_a_deviation_that_starts_at_0_is_named_with_its_cause(graph, channel, conversation):
    with graph:
        graph.y.standard_deviation = StaticVariable("noise")
    link(conversation, graph, "x", "y")
    conversation.receive({"kind": "solve", "method": "MAPFisher", "options": {}})
    channel.wait_for(lambda: channel.traits["status"]["state"] == "failed")
    assert "It is 'g/noise'. Give 'g/noise' a distribution of positive" in channel.traits["status"]["message"]


def test_the_automatic_method_says_which_one_it_was(graph, channel, conversation):
    assert catalog.read()["solvers"][0]["method"] == "auto"
    link(conversation, graph, "x", "y")
    results = solved(conversation, channel, "auto")
    assert results["method"] == "VMP"
    assert results["message"].startswith("VMP converged in ")
    precision = 1 + (X**2).sum() / NOISE**2
    assert results["variables"][graph.slope.key]["elements"][0]["deviation"] == pytest.approx(precision**-0.5, rel=0.1)


def test_methods_that_cannot_take_the_model_say_why(channel):
    with Graph("m") as mixture:
        z = Variable("z", distribution="Categorical", probabilities=[0.5, 0.5])
        y = Variable("y", mean=wb.where(wb.equal(z, 0), -3.0, 3.0))
    mixture.session.linker.link(y, [1.0, 2.0])
    it = Conversation(mixture, channel)
    it.receive({"kind": "methods"})
    assert channel.traits["refusals"].keys() == {"MAP", "MAPFisher"}
    assert channel.traits["refusals"]["MAP"].startswith("'m/z' is discrete")
    it.receive({"kind": "solve", "method": "MAP", "options": {}})
    channel.wait_for(lambda: channel.traits["status"]["state"] == "failed")
    choice = "Choose Expectation maximisation, Gibbs sampling or Variational message passing instead."
    assert channel.traits["status"]["message"].endswith(choice)
    # Nobody has to ask again.
    mixture.session.linker.link(z, [0, 1])
    channel.wait_for(lambda: channel.traits["refusals"] == {})
    it.close()


def test_a_run_takes_the_options_of_its_method_and_says_so(graph, channel, conversation):
    link(conversation, graph, "x", "y")
    results = solved(conversation, channel, "VMP", max_sweeps=0)
    assert not results["converged"]
    assert results["message"].startswith("VMP with max_sweeps=0 not converged in ")
    assert results["variables"][graph.slope.key]["elements"][0]["mean"] == pytest.approx(0, abs=0.2)  # its prior
    conversation.receive({"kind": "solve", "method": "VMP", "options": {"damping": 1}})
    channel.wait_for(lambda: channel.traits["status"]["state"] == "failed")
    assert channel.traits["status"]["message"] == "VMP got damping=1. Expected a number from 0 up and below 1."
    assert channel.traits["results"] is results


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"max_sweeps": 3, "mixed": True, "batch_size": None}, None),
        ({"max_sweeps": "x"}, "VMP got max_sweeps='x'. Expected an integer from 0 up."),
        ({"damping": -0.5}, "VMP got damping=-0.5. Expected a number from 0 up and below 1."),
        ({"annealing": "slowly"}, "VMP got annealing='slowly'. Expected a list of numbers."),
        ({"sweeps": 3}, "VMP has no option 'sweeps'. Expected order, initial, max_sweeps, "),
    ],
)
def test_options_are_checked_before_anything_runs(channel, conversation, options, refusal):
    conversation.receive({"kind": "options", "id": "o", "method": "VMP", "options": options})
    (answer,) = channel.messages
    assert (answer["kind"], answer["cause"]) == ("done" if refusal is None else "reject", "o")
    assert answer.get("message", "").startswith(refusal or "")
    assert "status" not in channel.traits


def test_a_second_run_while_one_is_under_way_is_refused_and_stop_ends_it(graph, channel, conversation):
    conversation.receive({"kind": "solve", "method": "MAPFisher", "options": {}})
    conversation.receive({"kind": "solve", "method": "MAPFisher", "options": {}})
    conversation.receive({"kind": "stop"})
    channel.wait_for(lambda: channel.traits["status"]["state"] == "idle")
    (refusal,) = (message for message in channel.messages if message["kind"] == "reject")
    assert "under way" in refusal["message"]


def test_progress_says_what_is_done_from_the_model_to_the_draws(graph, channel, conversation):
    link(conversation, graph, "x", "y")
    solved(conversation, channel)
    phases = [message["phase"] for message in channel.messages if message["kind"] == "progress"]
    found = list(dict.fromkeys(phase.removesuffix(": compiling") for phase in phases if phase not in ("", "compiling")))
    solving = ["finding the mode", "measuring the uncertainty"]
    assert found == [*solving, "drawing from the posterior", "drawing from the prior"]


def test_a_method_that_an_option_lets_work_says_which_one(channel):
    with Graph("curve") as curve:
        a = StaticVariable("a")
        y = Variable("y", mean=wb.math.exp(a))
    curve.session.linker.link(y, [1.0, 2.0])
    it = Conversation(curve, channel)
    it.diagnose()
    channel.wait_for(lambda: channel.traits.get("refusals"))
    it.close()
    assert "VMP" in channel.traits["refusals"]
    assert channel.traits["remedies"] == {"VMP": {"mixed": True}}


def test_factors_have_a_posterior_without_a_prior(channel):
    with Graph("pair") as pair:
        left, right = StaticVariable("left"), StaticVariable("right")
        wb.factor("spring", 3 * left * right)
    pair.session.linker.link(right, 0.5)
    it = Conversation(pair, channel)
    results = solved(it, channel)
    it.close()
    # exp(-left^2 / 2 + 1.5 left): a normal density around 1.5.
    assert results["variables"][left.key]["elements"][0]["mean"] == pytest.approx(1.5, abs=0.15)
    assert results["message"].endswith("without the prior. Factor 'pair/spring' has no direction, so there is no order "
                                       "in which this graph could be drawn.")  # fmt: skip
