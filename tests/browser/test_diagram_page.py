"""The diagram as it is seen and handled: pixels and pointers, on the page of the editor without Jupyter."""

from __future__ import annotations

import re

import pytest
from dev_site import dev_site
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = pytest.mark.browser

# Keys of the model that the page shows.
MPG, WEIGHT, INTERCEPT, NOISE, ENGINE = "k3", "k1", "k7", "k8", "h"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with dev_site(tmp_path_factory.mktemp("diagram")) as address:
        yield address


class Diagram:
    """What is drawn, and a hand with a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def rect(self, key: str) -> dict[str, float]:
        """Where a node is on the page."""
        self.page.wait_for_function("key => whyboardDev.rect(key) !== null", arg=key)
        return self.page.evaluate("key => whyboardDev.rect(key)", key)

    def record(self, key: str) -> dict:
        return self.page.evaluate("key => whyboardDev.records()[key]", key)

    def card(self, key: str) -> Locator:
        return self.page.locator(f".why-card[data-key='{key}']")

    def act(self, action: str) -> None:
        self.page.evaluate("id => whyboardDev.act(id)", action)
        self.settle()

    def settle(self) -> None:
        """What was asked for has been drawn two frames later."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=6)
        self.page.mouse.up()
        self.settle()

    def edge_at(self, source: str, target: str, place: float) -> tuple[float, float]:
        """A point on an edge, at a fraction of its height."""
        upper, lower = self.rect(source), self.rect(target)
        top, bottom = upper["y"] + upper["height"], lower["y"]
        y = top + place * (bottom - top)
        left = min(upper["x"], lower["x"])
        right = max(upper["x"] + upper["width"], lower["x"] + lower["width"])
        x = self.page.evaluate(
            """([left, right, y, id]) => {
              for (let x = left; x < right; x++) if (whyboardDev.hit(x, y)?.id === id) return x + 2;
              return null;
            }""",
            [left, right, y, f"{source}>{target}"],
        )
        assert x is not None, f"no edge from {source} to {target} at {y}"
        return x, y


@pytest.fixture
def cars(page: Page, site: str) -> Diagram:
    page.goto(f"{site}?results")
    it = Diagram(page)
    it.rect(MPG)
    it.settle()
    return it


def test_a_small_model_is_shown_at_its_own_size_in_the_middle(page: Page, site: str) -> None:
    page.goto(f"{site}?model=3")
    it = Diagram(page)
    first, last = it.rect("v000000"), it.rect("v000002")
    stage = page.locator(".why-diagram-host").bounding_box()
    assert first["width"] == pytest.approx(196)
    assert stage is not None
    assert first["x"] + first["width"] / 2 == pytest.approx(stage["x"] + stage["width"] / 2, abs=2)
    middle = (first["y"] + last["y"] + last["height"]) / 2
    assert middle == pytest.approx(stage["y"] + stage["height"] / 2, abs=40)


def test_a_model_of_any_size_first_shows_names_that_can_be_read(page: Page, site: str) -> None:
    page.goto(f"{site}?model=10000")
    assert Diagram(page).rect("e000000")["width"] >= 196 * 0.42 - 1


def test_a_drag_with_the_space_bar_pans_even_over_a_node(cars: Diagram) -> None:
    before, record = cars.rect(MPG), cars.record(MPG)
    cars.page.evaluate("() => whyboardDev.focus()")
    cars.page.keyboard.down("Space")
    middle = (before["x"] + before["width"] / 2, before["y"] + 8)
    cars.drag(middle, (middle[0] + 30, middle[1] - 50))
    cars.page.keyboard.up("Space")
    after = cars.rect(MPG)
    assert (after["x"] - before["x"], after["y"] - before["y"]) == pytest.approx((30, -50), abs=1)
    assert cars.record(MPG) == record
    expect(cars.card(MPG)).not_to_have_attribute("data-selected", "true")


