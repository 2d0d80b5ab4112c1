import { expect, test } from "vitest";
import { publisher, subscriber } from "../../src/dsl/endpoints.ts";
import { sendMessage } from "../../src/dsl/messages.ts";
import { spawn } from "../../src/dsl/processes.ts";
import type { ActionTree, Spawn } from "../../src/model/action.ts";
import { transition } from "../../src/model/transition.ts";
import { ANY } from "../../src/terms/wildcard.ts";
import { seededRandom } from "../../src/testing/random.ts";
import { Machine } from "../../src/vm/machine.ts";

const SIBLINGS = 20;
/** Each has five handlers: 10,000 in all. */
const THROWERS = 2000;

/** Siblings pass numbers round in a ring; every one keeps a diary of all it is told. */
function sibling(index: number, diary: unknown[]): Spawn<unknown> {
  const tell = (what: unknown): void => void diary.push(what);
  return spawn(() =>
    transition(
      0,
      publisher(["ring", (index + 1) % SIBLINGS, ANY], {
        onPresence: (event) => tell(event),
        onAbsence: (event) => tell(event),
      }),
      subscriber(["ring", index, ANY], {
        onPresence: (event) => tell(event),
        onAbsence: (event) => tell(event),
        onMessage: ([, , hops], count) => {
          tell([hops, count]);
          return transition(
            count + 1,
            (hops as number) > 0 && sendMessage(["ring", (index + 1) % SIBLINGS, (hops as number) - 1]),
          );
        },
      }),
    ),
  );
}

/** What a thrower throws: errors, and whatever else JavaScript lets one throw. */
const THROWN: readonly (() => unknown)[] = [
  () => new Error("thrown"),
  () => "a string",
  () => undefined,
  () => null,
  () => Number.NaN,
  () => Symbol("s"),
  () => ({
    toString: () => {
      throw new Error("in toString");
    },
  }),
  () =>
    new Proxy(
      {},
      {
        get: () => {
          throw new Error("in a getter");
        },
      },
    ),
];

function thrower(index: number, random: () => number): Spawn<unknown> {
  const fail = (): never => {
    throw THROWN[Math.floor(random() * THROWN.length)]?.();
  };
  const maybe = (): ActionTree<unknown> => (random() < 0.5 ? fail() : sendMessage(["noise", index]));
  const own = ["noise", Math.floor(random() * 200)];
  return spawn(() => {
    if (random() < 0.05) fail();
    return [
      subscriber(own, { onMessage: maybe, onPresence: maybe, onAbsence: maybe }),
      publisher(own, { onPresence: maybe, onAbsence: maybe }),
      sendMessage(own),
      random() < 0.1 && { type: "yield" as const, continuation: fail },
      random() < 0.1 && spawn(() => undefined, { onSpawned: fail }),
    ];
  });
}

function diaries(throwers: number): unknown[][] {
  const random = seededRandom(1);
  const diary: unknown[][] = Array.from({ length: SIBLINGS }, () => []);
  const machine = new Machine(() => {
    const every = Math.ceil(throwers / SIBLINGS);
    return diary.map((each, index) => [
      sibling(index, each),
      Array.from({ length: every }, (_, i) => thrower(index * every + i, random)),
    ]);
  });
  machine.runUntilIdle();
  machine.inject([...machine.root.processes.values()][0]!, () => sendMessage(["ring", 0, 500]));
  machine.runUntilIdle();
  return diary;
}

test(`${THROWERS * 5} handlers that throw at random: nothing escapes the VM, and siblings that meet none of them see what they see without them`, () => {
  const alone = diaries(0);
  expect(alone.flat().length).toBeGreaterThan(500);
  expect(diaries(THROWERS)).toEqual(alone);
});
