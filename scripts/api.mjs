// Compares the public API of each published package with the report in api/; with --update it writes the reports.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { apiReport } from "./api-report.mjs";
import { endChildrenOnSignals, runNode } from "./processes.mjs";
import { publishedPackages } from "./published-packages.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
endChildrenOnSignals();

/** Lines that only one of the texts has, with a sign in front. @param {string} before @param {string} after */
function changedLines(before, after) {
  const [old, now] = [before.split("\n"), after.split("\n")];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
  ];
}

const update = process.argv.includes("--update");
const packages = publishedPackages(root);
const build = await runNode("node_modules/@typescript/native/bin/tsc", [
  "--build",
  ...packages.map(({ folder }) => folder),
]);
if (build.code !== 0) {
  console.log(`The packages do not compile:\n${build.output}`);
  process.exit(1);
}

mkdirSync("api", { recursive: true });
for (const { name, folder } of packages) {
  const file = `api/${name}.api.md`;
  const now = apiReport(join(root, folder));
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (now === before) continue;
  if (update) {
    writeFileSync(file, now);
    console.log(`${file} is written`);
  } else {
    console.log(
      `${file} is not what the package exports now:\n${changedLines(before, now).join("\n") || "the same lines in another order"}\n`,
    );
    console.log("If the change is meant, write the report anew with: npm run api");
    process.exitCode = 1;
  }
}
