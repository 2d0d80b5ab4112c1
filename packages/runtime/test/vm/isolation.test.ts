import { expect, test } from "vitest";
import { publisher, subscriber } from "../../src/dsl/endpoints.ts";
import { sendMessage } from "../../src/dsl/messages.ts";
import { quit, spawn } from "../../src/dsl/processes.ts";
import type { ActionTree, Spawn } from "../../src/model/action.ts";
import { transition } from "../../src/model/transition.ts";
import { ANY } from "../../src/terms/wildcard.ts";
import { seededRandom } from "../../src/testing/random.ts";
import { Machine } from "../../src/vm/machine.ts";
import type { Process } from "../../src/vm/process.ts";
import { stage } from "./helpers.ts";

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

/** What cannot be read to its end. */
const UNREADABLE: readonly (readonly [what: string, make: () => unknown])[] = [
  [
    "a list of actions that contains itself",
    () => {
      const list: unknown[] = [sendMessage("of the list")];
      list.push(list);
      return list;
    },
  ],
  ["a list whose getter throws", () => Object.defineProperty([null], 0, { get: unreadable })],
  ["a proxy that throws", THROWN.at(-1) as () => unknown],
];

function unreadable(): never {
  throw new Error("thrown");
}

test.each(UNREADABLE)(
  "%s, returned, ends the process that returned it, and not the one whose action it was",
  (_what, make) => {
    const play = stage("sender", "receiver", "parent");
    play.tell("receiver", subscriber("to the receiver", { onMessage: make as () => undefined }));
    play.tell("sender", sendMessage("to the receiver"));
    expect(play.process("receiver")).toBeUndefined();
    expect(play.process("sender")).toBeDefined();

    play.tell("parent", [
      spawn(make as () => undefined, { name: "child" }),
      spawn(() => subscriber(1), { name: "second" }),
    ]);
    expect(play.process("child")).toBeUndefined();
    expect(play.process("parent")).toBeDefined();
    expect(play.process("second")).toBeDefined();
  },
);

test("of a list of actions that cannot be read to its end none is performed, and what was pending before is", () => {
  const heard: unknown[] = [];
  const play = stage("hearer", "returner");
  play.tell("hearer", subscriber(ANY, { onMessage: (body) => void heard.push(body) }));
  play.tell("returner", [
    subscriber("go", { onMessage: (UNREADABLE[0] as (typeof UNREADABLE)[0])[1] as () => undefined }),
    sendMessage("go"),
    sendMessage("pending before"),
  ]);
  expect(heard).toEqual(["go", "pending before"]);
});

test("a list of actions is read by its indices, and asked for nothing else", () => {
  class Tricky extends Array<unknown> {
    override *[Symbol.iterator](): ArrayIterator<unknown> {
      yield quit();
    }
  }
  const heard: unknown[] = [];
  const play = stage("hearer", "returner");
  play.tell("hearer", subscriber(ANY, { onMessage: (body) => void heard.push(body) }));
  play.tell("returner", () => Tricky.from([sendMessage("one"), sendMessage("two")]));
  expect(heard).toEqual(["one", "two"]);
});

test.each([
  ["whose name is no string", () => Object.assign(new Error("x"), { name: Symbol("name") })],
  [
    "whose message throws",
    () =>
      Object.defineProperty(new Error("x"), "message", {
        get: () => {
          throw new Error("in message");
        },
      }),
  ],
])("an error %s ends the process that threw it and no other, and is told", (_, error) => {
  const heard: unknown[] = [];
  const play = stage("hearer", "thrower", "sender");
  play.tell("hearer", subscriber("pending", { onMessage: (body) => void heard.push(body) }));
  const item = {
    get type(): never {
      throw error();
    },
  };
  play.tell("thrower", subscriber("go", { onMessage: () => [sendMessage("lost"), [item as never]] }));
  play.tell("sender", [sendMessage("go"), sendMessage("pending")]);
  expect(heard).toEqual(["pending"]);
  expect(play.warnings.map(({ code, process }) => [code, process])).toEqual([
    ["PROCESS_CRASHED", play.machine.root.path({ pid: 2, vm: play.machine.root, name: "thrower" } as Process)],
  ]);
  expect([play.process("thrower"), play.process("sender")?.alive]).toEqual([undefined, true]);
});
