"""What precision.py promises of compilation: when it is told of, and how thoroughly it is done."""

from __future__ import annotations

import threading

import jax
import numpy as np

from whyboard.precision import announced_compilations, as_program, count_compilations


def test_the_begin_and_the_end_of_each_compilation_are_told():
    told: list[bool] = []
    program = jax.jit(lambda x: 3 * x + 1)
    number = np.float32(2)
    with announced_compilations(told.append):
        program(number)
        assert told == [True, False]
        program(number)
    assert told == [True, False]


def test_compilations_of_other_threads_and_later_ones_are_not_told():
    told: list[bool] = []
    with announced_compilations(told.append):
        other = threading.Thread(target=lambda: jax.jit(lambda x: 5 * x + 1)(np.float32(2)))
        other.start()
        other.join()
    jax.jit(lambda x: 7 * x + 1)(np.float32(2))
    assert told == []


def test_how_thoroughly_a_program_is_compiled_depends_on_shapes_alone():
    @as_program(0, brief=100)
    def total(power, numbers):
        return (numbers**power).sum()

    for size in (100, 101):
        total(2, np.ones(size))
        with count_compilations() as count:
            found = total(2, np.full(size, 2.0))
        assert count.compiled == 0
        assert float(found) == 4 * size
