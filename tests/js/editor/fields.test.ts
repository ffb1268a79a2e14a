import { describe, expect, it } from "vitest";
import { readShape, readValue } from "../../../js/src/editor/fields";

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
