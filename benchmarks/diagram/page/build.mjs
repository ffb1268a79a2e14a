/** Builds both pages: `node benchmarks/diagram/page/build.mjs FOLDER`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[2] ?? join(here, "out"));
mkdirSync(folder, { recursive: true });
const shared = {
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  loader: { ".css": "text", ".svg": "text" },
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
};
// The project's own settings would make every element one of preact.
const elementsOf = (library) => ({ compilerOptions: { jsx: "react-jsx", jsxImportSource: library } });
for (const [entry, library] of [["ours.ts", "preact"], ["react-flow.tsx", "react"]]) {
  const outfile = join(folder, entry.replace(/tsx?$/, "js"));
  await build({ ...shared, entryPoints: [join(here, entry)], outfile, tsconfigRaw: elementsOf(library) });
}
for (const name of ["ours", "react-flow"]) {
  const style = "html,body,#root{height:100%;margin:0;position:relative;overflow:hidden}";
  const page = `<!doctype html><meta charset="utf-8"><style>${style}</style><div id="root"></div>`;
  writeFileSync(join(folder, `${name}.html`), `${page}<script type="module" src="${name}.js"></script>\n`);
}
