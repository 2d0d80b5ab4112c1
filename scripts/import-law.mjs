// The import law: imports run one way. `node scripts/import-law.mjs [ROOT]` prints each violation as file:line, what is expected
// and what came, and ends with exit code 1 if there is one.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { checkNamedFiles } from "./architecture.mjs";
import { findCircles } from "./circles.mjs";
import { importsOf, sourceFiles } from "./imports.mjs";

/** @typedef {import("./imports.mjs").Import} Import */
/** @typedef {{ at: string, expected: string, came: string }} Violation */

/**
 * The rooms of the runtime, and which other rooms each may import. `types` are rooms of which it may import types only.
 * @type {Record<string, { from: readonly string[], types?: readonly string[] }>}
 */
const rooms = {
  terms: { from: [] },
  messages: { from: ["terms"] },
  model: { from: ["terms"] },
  vm: { from: ["terms", "model"], types: ["inspect"] },
  dsl: { from: ["terms", "messages", "model", "vm"] },
  drivers: { from: ["terms", "messages", "model", "vm", "dsl"] },
  bridge: { from: ["terms", "messages", "model", "vm", "dsl", "drivers"] },
  inspect: { from: ["terms", "model"], types: ["vm"] },
  testing: { from: ["terms", "messages", "model", "vm", "dsl", "drivers", "bridge", "inspect"] },
};

const runtimeSource = "packages/runtime/src/";

/** The room a file of the runtime is in; "" for what lies beside the rooms. @param {string} file */
function roomOf(file) {
  const [room = "", ...inside] = file.slice(runtimeSource.length).split("/");
  return inside.length === 0 ? "" : room;
}

/** @param {string} specifier "@scope/name/sub/path" -> "@scope/name" */
function packageOf(specifier) {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/** @param {Import} found @param {string} expected @returns {Violation} */
function violation(found, expected) {
  const what = found.typeOnly ? "a type import" : "an import";
  return { at: `${found.file}:${found.line}`, expected, came: `${what} of ${JSON.stringify(found.specifier)}` };
}

/** The one file of the runtime that imports a package, and which: so that everything else needs none. */
const codec = { file: `${runtimeSource}bridge/codec.ts`, package: "cborg" };

/** Inside the runtime: nothing from outside but the codec's, and only rooms below. @param {Import} found @returns {Violation | undefined} */
function checkRuntime(found) {
  if (found.file === codec.file && found.specifier === codec.package) return undefined;
  if (found.target === undefined || !found.target.startsWith(runtimeSource)) {
    return violation(found, "the runtime imports nothing outside its own src");
  }
  const room = roomOf(found.file);
  const other = roomOf(found.target);
  // The package's own index.ts is outside the rooms: it names what is public, from all of them.
  if (room === "" || other === room) return undefined;
  const { from = [], types = [] } = rooms[room] ?? {};
  if (from.includes(other) || (types.includes(other) && found.typeOnly)) return undefined;
  const allowed = [...from, ...types.map((name) => `types of ${name}`)];
  return violation(found, `${room} imports ${allowed.length === 0 ? "no other room" : `only ${allowed.join(", ")}`}`);
}

/**
 * Inside another package: its own files, its dependencies, and what the platform brings.
 * @param {Import} found @param {string} source such as "packages/devtools/src/"
 * @param {{ dependencies: readonly string[], node: boolean }} may @returns {Violation | undefined}
 */
function checkPackage(found, source, may) {
  if (found.target !== undefined) {
    return found.target.startsWith(source) ? undefined : violation(found, `a relative import stays inside ${source}`);
  }
  if (found.specifier.startsWith("node:")) {
    return may.node ? undefined : violation(found, `${source} runs in a browser and imports nothing of Node`);
  }
  if (may.dependencies.includes(packageOf(found.specifier))) return undefined;
  return violation(found, `only what package.json lists: ${may.dependencies.join(", ") || "nothing"}`);
}

/** An example's program runs in a browser's tab too: only its main.ts meets the host. @param {Import} found */
function checkExample(found) {
  const isProgram = /^examples\/[^/]+\//.test(found.file) && !found.file.startsWith("examples/test/");
  if (!isProgram || found.file.endsWith("/main.ts")) return undefined;
  const meetsHost = found.specifier.startsWith("node:") || packageOf(found.specifier) === "@marketplace/node-drivers";
  return meetsHost ? violation(found, "only main.ts of an example imports Node or its drivers") : undefined;
}

/** @param {Import} found @param {string} folder such as "packages/runtime/" */
function checkOwnIndex(found, folder) {
  const isIndex = found.target?.startsWith(folder) === true && /\/index\.tsx?$/.test(found.target);
  return isIndex ? violation(found, "nothing imports an index.ts of its own package") : undefined;
}

/** @param {string} root @param {string} name */
function manifestOf(root, name) {
  const path = join(root, "packages", name, "package.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
}

/** @param {string} root @returns {Violation[]} every breach of the import law, in the order of files and lines */
export function findViolations(root) {
  /** @type {(Violation | undefined)[]} */
  const found = [];
  for (const name of ["runtime", "node-drivers", "devtools"]) {
    const folder = `packages/${name}/`;
    const source = `${folder}src/`;
    const files = sourceFiles(root, source);
    const imports = files.flatMap((file) => importsOf(root, file));
    const dependencies = Object.keys(manifestOf(root, name).dependencies ?? {});
    for (const one of imports) {
      const law =
        name === "runtime"
          ? checkRuntime(one)
          : checkPackage(one, source, { dependencies, node: name === "node-drivers" });
      found.push(law ?? checkOwnIndex(one, folder));
    }
    if (name === "runtime") {
      const homeless = files.filter((file) => file !== `${source}index.ts` && !(roomOf(file) in rooms));
      const expected = `a file of ${source} lives in one of ${Object.keys(rooms).join(", ")}`;
      found.push(...homeless.map((file) => ({ at: `${file}:1`, expected, came: `a file in ${dirname(file)}` })));
    }
    for (const circle of findCircles(imports)) {
      const came = [...circle.map((one) => one.file), circle[0]?.file].join(" -> ");
      found.push({ at: `${circle[0]?.file}:${circle[0]?.line}`, expected: "no circles", came });
    }
    const tests = sourceFiles(root, `${folder}test`).flatMap((file) => importsOf(root, file));
    found.push(...tests.map((one) => checkOwnIndex(one, folder)));
  }
  found.push(
    ...sourceFiles(root, "examples")
      .flatMap((file) => importsOf(root, file))
      .map(checkExample),
  );
  found.push(...checkNamedFiles(root));
  return found.filter((one) => one !== undefined);
}

const script = fileURLToPath(import.meta.url);
if (process.argv[1] !== undefined && resolve(process.argv[1]) === script) {
  const violations = findViolations(resolve(process.argv[2] ?? dirname(dirname(script))));
  for (const { at, expected, came } of violations) console.log(`${at}\n  expected: ${expected}\n  came:     ${came}`);
  if (violations.length > 0) process.exitCode = 1;
}
