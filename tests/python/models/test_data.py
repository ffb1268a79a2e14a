"""Data in every shape they come in: what is observed, what is refused, and in which words."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import whyboard as wb
from whyboard import errors


@pytest.fixture
def g():
    with wb.Graph("g") as graph:
        wb.StaticVariable("s")
        wb.StaticVariable("w", shape=3)
        wb.Variable("x")
        wb.Variable("v", shape=3)
        wb.Variable("n", distribution="Poisson", mean=2)
        wb.Variable("b", distribution="Bernoulli", mean=0.5)
        wb.Variable("k", distribution="Categorical", probabilities=[0.2, 0.3, 0.5], labels=["Europe", "Japan", "USA"])
        wb.Variable("p", distribution="LogNormal", mean_log=graph.s, variance_log=1)
        with wb.Entity("e"):
            wb.Variable("y")
    return graph


def linked(variable, values):
    return wb.DataLinker({variable: values}).get(variable)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: [1.0, None, 3.0], id="list"),
        pytest.param(lambda: (1, float("nan"), 3), id="tuple"),
        pytest.param(lambda: np.array([1.0, np.nan, 3.0], dtype=np.float32), id="float32"),
        pytest.param(lambda: np.ma.masked_array([1, 2, 3], mask=[False, True, False]), id="masked"),
        pytest.param(lambda: np.array([1, None, 3], dtype=object), id="object"),
        pytest.param(lambda: _pandas().Series([1.0, np.nan, 3.0], index=[7, 8, 9]), id="pandas"),
        pytest.param(lambda: _pandas().Series([1, None, 3], dtype="Int64"), id="pandas-nullable"),
        pytest.param(lambda: _pandas().Series([1, _pandas().NA, 3], dtype=object), id="pandas-object"),
        pytest.param(lambda: _pandas().Series([1.0, None, 3.0], dtype="double[pyarrow]"), id="pandas-arrow"),
        pytest.param(lambda: _polars().Series("c", [1, None, 3]), id="polars"),
        pytest.param(lambda: _polars().Series("c", [1.0, float("nan"), 3.0]), id="polars-nan"),
        pytest.param(lambda: pytest.importorskip("pyarrow").chunked_array([[1, None], [3]]), id="pyarrow"),
        pytest.param(
            lambda: _narwhals().from_native(_polars().Series("c", [1, None, 3]), series_only=True), id="narwhals"
        ),
    ],
)
def test_every_column_gives_values_and_a_mask(g, make):
    values, observed = linked(g.x, make())
    assert values.dtype == np.float64
    assert values.tolist() == [1.0, 0.0, 3.0]
    assert observed.tolist() == [True, False, True]


def test_gaps_are_entry_by_entry_inside_a_vector(g):
    values, observed = linked(g.v, [[1, 2, None], [None, 5, 6]])
    assert observed.tolist() == [[True, True, False], [False, True, True]]
    assert values[observed].tolist() == [1, 2, 5, 6]


def test_a_frame_fills_a_vector_column_by_column(g):
    frame = _pandas().DataFrame({"a": [1.0, np.nan], "b": [3.0, 4.0], "c": [5, 6]})
    values, observed = linked(g.v, frame)
    assert observed.tolist() == [[True, True, True], [False, True, True]]
    assert values[1].tolist() == [0.0, 4.0, 6.0]


def test_static_variables_take_their_shape(g):
    linker = wb.DataLinker({g.s: 2, g.w: [1, None, 3]})
    assert linker.n_data is None
    assert linker.get(g.s)[0] == 2.0
    assert linker.get(g.w)[1].tolist() == [True, False, True]


def test_xarray_is_read_if_it_is_there(g):
    xarray = pytest.importorskip("xarray")
    values, observed = linked(g.x, xarray.DataArray([1.0, np.nan], dims="time"))
    assert observed.tolist() == [True, False]
    assert values[0] == 1.0


def test_times_are_refused_and_missing_times_are_gaps(g):
    with pytest.raises(errors.DataError, match=r"holds times.*subtract a start"):
        linked(g.x, _pandas().Series([dt.datetime(2020, 1, 1), None]))  # noqa: DTZ001
    values, observed = linked(g.x, np.array([np.datetime64("NaT")] * 2))
    assert not observed.any()
    assert values.shape == (2,)
    assert linked(g.x, [1.0, np.datetime64("NaT")])[1].tolist() == [True, False]


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("x", [[1, 2, 3]], r"Variable 'g/x' got data of shape \(1, 3\). Expected \(n_data,\)"),
        ("x", 3.0, r"of shape \(\). Expected \(n_data,\). The first axis counts"),
        ("v", [1, 2, 3], r"Variable 'g/v' got data of shape \(3,\). Expected \(n_data, 3\). The first axis"),
        ("v", np.zeros((4, 3, 1)), r"Drop the last axis"),
        (
            "w",
            np.zeros((4, 3)),
            r"StaticVariable 'g/w' got data of shape \(4, 3\). Expected \(3,\). A StaticVariable has one",
        ),
        ("x", ["a", "b"], r"'g/x' has dtype float and got categories: 'a', 'b'"),
        ("n", [1, 2.5], r"'g/n' has dtype int and got 2.5 in row 1. Expected whole numbers"),
        ("b", [0, 1, 2], r"'g/b' has dtype int and got 2|'g/b' has dtype bool and got 2 in row 2|'g/b' got 2 in row 2"),
        ("x", [1.0, np.inf, -np.inf], r"'g/x' got inf in row 1 \(2 such entries\). Expected finite"),
        ("v", [[1, 2, 3], [4, np.inf, 6]], r"'g/v' got inf in row 1, element 1. Expected finite"),
        ("w", [1, np.inf, 2], r"'g/w' got inf in element 1"),
        ("n", [1, -2], r"'g/n' got -2 in row 1. PoissonDistribution gives this no density"),
        ("p", [1.0, 0.0], r"'g/p' got 0.0 in row 1. LogNormalDistribution gives this no density"),
        ("k", [0, 3], r"'g/k' got 3 in row 1. CategoricalDistribution gives this no density"),
        ("k", ["USA", "Mars"], r"'g/k' got the category 'Mars' in row 1. Its categories are 'Europe', 'Japan', 'USA'"),
        ("x", [[1, 2], [3]], "row 0 has 2 elements and row 1 has 1"),
        ("x", [1, object()], "Row 1 holds <object"),
        ("x", "text", "got the text 'text'"),
        ("x", object(), "got a object"),
        ("x", [1 + 2j], "dtype complex128"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(g, name, values, message):
    linker = wb.DataLinker()
    with pytest.raises((errors.DataError, errors.ShapeError), match=message):
        linker.link(g[name], values)
    assert len(linker) == 0


def test_the_column_is_named_in_errors(g):
    with pytest.raises(errors.DataError, match=r"'g/n' has dtype int and got 0.5 from 'count' in row 0"):
        linked(g.n, _pandas().Series([0.5], name="count"))
    with pytest.raises(errors.DataError, match=r"from 'cars.mpg' of shape"):
        wb.DataLinker().link(g.v, [1.0], source="cars.mpg")


def test_bounds_that_depend_on_unknown_parameters_are_left_to_the_model(g):
    with g:
        u = wb.Variable("u", distribution="Uniform", low=g.x, high=5.0)
        bounded = wb.Variable("bounded", distribution="Uniform", low=0.0, high=5.0)
    assert linked(u, [100.0])[0].tolist() == [100.0]
    with pytest.raises(errors.DataError, match=r"got 100.0 in row 1"):
        linked(bounded, [1.0, 100.0])


def test_tiny_positive_values_are_in_the_support(g):
    assert linked(g.p, [1e-300])[0].tolist() == [1e-300]


def test_categories_keep_their_codes_by_the_labels_of_the_variable(g):
    pd, pl = _pandas(), _polars()
    columns = [
        ["USA", None, "Europe"],
        np.array(["USA", None, "Europe"], dtype=object),
        pd.Series(["USA", None, "Europe"]),
        pd.Series(["USA", None, "Europe"], dtype="category"),
        pd.Series(pd.Categorical(["USA", None, "Europe"], categories=["USA", "Japan", "Europe"])),
        pl.Series(["USA", None, "Europe"]),
        pl.Series(["USA", None, "Europe"], dtype=pl.Enum(["USA", "Europe"])),
        pl.Series(["USA", None, "Europe"], dtype=pl.Categorical),
    ]
    for column in columns:
        values, observed = linked(g.k, column)
        assert observed.tolist() == [True, False, True]
        assert values[observed].tolist() == [2, 0]


def test_levels_seen_first_become_the_labels_and_bind_later_data():
    with wb.Graph("g") as g:
        k = wb.Variable("k", distribution="Categorical", probabilities=[0.5, 0.5])
    linker = wb.DataLinker({k: ["b", "a", "b"]})
    assert linker.levels == {k.key: ("a", "b")}
    assert k.labels == ["a", "b"]
    assert linked(k, ["b"])[0].tolist() == [1]
    assert linked(g.copy().k, ["b"])[0].tolist() == [1]
    with pytest.raises(errors.DataError, match="got the category 'c'"):
        linked(k, ["c"])


def test_numbers_of_rows_must_agree_and_both_variables_are_named(g):
    linker = wb.DataLinker({g.x: [1, 2, 3]})
    with pytest.raises(errors.DataError, match=r"'g/e/y' got 2 rows of data, but Variable 'g/x' has 3"):
        linker.link(g.e.y, [1, 2])
    with pytest.raises(errors.DataError, match="n_data got 5, but Variable 'g/x' has 3 rows"):
        linker.n_data = 5
    linker.link(g.x, [1, 2])
    linker.link(g.e.y, [1, 2])
    assert linker.n_data == 2
    assert wb.DataLinker(n_data=7).n_data == 7
    with pytest.raises(errors.DataError, match="n_data got -1"):
        wb.DataLinker(n_data=-1)
    assert wb.DataLinker({g.x: []}).n_data == 0


def test_keys_are_handles_or_paths_from_the_graph_or_any_copy(g):
    twin = g.copy("twin")
    for key in (g.e.y, "g/e/y", "e/y", twin.e.y):
        for graph in (g, twin):
            values, rows = wb.DataLinker({key: [1.0, 2.0]}).resolved(graph)
            assert rows == 2
            assert list(values) == [graph.e.y.key]
    snapshot = g.document.snapshot()
    g.e.y.name = "z"
    assert list(wb.DataLinker({"e/y": [1.0]}).resolved(snapshot, g.key)[0]) == [g.e.z.key]
    assert list(wb.DataLinker({g.e.z: [1.0]}).resolved(g)[0]) == [g.e.z.key]


def test_an_unknown_path_suggests_what_was_meant(g):
    with pytest.raises(errors.UnknownName, match=r"no variable 'e/yy' in Graph 'g'. Did you mean 'g/e/y'"):
        wb.DataLinker({"e/yy": [1.0]}).resolved(g)
    with pytest.raises(errors.UnknownName, match="no variable 'q' in Graph 'g'"):
        g.session.linker.link("q", [1.0])
    with pytest.raises(errors.DataError, match="Expected a Variable"):
        wb.DataLinker({3: [1.0]})
    with pytest.raises(errors.UnknownName, match="no variable ''"):
        g.session.linker.link("", [1.0])
    other = wb.Graph("h")
    with pytest.raises(errors.UnknownName):
        wb.DataLinker({g.x: [1.0]}).resolved(other)


def test_the_session_follows_renames_deletions_and_new_shapes(g):
    linker = g.session.linker
    linker.link(g.x, [1.0, 2.0], source="frame.x")
    g.x.name = "renamed"
    assert list(linker) == ["g/renamed"]
    assert linker.sources == {g.renamed.key: "frame.x"}
    held = g.renamed
    held.delete()
    assert linker.resolved(g) == ({}, None)
    g.document.undo()
    assert linker.resolved(g)[1] == 2
    held.shape = 2
    with pytest.raises(errors.DataError, match=r"Expected \(n_data, 2\)"):
        linker.resolved(g)
    linker.unlink(held)
    assert len(linker) == 0
    with pytest.raises(errors.DataError, match="no data to unlink"):
        linker.unlink(held)


def test_a_column_that_fits_several_variables_of_a_scope_is_refused_with_their_paths(g):
    with g, wb.Entity("f"):
        wb.Variable("y")
    linker = wb.DataLinker()
    with pytest.raises(errors.DataError, match=r"several variables in Graph 'g': 'y' is 'g/e/y' and 'g/f/y'"):
        linker.link(g, {"y": [1.0], "x": [2.0]})
    assert list(linker) == []
    linker.link(g.f, {"y": [1.0]})
    assert list(linker) == ["g/f/y"]


def test_a_variable_directly_in_a_scope_takes_the_column_before_one_further_down(g):
    with g.e:
        wb.Variable("x")
    linker = wb.DataLinker()
    linker.link(g, {"x": [2.0]})
    assert list(linker) == ["g/x"]


def test_a_frame_links_the_variables_of_a_scope_by_name(g):
    frame = _polars().DataFrame({"x": [1.0, None], "n": [1, 2], "other": [0, 0]})
    linker = wb.DataLinker()
    linker.link(g, frame, source="frame")
    assert sorted(linker) == ["g/n", "g/x"]
    assert linker.sources[g.n.key] == "frame.n"
    with pytest.raises(
        errors.DataError, match=r"No column .* in Entity 'g/e'.*columns are x, n, other; the variables are y"
    ):
        linker.link(g.e, frame)
    linker.link(g, {"y": [1.0, 2.0]})
    assert sorted(linker) == ["g/e/y", "g/n", "g/x"]
    with pytest.raises(errors.DataError, match="got 3 rows"):
        linker.link(g, {"x": [1.0, 2.0, 3.0], "n": [1, 2]})
    assert linker.n_data == 2
    linker.unlink(g)
    assert len(linker) == 0


def test_observers_hear_of_changes(g):
    told = []
    linker = g.session.linker
    stop = linker.observe(lambda: told.append(len(linker)))
    linker.link("x", [1.0])
    linker.unlink("x")
    stop()
    linker.link("x", [1.0])
    assert told == [1, 0]


def test_get_data_linker_hands_a_linker_back(g):
    linker = wb.get_data_linker({g.x: [1.0]})
    assert wb.get_data_linker(linker) is linker
    with pytest.raises(errors.DataError, match="n_data got 3"):
        wb.get_data_linker(linker, n_data=3)
    with pytest.raises(errors.DataError, match="Expected a dictionary"):
        wb.get_data_linker([1, 2])
    assert wb.get_data_linker(None, n_data=4).resolved(g) == ({}, 4)


def test_data_never_enter_the_document(g):
    before = g.dump_dict()
    g.session.linker.link(g.x, np.arange(50.0))
    assert g.dump_dict() == before


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6), st.integers(-1000, 1000), st.booleans()), max_size=20))
@settings(max_examples=60, deadline=None)
def test_a_list_is_read_entry_by_entry(entries):
    values, observed = linked(wb.Variable("x"), entries)
    assert observed.tolist() == [entry is not None for entry in entries]
    assert values[observed].tolist() == [float(entry) for entry in entries if entry is not None]


def _pandas():
    return pytest.importorskip("pandas")


def _polars():
    return pytest.importorskip("polars")


def _narwhals():
    import narwhals.stable.v2 as nw

    return nw
