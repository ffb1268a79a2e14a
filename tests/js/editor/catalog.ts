/** The catalog that ships with whyboard, with one method to run. */
import { readFileSync } from "node:fs";
import type { Catalog } from "../../../js/src/protocol/types";

const shipped: Catalog = JSON.parse(readFileSync("python/whyboard/catalog.json", "utf-8"));

export const CATALOG: Catalog = {
  ...shipped,
  solvers: [{ method: "MAPFisher", label: "MAP with Fisher metric", doc: "The mode and its curvature.", options: [] }],
};
