import { describe, expect, it } from "vitest";
import { isInner, settingViews, withSetting } from "../../../js/src/editor/setting-views";
import { CATALOG } from "./catalog";

const specs = (kind: string) => CATALOG.distributions.find((one) => one.kind === kind)?.settings ?? [];
const MIXTURE = specs("MixtureDistribution");
const shown = (settings: Record<string, unknown> | undefined) =>
  Object.fromEntries(settingViews(CATALOG, MIXTURE, settings).map((view) => [view.path, view.value]));

describe("the settings of a mixture", () => {
  it("have their defaults where nothing is stated", () => {
    expect(shown(undefined)).toEqual({ component: "NormalDistribution", event_ndim: "0", selectors: "1" });
  });

  it("offer as component what has a density of its own, under the names of the palette", () => {
    const [component] = settingViews(CATALOG, MIXTURE, undefined);
    const offered = component?.options?.map((one) => one.value) ?? [];
    expect(offered).toEqual(expect.arrayContaining(["GammaDistribution", "MixtureDistribution"]));
    expect(offered).not.toContain("NoDistribution");
    expect(offered).not.toContain("DiracDistribution");
    expect(component?.options?.find((one) => one.value === "GammaDistribution")?.label).toBe("Gamma");
  });

  it("are followed by those of the component, at any depth", () => {
    const flat = { distribution: "FlatDistribution", settings: { support: "unit" } };
    const nested = { component: { distribution: "MixtureDistribution", settings: { component: flat } } };
    expect(shown(nested)).toEqual({
      component: "MixtureDistribution",
      "component.component": "FlatDistribution",
      "component.component.support": "unit",
      "component.event_ndim": "0",
      "component.selectors": "1",
      event_ndim: "0",
      selectors: "1",
    });
  });

  it("tell what the mixture is made of from how it is read", () => {
    const views = settingViews(CATALOG, MIXTURE, { component: "FlatDistribution" });
    expect(views.filter(isInner).map((view) => view.path)).toEqual(["component", "component.support"]);
  });
});

describe("a changed setting", () => {
  it("leaves the others", () => {
    const after = withSetting(CATALOG, MIXTURE, { event_ndim: 1 }, "component", "GammaDistribution");
    expect(after).toEqual({ event_ndim: 1, component: "GammaDistribution" });
  });

  it("of a component that is stated by its name alone makes a table of it", () => {
    const after = withSetting(CATALOG, MIXTURE, { component: "FlatDistribution" }, "component.support", "positive");
    expect(after).toEqual({ component: { distribution: "FlatDistribution", settings: { support: "positive" } } });
  });

  it("within the default component names that component", () => {
    const inner = { component: "MixtureDistribution" };
    const after = withSetting(CATALOG, MIXTURE, inner, "component.component.event_ndim", 1);
    const normal = { distribution: "NormalDistribution", settings: { event_ndim: 1 } };
    expect(after).toEqual({ component: { distribution: "MixtureDistribution", settings: { component: normal } } });
  });

  it("of a component that is replaced goes with it", () => {
    const before = { component: { distribution: "FlatDistribution", settings: { support: "unit" } } };
    expect(withSetting(CATALOG, MIXTURE, before, "component", "GammaDistribution")).toEqual({
      component: "GammaDistribution",
    });
  });
});

describe("a setting with few values", () => {
  it("is a choice, and any other is free text", () => {
    const [support] = settingViews(CATALOG, specs("FlatDistribution"), { support: "simplex" });
    expect(support?.value).toBe("simplex");
    expect(support?.options?.map((one) => one.value)).toContain("ordered");
    expect(settingViews(CATALOG, MIXTURE, undefined).find((view) => view.path === "event_ndim")?.options).toBeNull();
  });
});
