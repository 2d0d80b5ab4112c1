import {
  ANY,
  sendMessage,
  setTimer,
  spawn,
  subscriber,
  timerDriver,
  timerExpired,
  yieldThen,
  type ActionTree,
} from "@marketplace/runtime";
import { interval, take } from "rxjs";
import type { Benchmark, Work } from "../harness/benchmark.ts";
import { contest } from "../harness/contest.ts";
import { ours } from "../harness/start.ts";

/** How many timers are pending at a time. */
const PENDING = 200;

/** Timers of one millisecond are set and expire, up to two hundred at a time. */
export function timers(): Benchmark {
  return contest("timers/s", () => ({ ours: marketplace(), floor: plain(), rxjs: observables() }));
}

function marketplace(): Work {
  return ours((starter) => {
    let left = 0;
    let pending = 0;
    let done = (): void => {};
    const set = (): ActionTree<any> => {
      const actions: ActionTree<any>[] = [];
      while (left > 0 && pending < PENDING) {
        left--;
        pending++;
        actions.push(sendMessage(setTimer("timer", 1, "relative")));
      }
      return actions;
    };
    return [
      timerDriver(),
      spawn(() => [
        starter((n, finish) => {
          left = n;
          done = finish;
          return set();
        }),
        subscriber(timerExpired("timer", ANY), {
          onMessage: () => {
            pending--;
            if (pending === 0 && left === 0) return yieldThen(() => done());
            return pending === 0 ? set() : undefined;
          },
        }),
      ]),
    ];
  });
}

function plain(): Work {
  return (n) =>
    new Promise((resolve) => {
      let left = n;
      let pending = 0;
      const set = (): void => {
        while (left > 0 && pending < PENDING) {
          left--;
          pending++;
          setTimeout(expired, 1);
        }
      };
      const expired = (): void => {
        pending--;
        if (pending > 0) return;
        if (left === 0) resolve();
        else set();
      };
      set();
    });
}

function observables(): Work {
  return (n) =>
    new Promise((resolve) => {
      let left = n;
      let pending = 0;
      const set = (): void => {
        while (left > 0 && pending < PENDING) {
          left--;
          pending++;
          interval(1).pipe(take(1)).subscribe(expired);
        }
      };
      const expired = (): void => {
        pending--;
        if (pending > 0) return;
        if (left === 0) resolve();
        else set();
      };
      set();
    });
}
