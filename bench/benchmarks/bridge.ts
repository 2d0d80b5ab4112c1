import { fork, spawnSync, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bridged } from "../bridge/bridged.ts";
import type { Conversation } from "../bridge/conversation.ts";
import { piped } from "../bridge/piped.ts";
import type { Reached } from "../bridge/server.ts";
import type { Benchmark } from "../harness/benchmark.ts";
import { cpuTime } from "../harness/cpu.ts";

/** How long each bridge works in a round, in milliseconds of the clock. */
const BATCH = 400;

/** How much processor time each bridge has before anything is counted, while the compiler gets to know it; and how long that may take. */
const WARM_UP = 2000;
const LONGEST_WARM_UP = 20_000;

/** One round trip, in bytes. */
const MESSAGE = 64;

/** One write of the bulk benchmark, in bytes; and how much of it is under way in each conversation. */
const BLOCK = 64 * 1024;
const UNDER_WAY = 3 * BLOCK;

interface Bridge {
  readonly process: ChildProcess;
  readonly conversations: readonly Conversation[];
}

/** What one bridge did in one batch. */
interface Done {
  readonly units: number;
  /** Of the clock, and of the bridge's processor time, in milliseconds. */
  readonly time: number;
  readonly cpu: number;
}

/** Moves units through all conversations at the same time, until the clock says so; returns how many. */
type Load = (conversations: readonly Conversation[], until: number) => Promise<number>;

/** In each conversation a small message goes to an echo server and comes back before the next is sent; counted by the clock. */
export function roundTrips(conversations: number): Benchmark {
  return through(conversations, "round trips/s", "higher", exchange, ({ units, time }) => units / (time / 1000));
}

/** The same, and what each of them costs the bridge. */
export function cost(conversations: number): Benchmark {
  return through(
    conversations,
    "µs of CPU per round trip",
    "lower",
    exchange,
    ({ units, cpu }) => (cpu * 1000) / units,
  );
}

/** As much as can be goes to an echo server and comes back; counted by the clock. */
export function bulk(conversations: number): Benchmark {
  return through(conversations, "MB/s", "higher", fill, ({ units, time }) => units / 1e6 / (time / 1000));
}

const exchange: Load = async (conversations, until) => {
  const message = new Uint8Array(MESSAGE).fill(1);
  const counts = conversations.map(async (conversation) => {
    let count = 0;
    while (performance.now() < until) {
      await echoed(conversation, message, MESSAGE);
      count++;
    }
    return count;
  });
  return sum(await Promise.all(counts));
};

const fill: Load = async (conversations, until) => {
  const block = new Uint8Array(BLOCK).fill(2);
  const counts = conversations.map(async (conversation) => {
    let bytes = 0;
    while (performance.now() < until) bytes += await stream(conversation, block, until);
    return bytes;
  });
  return sum(await Promise.all(counts));
};

/** Send `message` and wait until `expected` bytes have come back. */
function echoed(conversation: Conversation, message: Uint8Array, expected: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = 0;
    conversation.onBytes((length) => {
      received += length;
      if (received === expected) resolve();
      else if (received > expected) reject(new Error(`expected ${expected} bytes back, got ${received}`));
    });
    conversation.send(message);
  });
}

/** Keep blocks under way until the clock says so; then wait for the rest. */
function stream(conversation: Conversation, block: Uint8Array, until: number): Promise<number> {
  return new Promise((resolve) => {
    let sent = 0;
    let received = 0;
    const more = (): void => {
      while (sent - received <= UNDER_WAY - block.length && performance.now() < until) {
        sent += block.length;
        conversation.send(block);
      }
    };
    conversation.onBytes((length) => {
      received += length;
      more();
      if (received === sent) resolve(sent);
    });
    more();
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

function through(
  conversations: number,
  unit: string,
  better: Benchmark["better"],
  load: Load,
  figure: (done: Done) => number,
): Benchmark {
  return {
    unit,
    better,
    async *rounds(count) {
      // The bridge has one processor, those who use it the other.
      pin(process.pid, 1);
      const { child: echo, told: echoPort } = await started(new URL("../bridge/echo.ts", import.meta.url), [], 1);
      const bridges: [string, Bridge][] = [];
      for (const name of ["ours", "websockify", "pipe"])
        bridges.push([name, await start(name, echoPort as number, conversations)]);
      for (const [, bridge] of bridges) await warmUp(bridge, load);
      for (let round = 0; round < count; round++) {
        const figures: Record<string, number> = {};
        for (let i = 0; i < bridges.length; i++) {
          const [name, bridge] = bridges[(round + i) % bridges.length] as [string, Bridge];
          figures[name] = figure(await batch(bridge, load));
        }
        yield figures;
      }
      for (const [, bridge] of bridges) bridge.process.disconnect();
      echo.disconnect();
    },
  };
}

async function warmUp(bridge: Bridge, load: Load): Promise<void> {
  const end = performance.now() + LONGEST_WARM_UP;
  for (let cpu = 0; cpu < WARM_UP && performance.now() < end;) cpu += (await batch(bridge, load)).cpu;
}

async function batch({ process: { pid }, conversations }: Bridge, load: Load): Promise<Done> {
  const main = `${pid}/task/${pid}`;
  const begin = performance.now();
  const cpuBegin = cpuTime(main);
  const units = await load(conversations, begin + BATCH);
  return { units, time: performance.now() - begin, cpu: cpuTime(main) - cpuBegin };
}

async function start(kind: string, echoPort: number, conversations: number): Promise<Bridge> {
  const { child, told } = await started(new URL("../bridge/server.ts", import.meta.url), [kind, String(echoPort)], 0);
  const open = kind === "ours" ? bridged : piped;
  return { process: child, conversations: await open(told as Reached, echoPort, conversations) };
}

/** @returns a process of its own, and the first thing it has told us */
async function started(
  program: URL,
  args: readonly string[],
  processor: number,
): Promise<{ child: ChildProcess; told: unknown }> {
  const child = fork(fileURLToPath(program), args, {
    // One of the peers prints what it does.
    stdio: ["ignore", "ignore", process.stderr, "ipc"],
  });
  pin(child.pid as number, processor);
  const told = await new Promise<unknown>((resolve, reject) => {
    child.once("message", (message) => resolve(message));
    child.once("exit", (code) =>
      reject(new Error(`${program.pathname} ${args.join(" ")} ended with exit code ${code}`)),
    );
  });
  return { child, told };
}

/** Keep a process on one processor: moving costs it its caches. Where there is no `taskset` it stays free. */
function pin(pid: number, processor: number): void {
  spawnSync("taskset", ["--all-tasks", "--cpu-list", "--pid", String(processor), String(pid)]);
}
