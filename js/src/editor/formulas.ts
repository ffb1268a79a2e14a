/** Formulas as the editor uses them: text of a parameter, and a typed text as commands or as an error with its column. */
import type { ModelDocument } from "../document/document";
import { format, type ParsedFormula, parse } from "../document/formula";
import { freshKey } from "../document/key";
import type { Catalog, Key, Parameter } from "../protocol/types";

/** A parameter as text: a number, a name or a formula, as it would be typed in `scope`. */
export function formulaOf(document: ModelDocument, catalog: Catalog, scope: Key | undefined, value: Parameter): string {
  return format(document, value, scope ?? null, catalog);
}

/** A typed text, read in `scope`. */
export function parseFormula(
  document: ModelDocument,
  catalog: Catalog,
  scope: Key | undefined,
  text: string,
): ParsedFormula {
  return parse(text, document, scope ?? null, catalog, freshKey);
}
