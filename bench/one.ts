// Runs one benchmark, in a process that nothing else has warmed up or filled: `one.ts NAME ROUNDS`. Its result goes to the parent.
import { catalog } from "./catalog.ts";
import { summarise } from "./harness/result.ts";
import type { Round } from "./harness/benchmark.ts";

const [name = "", rounds = ""] = process.argv.slice(2);
const load = catalog[name];
if (load === undefined) throw new Error(`expected the name of a benchmark, got ${JSON.stringify(name)}`);

const benchmark = await load();
const measured: Round[] = [];
for await (const round of benchmark.rounds(Number(rounds))) measured.push(round);
// Peers keep timers, and our VMs wait for sources that nobody will fire any more.
process.send?.(summarise(benchmark, measured), () => process.exit());
