import { describe, expect, it } from "vitest";
import { commitField, draftOf, readShape, readValue } from "../../../js/src/editor/fields";
import { carsEditor, formula, keyOf } from "./fixture";

describe("a typed shape", () => {
  it.each([
    ["", []],
    ["3", [3]],
    ["2, 3", [2, 3]],
    ["(2, 3)", [2, 3]],
    ["[4]", [4]],
    ["(5,)", [5]],
  ])("%j is read", (text, shape) => expect(readShape(text)).toEqual(shape));
  it.each(["x", "2.5", "-1", "2 3"])("%j is refused", (text) => expect(readShape(text)).toBeNull());
});

describe("a typed value", () => {
  it.each([
    ["1.5", 1.5],
    ["-2", -2],
    ["−2", -2],
    [".5", 0.5],
    ["1e-3", 0.001],
    ["True", true],
    ["inf", "inf"],
    ["-inf", "-inf"],
    ["[1, [2]]", [1, [2]]],
  ])("%j is read", (text, value) => expect(readValue(text)).toEqual(value));
  it.each(["", "x", "1e400", "NaN", "{}", '"a"', "1 2"])("%j is refused", (text) => expect(readValue(text)).toBeNull());
});

describe("a formula that begins with a distribution, as the card shows it", () => {
  it.each(["Normal(intercept, 1)", "NormalDistribution(intercept)", "wb.Normal(intercept)", "Normal(nobody, 1)"])(
    "%j is answered with what the field is",
    async (text) => {
      const editor = carsEditor();
      const key = keyOf(editor, "mpg");
      const before = formula(editor, "mpg");
      expect(await commitField(editor, key, "parameter.mean", text)).toBe(false);
      expect(draftOf(editor, key, "parameter.mean")?.error).toMatch(
        /^This field is the mean alone: .*without .*Normal/,
      );
      expect(formula(editor, "mpg")).toBe(before);
    },
  );
  it("is not confused with a function of another name", async () => {
    const editor = carsEditor();
    const key = keyOf(editor, "mpg");
    await commitField(editor, key, "parameter.mean", "esp(intercept)");
    expect(draftOf(editor, key, "parameter.mean")?.error).toMatch(/no function 'esp'/);
  });
});
