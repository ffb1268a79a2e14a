/** @jsxImportSource preact */
// @vitest-environment jsdom
import { render } from "preact";
import { act } from "preact/test-utils";
import { describe, expect, it } from "vitest";
import { fromData, type ModelDocument } from "../../../js/src/document/document";
import { resultOf, spokenResult } from "../../../js/src/editor/result-views";
import { english } from "../../../js/src/editor/strings";
import { extentOf } from "../../../js/src/posterior/frame";
import { Picture, pictureOf } from "../../../js/src/posterior/picture";
import { silhouette } from "../../../js/src/posterior/silhouette";
import type { PosteriorView } from "../../../js/src/posterior/view";
import { fullText, lineText } from "../../../js/src/posterior/words";
import type { Marginal, ModelRecord, ResultsTrait, Summary } from "../../../js/src/protocol/types";

const BINS = 4;

interface Given extends Partial<Summary> {
  readonly means: readonly (number | null)[];
  readonly spread?: number | null;
  readonly labels?: readonly string[];
  readonly heights?: readonly (readonly number[])[];
}

function resultsOf(given: Given): { results: ResultsTrait; document: ModelDocument } {
  const { means, spread = 0.5, labels, heights = [], ...rest } = given;
  const of = (mean: number | null): Marginal => {
    const [low, high] = mean === null || spread === null ? [null, null] : [mean - spread, mean + spread];
    return { mean, deviation: spread, low, high, prior: 0.5, prior_low: -1, prior_high: 2 };
  };
  const summary: Summary = {
    form: "numbers",
    shape: [means.length],
    elements: means.map(of),
    start: -4,
    end: 4,
    bins: BINS,
    ...rest,
  };
  const densities = new DataView(new ArrayBuffer(heights.length * BINS * 4));
  for (const [i, height] of heights.flat().entries()) densities.setFloat32(i * 4, height, true);
  const record: ModelRecord = { kind: "StaticVariable", name: "x", scope: "g", distribution: "Normal", labels };
  const records = { g: { kind: "Graph", name: "g" }, x: record };
  const document = fromData({ format: "whyboard/model", version: 1, records, layout: {} });
  const results: ResultsTrait = {
    revision: 1,
    method: "VMP",
    converged: true,
    message: "",
    row: null,
    n_rows: 0,
    question: null,
    bound: [],
    bins: BINS,
    variables: { x: summary },
    densities,
  };
  return { results, document };
}

function result(given: Given) {
  const { results, document } = resultsOf(given);
  const found = resultOf(document, results, "x");
  if (!found) throw new Error("no result");
  return found;
}

const viewOf = (given: Given): PosteriorView => result(given).posterior;

function drawn(view: PosteriorView, rows: number): HTMLElement {
  const stage = document.createElement("div");
  act(() => render(<Picture view={view} kind={pictureOf(view, rows)} />, stage));
  return stage;
}

describe("the posterior of a vector", () => {
  const heights = [
    [1, 0, 0, 0],
    [0.7, 0.3, 0, 0],
    [0, 0, 0, 1],
    [0, 0, 0.2, 0.8],
  ];
  const two = viewOf({ means: [-3.1, 3.1], density: 0, heights });

  it("keeps its elements apart, each with its own histograms", () => {
    expect(two.elements.map(({ mean }) => mean)).toEqual([-3.1, 3.1]);
    expect(two.elements[1]?.before.map((height) => Math.round(height))).toEqual([0, 0, 0, 1]);
    expect(two.elements[1]?.after[2]).toBeCloseTo(0.2);
  });

  it("is a strip for each with its index and its mean", () => {
    const stage = drawn(two, 4);
    expect([...stage.querySelectorAll(".why-rows-name")].map((each) => each.textContent)).toEqual(["[0]", "[1]"]);
    expect([...stage.querySelectorAll(".why-rows-mean")].map((each) => each.textContent)).toEqual(["−3.1", "3.1"]);
  });

  it("is told element by element", () => {
    expect(fullText(two)).toBe("[0]: −3.1 (−3.6 to −2.6), [1]: 3.1 (2.6 to 3.6)");
    expect(spokenResult(english, result({ means: [-3.1, 3.1] }))).toBe(
      "x: posterior [0]: mean −3.1, 90 % interval −3.6 to −2.6; [1]: mean 3.1, 90 % interval 2.6 to 3.6",
    );
  });

  it("is one silhouette from afar, in which both can be seen", () => {
    expect(silhouette(two).map((height) => Math.round(height * 100) / 100)).toEqual([1, 0.43, 0.25, 1]);
  });
});

