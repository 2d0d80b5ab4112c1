// `npm test`: runs every stage, or those named, and ends with one line of totals.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { closingLine } from "./counts.mjs";
import { endChildrenOnSignals } from "./processes.mjs";
import { stages } from "./stages.mjs";

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
// Captured output keeps its colours where a person will read it.
if (process.stdout.isTTY && process.env["NO_COLOR"] === undefined) process.env["FORCE_COLOR"] = "1";

const width = Math.max(...stages.map((stage) => stage.name.length));

function list() {
  for (const stage of stages) console.log(`${stage.name.padEnd(width)}  ${stage.about}`);
}

/** @param {readonly string[]} names */
function chosen(names) {
  const unknown = names.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    console.error(
      `npm test: no stage is called ${unknown.join(", ")}. Stages: ${stages.map((stage) => stage.name).join(", ")}`,
    );
    process.exit(1);
  }
  return names.length === 0 ? stages : stages.filter((stage) => names.includes(stage.name));
}

/** @param {readonly import("./stages.mjs").Stage[]} selection */
async function runAll(selection) {
  const temporary = mkdtempSync(join(tmpdir(), "marketplace-test-"));
  process.on("exit", () => rmSync(temporary, { recursive: true, force: true }));
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const [index, stage] of selection.entries()) {
    const begin = performance.now();
    process.stdout.write(`[${index + 1}/${selection.length}] ${stage.name.padEnd(width)}  `);
    const { output, ...counts } = await stage.run(temporary);
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    console.log(`${counts.failed === 0 ? "ok  " : "FAIL"}  ${seconds.padStart(6)} s  ${closingLine(counts)}`);
    if (counts.failed > 0) console.log(`\n${output.trim()}\n\n    again: npm test -- ${stage.name}\n`);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
  console.log(closingLine(total));
  process.exitCode = total.failed === 0 ? 0 : 1;
}

const args = process.argv.slice(2);
if (args.includes("--list")) {
  list();
} else {
  const selection = chosen(args);
  endChildrenOnSignals();
  await runAll(selection);
}
