import { ANY, spawn, subscriber } from "@marketplace/runtime";
import { EventEmitter } from "eventemitter3";
import mqemitter from "mqemitter";
import { Subject } from "rxjs";
import type { Benchmark, Work } from "../harness/benchmark.ts";
import { contest } from "../harness/contest.ts";
import { answering, counting } from "../harness/handlers.ts";
import { publisher } from "../harness/publish.ts";
import { ours } from "../harness/start.ts";
import { alike, Tally, type Counted } from "../harness/tally.ts";

/** One message goes to `size` subscribers. */
export function fanOut(size: number): Benchmark {
  return contest("deliveries/s", () =>
    alike(
      {
        ours: marketplace(size),
        floor: floor(size),
        mqemitter: mq(size),
        eventemitter3: emitter(size),
        rxjs: subject(size),
      },
      size * 10,
    ),
  );
}

type News = readonly [string, number];

/** Work is given in deliveries. */
function inMessages(size: number, work: Work): Work {
  return (deliveries) => work(Math.ceil(deliveries / size));
}

function each<T>(size: number, make: (i: number) => T): T[] {
  return Array.from({ length: size }, (_, i) => make(i));
}

function marketplace(size: number): Counted {
  const tally = new Tally();
  const run = ours((starter) => [
    each(size, (i) => spawn(() => subscriber(["news", ANY], { onMessage: counting(tally, i) }))),
    publisher(starter, (i) => ["news", i]),
  ]);
  return { tally, work: inMessages(size, run) };
}

function floor(size: number): Counted {
  const tally = new Tally();
  const handlers = new Map<string, ((news: News) => void)[]>();
  handlers.set(
    "news",
    each(size, (i) => counting(tally, i)),
  );
  return {
    tally,
    work: inMessages(size, (n) => {
      for (let i = 0; i < n; i++) {
        const news: News = ["news", i];
        for (const handler of handlers.get(news[0]) as ((news: News) => void)[]) handler(news);
      }
    }),
  };
}

function mq(size: number): Counted {
  const tally = new Tally();
  const bus = mqemitter();
  each(size, (i) => bus.on("news", answering(tally, i)));
  return {
    tally,
    work: inMessages(size, (n) => {
      for (let i = 0; i < n; i++) bus.emit({ topic: "news", i });
    }),
  };
}

function emitter(size: number): Counted {
  const tally = new Tally();
  const events = new EventEmitter<{ news: [News] }>();
  each(size, (i) => events.on("news", counting(tally, i)));
  return {
    tally,
    work: inMessages(size, (n) => {
      for (let i = 0; i < n; i++) events.emit("news", ["news", i]);
    }),
  };
}

function subject(size: number): Counted {
  const tally = new Tally();
  const news = new Subject<News>();
  each(size, (i) => news.subscribe(counting(tally, i)));
  return {
    tally,
    work: inMessages(size, (n) => {
      for (let i = 0; i < n; i++) news.next(["news", i]);
    }),
  };
}
