// Builds everything that pages load into dist/: scripts, one stylesheet, fonts, icons.
import { context } from "esbuild";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const design = join(here, "../platform/orsen/design");
const dist = join(here, "dist");
const watching = process.argv.includes("--watch");

/** The colours of both themes, from the tokens that the reports read too. */
const colours = {
  name: "colours",
  setup(build) {
    build.onResolve({ filter: /^colours$/ }, () => ({ path: "colours", namespace: "colours" }));
    build.onLoad({ filter: /.*/, namespace: "colours" }, async () => {
      const file = join(design, "tokens.json");
      const { light, dark } = JSON.parse(await readFile(file, "utf8"));
      const declare = (theme) =>
        Object.entries(theme).map(([name, value]) => `--${name}:${value};`).join("");
      const contents = [
        `:root{color-scheme:light;${declare(light)}}`,
        `@media (prefers-color-scheme:dark){:root:not([data-theme="light"]){color-scheme:dark;${declare(dark)}}}`,
        `:root[data-theme="dark"]{color-scheme:dark;${declare(dark)}}`,
        `@media print{:root:root,:root[data-theme]{color-scheme:light;${declare(light)}}}`,
      ].join("\n");
      return { contents, loader: "css", watchFiles: [file] };
    });
  },
};

/** One sprite with the icons that the templates may name, and no other. */
async function sprite() {
  const names = JSON.parse(await readFile(join(design, "icons.json"), "utf8"));
  const symbols = await Promise.all(
    names.map(async (name) => {
      const svg = await readFile(join(here, "node_modules/lucide-static/icons", `${name}.svg`), "utf8");
      const drawing = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
      return `<symbol id="${name}" viewBox="0 0 24 24">${drawing.replace(/\s*\n\s*/g, "")}</symbol>`;
    }),
  );
  const licence = "<!-- Lucide icons, ISC licence -->";
  await writeFile(join(dist, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${licence}${symbols.join("")}</svg>\n`);
}

/**
 * MapLibre from its sources: its own bundles hold everything twice, once for the page and once for the worker. What both
 * need goes to map-shared.js. What the product's maps never use stays out: the reader of MLT tiles, and of its package.json
 * everything but the version.
 */
const mapSources = {
  name: "map-sources",
  setup(build) {
    build.onResolve({ filter: /^maplibre-gl$/ }, () => ({ path: join(here, "node_modules/maplibre-gl/src/index.ts") }));
    build.onResolve({ filter: /^@maplibre\/mlt$/ }, () => ({ path: "mlt", namespace: "unserved" }));
    build.onLoad({ filter: /maplibre-gl\/package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, "utf8"));
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
    build.onLoad({ filter: /.*/, namespace: "unserved" }, () => ({
      contents: "export const GEOMETRY_TYPE = {}; export function decodeTile() { throw new Error('MLT tiles are not read here.'); }",
    }));
  },
};
const mapEntries = [
  { in: "src/map/engine.ts", out: "map-engine" },
  { in: "node_modules/maplibre-gl/src/source/worker.ts", out: "map-worker" },
];

const entries = [
  { in: "src/app/main.ts", out: "app" },
  { in: "src/styles/app.css", out: "app" },
  { in: "src/map/main.ts", out: "map" },
  { in: "src/styles/map.css", out: "map" },
  { in: "src/styles/map-engine.css", out: "map-engine" },
  { in: "src/capture/main.ts", out: "capture" },
  { in: "src/capture/sw.ts", out: "capture-sw" },
  { in: "src/styles/capture.css", out: "capture" },
];

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await sprite();
await copyFile(join(here, "src/favicon.svg"), join(dist, "favicon.svg"));
for (const name of ["telephone-192.png", "telephone-512.png", "telephone-maskable.png"]) {
  await copyFile(join(here, "src/capture/icons", name), join(dist, name));
}
const options = {
  absWorkingDir: here,
  outdir: dist,
  bundle: true,
  minify: !watching,
  format: "esm",
  target: ["es2021", "chrome100", "firefox100", "safari15.4"],
  legalComments: "linked",
  loader: { ".woff2": "file" },
  assetNames: "fonts/[name]-[hash]",
  logLevel: "info",
};
const bundles = await Promise.all([
  context({ ...options, entryPoints: entries, plugins: [colours] }),
  // One chunk alone: a second one would claim the same name, and the build would say so.
  // Their fields are set by the constructors above them, before a declaration would set them back.
  context({ ...options, entryPoints: mapEntries, plugins: [mapSources], splitting: true, chunkNames: "map-shared", tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } } }),
]);
if (watching) await Promise.all(bundles.map((bundle) => bundle.watch()));
else {
  for (const bundle of bundles) {
    await bundle.rebuild();
    await bundle.dispose();
  }
}
