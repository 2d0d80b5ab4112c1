import { ANY, sendMessage, spawn, subscriber } from "@marketplace/runtime";
import { Effect, Fiber, Queue } from "effect";
import * as nact from "nact";
import { observeOn, queueScheduler, Subject } from "rxjs";
import { createActor, fromTransition, type AnyActorRef } from "xstate";
import { contest } from "../harness/contest.ts";
import type { Benchmark, Work } from "../harness/benchmark.ts";
import { ours } from "../harness/start.ts";

/** Two that answer each other. Event emitters are not among the peers: they call each other, and each message would be one level of the stack. */
export function pingPong(): Benchmark {
  return contest("round trips/s", () => ({
    ours: marketplace(),
    floor: floor(),
    xstate: xstate(),
    nact: nactors(),
    rxjs: subjects(),
    effect: fibers(),
  }));
}

type Message = readonly [string, number];

function marketplace(): Work {
  return ours((starter) => {
    let done = (): void => {};
    return [
      spawn(() => [
        starter((n, finish) => {
          done = finish;
          return sendMessage(["ping", n]);
        }),
        subscriber(["pong", ANY], {
          onMessage: ([, n]: any) => (n === 1 ? done() : sendMessage(["ping", n - 1])),
        }),
      ]),
      spawn(() => subscriber(["ping", ANY], { onMessage: ([, n]: any) => sendMessage(["pong", n]) })),
    ];
  });
}

function floor(): Work {
  const handlers = new Map<string, (message: Message) => Message | null>([
    ["ping", ([, n]) => ["pong", n]],
    ["pong", ([, n]) => (n === 1 ? null : ["ping", n - 1])],
    // The ball comes through other hands first. If there were two handlers only, the compiler would make them part of the loop.
    ["first", ([, n]) => ["second", n]],
    ["second", ([, n]) => ["third", n]],
    ["third", ([, n]) => ["last", n]],
    ["last", ([, n]) => ["ping", n]],
  ]);
  return (n) => {
    let message: Message | null = ["first", n];
    while (message !== null) message = (handlers.get(message[0]) as (message: Message) => Message | null)(message);
  };
}

function xstate(): Work {
  let finish = (): void => {};
  interface Ball {
    readonly type: "ball";
    readonly n: number;
  }
  const logic = (other: () => AnyActorRef, next: (n: number) => number) =>
    fromTransition((state: null, { n }: Ball) => {
      const left = next(n);
      if (left === 0) finish();
      else other().send({ type: "ball", n: left });
      return state;
    }, null);
  const pinger: AnyActorRef = createActor(
    logic(
      () => ponger,
      (n) => n - 1,
    ),
  );
  const ponger: AnyActorRef = createActor(
    logic(
      () => pinger,
      (n) => n,
    ),
  );
  pinger.start();
  ponger.start();
  return (n) =>
    new Promise((resolve) => {
      finish = resolve;
      ponger.send({ type: "ball", n });
    });
}

function nactors(): Work {
  let finish = (): void => {};
  const system = nact.start();
  const pinger: any = nact.spawn(system, (_: unknown, n: any) => {
    if (n === 1) finish();
    else nact.dispatch(ponger, n - 1);
  });
  const ponger: any = nact.spawn(system, (_: unknown, n: any) => nact.dispatch(pinger, n));
  return (n) =>
    new Promise((resolve) => {
      finish = resolve;
      nact.dispatch(ponger, n);
    });
}

function subjects(): Work {
  let finish = (): void => {};
  const ping = new Subject<number>();
  const pong = new Subject<number>();
  ping.pipe(observeOn(queueScheduler)).subscribe((n) => pong.next(n));
  pong.pipe(observeOn(queueScheduler)).subscribe((n) => (n === 1 ? finish() : ping.next(n - 1)));
  return (n) =>
    new Promise((resolve) => {
      finish = resolve;
      ping.next(n);
    });
}

function fibers(): Work {
  return (n) =>
    Effect.runPromise(
      Effect.gen(function* () {
        const ping = yield* Queue.unbounded<number>();
        const pong = yield* Queue.unbounded<number>();
        const answering = yield* Effect.forkChild(
          Effect.gen(function* () {
            for (;;) yield* Queue.offer(pong, yield* Queue.take(ping));
          }),
        );
        for (let left = n; left > 0; left--) {
          yield* Queue.offer(ping, left);
          yield* Queue.take(pong);
        }
        yield* Fiber.interrupt(answering);
      }),
    );
}
