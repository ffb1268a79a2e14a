/** `{catalog, scripts}` on standard input, the list of replays on standard output. */
import { readFileSync } from "node:fs";
import type { Catalog, Command } from "../../../js/src/protocol/types";
import { replay } from "./replay";

const input: { catalog: Catalog; scripts: readonly (readonly (readonly Command[])[])[] } = JSON.parse(
  readFileSync(0, "utf8"),
);
process.stdout.write(JSON.stringify(input.scripts.map((edits) => replay(edits, input.catalog))));
