import { ANY, quit, spawn, subscriber, yieldThen, type ActionTree } from "@marketplace/runtime";
import * as nact from "nact";
import { createActor, fromTransition } from "xstate";
import type { Benchmark } from "../harness/benchmark.ts";
import { contest } from "../harness/contest.ts";
import { ours } from "../harness/start.ts";
import { alike, Tally, type Counted } from "../harness/tally.ts";

/** How many processes are spawned in one turn. */
const BURST = 25;

/** A process is spawned, runs its boot function and quits, beside `size` others that do nothing. */
export function spawnAndQuit(size: number): Benchmark {
  return contest("processes/s", () =>
    alike({ ours: marketplace(size), floor: floor(size), nact: nactors(size), xstate: machines(size) }, 1000),
  );
}

function idle<T>(size: number, make: (i: number) => T): T[] {
  return Array.from({ length: size }, (_, i) => make(i));
}

function marketplace(size: number): Counted {
  const tally = new Tally();
  const boot = (): ActionTree<any> => {
    tally.received++;
    return quit();
  };
  const spawnAll = (left: number, done: () => void): ActionTree<any> => {
    const now = Math.min(left, BURST);
    const actions: ActionTree<any>[] = [];
    for (let i = 0; i < now; i++) actions.push(spawn(boot));
    // The children's turn is in the next round, and this yield's after it.
    actions.push(yieldThen(() => (left > now ? spawnAll(left - now, done) : yieldThen(done))));
    return actions;
  };
  const work = ours((starter) => [
    idle(size, (i) => spawn(() => subscriber(["idle", i, ANY]))),
    spawn(() => starter(spawnAll)),
  ]);
  return { tally, work };
}

/** A table, and an object that enters it, runs and leaves it. */
function floor(size: number): Counted {
  const tally = new Tally();
  class Process {
    readonly pid: number;
    state: unknown = undefined;
    readonly endpoints: unknown[] = [];
    constructor(pid: number) {
      this.pid = pid;
    }
  }
  const table = new Map<number, Process>();
  idle(size, (i) => table.set(i, new Process(i)));
  const boot = (pid: number): number => {
    tally.received++;
    return pid;
  };
  let next = size;
  return {
    tally,
    work: (n) => {
      for (let i = 0; i < n; i++) {
        const process = new Process(next++);
        table.set(process.pid, process);
        process.state = boot(process.pid);
        table.delete(process.pid);
      }
    },
  };
}

function nactors(size: number): Counted {
  const tally = new Tally();
  const system = nact.start();
  idle(size, (i) => nact.spawn(system, () => undefined, `idle-${i}`));
  let next = 0;
  return {
    tally,
    // It ends actors in a later task, and those of many spawns pile up until then.
    work: async (n) => {
      for (let i = 0; i < n; i++) {
        const actor = nact.spawn(system, () => undefined, `brief-${next++}`);
        tally.received++;
        nact.stop(actor);
        if (i % 100 === 99) await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

function machines(size: number): Counted {
  const tally = new Tally();
  const logic = fromTransition((state: null) => state, null);
  const there = idle(size, () => createActor(logic).start());
  return {
    tally,
    work: (n) => {
      for (let i = 0; i < n; i++) {
        const actor = createActor(logic).start();
        tally.received++;
        actor.stop();
      }
      if (there.length !== size) throw new Error("the idle ones are gone");
    },
  };
}
