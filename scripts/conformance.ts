// `npm run conformance -- DIR` runs every vector (*.json) in DIR, subfolders included, or without DIR in the project's own folder,
// against the runtime. Exit code 0: all passed; 1: some failed; 2: there is nothing to run.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { VectorError } from "../packages/runtime/src/testing/conformance/check.ts";
import { runVector } from "../packages/runtime/src/testing/conformance/run.ts";

const own = fileURLToPath(new URL("../conformance", import.meta.url));

function main(args: readonly string[]): number {
  if (args.length > 1) return refuse(`expected one folder of vectors at most, got ${args.join(" ")}`);
  // npm runs scripts in the package's folder and says here where the caller was.
  const callersFolder = process.env["INIT_CWD"] ?? process.cwd();
  const folder = args[0] === undefined ? own : resolve(callersFolder, args[0]);
  let files: string[];
  try {
    files = vectorsIn(folder);
  } catch (error) {
    return refuse(`cannot read the vectors in ${folder}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (files.length === 0) return refuse(`expected vectors (*.json) in ${folder}, found none`);

  let failed = 0;
  for (const file of files) {
    const failure = run(file, relative(folder, file));
    if (failure === undefined) continue;
    failed += 1;
    console.log(failure);
  }
  console.log(`${files.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function vectorsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** What went wrong with a vector, in words. */
function run(file: string, name: string): string | undefined {
  try {
    const vector = JSON.parse(readFileSync(file, "utf8"));
    const result = runVector(vector, name);
    if (result.ok) return undefined;
    const { subject, expected, came } = result.difference;
    const step =
      result.step === "boot" ? "boot" : `step ${result.step} ${JSON.stringify(vector.scenario.steps[result.step])}`;
    return [`${name}: ${step}: ${subject}`, `  expected  ${expected}`, `  came      ${came}`].join("\n");
  } catch (error) {
    // A stack says nothing about a file that is no vector, and all there is to say about a runtime that throws.
    if (error instanceof VectorError) return error.message;
    if (error instanceof SyntaxError) return `${name}: expected JSON: ${error.message}`;
    return `${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}

function refuse(message: string): number {
  console.error(`conformance: ${message}`);
  return 2;
}

process.exitCode = main(process.argv.slice(2));
