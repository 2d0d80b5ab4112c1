import { ANY, spawn, subscriber } from "@marketplace/runtime";
import { EventEmitter } from "eventemitter3";
import mqemitter from "mqemitter";
import type { Benchmark } from "../harness/benchmark.ts";
import { contest } from "../harness/contest.ts";
import { answering, counting } from "../harness/handlers.ts";
import { publisher } from "../harness/publish.ts";
import { randomNumbers } from "../harness/random.ts";
import { ours } from "../harness/start.ts";
import { alike, Tally, type Counted } from "../harness/tally.ts";

type Quote = readonly [label: string, key: string, price: number];

/** Each of `size` subscribers has a key of its own, and each message one of these keys. */
export function keyed(size: number): Benchmark {
  const keys = Array.from({ length: size }, (_, i) => `key ${i}`);
  const random = randomNumbers(1);
  // In no order that a cache could foresee.
  const sequence = Array.from({ length: 1 << 16 }, () => keys[random(size)] as string);
  const keyOf = (i: number): string => sequence[i & 0xffff] as string;
  return contest("messages/s", () =>
    alike(
      {
        ours: marketplace(keys, keyOf),
        floor: floor(keys, keyOf),
        mqemitter: mq(keys, keyOf),
        eventemitter3: emitter(keys, keyOf),
      },
      1000,
    ),
  );
}

function marketplace(keys: readonly string[], keyOf: (i: number) => string): Counted {
  const tally = new Tally();
  const work = ours((starter) => [
    keys.map((key, i) => spawn(() => subscriber(["quote", key, ANY], { onMessage: counting(tally, i) }))),
    publisher(starter, (i) => ["quote", keyOf(i), i]),
  ]);
  return { tally, work };
}

function floor(keys: readonly string[], keyOf: (i: number) => string): Counted {
  const tally = new Tally();
  const handlers = new Map<string, (quote: Quote) => void>();
  keys.forEach((key, i) => handlers.set(key, counting(tally, i)));
  return {
    tally,
    work: (n) => {
      for (let i = 0; i < n; i++) {
        const quote: Quote = ["quote", keyOf(i), i];
        (handlers.get(quote[1]) as (quote: Quote) => void)(quote);
      }
    },
  };
}

function mq(keys: readonly string[], keyOf: (i: number) => string): Counted {
  const tally = new Tally();
  const bus = mqemitter();
  keys.forEach((key, i) => bus.on(key, answering(tally, i)));
  return {
    tally,
    work: (n) => {
      for (let i = 0; i < n; i++) bus.emit({ topic: keyOf(i), price: i });
    },
  };
}

function emitter(keys: readonly string[], keyOf: (i: number) => string): Counted {
  const tally = new Tally();
  const events = new EventEmitter<Record<string, [Quote]>>();
  keys.forEach((key, i) => events.on(key, counting(tally, i)));
  return {
    tally,
    work: (n) => {
      for (let i = 0; i < n; i++) {
        const key = keyOf(i);
        events.emit(key, ["quote", key, i]);
      }
    },
  };
}
