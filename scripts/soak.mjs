// `npm run soak [-- NAME...]`: runs the programs of soak/, each in a process of its own because they measure memory. A program
// passes by ending with exit code 0; it prints what it measured.
import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { closingLine } from "./counts.mjs";
import { endChildrenOnSignals, run } from "./processes.mjs";

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

const all = readdirSync("soak")
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -".ts".length))
  .toSorted();
const names = process.argv.slice(2);
const unknown = names.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no soak test called ${unknown.join(", ")}. Soak tests: ${all.join(", ")}`);
  process.exit(1);
}

endChildrenOnSignals();
const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of names.length === 0 ? all : names) {
  console.log(`soak/${name}.ts`);
  const node = ["--expose-gc", "--conditions=@marketplace/source", "--import=tsx", `soak/${name}.ts`];
  const begin = performance.now();
  const { code } = await run(process.execPath, node, { show: true, timeLimit: Infinity });
  console.log(
    `${code === 0 ? "ok" : `FAIL, exit code ${code}`}, ${((performance.now() - begin) / 1000).toFixed(1)} s\n`,
  );
  total[code === 0 ? "passed" : "failed"] += 1;
}
console.log(closingLine(total));
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
