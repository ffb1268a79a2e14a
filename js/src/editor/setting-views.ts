/** Settings as fields: those of a distribution that is itself a setting stand behind it. Pure. */
import { stated } from "../document/composition";
import type { Catalog, SettingSpec } from "../protocol/types";

type Settings = Readonly<Record<string, unknown>>;

export interface SettingView {
  readonly spec: SettingSpec;
  /** Names from the record inwards, joined by dots: `component.event_ndim`. */
  readonly path: string;
  readonly value: string;
  /** What may be chosen; `null` for free text. */
  readonly options: readonly { readonly value: string; readonly label: string; readonly group?: string }[] | null;
}

export function settingViews(
  catalog: Catalog,
  specs: readonly SettingSpec[],
  settings: Settings | undefined,
  before = "",
): SettingView[] {
  return specs.flatMap((spec) => {
    const path = `${before}${spec.name}`;
    const value = settings?.[spec.name] ?? spec.default;
    if (spec.type !== "distribution") {
      const options = spec.choices?.map((choice) => ({ value: String(choice), label: String(choice) })) ?? null;
      return [{ spec, path, value: text(value), options }];
    }
    const inner = stated(value);
    const options = catalog.distributions
      .filter((one) => !one.data_only && one.kind !== "DiracDistribution")
      .map((one) => ({ value: one.kind, label: one.label, group: one.group }));
    const entry = catalog.distributions.find((one) => one.kind === inner?.kind);
    return [
      { spec, path, value: inner?.kind ?? "", options },
      ...settingViews(catalog, entry?.settings ?? [], inner?.settings, `${path}.`),
    ];
  });
}

/** A distribution that is a setting, or a setting of it. */
export function isInner({ spec, path }: SettingView): boolean {
  return spec.type === "distribution" || path.includes(".");
}

/** The settings with one of them changed, at a path as views have it. */
export function withSetting(
  catalog: Catalog,
  specs: readonly SettingSpec[],
  settings: Settings | undefined,
  path: string,
  value: unknown,
): Settings {
  const dot = path.indexOf(".");
  if (dot < 0) return { ...settings, [path]: value };
  const name = path.slice(0, dot);
  const inner = stated(settings?.[name] ?? specs.find((spec) => spec.name === name)?.default);
  const entry = catalog.distributions.find((one) => one.kind === inner?.kind);
  const changed = withSetting(catalog, entry?.settings ?? [], inner?.settings, path.slice(dot + 1), value);
  return { ...settings, [name]: { distribution: inner?.kind ?? "", settings: changed } };
}

function text(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
