// The stages of `npm test`, in the order in which they run: what is quick to fail comes first.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { closingLine, countPlaywright, countVitest, parseClosingLine, settle } from "./counts.mjs";
import { runNode } from "./processes.mjs";

/** @typedef {import("./counts.mjs").Counts & { output: string }} Outcome */
/** @typedef {{ name: string, about: string, run: (temporary: string) => Promise<Outcome> }} Stage */

const programs = {
  tsc: "node_modules/@typescript/native/bin/tsc",
  oxlint: "node_modules/oxlint/bin/oxlint",
  oxfmt: "node_modules/oxfmt/bin/oxfmt",
  knip: "node_modules/knip/bin/knip.js",
  vitest: "node_modules/vitest/vitest.mjs",
  playwright: "node_modules/@playwright/test/cli.js",
};

/**
 * A stage that counts as one test: it passes if its program ends with exit code 0.
 * @param {string} name @param {string} about @param {string} script @param {readonly string[]} args @returns {Stage}
 */
function check(name, about, script, ...args) {
  return {
    name,
    about,
    async run() {
      const { code, output } = await runNode(script, args);
      return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, output };
    },
  };
}

/**
 * A stage whose program prints its counts on its last line.
 * @param {string} name @param {string} about @param {readonly string[]} args @returns {Stage}
 */
function counted(name, about, ...args) {
  return {
    name,
    about,
    async run() {
      const { code, stdout, output } = await runNode(args[0] ?? "", args.slice(1));
      const counts = parseClosingLine(stdout);
      // Only the last line of the whole run may look like one.
      const shown = counts === undefined ? output : output.replace(`${closingLine(counts)}\n`, "");
      return { ...settle(counts ?? { passed: 0, failed: 0, skipped: 0 }, code), output: shown };
    },
  };
}

/**
 * A stage whose test runner writes its counts into a file of JSON.
 * @param {string} name @param {string} about
 * @param {(file: string) => Promise<import("./processes.mjs").Run>} start
 * @param {(report: any) => import("./counts.mjs").Counts} count
 * @returns {Stage}
 */
function reported(name, about, start, count) {
  return {
    name,
    about,
    async run(temporary) {
      const file = join(temporary, `${name}.json`);
      const { code, output } = await start(file);
      const counts = existsSync(file)
        ? count(JSON.parse(readFileSync(file, "utf8")))
        : { passed: 0, failed: 0, skipped: 0 };
      return { ...settle(counts, code), output };
    },
  };
}

/** @param {string} name @param {string} about @param {string} project @returns {Stage} */
function vitest(name, about, project) {
  const args = ["run", `--project=${project}`, "--reporter=default", "--reporter=json"];
  return reported(name, about, (file) => runNode(programs.vitest, [...args, `--outputFile.json=${file}`]), countVitest);
}

/** @param {string} name @param {string} about @param {string} config @returns {Stage} */
function playwright(name, about, config) {
  const args = ["test", `--config=${config}`, "--reporter=list,json"];
  return reported(
    name,
    about,
    (file) => runNode(programs.playwright, args, { env: { PLAYWRIGHT_JSON_OUTPUT_FILE: file } }),
    countPlaywright,
  );
}

/** @type {readonly Stage[]} */
export const stages = [
  check("types", "the compiler finds no error in sources, tests and type tests", programs.tsc, "--build"),
  check("lint", "oxlint with type-aware rules", programs.oxlint),
  check("format", "oxfmt would change nothing", programs.oxfmt, "--check"),
  check("imports", "the import law holds, and ARCHITECTURE.md names files that exist", "scripts/import-law.mjs"),
  check("unused", "knip finds no unused file, export or dependency", programs.knip),
  check("api", "the public API is the one in api/", "scripts/api.mjs"),
  vitest("unit", "unit tests in Node", "node"),
  vitest("browser", "the runtime's tests in Chromium", "browser"),
  counted(
    "conformance",
    "vectors recorded from the original implementation",
    "--conditions=@marketplace/source",
    "--import=tsx",
    "scripts/conformance.ts",
  ),
  vitest("examples", "the examples over real sockets", "examples"),
  counted("packages", "packed, installed elsewhere and used; size and metadata", "scripts/packages.mjs"),
  playwright("e2e", "user stories in Chromium, on what is built", "e2e/playwright.config.ts"),
];
