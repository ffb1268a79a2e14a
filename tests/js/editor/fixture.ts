/** What the tests of the editor share. */

import { run } from "../../../js/src/document/commands";
import type { ModelDocument } from "../../../js/src/document/document";
import type { Command } from "../../../js/src/protocol/types";
import { CATALOG } from "./catalog";

/** The document after commands, which must be accepted. */
export function documentAfter(document: ModelDocument, commands: readonly Command[]): ModelDocument {
  const result = run(document, commands, CATALOG);
  if (!result.ok) throw new Error(`${result.code}: ${result.message}`);
  return result.document;
}
