import { fork, spawnSync, type ChildProcess } from "node:child_process";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import type { Benchmark } from "../harness/benchmark.ts";
import { cpuTime } from "../harness/cpu.ts";

/** How long each server works in a round, in milliseconds of the clock. */
const BATCH = 400;

/**
 * How many round trips each server makes before anything is counted, while the compiler gets to know it; of the large blocks, a tenth as many
 * megabytes. Not a time, in which a busy machine would do too little for that.
 */
const WARM_UP = 30_000;

/** One write of the bulk benchmark, in bytes, and how many of them are under way. */
const BLOCK = 64 * 1024;
const BLOCKS = 4;

interface Server {
  readonly process: ChildProcess;
  readonly socket: Socket;
}

/** A small message goes to an echo server and comes back before the next is sent; counted per second of the server's processor time. */
export function roundTrips(): Benchmark {
  return echo("round trips/s of CPU", WARM_UP, async (socket, until) => {
    const message = Buffer.alloc(64, 1);
    let count = 0;
    while (performance.now() < until) {
      await exchange(socket, message, message.length);
      count++;
    }
    return count;
  });
}

/** As much as can be goes to an echo server and comes back. */
export function bulk(): Benchmark {
  return echo("MB/s of CPU", WARM_UP / 10, async (socket, until) => {
    const block = Buffer.alloc(BLOCK, 2);
    let bytes = 0;
    while (performance.now() < until) {
      await exchange(socket, block, BLOCK * BLOCKS, BLOCKS);
      bytes += BLOCK * BLOCKS;
    }
    return bytes / 1e6;
  });
}

/** Write `block` some times and wait until `expected` bytes have come back. */
function exchange(socket: Socket, block: Buffer, expected: number, times = 1): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = 0;
    const take = (bytes: Buffer): void => {
      received += bytes.length;
      if (received < expected) return;
      socket.off("data", take);
      if (received === expected) resolve();
      else reject(new Error(`expected ${expected} bytes back, got ${received}`));
    };
    socket.on("data", take);
    for (let i = 0; i < times; i++) socket.write(block);
  });
}

/** @param warmUp so many units are worked before anything is counted */
function echo(unit: string, warmUp: number, work: (socket: Socket, until: number) => Promise<number>): Benchmark {
  return {
    unit,
    better: "higher",
    async *rounds(count) {
      pin(process.pid, 1);
      const servers: [string, Server][] = [
        ["ours", await start("ours")],
        ["node:net", await start("node:net")],
      ];
      for (const [, { socket }] of servers) {
        for (let done = 0; done < warmUp;) done += await work(socket, performance.now() + BATCH);
      }
      for (let round = 0; round < count; round++) {
        const figures: Record<string, number> = {};
        for (let i = 0; i < servers.length; i++) {
          const [name, server] = servers[(round + i) % servers.length] as [string, Server];
          const main = `${server.process.pid}/task/${server.process.pid}`;
          const begin = cpuTime(main);
          const units = await work(server.socket, performance.now() + BATCH);
          figures[name] = units / ((cpuTime(main) - begin) / 1000);
        }
        yield figures;
      }
      for (const [, { process: server, socket }] of servers) {
        socket.destroy();
        server.disconnect();
      }
    },
  };
}

async function start(kind: string): Promise<Server> {
  const server = fork(fileURLToPath(new URL("../tcp/server.ts", import.meta.url)), [kind], {
    stdio: ["ignore", process.stderr, process.stderr, "ipc"],
  });
  pin(server.pid as number, 0);
  const port = await new Promise<number>((resolve, reject) => {
    server.once("message", (message) => resolve(message as number));
    server.once("exit", (code) => reject(new Error(`the server ${kind} ended with exit code ${code}`)));
  });
  const socket = connect(port, "127.0.0.1");
  socket.setNoDelay(true);
  await new Promise((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  return { process: server, socket };
}

/** Keep a process on one processor: moving costs it its caches. Where there is no `taskset` it stays free. */
function pin(pid: number, processor: number): void {
  spawnSync("taskset", ["--all-tasks", "--cpu-list", "--pid", String(processor), String(pid)]);
}