def test_a_node_is_left_where_it_was_dragged_to(cars: Diagram) -> None:
    before = cars.rect(WEIGHT)
    start = (before["x"] + 70, before["y"] + 8)
    cars.drag(start, (start[0] + 12, start[1] + 60))
    after = cars.rect(WEIGHT)
    assert (after["x"] - before["x"], after["y"] - before["y"]) == pytest.approx((12, 60), abs=2)


def test_a_click_selects_an_edge_and_delete_takes_it_away(cars: Diagram) -> None:
    cars.page.mouse.click(*cars.edge_at(NOISE, MPG, 0.5))
    cars.page.keyboard.press("Delete")
    cars.page.wait_for_function("key => !('standard_deviation' in whyboardDev.records()[key].parameters)", arg=MPG)
    assert cars.record(NOISE)["name"] == "noise"
    assert "mean" in cars.record(MPG)["parameters"]


def test_an_edge_is_retargeted_by_dragging_its_end(cars: Diagram) -> None:
    target = cars.rect(INTERCEPT)
    cars.page.mouse.click(*cars.edge_at(NOISE, MPG, 0.5))
    start = cars.edge_at(NOISE, MPG, 0.02)
    cars.drag(start, (target["x"] + 60, target["y"] + 30))
    cars.page.wait_for_function(
        "([key, ref]) => whyboardDev.records()[key].parameters.standard_deviation.ref === ref", arg=[MPG, INTERCEPT]
    )


@pytest.mark.parametrize("factor", [1, 1.4, 0.9, 0.75])
def test_text_on_a_card_is_never_under_nine_pixels(cars: Diagram, factor: float) -> None:
    cars.page.evaluate("factor => whyboardDev.zoomBy(factor)", factor)
    cars.settle()
    sizes = cars.page.evaluate(
        """() => [...document.querySelectorAll(".why-layer *")]
          .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
          .filter((one) => one.getClientRects().length && !one.closest(".why-badge, .why-toggle"))
          .map((one) => parseFloat(getComputedStyle(one).fontSize) * whyboardDev.rect("k3").width / 196)"""
    )
    assert all(size >= 8.99 for size in sizes)
    assert sizes or cars.rect(MPG)["width"] < 196 * 0.6


def test_a_closed_scope_says_what_is_inside(cars: Diagram) -> None:
    cars.act("closeAll")
    cars.act("fitAll")
    engine = cars.card(ENGINE)
    expect(engine).to_contain_text("6 variables, 3 with data")
    expect(engine).to_contain_text(re.compile("→.*horsepower"))
    expect(engine.locator(".why-card-sparks > svg")).to_have_count(6)
    expect(cars.card("k").locator(".why-badge")).to_have_attribute("title", re.compile("acceleration"))


def test_what_is_edited_stays_where_it_is(cars: Diagram) -> None:
    cars.page.evaluate("key => whyboardDev.select(key)", MPG)
    before = cars.rect(MPG)
    cars.act("toggleTrees")
    assert cars.page.locator(".why-card[data-kind='operator']").count() > 0
    after = cars.rect(MPG)
    assert (after["x"], after["y"]) == pytest.approx((before["x"], before["y"]), abs=1)


def test_observed_set_and_linked_nodes_are_told_apart_without_colour(cars: Diagram) -> None:
    cars.page.evaluate("key => whyboardDev.select(key)", "h2")
    cars.page.locator(".why-inspector").get_by_label("do()", exact=True).fill("2")
    cars.page.keyboard.press("Enter")
    expect(cars.card("h2")).to_contain_text("do 2")
    expect(cars.card("h2").get_by_label("set by do()")).to_be_visible()
    expect(cars.card("h1").get_by_label("observed")).to_be_visible()
    expect(cars.card(WEIGHT).get_by_label("has data")).to_be_visible()


def test_the_minimap_is_there_only_while_something_is_out_of_view(cars: Diagram) -> None:
    minimap = cars.page.locator(".why-minimap")
    expect(minimap).to_be_hidden()
    cars.page.evaluate("() => whyboardDev.zoomBy(3)")
    expect(minimap).to_be_visible()
    before = cars.rect(MPG)
    minimap.click(position={"x": 70, "y": 20})
    cars.settle()
    assert cars.rect(MPG)["y"] != before["y"]


