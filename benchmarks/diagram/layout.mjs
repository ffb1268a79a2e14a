/** How long a layout takes: `node benchmarks/diagram/layout.mjs`. Every case runs in a process of its own, so that the first call is cold. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "layout-"));
const outfile = join(folder, "layout.mjs");
await build({ entryPoints: [join(here, "layout.ts")], outfile, bundle: true, format: "esm", platform: "node", target: "es2022", logLevel: "warning" });

const ms = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
console.log(`${cpus().length} cores (${cpus()[0]?.model}), node ${process.version}\n`);
console.log("| nodes | scopes | boxes | edges | first call | warm | after one edit | all routes, cold |");
console.log("|---|---|---|---|---|---|---|---|");
for (const [nodes, state] of [[1000, "closed"], [1000, "open"], [10000, "closed"], [10000, "open"]]) {
  const row = JSON.parse(execFileSync(process.execPath, [outfile, String(nodes), state], { encoding: "utf8" }));
  console.log(`| ${nodes} | ${state} | ${row.boxes} | ${row.edges} | ${ms(row.cold)} | ${ms(row.warm)} | ${ms(row.edit)} | ${ms(row.routes)} |`);
}
rmSync(folder, { recursive: true });
