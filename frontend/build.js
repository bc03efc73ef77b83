// Writes what the page ships: the minified style sheet and Alpine's CSP build, both committed.
// With --check it writes nothing and fails where the committed files are not what it would write.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../src/limner/server/web/static/limner");
const scratch = mkdtempSync(join(tmpdir(), "limner-css-"));

function style() {
  const file = join(scratch, "limner.css");
  const tailwind = join(here, "node_modules/.bin/tailwindcss");
  execFileSync(tailwind, ["--input", "limner.css", "--output", file, "--minify"], { cwd: here, stdio: "pipe" });
  return readFileSync(file, "utf8");
}

function alpine() {
  const { version, license } = JSON.parse(readFileSync(join(here, "node_modules/@alpinejs/csp/package.json"), "utf8"));
  const code = readFileSync(join(here, "node_modules/@alpinejs/csp/dist/module.esm.min.js"), "utf8");
  return `/*! @alpinejs/csp ${version}, ${license ?? "MIT"} licence, https://alpinejs.dev */\n${code}`;
}

const built = { "limner.css": style(), "vendor/alpine.js": alpine() };
rmSync(scratch, { recursive: true });

for (const [name, text] of Object.entries(built)) {
  const path = join(out, name);
  if (!process.argv.includes("--check")) {
    writeFileSync(path, text);
  } else if (readFileSync(path, "utf8") !== text) {
    console.error(`${name} is not what its sources say: run "make assets" and commit it.`);
    process.exitCode = 1;
  }
}
