// Which examples there are, and running one in this process, so that signals and exit codes are the example's own.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = fileURLToPath(new URL("../examples/", import.meta.url));

/** @param {string} name @returns {string | undefined} the text of an example's main.ts */
function mainOf(name) {
  try {
    return readFileSync(`${folder}${name}/main.ts`, "utf8");
  } catch {
    return undefined;
  }
}

/** The first line of the first doc comment. @param {string} text */
function aboutLine(text) {
  const comment = /\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? "";
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\*?\s*/, "").trim());
  return lines.find((line) => line !== "") ?? "";
}

/** @returns {{ name: string, about: string }[]} every example in the order of names */
export function listExamples() {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({ name: entry.name, text: mainOf(entry.name) }))
    .flatMap(({ name, text }) => (text === undefined ? [] : [{ name, about: aboutLine(text) }]))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Imports the example's main.ts as if Node had been started with it.
 * @param {string} name one of listExamples()
 * @param {readonly string[]} options what process.argv holds after the program
 */
export async function runExample(name, options) {
  const main = `${folder}${name}/main.ts`;
  process.argv.splice(1, Infinity, main, ...options);
  await import(pathToFileURL(main).href);
}
