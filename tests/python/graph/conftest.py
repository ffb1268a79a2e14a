import pytest

import whyboard as wb


@pytest.fixture
def g():
    with wb.Graph("g") as graph:
        wb.StaticVariable("a", shape=3)
        wb.StaticVariable("s")
        wb.Variable("x")
        wb.Variable("v", shape=3)
        with wb.Entity("e"):
            wb.Variable("y")
    return graph
