// `node copy.mjs` copies what pages need of npm packages, licences included, into static/vendor/<package>/;
// `node copy.mjs --check` writes nothing and ends with 1 where static/vendor/ is not what the pinned packages hold.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const WANTED = {
  "htmx.org": ["dist/htmx.min.js", "LICENSE"],
  "swagger-ui-dist": ["swagger-ui-bundle.js", "swagger-ui.css", "swagger-ui-bundle.js.LICENSE.txt", "LICENSE", "NOTICE"],
  uplot: ["dist/uPlot.iife.min.js", "dist/uPlot.min.css", "LICENSE"],
};

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "static", "vendor");
const isCheck = process.argv.includes("--check");

function wanted() {
  const found = new Map();
  for (const [name, files] of Object.entries(WANTED)) {
    // Flat, whatever folder of the package a file is in.
    for (const file of files) found.set(join(name.replace("/", "-"), file.split("/").at(-1)), join(here, "node_modules", name, file));
  }
  return found;
}

function present() {
  if (!existsSync(target)) return [];
  return readdirSync(target, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(target, join(entry.parentPath, entry.name)));
}

let differs = false;
const files = wanted();
for (const name of new Set([...files.keys(), ...present()])) {
  const place = join(target, name);
  const content = files.has(name) ? readFileSync(files.get(name)) : null;
  if (content !== null && existsSync(place) && readFileSync(place).equals(content)) continue;
  differs = true;
  if (isCheck) console.error(`static/vendor/${name} is not what vendor/package-lock.json pins: run make vendor`);
  else if (content === null) rmSync(place);
  else {
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, content);
  }
}
process.exit(differs && isCheck ? 1 : 0);
