"""An editor on the page, in the words that a journey needs: cards, inspector, palette."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect


class EditorView:
    """One editor. Cards are found by the key of their record."""

    def __init__(self, frame: Locator) -> None:
        self.frame = frame
        self.page = frame.page

    def card(self, key: str) -> Locator:
        return self.frame.locator(f".why-card[data-key='{key}']")

    def select(self, key: str, name: str) -> None:
        """Click a card and see it in the inspector."""
        if not self.frame.locator(".why-inspector").is_visible():
            self.frame.get_by_role("button", name=re.compile("^Inspector")).first.click()
        self.card(key).click(position={"x": 60, "y": 8})
        expect(self.field("Name")).to_have_value(name)

    def field(self, label: str) -> Locator:
        return self.frame.locator(".why-inspector").get_by_label(label, exact=True)

    def rename(self, key: str, old: str, new: str) -> None:
        self.select(key, old)
        self.field("Name").fill(new)
        self.field("Name").press("Enter")

    def undo(self) -> None:
        self.frame.get_by_role("button", name=re.compile("^Undo")).click()

    def redo(self) -> None:
        self.frame.get_by_role("button", name=re.compile("^Redo")).click()

    def choose_method(self, method: str) -> None:
        """By the list beside the Run button."""
        self.frame.locator(".why-run-method").click()
        self.frame.locator(f".why-method[data-method='{method}']").click()

    def run(self) -> None:
        self.frame.get_by_role("button", name=re.compile("^Run")).first.click()

    @property
    def diagram(self) -> Locator:
        return self.frame.locator(".why-diagram")

    @property
    def stage(self) -> Locator:
        return self.frame.locator(".why-diagram-host")

    def palette(self, label: str) -> Locator:
        """An entry to drag."""
        self.frame.locator("[data-why-palette-search]").fill("")
        return self.frame.locator(".why-palette").get_by_role("button", name=re.compile(rf"(^|\s){label}$")).first

    def close_sides(self) -> None:
        """Give the whole width to the picture."""
        for button in self.frame.locator(".why-tabs > .why-tool").all()[::-1]:
            button.click()

    def fit(self) -> None:
        self.frame.get_by_role("button", name=re.compile("^Fit")).first.click()

    def find(self, name: str) -> None:
        """Bring a node into view by searching for it."""
        self.frame.get_by_role("button", name=re.compile("^Search")).first.click()
        self.page.keyboard.type(name)
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Escape")

    def free_corner(self) -> tuple[float, float]:
        """A place below everything that is drawn, when the view fits."""
        box = self.stage.bounding_box()
        assert box is not None
        return 24, box["height"] - 24

    def kind(self, label: str) -> None:
        """What the palette's distributions make: `Variable` or `Static`."""
        self.frame.locator(".why-palette fieldset").get_by_role("button", name=label, exact=True).click()

    def add(self, label: str, name: str) -> None:
        """Add by the palette and the Enter key, and type the name into the box that asks for it."""
        if not self.frame.locator(".why-palette").is_visible():
            self.frame.get_by_role("button", name=re.compile("alette")).first.click()
        search = self.frame.locator("[data-why-palette-search]")
        search.fill(label)
        search.press("Enter")
        self.type_name(name)

    def type_name(self, name: str) -> None:
        """Answer the box that asks for the name of a node, on its card or in the inspector."""
        expect(self.frame.locator(":is(.why-center, .why-inspector) input:focus")).to_be_visible()
        self.page.keyboard.type(name)
        self.page.keyboard.press("Enter")
        expect(self.field("Name")).to_have_value(name)

    def answer(self, text: str) -> None:
        """Type into whatever has the focus."""
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def set(self, label: str, text: str) -> None:
        """Type into a field of the inspector."""
        self.field(label).fill(text)
        self.field(label).press("Enter")

    def reach_diagram(self) -> None:
        """Go on with Tab until the diagram has the focus."""
        for _ in range(60):
            if self.diagram.evaluate("(it) => it === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError("Tab never reached the diagram.")
