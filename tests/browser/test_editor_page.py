"""The editor alone in a page, driven by mouse and keyboard as a user would. No Jupyter, so it is fast."""

from __future__ import annotations

import functools
import http.server
import json
import re
import subprocess
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parent.parent.parent


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_arguments) -> None:
        pass


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> str:
    """The address of the page, built from the sources as they are."""
    folder = tmp_path_factory.mktemp("editor")
    subprocess.run(["node", "js/dev/build.mjs", str(folder)], cwd=ROOT, check=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(QuietHandler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    server.server_close()


class Editor:
    """What a user sees and does, and the model behind it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def records(self) -> dict[str, dict]:
        return json.loads(self.page.evaluate("() => JSON.stringify(whyboardDev.records())"))

    def names(self) -> set[str]:
        return {record["name"] for record in self.records().values() if "name" in record}

    def record(self, name: str) -> dict:
        return next(record for record in self.records().values() if record.get("name") == name)

    def key(self, name: str) -> str:
        return next(key for key, record in self.records().items() if record.get("name") == name)

    def formula(self, name: str, parameter: str = "mean") -> str:
        return self.page.evaluate(
            "([key, parameter]) => whyboardDev.formula(key, parameter)", [self.key(name), parameter]
        )

    def box(self, name: str) -> dict[str, float]:
        """The client rectangle of a node."""
        key = self.key(name)
        self.page.wait_for_function("key => whyboardDev.rect(key) !== null", arg=key)
        return self.page.evaluate("key => whyboardDev.rect(key)", key)

    def click(self, name: str, **options) -> None:
        box = self.box(name)
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + min(12, box["height"] / 2), **options)
        expect(self.field("Name")).to_have_value(name)

    def focus(self) -> None:
        """Put the keyboard focus on the diagram."""
        self.page.evaluate("() => whyboardDev.focus()")

    def field(self, label: str) -> Locator:
        return self.page.locator(".why-inspector").get_by_label(label, exact=True)

    def palette(self, label: str) -> Locator:
        return self.page.locator(".why-palette").get_by_role("button", name=re.compile(rf"(^|\s){label}$")).first

    @property
    def stage(self) -> Locator:
        return self.page.locator(".why-diagram-host")

    def drag_in(self, label: str, x: float, y: float) -> None:
        """Drag a palette entry to a place of the diagram."""
        self.palette(label).drag_to(self.stage, target_position={"x": x, "y": y})

    def name(self, name: str) -> None:
        """Type a name for the node that was just added, into the box that asks for it."""
        expect(self.page.locator(":is(.why-center, .why-inspector) input:focus")).to_be_visible()
        self.page.keyboard.type(name)
        self.page.keyboard.press("Enter")
        expect(self.field("Name")).to_have_value(name)
        assert name in self.names()


@pytest.fixture
def editor(page: Page, site: str):
    page.goto(f"{site}?model=empty")
    expect(page.get_by_role("toolbar", name="Toolbar")).to_be_visible()
    return Editor(page)


@pytest.fixture
def cars(page: Page, site: str):
    page.goto(site)
    expect(page.get_by_role("toolbar", name="Toolbar")).to_be_visible()
    it = Editor(page)
    page.evaluate("() => whyboardDev.act('openAll')")
    it.box("mpg")
    return it


def test_a_regression_is_built_by_palette_drag_and_formula(editor: Editor) -> None:
    editor.drag_in("Normal", 200, 150)
    editor.name("x")
    editor.page.get_by_role("button", name="Static", exact=True).click()
    editor.drag_in("Normal", 420, 150)
    editor.name("slope")
    editor.drag_in("Half normal", 600, 150)
    editor.name("noise")
    editor.page.get_by_role("button", name="Variable", exact=True).first.click()
    editor.drag_in("Normal", 400, 350)
    editor.name("y")
    editor.field("mean").fill("slope * x + 2")
    editor.field("mean").press("Enter")
    editor.field("given by").select_option(label="standard deviation")
    editor.field("standard deviation").fill("noise")
    editor.field("standard deviation").press("Enter")

    expect(editor.field("standard deviation")).to_have_value("noise")
    assert editor.formula("y") == "slope * x + 2"
    assert set(editor.record("y")["parameters"]) == {"mean", "standard_deviation"}
    assert editor.record("slope")["kind"] == "StaticVariable"
    assert editor.record("x")["kind"] == "Variable"


def test_a_node_is_added_where_the_palette_entry_is_dropped(editor: Editor) -> None:
    editor.drag_in("Entity", 300, 200)
    editor.name("engine")
    editor.drag_in("Normal", 300, 200)
    assert editor.record("engine")["kind"] == "Entity"


def test_a_formula_that_cannot_be_read_says_where_and_keeps_the_text(cars: Editor) -> None:
    before = cars.formula("mpg")
    cars.click("mpg")
    cars.field("mean").fill("intercept + * weight")
    cars.field("mean").press("Enter")
    expect(cars.page.locator(".why-field-error")).to_contain_text(re.compile("column 13", re.IGNORECASE))
    cars.click("weight")
    cars.click("mpg")
    expect(cars.field("mean")).to_have_value("intercept + * weight")
    assert cars.formula("mpg") == before
    cars.field("mean").fill("intercept + weight")
    cars.field("mean").press("Enter")
    expect(cars.page.locator(".why-field-error")).to_have_count(0)
    assert cars.formula("mpg") == "intercept + weight"


def test_everything_can_be_undone_and_done_again(cars: Editor) -> None:
    before = cars.records()
    cars.click("intercept")
    cars.field("Distribution").select_option(label="Laplace")
    cars.field("Name").fill("offset")
    cars.field("Name").press("Enter")
    cars.focus()
    cars.page.keyboard.press("Delete")
    expect(cars.page.get_by_text("12 variables")).to_be_visible()
    after = cars.records()
    for _ in range(3):
        cars.page.keyboard.press("Control+z")
    assert cars.records() == before
    for _ in range(3):
        cars.page.keyboard.press("Control+Shift+z")
    assert cars.records() == after


def test_a_new_distribution_keeps_the_parameters_it_knows(cars: Editor) -> None:
    formula = cars.formula("horsepower")
    cars.click("horsepower")
    cars.field("Distribution").select_option(label="Laplace")
    assert cars.formula("horsepower") == formula
    cars.field("Distribution").select_option(label="Poisson")
    assert cars.record("horsepower")["dtype"] == "int"


def test_a_name_that_is_taken_is_refused_with_the_reason(cars: Editor) -> None:
    cars.click("weight")
    cars.field("Name").fill("mpg")
    cars.field("Name").press("Enter")
    expect(cars.page.locator(".why-field-error")).to_contain_text("mpg")
    assert "weight" in cars.names()


def test_a_node_is_renamed_in_place_by_the_keyboard(cars: Editor) -> None:
    cars.click("weight")
    cars.focus()
    cars.page.keyboard.press("F2")
    cars.page.wait_for_function("() => document.activeElement instanceof HTMLInputElement")
    cars.page.keyboard.press("Control+a")
    cars.page.keyboard.type("mass")
    cars.page.keyboard.press("Enter")
    expect(cars.field("Name")).to_have_value("mass")
    assert "mass" in cars.names()
    assert "mass" in cars.formula("mpg")


def test_copies_stand_beside_the_original_in_one_undo_step(cars: Editor) -> None:
    cars.click("weight")
    cars.focus()
    cars.page.keyboard.press("Control+c")
    cars.page.keyboard.press("Control+v")
    expect(cars.page.get_by_text("14 variables")).to_be_visible()
    assert "weight2" in cars.names()
    cars.page.keyboard.press("Control+d")
    expect(cars.page.get_by_text("15 variables")).to_be_visible()
    cars.page.keyboard.press("Control+z")
    cars.page.keyboard.press("Control+z")
    expect(cars.page.get_by_text("13 variables")).to_be_visible()


def test_nodes_are_grouped_into_an_entity_and_it_is_dissolved_again(cars: Editor) -> None:
    before = cars.records()
    cars.click("slope_weight")
    box = cars.box("slope_power")
    cars.page.keyboard.down("Control")
    cars.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 10)
    cars.page.keyboard.up("Control")
    expect(cars.page.get_by_text("2 selected").first).to_be_visible()
    cars.focus()
    cars.page.keyboard.press("Control+g")
    cars.page.wait_for_function("() => Object.values(whyboardDev.records()).some((one) => one.name === 'entity')")
    group = cars.key("entity")
    assert {cars.record("slope_weight")["scope"], cars.record("slope_power")["scope"]} == {group}
    cars.page.keyboard.press("Escape")
    cars.focus()
    cars.page.keyboard.press("Control+Shift+g")
    cars.page.wait_for_function("() => Object.values(whyboardDev.records()).every((one) => one.name !== 'entity')")
    assert {name: one for name, one in cars.records().items() if "name" in one} == {
        name: one for name, one in before.items() if "name" in one
    }


def test_a_connection_by_keyboard_asks_what_to_do_with_a_parameter_that_is_taken(cars: Editor) -> None:
    before = cars.formula("mpg")
    cars.click("displacement")
    cars.focus()
    cars.page.keyboard.press("c")
    cars.page.keyboard.type("mpg")
    cars.page.keyboard.press("Enter")
    cars.page.get_by_role("dialog").get_by_role("button", name="mean").click()
    cars.page.get_by_role("button", name="Add a slope times it").click()
    expect(cars.field("Name")).to_have_value("mpg")
    assert cars.formula("mpg") == f"{before} + slope_displacement * engine.displacement"
    cars.focus()
    cars.page.keyboard.press("Control+z")
    assert cars.formula("mpg") == before


def test_an_edge_dragged_from_a_node_to_another_connects_them(cars: Editor) -> None:
    cars.page.set_viewport_size({"width": 1600, "height": 1000})
    cars.page.evaluate("() => whyboardDev.act('fitAll')")
    cars.click("cylinders")
    port = cars.page.locator(f"[data-port='{cars.key('cylinders')}']").first
    start = port.bounding_box()
    end = cars.box("intercept")
    cars.page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    cars.page.mouse.down()
    cars.page.mouse.move(end["x"] + 30, end["y"] + 10, steps=8)
    cars.page.mouse.move(end["x"] + 40, end["y"] + 12)
    cars.page.mouse.up()
    cars.page.get_by_role("dialog").get_by_role("button", name="mean").click()
    cars.page.get_by_role("dialog").get_by_role("button", name=re.compile("^Set")).first.click()
    expect(cars.field("Name")).to_have_value("intercept")
    assert cars.formula("intercept") == "engine.cylinders"


def test_a_double_click_on_empty_space_adds_a_node_there(editor: Editor) -> None:
    box = editor.stage.bounding_box()
    editor.page.mouse.dblclick(box["x"] + 60, box["y"] + 60)
    editor.page.get_by_role("dialog").get_by_role("combobox").fill("poisson")
    editor.page.keyboard.press("Enter")
    editor.name("count")
    assert editor.record("count")["distribution"] == "PoissonDistribution"


def test_a_scope_is_entered_and_left_by_the_breadcrumb(cars: Editor) -> None:
    cars.page.evaluate("key => whyboardDev.select(key)", cars.key("engine"))
    cars.focus()
    cars.page.keyboard.press("Enter")
    trail = cars.page.get_by_role("navigation", name="Where you are")
    expect(trail).to_contain_text("engine")
    trail.get_by_role("button", name="cars").click()
    expect(trail).to_have_count(0)
    cars.box("mpg")


def test_a_column_is_dragged_onto_a_variable(cars: Editor) -> None:
    cars.click("acceleration")
    cars.page.get_by_role("tab", name="Data").click()
    column = cars.page.locator(".why-source", has_text="Acceleration").first
    box = cars.box("acceleration")
    stage = cars.stage.bounding_box()
    column.drag_to(cars.stage, target_position={"x": box["x"] - stage["x"] + 30, "y": box["y"] - stage["y"] + 10})
    expect(cars.page.locator(".why-inspector")).to_contain_text("Linked to df.Acceleration")
    cars.page.locator(".why-inspector").get_by_role("button", name="Unlink data").click()
    expect(cars.page.locator(".why-inspector")).to_contain_text("No data.")


def test_a_column_is_linked_by_keyboard(cars: Editor) -> None:
    cars.click("acceleration")
    cars.page.get_by_role("tab", name="Data").click()
    link = cars.page.get_by_role("button", name="Acceleration: Link to acceleration")
    link.focus()
    cars.page.keyboard.press("Enter")
    expect(cars.page.locator(".why-inspector")).to_contain_text("Linked to df.Acceleration")


def test_an_operator_dropped_on_a_variable_is_applied_to_it(cars: Editor) -> None:
    box = cars.box("intercept")
    stage = cars.stage.bounding_box()
    cars.palette("exp").scroll_into_view_if_needed()
    cars.palette("exp").drag_to(
        cars.stage, target_position={"x": box["x"] - stage["x"] + 20, "y": box["y"] - stage["y"] + 10}
    )
    cars.page.wait_for_function("() => Object.values(whyboardDev.records()).some((one) => one.kind === 'Exp')")
    assert cars.formula("intercept") == "exp(0.0)"


def test_a_model_is_run_and_its_posterior_shown(cars: Editor) -> None:
    cars.click("mpg")
    cars.page.get_by_role("tab", name="Posterior").click()
    cars.page.keyboard.press("Control+Enter")
    expect(cars.page.get_by_role("img", name=re.compile("mpg: posterior mean"))).to_be_visible()
    expect(cars.page.locator("[aria-live=polite]").first).to_contain_text("mpg: posterior mean")


def test_a_formula_is_one_line_beside_a_posterior_and_whole_on_a_selected_card(cars: Editor) -> None:
    cars.page.evaluate("() => whyboardDev.act('openAll')")
    cars.click("mpg")
    cars.page.get_by_role("tab", name="Posterior").click()
    cars.page.keyboard.press("Control+Enter")
    expect(cars.page.get_by_role("img", name=re.compile("mpg: posterior mean"))).to_be_visible()
    cars.page.evaluate("key => whyboardDev.select(key)", cars.key("mpg"))
    formula = cars.page.locator(f".why-card[data-key='{cars.key('mpg')}'] .why-card-formula")
    lines = "it => Math.round(it.clientHeight / parseFloat(getComputedStyle(it).lineHeight))"
    cut = "it => it.scrollWidth > it.clientWidth || it.scrollHeight > it.clientHeight"
    assert formula.evaluate(lines) > 1
    assert not formula.evaluate(cut)
    cars.page.evaluate("key => whyboardDev.select(key)", cars.key("weight"))
    expect(formula).to_have_attribute("data-lines", "1")
    cars.page.wait_for_function(f"it => ({lines})(it) === 1", arg=formula.element_handle())
    assert formula.evaluate(cut)


def test_search_finds_by_name_and_distribution(cars: Editor) -> None:
    cars.focus()
    cars.page.keyboard.press("Control+f")
    cars.page.keyboard.type("halfnormal")
    expect(cars.page.locator(".why-search-count")).to_have_text("1")
    cars.page.keyboard.press("Enter")
    expect(cars.field("Distribution")).to_have_value("HalfNormalDistribution")
    cars.page.keyboard.press("Escape")
    expect(cars.page.locator(".why-search")).to_have_count(0)


def test_quick_add_connects_the_new_node_to_where_the_edge_came_from(cars: Editor) -> None:
    cars.page.evaluate("key => whyboardDev.connectToNothing(key)", cars.key("mpg"))
    cars.page.get_by_role("dialog").get_by_role("combobox").fill("laplace")
    cars.page.keyboard.press("Enter")
    expect(cars.page.get_by_text("14 variables")).to_be_visible()
    new = next(one for one in cars.records().values() if one.get("distribution") == "LaplaceDistribution")
    assert new["parameters"] == {"mean": {"ref": cars.key("mpg")}}
    cars.focus()
    cars.page.keyboard.press("Control+z")
    expect(cars.page.get_by_text("13 variables")).to_be_visible()


def test_nothing_typed_in_a_field_is_taken_for_a_command(cars: Editor) -> None:
    cars.click("weight")
    before = cars.records()
    field = cars.field("Description")
    field.fill("")
    field.press_sequentially("a c . ? delete me")
    field.press("Backspace")
    expect(field).to_have_value("a c . ? delete m")
    assert cars.page.get_by_role("dialog").count() == 0
    assert cars.records() == before


def test_evidence_is_set_and_cleared_by_typing(cars: Editor) -> None:
    cars.click("cylinders")
    cars.focus()
    cars.page.keyboard.press("e")
    cars.page.get_by_role("dialog").get_by_label("Value").fill("2.5")
    cars.page.keyboard.press("Enter")
    expect(cars.field("Evidence")).to_have_value("2.5")
    cars.field("Evidence").fill("")
    cars.field("Evidence").press("Enter")
    expect(cars.field("Evidence")).to_have_value("")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1400, 900), (700, 420)], ids=["wide", "cell"])
def test_a_checker_of_accessibility_has_no_complaints(page: Page, site: str, theme: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{site}?theme={theme}")
    page.add_script_tag(path=str(ROOT / "node_modules/axe-core/axe.min.js"))
    cars = Editor(page)
    cars.page.evaluate("() => whyboardDev.act('openAll')")
    cars.box("mpg")
    page.evaluate("key => whyboardDev.select(key)", cars.key("mpg"))
    page.locator(".why-run-method").click()
    page.locator(".why-method[data-method=VMP]").click()
    found = []
    for action in [
        "",
        "showResults",
        "showDiagnostics",
        "showCode",
        "toggleData",
        "chooseMethod",
        "runOptions",
        "help",
        "commands",
    ]:
        if action:
            page.evaluate("id => whyboardDev.act(id)", action)
        report = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        found += [
            f"{action or 'start'}: {one['id']}: {one['help']}: {node['html'][:120]}"
            for one in report["violations"]
            for node in one["nodes"]
        ]
        page.keyboard.press("Escape")
    assert found == []


def test_a_side_that_was_opened_stays_open_whatever_the_width(cars: Editor) -> None:
    cars.page.set_viewport_size({"width": 1200, "height": 800})
    expect(cars.page.locator(".why-data")).to_have_count(0)
    cars.page.get_by_role("button", name="Data").first.click()
    expect(cars.page.locator(".why-data")).to_be_visible()
    for width in (1600, 1200):
        cars.page.set_viewport_size({"width": width, "height": 800})
        expect(cars.page.locator(".why-data")).to_be_visible()
