import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ANY,
  eventRelay,
  record,
  sendMessage,
  setTimer,
  spawn,
  spawnVm,
  subscriber,
  timerDriver,
  timerExpired,
  timerRelay,
  transition,
  type ActionTree,
  type Term,
} from "@marketplace/runtime";
import { simulate } from "../../src/testing/simulate.ts";

type Heard = [label: unknown, after: number];

/** Runs `program` and notes each timer that expires, with the milliseconds since the beginning. */
function world(program: (hear: ActionTree<any>) => ActionTree<any>) {
  const heard: Heard[] = [];
  const begin = Date.UTC(2000, 0, 1);
  const hear = subscriber(timerExpired(ANY, ANY), {
    onMessage: ({ label, now }) => void heard.push([label, now - begin]),
  });
  return { heard, begin, ...simulate(() => program(hear)) };
}

const DAY = 24 * 60 * 60 * 1000;

describe("timerDriver", () => {
  test("answers a relative setTimer when the time has passed, and not before", () => {
    const { heard, host } = world((hear) => [
      timerDriver(),
      spawn(() => [hear, sendMessage(setTimer("tea", 180_000, "relative"))]),
    ]);
    host.advance(179_999);
    expect(heard).toEqual([]);
    host.advance(1);
    expect(heard).toEqual([["tea", 180_000]]);
  });

  test("answers an absolute setTimer at that time, at once if it is past", () => {
    const { heard, host } = world((hear) => [
      timerDriver(),
      spawn(() => [
        hear,
        sendMessage(setTimer("later", Date.UTC(2000, 0, 1) + 5, "absolute")),
        sendMessage(setTimer("past", 0, "absolute")),
      ]),
    ]);
    host.advance(4);
    expect(heard).toEqual([["past", 0]]);
    host.advance(1);
    expect(heard).toEqual([
      ["past", 0],
      ["later", 5],
    ]);
  });

  test("reads the clock: setTimer(label, 0, relative) is answered with the time", () => {
    const { heard, host } = world((hear) => [
      timerDriver(),
      spawn(() => [hear, sendMessage(setTimer("now", 0, "relative"))]),
    ]);
    host.settle();
    expect(heard).toEqual([["now", 0]]);
  });

  test("waits for deadlines beyond 2^31 ms", () => {
    const { heard, host } = world((hear) => [
      timerDriver(),
      spawn(() => [hear, sendMessage(setTimer("far", 60 * DAY, "relative"))]),
    ]);
    host.advance(60 * DAY - 1);
    expect(heard).toEqual([]);
    host.advance(1);
    expect(heard).toEqual([["far", 60 * DAY]]);
  });

  test("keeps one timer of the host for any number of its own, and none when idle", () => {
    const { host, vm } = world((hear) => [
      timerDriver(),
      spawn(() => [hear, Array.from({ length: 100 }, (_, i) => sendMessage(setTimer(i, 1000 - i, "relative")))]),
    ]);
    host.settle();
    expect(host.pendingTimers).toBe(1);
    host.advance(1000);
    expect(host.pendingTimers).toBe(0);
    return vm.ended;
  });

  test("answers in order of the deadlines, equal ones in the order they were asked for, whatever the seed", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 50 }), fc.integer(), (delays, seed) => {
        const heard: number[] = [];
        const { host } = simulate(
          () => [
            timerDriver(),
            spawn(() => [
              subscriber(timerExpired(ANY, ANY), { onMessage: ({ label }) => void heard.push(label as number) }),
              delays.map((delay, i) => sendMessage(setTimer(i, delay, "relative"))),
            ]),
          ],
          { seed },
        );
        host.advance(20);
        const expected = delays.map((delay, i) => ({ delay, i })).sort((a, b) => a.delay - b.delay || a.i - b.i);
        expect(heard).toEqual(expected.map(({ i }) => i));
      }),
    );
  });

  test("a timer set while another is awaited is answered first if it is due first", () => {
    const { heard, host } = world((hear) => [
      timerDriver(),
      spawn(() => [
        hear,
        sendMessage(setTimer("slow", 100, "relative")),
        sendMessage(setTimer("step", 10, "relative")),
        subscriber(timerExpired("step", ANY), { onMessage: () => sendMessage(setTimer("quick", 10, "relative")) }),
      ]),
    ]);
    host.advance(100);
    expect(heard.map(([label]) => label)).toEqual(["step", "quick", "slow"]);
  });
});

