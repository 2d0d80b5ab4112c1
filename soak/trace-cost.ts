// What do the debugger's trace points cost a program that nobody watches? The same program runs in three bundles of the runtime: as it is,
// with the trace points taken out, and a second copy of that. The first may differ from the second by as much as the third does
// (the interval in which the medians of 95 of 100 resamplings lie), and one percent; and it may allocate no more.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "vite";
import { seededRandom } from "@marketplace/runtime/testing";
import { cpuTime } from "../bench/harness/cpu.ts";

const ROUNDS = 60;
const MESSAGES = 100_000;
/** Few enough that no collection comes between. */
const COUNTED_MESSAGES = 10_000;
const runtime = fileURLToPath(new URL("../packages/runtime/src/", import.meta.url));

interface Bundle {
  /** Send this many messages to and fro between two processes. */
  readonly run: (messages: number) => void;
}

const entry = `
  import { Machine } from "${runtime}vm/machine.ts";
  import { publisher, subscriber } from "${runtime}dsl/endpoints.ts";
  import { sendMessage } from "${runtime}dsl/messages.ts";
  import { spawn } from "${runtime}dsl/processes.ts";
  import { transition } from "${runtime}model/transition.ts";
  import { ANY } from "${runtime}terms/wildcard.ts";
  const side = (mine, theirs) => spawn(() => transition(0,
    publisher([theirs, ANY]),
    subscriber([mine, ANY], { onMessage: ([, left], count) => transition(count + 1, left > 0 && sendMessage([theirs, left - 1])) }),
  ));
  const machine = new Machine(() => [side("ping", "pong"), side("pong", "ping")]);
  machine.runUntilIdle();
  const first = [...machine.root.processes.values()][0];
  export function run(messages) {
    machine.inject(first, () => sendMessage(["ping", messages]));
    machine.runUntilIdle();
  }
`;

/** Takes the trace points out of the VM's sources; how many there were is counted. */
function untraced(count: { points: number }): Plugin {
  return {
    name: "untraced",
    transform(code, id) {
      if (!id.startsWith(`${runtime}vm/`)) return undefined;
      return code
        .replace(/const \{ tracer \} = [^;]*;/g, () => (count.points++, "const tracer = null;"))
        .replace(/[\w.#]*machine\.tracer\?\./g, () => (count.points++, "null?."));
    },
  };
}

async function bundle(folder: string, name: string, plugins: readonly Plugin[]): Promise<Bundle> {
  const main = join(folder, `${name}.entry.js`);
  await writeFile(main, entry);
  await build({
    configFile: false,
    logLevel: "error",
    plugins: [...plugins],
    build: {
      outDir: folder,
      emptyOutDir: false,
      minify: "oxc",
      target: "es2023",
      lib: { entry: main, formats: ["es"], fileName: name },
    },
  });
  return (await import(pathToFileURL(join(folder, `${name}.js`)).href)) as Bundle;
}

function time({ run }: Bundle): number {
  const begin = cpuTime();
  run(MESSAGES);
  return cpuTime() - begin;
}

/**
 * The least of some samples: what the compiler cannot do without. In between it is 40 bytes more in any of the bundles, the two equal ones
 * included, where the compiler has not (or no longer) found that an object of its own does not leave a function.
 *
 * @returns bytes for one message
 */
function allocated({ run }: Bundle): number {
  const samples = Array.from({ length: 30 }, () => {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    run(COUNTED_MESSAGES);
    return (process.memoryUsage().heapUsed - before) / COUNTED_MESSAGES;
  });
  return Math.min(...samples);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

/** Where the median of `values` would lie in 95 of 100 repetitions, by resampling. */
function interval(values: readonly number[]): readonly [low: number, high: number] {
  const random = seededRandom(1);
  const medians = Array.from({ length: 2000 }, () =>
    median(values.map(() => values[Math.floor(random() * values.length)] as number)),
  ).sort((a, b) => a - b);
  return [medians[50] as number, medians[1949] as number];
}

const folder = await mkdtemp(join(tmpdir(), "marketplace-trace-cost-"));
try {
  const count = { points: 0 };
  const traced = await bundle(folder, "traced", []);
  const plain = await bundle(folder, "plain", [untraced(count)]);
  const again = await bundle(folder, "again", [untraced(count)]);
  if (count.points < 30) throw new Error(`expected at least 30 trace points in two bundles, found ${count.points}`);
  const candidates = [traced, plain, again];
  for (let i = 0; i < 5; i++) for (const each of candidates) time(each);

  const toPlain: number[] = [];
  const copies: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const times = new Map<Bundle, number>();
    for (let i = 0; i < candidates.length; i++) {
      const each = candidates[(round + i) % candidates.length] as Bundle;
      times.set(each, time(each));
    }
    const base = times.get(plain) as number;
    toPlain.push((times.get(traced) as number) / base);
    copies.push((times.get(again) as number) / base);
  }
  const [low, high] = interval(copies);
  const ratio = median(toPlain);
  const bytes = [allocated(traced), allocated(plain)] as const;
  console.log(
    `time with trace points, without = 1: ${ratio.toFixed(4)}; a copy without: ${low.toFixed(4)} to ${high.toFixed(4)}`,
  );
  console.log(`bytes allocated for a message: ${bytes[0].toFixed(1)} with, ${bytes[1].toFixed(1)} without`);
  const passed = ratio <= high + 0.01 && Math.abs(bytes[0] - bytes[1]) <= 1;
  console.log(`1 check: ${passed ? "passed" : "failed"}`);
  if (!passed) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true });
}
