import { describe, expect, it } from "vitest";
import { EMPTY_DOCUMENT, serialise } from "../../../js/src/document/document";
import { CATALOG, read, type ScriptFile } from "./conformance";
import { replay } from "./replay";

const { scripts } = read<ScriptFile>("edit_scripts.json");

describe("random edits", () => {
  it.each(scripts.map((script, seed) => [seed, script] as const))(
    "of seed %i end in the bytes that Python wrote",
    (_, script) => {
      const { outcomes, text, undone } = replay(script.edits, CATALOG);
      expect(outcomes).toEqual(script.outcomes);
      expect(text).toBe(script.text);
      expect(undone).toBe(serialise(EMPTY_DOCUMENT));
    },
  );
});
