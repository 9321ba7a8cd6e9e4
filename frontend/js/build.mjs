// Bundles the page's JavaScript into dist/: editor.js for the frontend crate, charts/charts-HASH.js to be
// copied beside the page and loaded later; and the style sheets, made small.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, transform } from "esbuild";
import { minify } from "terser";

const here = import.meta.dirname;
const dist = join(here, "dist");

// ECharts brings a second language, which nobody sets here, and hints made of elements, where the page has them drawn.
// It also has axes of dates, options as they were called in its second version, a theme, and parts of circles.
const ONLY = [
  [/echarts.lib.i18n.langZH\.js$/, 'export { default } from "./langEN.js";'],
  [/echarts.lib.scale.Time\.js$/, "export function calcNiceForTimeScale() {} export default class {}"],
  [/echarts.lib.preprocessor.backwardCompat\.js$/, "export default function () {}"],
  [/echarts.lib.theme.dark\.js$/, "export default {}"],
  [/zrender.lib.graphic.helper.roundSector\.js$/, "export function buildPath() {}"],
  [/echarts.lib.component.tooltip.TooltipHTMLContent\.js$/, "export default class {}"],
];
const only = {
  name: "only what is needed",
  setup: (builder) => ONLY.forEach(([filter, contents]) => builder.onLoad({ filter }, () => ({ contents }))),
};

async function bundle(entry) {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: [`src/${entry}.js`],
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    plugins: [only],
    write: false,
  });
  // Slower than esbuild's own, and what is sent is a twentieth smaller.
  const small = await minify(outputFiles[0].text, { module: true, ecma: 2022, compress: { passes: 3 } });
  return Buffer.from(small.code);
}

// Cargo follows these files: one that has not changed must not look as if it had.
function write(path, bytes) {
  try {
    if (readFileSync(path).equals(bytes)) return;
  } catch {
    // It isn't there yet.
  }
  writeFileSync(path, bytes);
}

const [editor, charts] = await Promise.all([bundle("editor"), bundle("charts")]);
const hash = createHash("sha256").update(charts).digest("hex").slice(0, 16);
const name = `charts-${hash}.js`;
mkdirSync(join(dist, "charts"), { recursive: true });
for (const other of readdirSync(join(dist, "charts"))) {
  if (other !== name) rmSync(join(dist, "charts", other));
}
write(join(dist, "editor.js"), editor);
for (const sheet of ["style", "notebook", "presenter"]) {
  const { code } = await transform(readFileSync(join(here, "..", `${sheet}.css`)), { loader: "css", minify: true });
  write(join(dist, `${sheet}.css`), Buffer.from(code));
}
write(join(dist, "charts", name), charts);
