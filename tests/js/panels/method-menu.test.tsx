/** @jsxImportSource preact */
// @vitest-environment jsdom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, it, vi } from "vitest";
import type { MethodChoice } from "../../../js/src/editor/methods";
import { MethodMenu } from "../../../js/src/panels/method-menu";

const WALL = "'g/z' is a wall, so nobody can jump. Take it down.";
const METHODS: readonly MethodChoice[] = [
  { method: "Walk", label: "Walking", doc: "Goes.", refusal: null, remedy: null },
  { method: "Jump", label: "Jumping", doc: "Is there.", refusal: WALL, remedy: null },
  { method: "Wade", label: "Wading", doc: "Wet.", refusal: null, remedy: null },
];

const stage = document.createElement("div");
const opener = document.createElement("button");
document.body.append(opener, stage);
afterEach(() => act(() => render(null, stage)));

function open(onChoose: (method: string) => void, onClose = () => {}): HTMLElement {
  opener.focus();
  act(() =>
    render(
      <MethodMenu label="Method" at={null} methods={METHODS} chosen="Walk" onChoose={onChoose} onClose={onClose} />,
      stage,
    ),
  );
  const list = stage.querySelector<HTMLElement>("[role=listbox]");
  if (!list) throw new Error("no list");
  return list;
}

function press(target: Element, ...keys: string[]): void {
  for (const key of keys) act(() => void target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })));
}

it("says why a method cannot work, whole in its tooltip, and does not choose it", () => {
  const choose = vi.fn();
  const list = open(choose);
  const grey = list.querySelector("[data-method=Jump]");
  expect(grey?.getAttribute("aria-disabled")).toBe("true");
  expect(grey?.textContent).toContain("'g/z' is a wall, so nobody can jump.");
  expect(grey?.textContent).not.toContain("Take it down");
  expect(grey?.getAttribute("title")).toBe(WALL);
  act(() => grey?.dispatchEvent(new MouseEvent("click", { bubbles: true })));
  press(list, "ArrowDown", "Enter");
  expect(choose).not.toHaveBeenCalled();
  press(list, "ArrowDown", "Enter");
  expect(choose).toHaveBeenCalledExactlyOnceWith("Wade");
});

it("goes round the methods of a first letter, and back to the button that opened it", () => {
  const choose = vi.fn();
  const close = vi.fn();
  const list = open(choose, close);
  expect(document.activeElement).toBe(list);
  press(list, "w", "w", "Enter");
  expect(choose).toHaveBeenCalledExactlyOnceWith("Walk");
  press(list, "Escape");
  expect(close).toHaveBeenCalledOnce();
  act(() => render(null, stage));
  expect(document.activeElement).toBe(opener);
});

it("chooses a method that an option lets work, and says which one", () => {
  const choose = vi.fn();
  const mended = METHODS.map((one) => (one.method === "Jump" ? { ...one, remedy: "Takes it with rope=true." } : one));
  act(() =>
    render(
      <MethodMenu label="Method" at={null} methods={mended} chosen="Walk" onChoose={choose} onClose={() => {}} />,
      stage,
    ),
  );
  const jump = stage.querySelector("[data-method=Jump]");
  expect(jump?.getAttribute("aria-disabled")).toBe("false");
  expect(jump?.textContent).toContain("Takes it with rope=true.");
  act(() => jump?.dispatchEvent(new MouseEvent("click", { bubbles: true })));
  expect(choose).toHaveBeenCalledExactlyOnceWith("Jump");
});
