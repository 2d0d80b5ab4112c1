import { ANY, groundVm, spawn, subscriber, type ActionTree } from "@marketplace/runtime";
import * as nact from "nact";
import { createActor, fromTransition } from "xstate";
import type { Benchmark } from "../harness/benchmark.ts";

/** So many are made at a time. */
const COUNT = 50_000;

/** Builds `COUNT` of something. @returns what keeps them, and how to let go of them */
type Build = () => Promise<{ readonly keeps: unknown; readonly drop: () => Promise<void> | void }>;

/** Bytes of heap for each process with one endpoint that does nothing. Its handler, which is the user's, is shared by all. */
export function memory(): Benchmark {
  return {
    unit: "bytes/process",
    better: "lower",
    async *rounds(count) {
      const builds = Object.entries({ ours: marketplace, floor, nact: nactors, xstate: machines });
      // What is made once, code and shapes of objects, belongs to nobody.
      for (const [, build] of builds) await bytesOf(build);
      for (let round = 0; round < Math.min(count, 5); round++) {
        const figures: Record<string, number> = {};
        for (let i = 0; i < builds.length; i++) {
          const [name, build] = builds[(round + i) % builds.length] as (typeof builds)[number];
          figures[name] = await bytesOf(build);
        }
        yield figures;
      }
    },
  };
}

async function bytesOf(build: Build): Promise<number> {
  const before = await heapUsed();
  const { keeps, drop } = await build();
  const after = await heapUsed();
  if (keeps === undefined) throw new Error("nothing was built");
  await drop();
  return (after - before) / COUNT;
}

async function heapUsed(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error("memory: expected node --expose-gc");
  // Objects that wait for a task or for finalization go in the second turn.
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc();
  }
  return process.memoryUsage().heapUsed;
}

const onMessage = (): void => {};

async function marketplace(): ReturnType<Build> {
  const idle = (i: number): ActionTree<any> => spawn(() => subscriber(["idle", i, ANY], { onMessage }));
  // It ends at once, because no event source keeps it: so one process waits for an event that will not come.
  const waiting = { arm: () => () => {} };
  let booted = (): void => {};
  const ready = new Promise<void>((resolve) => (booted = resolve));
  const vm = groundVm(() => [
    Array.from({ length: COUNT }, (_, i) => idle(i)),
    spawn(() => {
      booted();
      return subscriber([waiting as never, ANY]);
    }),
  ]);
  await ready;
  return { keeps: vm, drop: () => vm.stop() };
}

/** An entry in a map, an object with a topic, and a call to come. */
async function floor(): ReturnType<Build> {
  const table = new Map<number, object>();
  for (let i = 0; i < COUNT; i++) table.set(i, { pid: i, state: undefined, topic: ["idle", i], onMessage });
  return { keeps: table, drop: () => table.clear() };
}

async function nactors(): ReturnType<Build> {
  const system = nact.start();
  for (let i = 0; i < COUNT; i++) nact.spawn(system, () => undefined, `idle-${i}`);
  return { keeps: system, drop: () => nact.stop(system) };
}

async function machines(): ReturnType<Build> {
  const logic = fromTransition((state: null) => state, null);
  const actors = Array.from({ length: COUNT }, () => createActor(logic).start());
  return { keeps: actors, drop: () => void (actors.length = 0) };
}