def test_names_of_the_scopes_around_are_told_when_their_headers_are_out_of_view(cars: Diagram) -> None:
    cars.page.evaluate("key => { whyboardDev.zoomBy(4); whyboardDev.reveal(key); }", MPG)
    expect(cars.page.locator(".why-where")).to_have_text("car")


def test_at_most_two_hundred_cards_are_drawn_however_large_the_model(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 3800, "height": 2600})
    page.goto(f"{site}?model=1000&open=all")
    it = Diagram(page)
    it.rect("v000000")
    page.evaluate("() => { whyboardDev.zoomBy(1000); whyboardDev.zoomBy(0.21); whyboardDev.reveal('v000200'); }")
    it.settle()
    assert 20 < page.locator(".why-layer > *").count() <= 200


def test_the_canvas_follows_the_pixels_of_the_screen(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 900, "height": 600})
    page = context.new_page()
    page.goto(site)
    Diagram(page).rect(MPG)
    canvas = "document.querySelector('.why-diagram > canvas')"
    page.wait_for_function(f"() => {canvas}.width === {canvas}.clientWidth")
    metrics = {"width": 900, "height": 600, "deviceScaleFactor": 2, "mobile": False}
    context.new_cdp_session(page).send("Emulation.setDeviceMetricsOverride", metrics)
    page.evaluate("() => whyboardDev.zoomBy(1.1)")
    page.wait_for_function(f"() => {canvas}.width === 2 * {canvas}.clientWidth")
    context.close()


def test_forced_colours_are_those_of_the_system(cars: Diagram) -> None:
    inside = """() => {
      const canvas = document.querySelector(".why-diagram > canvas");
      const box = canvas.getBoundingClientRect();
      const frame = whyboardDev.rect("h");
      const at = [frame.x - box.x + frame.width - 12, frame.y - box.y + frame.height - 12];
      return [...canvas.getContext("2d").getImageData(...at, 1, 1).data].slice(0, 3);
    }"""
    assert cars.page.evaluate(inside) != [255, 255, 255]
    cars.page.emulate_media(forced_colors="active")
    cars.page.wait_for_function(f"() => ({inside})().every((one) => one === 255)")


def test_a_pan_from_afar_shows_what_drawing_anew_would_show(page: Page, site: str) -> None:
    page.goto(f"{site}?model=1000&open=all")
    it = Diagram(page)
    it.rect("v000000")
    page.evaluate("() => whyboardDev.fit()")
    it.settle()
    stage = page.locator(".why-diagram-host").bounding_box()
    assert stage is not None
    corner = (stage["x"] + 4, stage["y"] + 4)
    it.drag(corner, (corner[0] + 90, corner[1] + 70))
    canvas = page.locator(".why-diagram > canvas:first-child")
    assert "translate" in (canvas.get_attribute("style") or "")
    moved = page.evaluate(WINDOW)
    page.evaluate("() => document.body.setAttribute('data-jp-theme-name', 'the same colours')")
    it.settle()
    assert "translate" not in (canvas.get_attribute("style") or "")
    anew = page.evaluate(WINDOW)
    different = sum(abs(a - b) > 24 for a, b in zip(moved, anew, strict=True))
    assert len(set(anew)) > 20
    # Lines on another fraction of a pixel have another softness, not another place.
    assert different / len(anew) < 0.005


# How bright the canvas is, at every pixel of the stage.
WINDOW = """() => {
  const canvas = document.querySelector(".why-diagram > canvas");
  const [at, stage] = [canvas.getBoundingClientRect(), canvas.parentElement.getBoundingClientRect()];
  const place = [stage.x - at.x, stage.y - at.y, stage.width, stage.height].map(Math.round);
  const { data } = canvas.getContext("2d").getImageData(...place);
  return Array.from({ length: data.length / 4 }, (_, i) => Math.round((data[4 * i] + data[4 * i + 2]) / 2));
}"""
