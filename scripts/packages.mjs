// Checks the published packages as a user gets them: packed, with metadata that holds, small, and working in an empty project.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { closingLine } from "./counts.mjs";
import { endChildrenOnSignals, run, runNode } from "./processes.mjs";
import { publishedPackages } from "./published-packages.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
endChildrenOnSignals();

const tsc = join(root, "node_modules/@typescript/native/bin/tsc");
const total = { passed: 0, failed: 0, skipped: 0 };

/**
 * Counts one check and shows its output where it failed, or where it is worth seeing.
 * @param {string} what @param {boolean} passed @param {string} output
 */
function report(what, passed, output) {
  total[passed ? "passed" : "failed"] += 1;
  console.log(`${passed ? "ok  " : "FAIL"}  ${what}`);
  if (!passed) console.log(output.trim().replaceAll(/^/gm, "      "));
}

/** From empty dist folders: a file whose source is gone must not be packed. @param {readonly string[]} folders */
async function build(folders) {
  for (const folder of folders) rmSync(join(folder, "dist"), { recursive: true, force: true });
  const { code, output } = await runNode(tsc, ["--build", ...folders]);
  report("the packages compile", code === 0, output);
  return code === 0;
}

/** @param {string} folder @param {string} destination @returns {Promise<string>} the tarball's path */
async function pack(folder, destination) {
  const { code, stdout, output } = await run("npm", ["pack", "--json", "--pack-destination", destination], {
    cwd: folder,
  });
  if (code !== 0) throw new Error(`npm pack failed in ${folder}:\n${output}`);
  return join(destination, JSON.parse(stdout)[0].filename);
}

/** @param {string} tarball */
async function checkMetadata(tarball) {
  const name = basename(tarball);
  const publint = await runNode("node_modules/publint/src/cli.js", ["run", tarball, "--strict"]);
  report(`publint ${name}`, publint.code === 0, publint.output);
  const attw = await runNode("node_modules/@arethetypeswrong/cli/dist/index.js", [tarball, "--profile", "esm-only"]);
  report(`attw ${name}`, attw.code === 0, attw.output);
}

async function checkSize() {
  const { code, stdout, output } = await runNode("node_modules/size-limit/bin.js", ["--json"]);
  report("size-limit", code === 0, output);
  if (code !== 0) return;
  for (const { name, size } of JSON.parse(stdout)) console.log(`      ${name}: ${(size / 1000).toFixed(1)} kB`);
}

/** The programs of scripts/consumer that each package is tried with, and the types of the platform that it claims to need. */
const consumers = {
  runtime: { programs: ["runtime"], types: [] },
  "node-drivers": { programs: ["node-drivers", "bridge"], types: ["node"] },
};

/**
 * An empty project into which the tarballs come one after the other, so that each is tried without what only the next one needs: its
 * programs are compiled against the declarations as they are shipped, with no more types than the package claims to need, then run.
 * @param {string} project @param {readonly { name: string, tarball: string }[]} packages
 */
async function checkUse(project, packages) {
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  for (const { name, tarball } of packages) {
    const install = await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball], {
      cwd: project,
    });
    report(`${name} installs into an empty project`, install.code === 0, install.output);
    if (install.code !== 0) return;
    const { programs, types } = consumers[/** @type {keyof typeof consumers} */ (name)];
    for (const program of programs) await tryProgram(project, program, types);
  }
}

/** @param {string} project @param {string} name @param {readonly string[]} types */
async function tryProgram(project, name, types) {
  const program = `${name}.ts`;
  cpSync(join("scripts/consumer", program), join(project, program));
  const compilerOptions = {
    target: "es2023",
    lib: ["es2023", "esnext.disposable"],
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    types,
    typeRoots: [join(root, "node_modules/@types")],
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [program] }));
  const compiled = await runNode(tsc, [], { cwd: project });
  report(`${program} compiles against the packages as installed`, compiled.code === 0, compiled.output);
  const ran = await runNode(`${name}.js`, [], { cwd: project });
  const expected = /^\/\/ Prints: (.*)$/m.exec(readFileSync(join(project, program), "utf8"))?.[1];
  report(`and prints ${JSON.stringify(expected)}`, ran.code === 0 && ran.stdout.trim() === expected, ran.output);
}

const temporary = mkdtempSync(join(tmpdir(), "marketplace-packages-"));
process.on("exit", () => rmSync(temporary, { recursive: true, force: true }));
const packages = publishedPackages(root);
if (await build(packages.map(({ folder }) => folder))) {
  const packed = [];
  for (const { name, folder } of packages) packed.push({ name, tarball: await pack(folder, temporary) });
  for (const { tarball } of packed) await checkMetadata(tarball);
  await checkSize();
  await checkUse(join(temporary, "project"), packed);
}
console.log(closingLine(total));
process.exitCode = total.failed === 0 ? 0 : 1;