/** What a program in a nested VM needs to use timers, `levels` deep, in one of two ways. */
const nested = (levels: number, inside: ActionTree<any>, around: () => ActionTree<any>): ActionTree<any> =>
  levels === 0 ? inside : spawnVm(() => [around(), nested(levels - 1, inside, around)]);

describe.each([1, 2])("%i levels deep", (levels) => {
  test("timerDriver runs over eventRelay", () => {
    const { heard, host } = world((hear) =>
      nested(levels, [timerDriver(), spawn(() => [hear, sendMessage(setTimer("deep", 50, "relative"))])], () =>
        eventRelay("r"),
      ),
    );
    host.advance(49);
    expect(heard).toEqual([]);
    host.advance(1);
    expect(heard.map(([label]) => label)).toEqual(["deep"]);
  });

  test("the demand of a nested driver is withdrawn from the ground VM when no timer is pending", async () => {
    const { host, vm } = world((hear) =>
      nested(levels, [timerDriver(), spawn(() => [hear, sendMessage(setTimer("deep", 50, "relative"))])], () =>
        eventRelay("r"),
      ),
    );
    host.advance(50);
    await vm.ended;
    expect(host.pendingTimers).toBe(0);
  });

  test("timerRelay reaches the driver of the ground VM", () => {
    const { heard, host } = world((hear) => [
      timerDriver(),
      nested(
        levels,
        spawn(() => [hear, sendMessage(setTimer("deep", 50, "relative"))]),
        () => timerRelay("r"),
      ),
    ]);
    host.advance(50);
    expect(heard).toEqual([["deep", 50]]);
  });
});

test("two nested VMs with timerRelay of the same id do not hear each other's timers", () => {
  const heard: unknown[] = [];
  const room = (name: string): ActionTree<any> =>
    spawnVm(() => [
      timerRelay("same"),
      spawn(() => [
        subscriber(timerExpired(ANY, ANY), { onMessage: ({ label }) => void heard.push([name, label]) }),
        sendMessage(setTimer(["label", name], 10, "relative")),
      ]),
    ]);
  const { host } = simulate(() => [timerDriver(), room("one"), room("two")]);
  host.advance(10);
  expect(heard).toEqual([
    ["one", ["label", "one"]],
    ["two", ["label", "two"]],
  ]);
});

test("eventRelay subscribes a source once for any number of subscribers, and leaves wildcards alone", () => {
  let armed = 0;
  let disarmed = 0;
  let deliver: (value: number) => void = () => {};
  const source = {
    arm(each: (value: number) => void) {
      armed++;
      deliver = each;
      return () => void disarmed++;
    },
  };
  const heard: unknown[] = [];
  const listen = (pattern: Term, name: string): ActionTree<any> =>
    spawn(() =>
      transition(null, subscriber([source, pattern], { onMessage: ([, value]) => void heard.push([name, value]) })),
    );
  const { vm } = simulate(() =>
    spawnVm(() => [eventRelay("r"), listen(1, "one"), listen(ANY, "any"), spawn(() => subscriber([ANY, ANY]))]),
  );
  expect(armed).toBe(1);
  deliver(1);
  expect(heard).toEqual([
    ["one", 1],
    ["any", 1],
  ]);
  void vm.stop();
  expect(disarmed).toBe(1);
});

describe("a message that is no request", () => {
  const alike = record("set-timer", "a", "b", "c");

  test.each([
    ["a wildcard", ANY],
    ["setTimer(ANY, ANY, ANY)", setTimer(ANY, ANY, ANY)],
    ["a record like setTimer, with other fields", alike("tea", "soon", "relative")],
  ])("%s disturbs neither timerDriver nor timerRelay", (_what, message) => {
    const { heard, host } = world((hear) => [
      timerDriver(),
      spawn(() => sendMessage(message)),
      spawnVm(() => [
        timerRelay("inner"),
        spawn(() => [sendMessage(message), hear, sendMessage(setTimer("tea", 5, "relative"))]),
      ]),
    ]);
    host.advance(5);
    expect(heard.filter(([label]) => label !== undefined)).toEqual([["tea", 5]]);
  });

  test("a record like setTimer, made with other names for its fields, is a request", () => {
    const { heard, host } = world((hear) => [
      timerDriver(),
      spawn(() => [hear, sendMessage(alike("tea", 5, "relative"))]),
    ]);
    host.advance(5);
    expect(heard).toEqual([["tea", 5]]);
  });
});