it("speaks a number as before", () => {
  expect(spokenResult(english, result({ means: [1.2], shape: [] }))).toBe(
    "x: posterior mean 1.2, 90 % interval 0.7 to 1.7",
  );
});

it("tells a mean no finer than a hundredth of its deviation", () => {
  expect(fullText(viewOf({ means: [0.000544], spread: 2, shape: [] }))).toBe("0 (−2 to 2)");
  expect(fullText(viewOf({ means: [1.2345], spread: 0.01, shape: [] }))).toBe("1.23 (1.22 to 1.24)");
});

it("is bars apart from each other from afar where it is a few probabilities", () => {
  const view = viewOf({ form: "parts", start: 0, end: 1, means: [0.25, 0.75] });
  expect(silhouette(view)).toEqual([0, 0.25, 0.25, 0.25, 0, 0, 0.75, 0.75, 0.75, 0]);
});

describe("the picture", () => {
  const count = (n: number, shape = [n]): PosteriorView => viewOf({ means: Array.from({ length: n }, () => 1), shape });
  it.each([
    ["rows", count(4)],
    ["columns", count(5)],
    ["columns", count(9, [3, 3])],
    ["band", count(100)],
    ["heatmap", count(500, [50, 10])],
    ["band", count(60, [60, 1])],
  ])("is %s where it can be read", (kind, view) => expect(pictureOf(view, 4)).toBe(kind));

  it("shows a cell of a matrix where its indices say, the longer side to the right", () => {
    const means = Array.from({ length: 60 }, (_, i) => (i === 59 ? -1 : i === 1 ? 1 : 0));
    const stage = drawn(viewOf({ means, shape: [30, 2] }), 4);
    const places = (sign: string) => stage.querySelector(`.why-posterior-${sign}`)?.getAttribute("d");
    expect(stage.querySelector("svg")?.getAttribute("viewBox")).toBe("0 0 30 2");
    expect([places("positive"), places("negative")]).toEqual(["M0 1h1v1h-1z", "M29 1h1v1h-1z"]);
  });

  it("shows the priors of columns as one area, open where they reach further than the axis", () => {
    const view = viewOf({ means: [0, 1, 2, 3, 4], spread: 0.5 });
    // Posteriors from -0.5 to the end of their axis at 4: the priors from -1 to 2 are seen in full, and a margin.
    const [start, end] = extentOf(view);
    expect([start, end]).toEqual([-1.225, 4.225]);
    const path = drawn(view, 4).querySelector(".why-prior-range")?.getAttribute("d") ?? "";
    expect(path.match(/M/g)).toHaveLength(1);
    const heights = [...path.matchAll(/ (-?[\d.]+)/g)].map((match) => end - (Number(match[1]) / 26) * (end - start));
    expect(heights.slice(0, 10)).toEqual(heights.slice(0, 10).map(() => expect.closeTo(2)));
    expect(heights.slice(10)).toEqual(heights.slice(10).map(() => expect.closeTo(-1)));
    const sharp = viewOf({ means: [0, 1, 1, 1, 1], spread: 0.01 });
    expect(drawn(sharp, 4).querySelector(".why-prior-range")?.getAttribute("d")).toMatch(/^M0 -4L.*L0 30Z$/);
  });

  it("draws what has no number as nothing", () => {
    for (const n of [2, 9, 60]) {
      const view = viewOf({ means: Array.from({ length: n }, () => null), spread: null });
      expect(drawn(view, 4).innerHTML).not.toContain("NaN");
      expect(lineText(view)).not.toContain("NaN");
    }
  });
});

describe("categories and shares", () => {
  const colors = { form: "categories", start: 0, end: 1, spread: null } as const;

  it("have the names of the labels", () => {
    const view = viewOf({ ...colors, means: [0.615, 0.385], labels: ["red", "blue"] });
    expect(fullText(view)).toBe("red: 62 %, blue: 39 %");
  });

  it("say the likeliest where they are many", () => {
    const view = viewOf({ ...colors, means: [0.1, 0.1, 0.1, 0.1, 0.1, 0.4, 0.1, 0, 0] });
    expect(lineText(view)).toBe("most likely 5: 40 %");
  });

  it("of a vector name element and category", () => {
    const view = viewOf({ ...colors, means: [0.9, 0.1, 0.2, 0.8], shape: [2, 2], labels: ["no", "yes"] });
    expect(view.elements.map(({ label }) => label)).toEqual(["[0] no", "[0] yes", "[1] no", "[1] yes"]);
  });

  it("that are truth values say how probable they are", () => {
    expect(fullText(viewOf({ ...colors, form: "parts", means: [0.3], shape: [] }))).toBe("true: 30 %");
  });
});
