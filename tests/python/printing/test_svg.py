"""The static picture: well-formed, complete, and nothing on top of anything else."""

import itertools
import random
import xml.etree.ElementTree as ET

import pytest
from printed_models import CATALOG, Model, cars

from whyboard.printing.picture_layers import spread
from whyboard.printing.picture_layout import lay_out
from whyboard.printing.picture_scene import build_scene
from whyboard.printing.svg import model_svg

SVG = "{http://www.w3.org/2000/svg}"


def chain():
    model = Model()
    graph = model.add("Graph", "g")
    previous = ""
    for number in range(12):
        model.variable(f"x{number}", graph, mean=previous or 0)
        previous = f"x{number}"
    return model, graph


def tangled(seed):
    """Entities that depend on each other in both directions."""
    source = random.Random(seed)
    model = Model()
    graph = model.add("Graph", "g")
    entities = [model.add("Entity", f"e{number}", graph) for number in range(4)]
    inner = model.add("Entity", "inner", entities[0])
    paths = []
    for number in range(40):
        scope = source.choice([graph, inner, *entities])
        parents = source.sample(paths, min(len(paths), source.randint(0, 3)))
        model.variable(f"v{number}", scope, mean=" + ".join(parents) or 0)
        place = {graph: "g", inner: "g.e0.inner"}.get(scope) or f"g.{model.records[scope]['name']}"
        paths.append(f"{place}.v{number}")
    return model, graph


MODELS = [cars(), chain(), *map(tangled, range(5))]


@pytest.mark.parametrize(("model", "graph"), MODELS)
def test_no_box_overlaps_another_and_children_stay_inside(model, graph):
    scene = build_scene(model.table, graph, CATALOG, {})
    places = lay_out(scene).positions
    for box in scene.boxes.values():
        x, y = places[box.key]
        for child in box.children:
            left, top = places[child.key]
            assert x < left
            assert y + box.header <= top
            assert left + child.width < x + box.width
            assert top + child.height < y + box.height
        for one, two in itertools.combinations(box.children, 2):
            (ax, ay), (bx, by) = places[one.key], places[two.key]
            apart = ax + one.width < bx or bx + two.width < ax or ay + one.height < by or by + two.height < ay
            assert apart, (one.name, two.name)


@pytest.mark.parametrize(("model", "graph"), MODELS)
def test_no_edge_runs_under_a_foreign_box(model, graph):
    scene = build_scene(model.table, graph, CATALOG, {})
    picture = lay_out(scene)
    for edge, points in picture.routes:
        own = {box.key for end in (edge.source, edge.target) for box in end.path()}
        for box in scene.boxes.values():
            if box.key in own:
                continue
            left, top = picture.positions[box.key]
            for (x, y), (next_x, next_y) in itertools.pairwise(points):
                beside = max(x, next_x) <= left or min(x, next_x) >= left + box.width
                away = max(y, next_y) <= top or min(y, next_y) >= top + box.height
                assert beside or away, (edge.source.name, edge.target.name, box.name)


@pytest.mark.parametrize(("model", "graph"), MODELS)
def test_every_edge_leaves_below_its_source_and_enters_its_target_from_above(model, graph):
    scene = build_scene(model.table, graph, CATALOG, {})
    picture = lay_out(scene)
    for edge, points in picture.routes:
        x, y = picture.positions[edge.source.key]
        assert points[0][1] == y + edge.source.height
        assert x < points[0][0] < x + edge.source.width
        x, y = picture.positions[edge.target.key]
        assert points[-1][1] == y
        assert x < points[-1][0] < x + edge.target.width


def test_every_variable_and_dependency_is_drawn():
    model, graph = cars()
    root = ET.fromstring(model_svg(model.table, graph, CATALOG, {}))
    texts = [element.text for element in root.iter(f"{SVG}text")]
    for name in ("displacement", "slope", "horsepower", "alpha", "origin", "noise", "mpg", "engine", "car"):
        assert texts.count(name) == 1
    titles = {element.text for element in root.iter(f"{SVG}title")}
    assert {"slope to horsepower", "displacement to horsepower", "horsepower to mpg", "noise to mpg"} <= titles
    assert len(list(root.iter(f"{SVG}path"))) == 2 * 6
    assert root.find(f"{SVG}title").text == "Graph cars"
    assert "alpha to mpg" in root.find(f"{SVG}desc").text


def test_hostile_text_is_escaped():
    model = Model()
    evil = "</text><script>alert('1')</script>\x00&\ud800"
    graph = model.add("Graph", evil)
    model.variable(evil, graph, fields={"description": evil, "unit": evil, "distribution": evil})
    root = ET.fromstring(model_svg(model.table, graph, CATALOG, {}))
    assert not list(root.iter(f"{SVG}script"))
    assert any("<script>" in (element.text or "") for element in root.iter(f"{SVG}text"))


def test_a_large_model_stays_closed():
    model = Model()
    graph = model.add("Graph", "g")
    for entity in range(30):
        scope = model.add("Entity", f"e{entity}", graph)
        for number in range(20):
            model.variable(f"x{number}", scope, mean=f"g.e{entity - 1}.x{number}" if entity else 0)
    scene = build_scene(model.table, graph, CATALOG, {})
    assert len(scene.boxes) == 31
    assert {line for box in scene.boxes.values() for line in box.formula if box.look == "closed"} == {"20 variables"}
    assert [edge.count for edge in scene.edges] == [20] * 29


def test_a_flat_model_of_1000_variables_is_drawn_in_columns():
    model = Model()
    graph = model.add("Graph", "g")
    for number in range(1_000):
        model.variable(f"x{number}", graph)
    scene = build_scene(model.table, graph, CATALOG, {})
    lay_out(scene)
    assert 0.5 < scene.root.width / scene.root.height < 3


def test_spread_is_the_nearest_solution():
    rng = random.Random(1)
    for _ in range(50):
        centres = [rng.uniform(0, 10) for _ in range(4)]
        gaps = [rng.uniform(0, 4) for _ in range(3)]
        weights = [rng.uniform(0.5, 2) for _ in range(4)]
        found = spread(centres, weights, gaps)
        assert all(b - a >= gap - 1e-9 for a, b, gap in zip(found, found[1:], gaps, strict=False))

        def cost(places, centres=centres, weights=weights):
            return sum(w * (p - c) ** 2 for w, p, c in zip(weights, places, centres, strict=True))

        for _ in range(200):
            other = [place + rng.gauss(0, 0.3) for place in found]
            if all(b - a >= gap for a, b, gap in zip(other, other[1:], gaps, strict=False)):
                assert cost(other) >= cost(found) - 1e-9
