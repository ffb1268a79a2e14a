import { describe, expect, it } from "vitest";
import { ROOT } from "../../../js/dev/sample";
import { searchMatches } from "../../../js/src/editor/search";
import { carsEditor } from "./fixture";

const names = (query: string) => {
  const document = carsEditor().host.document.value;
  return searchMatches(document, ROOT, query)?.map((key) => document.records.get(key)?.name);
};

describe("the search", () => {
  it("puts what is called so before what only contains it", () => {
    expect(names("weight")).toEqual(["weight", "slope_weight"]);
    expect(names("slope")?.[0]).toBe("slope_cylinders");
  });

  it("finds kinds and distributions", () => {
    expect(names("halfnormal")).toEqual(["noise"]);
    expect(names("nowhere")).toEqual([]);
    expect(names(" ")).toBeUndefined();
  });
});
