/** What an edge from one node to another can mean, and the commands for each meaning. Pure. */
import { distributionOf } from "../document/composition";
import type { ModelDocument } from "../document/document";
import { freshKey } from "../document/key";
import { isOperator, isRef, isVariable } from "../document/records";
import { ancestors, freshName } from "../document/selectors";
import type {
  AddRecord,
  Catalog,
  Command,
  DistributionKind,
  Key,
  ModelRecord,
  OperatorKind,
  Parameter,
} from "../protocol/types";
import { add, constantRecord, operatorCall } from "./insertion";
import { parameterSpecs, takesParameters } from "./parameter-specs";
import type { EdgeHit } from "./state";

/** Set it (or replace what is there), add to what is there, or add a slope times it. */
export type ConnectionMode = "set" | "add" | "slope";

export interface ConnectionOption {
  readonly parameter: string;
  readonly taken: boolean;
}

/** The parameters of a variable or a factor that may be fed; setting one unsets those that exclude it. */
export function connectionOptions(document: ModelDocument, catalog: Catalog, target: Key): readonly ConnectionOption[] {
  const record = document.records.get(target);
  if (!takesParameters(record)) return [];
  const parameters = record.parameters ?? {};
  return parameterSpecs(catalog, record).map(({ name }) => ({ parameter: name, taken: name in parameters }));
}

/** Why these two cannot be connected; `null` if they can. */
export function connectionRefusal(document: ModelDocument, source: Key, target: Key): "itself" | "notAVariable" | null {
  if (source === target) return "itself";
  const from = document.records.get(source);
  const to = document.records.get(target);
  return from && takesParameters(to) && (isVariable(from) || isOperator(from)) ? null : "notAVariable";
}

/** A link that makes one entity the same as another, in the innermost graph around both; `null` if these cannot be linked. */
export function linkCommands(document: ModelDocument, source: Key, target: Key): readonly Command[] | null {
  const from = document.records.get(source);
  const to = document.records.get(target);
  if (source === target || from?.kind !== "Entity" || to?.kind !== "Entity") return null;
  const around = new Set(ancestors(document, source));
  const graph = ancestors(document, target).find(
    (scope) => around.has(scope) && document.records.get(scope)?.kind === "Graph",
  );
  return graph === undefined ? null : [add(freshKey(), { kind: "Link", scope: graph, source, target })];
}

/** The commands that let `source` feed a parameter of `target`. */
export function connectionCommands(
  document: ModelDocument,
  catalog: Catalog,
  source: Key,
  target: Key,
  parameter: string,
  mode: ConnectionMode,
): readonly Command[] {
  const record = document.records.get(target);
  const scope = record?.scope;
  if (!record || scope === undefined) return [];
  if (mode === "set") return parameterCommands(catalog, record, target, parameter, { ref: source });
  const commands: AddRecord[] = [];
  let term = source;
  if (mode === "slope") {
    const slope = freshKey();
    const name = freshName(document, scope, slopeName(document, source));
    commands.push(
      add(slope, {
        kind: "StaticVariable",
        name,
        scope,
        shape: [],
        dtype: "float",
        distribution: "NormalDistribution",
        parameters: {},
      }),
    );
    const product = operatorCall(scope, infix(catalog, "*"), [slope, source]);
    commands.push(...product.commands);
    term = product.key;
  }
  const present = record.parameters?.[parameter];
  if (present) {
    const operand = operandOf(scope, present);
    commands.push(...operand.commands);
    const sum = operatorCall(scope, infix(catalog, "+"), [operand.key, term]);
    commands.push(...sum.commands);
    term = sum.key;
  }
  return [...commands, ...parameterCommands(catalog, record, target, parameter, { ref: term })];
}

/** Set a parameter, and unset those that exclude it. */
export function parameterCommands(
  catalog: Catalog,
  record: ModelRecord,
  key: Key,
  parameter: string,
  value: Parameter | null,
): Command[] {
  const distribution = distributionOf(catalog, record);
  const excluded = value && distribution ? exclusiveWith(distribution, parameter) : [];
  return [
    ...excluded
      .filter((name) => record.parameters?.[name] !== undefined)
      .map((name): Command => ({ type: "SetParameter", key, parameter: name, value: null })),
    { type: "SetParameter", key, parameter, value },
  ];
}

/** The parameters that must be unset where this one is set. */
export function exclusiveWith(distribution: DistributionKind, parameter: string): readonly string[] {
  return distribution.alternatives
    .filter((choice) => choice.some((set) => set.includes(parameter)))
    .flatMap((choice) => choice.filter((set) => !set.includes(parameter)).flat())
    .filter((name) => name !== parameter);
}

/** Take an edge away: a parameter is unset, a link deleted. Nothing for a bundle, which stands for several edges. */
export function disconnect(document: ModelDocument, { source, target, parameter }: EdgeHit): readonly Command[] {
  if (parameter !== null) return [{ type: "SetParameter", key: target, parameter, value: null }];
  const links = [...document.records].filter(([, one]) => one.source === source && one.target === target);
  return links.length > 0 ? [{ type: "DeleteRecords", keys: links.map(([key]) => key) }] : [];
}

/** The same edge with its source end on another node: references to the old source become references to the new. */
export function retargetSource(
  document: ModelDocument,
  source: Key,
  target: Key,
  parameter: string,
  to: Key,
): readonly Command[] {
  const value = document.records.get(target)?.parameters?.[parameter];
  if (!value || !isRef(value)) return [];
  if (value.ref === source) return [{ type: "SetParameter", key: target, parameter, value: { ref: to } }];
  const commands: Command[] = [];
  const seen = new Set<Key>();
  const visit = (key: Key): void => {
    const operator = document.records.get(key);
    if (seen.has(key) || !operator?.operands) return;
    seen.add(key);
    if (operator.operands.includes(source)) {
      const operands = operator.operands.map((operand) => (operand === source ? to : operand));
      commands.push({ type: "SetField", key, field: "operands", value: operands });
    }
    operator.operands.forEach(visit);
  };
  visit(value.ref);
  return commands;
}

/** A parameter's value as something an operator can use. */
function operandOf(scope: Key, value: Parameter): { readonly key: Key; readonly commands: readonly AddRecord[] } {
  if (isRef(value)) return { key: value.ref, commands: [] };
  const constant = constantRecord(scope, 0);
  return { key: constant.key, commands: [add(constant.key, { ...constant.record, value: value.value })] };
}

function infix(catalog: Catalog, symbol: string): OperatorKind {
  const operator = catalog.operators.find((one) => one.symbol === symbol && one.operands.length === 2);
  if (!operator) throw new Error(`The catalog has no operator '${symbol}'.`);
  return operator;
}

function slopeName(document: ModelDocument, source: Key): string {
  const name = document.records.get(source)?.name;
  return name === undefined ? "slope" : `slope_${name}`;
}
