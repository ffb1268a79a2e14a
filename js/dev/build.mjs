/** Builds the page that shows the editor without Jupyter: `node js/dev/build.mjs FOLDER`, then serve the folder. */
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[2] ?? join(here, "out"));
mkdirSync(folder, { recursive: true });
for (const name of ["index.html", "page.css"]) copyFileSync(join(here, name), join(folder, name));
await build({
  entryPoints: [join(here, "main.ts")],
  outfile: join(folder, "main.js"),
  bundle: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".css": "text", ".svg": "text" },
  logLevel: "warning",
});
