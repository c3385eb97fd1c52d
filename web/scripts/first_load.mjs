// Fails when what a page loads at once (its scripts and styles, with everything they import
// statically) weighs more than the budget after gzip: the people's app, and the console.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_BYTES = 150 * 1024;
const DIST = new URL(`../${process.argv[2] ?? "dist"}/`, import.meta.url);

/** Every file reached from `path` by static imports, itself included. */
function withStaticImports(path, seen = new Set()) {
  if (seen.has(path)) return seen;
  seen.add(path);
  if (!path.endsWith(".js")) return seen;
  const source = readFileSync(new URL(path, DIST), "utf8");
  for (const found of source.matchAll(/(?:from|import)\s*["']\.\/([^"']+)["']/g)) {
    withStaticImports(`assets/${found[1]}`, seen);
  }
  return seen;
}

/** The bytes after gzip of all that `page` loads at once, told file by file. */
function firstLoad(page) {
  const source = readFileSync(new URL(page, DIST), "utf8");
  const files = new Set();
  for (const found of source.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)) {
    withStaticImports(found[1], files);
  }
  let total = 0;
  for (const file of files) {
    const bytes = gzipSync(readFileSync(new URL(file, DIST)), { level: 9 }).length;
    total += bytes;
    console.log(`${String(bytes).padStart(8)}  ${file}`);
  }
  console.log(`${String(total).padStart(8)}  first load of ${page}, gzip (budget ${BUDGET_BYTES})`);
  return total;
}

for (const page of ["index.html", "admin.html"]) {
  const total = firstLoad(page);
  if (total === 0 || total > BUDGET_BYTES) process.exitCode = 1;
}
