/** The parameters that a record may have: those of its distribution, or, of a factor, those of its kind. Pure. */
import { distributionOf } from "../document/composition";
import { isFactor, isVariable } from "../document/records";
import type { Catalog, ModelRecord, ParameterSpec } from "../protocol/types";

export function parameterSpecs(catalog: Catalog, record: ModelRecord): readonly ParameterSpec[] {
  const rules = isFactor(record)
    ? catalog.scopes.find((one) => one.kind === record.kind)
    : distributionOf(catalog, record);
  return rules?.parameters ?? [];
}

/** Whether something can be fed into it. */
export function takesParameters(record: ModelRecord | undefined): record is ModelRecord {
  return record !== undefined && (isVariable(record) || isFactor(record));
}

/** The parameter that comes first to mind. */
export function firstParameter(catalog: Catalog, record: ModelRecord | undefined): string | null {
  return record ? (parameterSpecs(catalog, record)[0]?.name ?? null) : null;
}
