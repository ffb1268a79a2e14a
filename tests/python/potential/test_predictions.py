"""What is linear in what is believed is predicted exactly, judged by conditioning of one joint normal."""

import numpy as np

import whyboard as wb


def test_gaps_of_a_chain_of_vectors_are_predicted_as_by_joint_conditioning():
    move, look, rows = np.array([[0.9, 0.2], [-0.1, 0.8]]), np.array([[1.0, 2.0], [-1.0, 0.5]]), 6
    with wb.Graph("track") as track:
        state = wb.Variable("state", shape=2, variance=0.5)
        state.mean = wb.math.dot(move, state[wb.TimeIndex - 1])
        seen = wb.Variable("seen", shape=2, mean=wb.math.dot(look, state), variance=0.25)
    data = np.random.default_rng(0).normal(size=(rows, 2))
    data[2], data[4, 1] = np.nan, np.nan
    model = wb.get_posterior_model(track, {seen: data}, method="VMP", progress=False)

    # Noise of states to states, then both to what is seen.
    powers = [
        [np.linalg.matrix_power(move, t - u) if u <= t else np.zeros((2, 2)) for u in range(rows)] for t in range(rows)
    ]
    states = np.block(powers)
    prior = 0.5 * states @ states.T
    seeing = np.kron(np.eye(rows), look)
    known = ~np.isnan(data).ravel()
    gain = prior @ seeing[known].T @ np.linalg.inv(seeing[known] @ prior @ seeing[known].T + 0.25 * np.eye(known.sum()))
    mean = seeing @ gain @ data.ravel()[known]
    variance = np.diag(seeing @ (prior - gain @ seeing[known] @ prior) @ seeing.T) + 0.25
    np.testing.assert_allclose(model.get_means(seen).ravel()[~known], mean[~known], atol=1e-10)
    np.testing.assert_allclose(model.get_standard_deviations(seen).ravel()[~known] ** 2, variance[~known], atol=1e-10)


def test_what_follows_from_a_prediction_is_exact_too():
    with wb.Graph("levels") as levels:
        cause = wb.Variable("cause", shape=2, mean=[1.0, 2.0], variance=[1.0, 4.0])
        effect = wb.Variable("effect", mean=cause[0] + 2 * cause[1], variance=1)
        further = wb.Variable("further", mean=3 * effect - cause[0], variance=1)
    model = wb.get_posterior_model(levels, {effect: [1.0, np.nan, 2.0]}, method="VMP", progress=False)
    np.testing.assert_allclose(model.get_means(further)[1], 14.0, atol=1e-10)
    # 2 and 6 times the causes, 3 times the noise of the effect, and its own.
    np.testing.assert_allclose(model.get_standard_deviations(further)[1] ** 2, 4 + 144 + 9 + 1, atol=1e-9)
