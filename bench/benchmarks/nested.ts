import { ANY, atMetaLevel, sendMessage, spawn, spawnVm, subscriber, type MetaAction } from "@marketplace/runtime";
import type { Benchmark, Work } from "../harness/benchmark.ts";
import { contest } from "../harness/contest.ts";
import { ours } from "../harness/start.ts";

type Act = MetaAction<any>;

/** Ping-pong between two processes, each in a nested VM of its own; with three levels, each in a VM within a VM. */
export function nested(levels: number): Benchmark {
  return contest("round trips/s", () => ({ ours: apart(levels - 1), "one-vm": apart(0) }));
}

/** @param depth how many VMs there are around each of the two, below the ground VM */
function apart(depth: number): Work {
  const out = (action: Act): Act => {
    let wrapped = action;
    for (let i = 0; i < depth; i++) wrapped = atMetaLevel(wrapped) as Act;
    return wrapped;
  };
  const inside = (boot: () => Act[]): Act => {
    let wrapped = boot as () => Act | Act[];
    for (let i = 1; i < depth; i++) {
      const inner = wrapped;
      wrapped = () => spawnVm(inner);
    }
    return depth === 0 ? spawn(wrapped) : spawnVm(wrapped);
  };
  return ours((starter) => {
    let done = (): void => {};
    return [
      inside(() => [
        out(
          starter((n, finish) => {
            done = finish;
            return out(sendMessage(["ping", n]));
          }),
        ),
        out(
          subscriber(["pong", ANY], {
            onMessage: ([, n]: any) => (n === 1 ? done() : out(sendMessage(["ping", n - 1]))),
          }),
        ),
      ]),
      inside(() => [out(subscriber(["ping", ANY], { onMessage: ([, n]: any) => out(sendMessage(["pong", n])) }))]),
    ];
  });
}
