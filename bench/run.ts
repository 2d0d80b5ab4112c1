// `npm run bench [-- NAME...] [--json] [--rounds N]`: measures ours beside its peers. Each benchmark runs in a process of its own.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { catalog } from "./catalog.ts";
import type { Result } from "./harness/result.ts";
import { heading, line } from "./harness/table.ts";

const usage = `Usage: npm run bench [-- NAME...] [-- --json] [-- --rounds N]
Names: ${Object.keys(catalog).join(", ")}. The first word alone stands for all that begin with it.`;

function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { json: { type: "boolean" }, rounds: { type: "string" }, help: { type: "boolean" } },
    allowPositionals: true,
  });
  if (values.help === true) {
    console.log(usage);
    return Promise.resolve();
  }
  const rounds = Number(values.rounds ?? 15);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds: expected a positive number\n${usage}`);
  return measure(chosen(positionals), rounds, values.json === true);
}

async function measure(names: readonly string[], rounds: number, json: boolean): Promise<void> {
  const results: Record<string, Result> = {};
  if (!json) console.log(heading());
  for (const name of names) {
    const result = await run(name, rounds);
    results[name] = result;
    if (!json) console.log(line(name, result));
  }
  if (json) console.log(JSON.stringify(results));
}

/** `keyed 10` is one benchmark whether or not the shell kept its words together; `keyed` is all of that kind. */
function chosen(words: readonly string[]): readonly string[] {
  const all = Object.keys(catalog);
  if (words.length === 0) return all;
  const names: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const two = `${word} ${words[i + 1]}`;
    if (all.includes(two)) {
      names.push(two);
      i++;
      continue;
    }
    const found = all.filter((name) => name === word || name.startsWith(`${word} `));
    if (found.length === 0) throw new Error(`There is no benchmark called ${word}.\n${usage}`);
    names.push(...found);
  }
  return names;
}

function run(name: string, rounds: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    // The options of this process, such as --expose-gc, are the child's too. What peers print is not for stdout.
    const child = fork(fileURLToPath(new URL("one.ts", import.meta.url)), [name, String(rounds)], {
      stdio: ["ignore", process.stderr, process.stderr, "ipc"],
    });
    let result: Result | undefined;
    child.on("message", (message) => (result = message as Result));
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (result !== undefined) resolve(result);
      else reject(new Error(`${name} ended with ${signal ?? `exit code ${code}`} and no result`));
    });
  });
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
