import {
  ANY,
  deleteEndpoint,
  observePublishers,
  publisher,
  spawn,
  subscriber,
  yieldThen,
  type ActionTree,
} from "@marketplace/runtime";
import { EventEmitter } from "eventemitter3";
import mqemitter from "mqemitter";
import type { Benchmark } from "../harness/benchmark.ts";
import { contest } from "../harness/contest.ts";
import { ours, type Starter } from "../harness/start.ts";
import { alike, Tally, type Counted } from "../harness/tally.ts";

/** How many endpoints come and go in one turn. */
const BURST = 25;

/**
 * An endpoint comes and goes beside `size` others that it has nothing to do with. One observer is told of both; the peers' subscriptions
 * come and go without a word, so their tallies count what is done by hand.
 */
export function churn(size: number): Benchmark {
  return contest("cycles/s", () =>
    alike({ ours: marketplace(size), floor: floor(size), mqemitter: mq(size), eventemitter3: emitter(size) }, 1000),
  );
}

function others<T>(size: number, make: (i: number) => T): T[] {
  return Array.from({ length: size }, (_, i) => make(i));
}

function marketplace(size: number): Counted {
  const tally = new Tally();
  const told = (): void => void tally.received++;
  const cycles = (from: number, to: number, done: () => void): ActionTree<any> => {
    const end = Math.min(from + BURST, to);
    const actions: ActionTree<any>[] = [];
    for (let i = from; i < end; i++) actions.push(publisher(["job", i], {}, { id: "job" }), deleteEndpoint("job"));
    actions.push(yieldThen(() => (end < to ? cycles(end, to, done) : done())));
    return actions;
  };
  const work = ours((starter: Starter) => [
    others(size, (i) => spawn(() => subscriber(["other", i, ANY]))),
    spawn(() => observePublishers(["job", ANY], { onPresence: told, onAbsence: told })),
    spawn(() => starter((n, done) => cycles(0, n, done))),
  ]);
  return { tally, work };
}

interface Observer {
  came(endpoint: object): void;
  went(endpoint: object): void;
}

/** A map of what is there, and two calls. */
function floor(size: number): Counted {
  const tally = new Tally();
  const there = new Map<string, object>();
  others(size, (i) => there.set(`other ${i}`, {}));
  const observer: Observer = {
    came: () => void tally.received++,
    went: () => void tally.received++,
  };
  const observers = new Map<string, Observer>([["job", observer]]);
  // One key, set and deleted again and again, would take the longer the larger the map: each deletion leaves a mark in the key's chain.
  const keys = Array.from({ length: 1 << 12 }, (_, i) => `job ${i}`);
  return {
    tally,
    work: (n) => {
      for (let i = 0; i < n; i++) {
        const key = keys[i & 0xfff] as string;
        const endpoint = { topic: ["job", i] };
        there.set(key, endpoint);
        observers.get("job")?.came(endpoint);
        there.delete(key);
        observers.get("job")?.went(endpoint);
      }
    },
  };
}

function mq(size: number): Counted {
  const tally = new Tally();
  const bus = mqemitter();
  const listener = (_: unknown, done: () => void): void => done();
  others(size, (i) => bus.on(`other/${i}`, listener));
  return {
    tally,
    // It removes listeners in a later task.
    work: (n) =>
      new Promise((resolve) => {
        for (let i = 0; i < n; i++) {
          bus.on(`job/${i}`, listener);
          tally.received += 2;
          bus.removeListener(`job/${i}`, listener, i === n - 1 ? resolve : undefined);
        }
      }),
  };
}

function emitter(size: number): Counted {
  const tally = new Tally();
  const events = new EventEmitter();
  const listener = (): void => {};
  others(size, (i) => events.on(`other ${i}`, listener));
  return {
    tally,
    work: (n) => {
      for (let i = 0; i < n; i++) {
        events.on("job", listener);
        tally.received += 2;
        events.off("job", listener);
      }
    },
  };
}
