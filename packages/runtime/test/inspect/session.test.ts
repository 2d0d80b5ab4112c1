import { describe, expect, test } from "vitest";
import { subscriber } from "../../src/dsl/endpoints.ts";
import { groundVm } from "../../src/dsl/ground-vm.ts";
import { sendMessage } from "../../src/dsl/messages.ts";
import { atMetaLevel, spawn, spawnVm, yieldThen } from "../../src/dsl/processes.ts";
import { attachInspector, recorder, startRecording } from "../../src/inspect/attach.ts";
import type { Tracer } from "../../src/inspect/tracer.ts";
import type { ActionTree } from "../../src/model/action.ts";
import { transition } from "../../src/model/transition.ts";
import { FakeHost } from "../../src/testing/fake-host.ts";
import { ANY } from "../../src/terms/wildcard.ts";
import { record } from "../../src/terms/record.ts";
import { groundOf } from "../../src/vm/ground-vm.ts";
import { liveTree, toldTree } from "./live-tree.ts";
import { Room } from "./room.ts";
import { Viewer } from "./viewer.ts";

const rootOf = (room: Room) => groundOf(room.vm).machine.root;

describe("attachInspector", () => {
  test("a viewer that says hello is welcomed, and shown the tree as it is", () => {
    const room = new Room([() => subscriber("x", { onMessage: () => [] })]);
    const viewer = Viewer.attach(room.vm, room.host, {}, { target: "the room" });
    expect(viewer.welcome).toMatchObject({
      protocol: 1,
      target: "the room",
      control: false,
      window: 8,
      started: room.host.now() - 1000,
    });
    expect(viewer.processes.map(({ process, name }) => [process, name])).toEqual([
      ["0", "ground"],
      ["1", "counter"],
      ["2", undefined],
    ]);
    expect(viewer.processes[2]?.endpoints[0]).toMatchObject({
      name: 3,
      level: 0,
      role: { orientation: "subscriber", interestType: "participant", topic: "x" },
      handlers: { presence: false, absence: false, message: true },
    });
  });

  test("what happens afterwards follows the snapshot, event by event", () => {
    const room = new Room();
    const viewer = Viewer.attach(room.vm, room.host);
    room.give("hello");
    viewer.flush();
    expect(viewer.events.map(({ kind }) => kind)).toEqual([
      "input",
      "turn",
      "message",
      "activation",
      "turn",
      "message",
      "activation",
    ]);
    expect(viewer.of("message")[1]).toMatchObject({
      process: "0",
      body: { term: ["said", "hello"] },
      to: ["1:2"],
      unmatched: false,
    });
    expect(viewer.of("activation")[1]).toMatchObject({
      process: "1",
      on: "message",
      endpoint: "1:2",
      actions: 0,
      changed: true,
    });
  });

  test("a recorder that was there from the first moment tells a viewer the whole past", () => {
    const tracer = recorder({ clock: () => 0 });
    const room = new Room([() => spawn(() => undefined)], { tracer });
    const viewer = Viewer.attach(room.vm, room.host, { history: 1000 });
    expect(viewer.processes).toEqual([]);
    expect(viewer.events[0]).toMatchObject({ id: 1, kind: "spawn", process: "0", cause: 0 });
    expect(viewer.of("exit")).toMatchObject(
      [
        { process: "3", how: "collected" },
        { process: "2", how: "collected" },
      ].toReversed(),
    );
    expect(toldTree(viewer.processes, viewer.events)).toEqual(liveTree(rootOf(room)));
  });

  test("history: n begins with a snapshot n events back, from which the events lead to the present", () => {
    const room = new Room();
    const stop = startRecording(room.vm);
    for (let i = 0; i < 10; i++) room.give(`n${i}`);
    const viewer = Viewer.attach(room.vm, room.host, { history: 14 });
    expect(viewer.events).toHaveLength(14);
    expect(toldTree(viewer.processes, viewer.events)).toEqual(liveTree(rootOf(room)));
    stop();
  });

  test("startRecording keeps what happened although nobody looks, until it is ended", () => {
    const room = new Room();
    const stop = startRecording(room.vm);
    room.give("unseen");
    expect(Viewer.attach(room.vm, room.host, { history: 100 }).of("message")).toHaveLength(2);
    stop();
    stop();
    expect(groundOf(room.vm).machine.tracer).not.toBeNull();
  });

  test("with the last viewer gone nothing is left of the inspector in the VM", () => {
    const room = new Room();
    const { machine } = groundOf(room.vm);
    const viewers = [Viewer.attach(room.vm, room.host), Viewer.attach(room.vm, room.host)];
    viewers[0]?.leave();
    expect(machine.tracer).not.toBeNull();
    room.give("in between");
    viewers[1]?.detach();
    expect(viewers[1]?.closed).toBe(true);
    expect(machine.tracer).toBeNull();
    expect(machine.gate).toBeNull();
    expect(room.host.pendingTimers).toBe(0);
    const again = Viewer.attach(room.vm, room.host, { history: 100 });
    expect(again.events).toEqual([]);
  });

  test("actions queued while a viewer was there are performed when it has gone", () => {
    const room = new Room();
    const viewer = Viewer.attach(room.vm, room.host);
    viewer.ask({ command: "pause" });
    room.give("held");
    viewer.leave();
    room.host.settle();
    const next = Viewer.attach(room.vm, room.host);
    expect(next.ask({ command: "state", process: "1" }).value.text).toBe('{said: 1, last: "held"}');
  });

  test("a tracer that was there before is put back", () => {
    const noted: string[] = [];
    const tracer = new Proxy({} as Tracer, {
      get: (_, method) => (_process: unknown, action: unknown) => {
        noted.push(String(method));
        return action;
      },
    });
    const room = new Room([], { tracer });
    const { machine } = groundOf(room.vm);
    const viewer = Viewer.attach(room.vm, room.host);
    expect(machine.tracer).not.toBe(tracer);
    viewer.leave();
    expect(machine.tracer).toBe(tracer);
    noted.length = 0;
    room.give("hello");
    expect(noted).toContain("routes");
  });

  test("several viewers are told the same", () => {
    const room = new Room();
    const [one, two] = [Viewer.attach(room.vm, room.host), Viewer.attach(room.vm, room.host)];
    room.give("hello");
    one?.flush();
    expect(one?.events).toEqual(two?.events);
    expect(one?.status.viewers).toBe(2);
  });

  test("a viewer whose channel throws is dropped, and harms nothing", () => {
    const room = new Room();
    const looks = Viewer.attach(room.vm, room.host);
    let greet = (): void => {};
    attachInspector(room.vm, {
      send: () => {
        throw new Error("broken");
      },
      close: () => {},
      onMessage: (listener) => (greet = () => listener('{"type":"hello","protocol":1}')),
      onClose: () => {},
    });
    expect(looks.status.viewers).toBe(2);
    greet();
    room.give("hello");
    expect(looks.status.viewers).toBe(1);
    expect(looks.of("message")).toHaveLength(2);
  });

  test("attachInspector refuses what is no VM and no channel", () => {
    const room = new Room();
    expect(() => Viewer.silent({} as never, room.host)).toThrow(/vm: expected what groundVm\(\) returned/);
    expect(() => Viewer.silent(room.vm, room.host, { budget: 3 })).toThrow(
      /budget: expected a number of bytes, at least 65536/,
    );
  });
});

describe("the stream", () => {
  test("a viewer that acknowledges nothing is sent no more than the window, and costs nothing more", () => {
    const room = new Room();
    const viewer = Viewer.attach(room.vm, room.host);
    viewer.acknowledges = false;
    const before = viewer.frames.length;
    for (let i = 0; i < 50; i++) {
      room.give(`n${i}`);
      viewer.flush();
    }
    expect(viewer.frames.length - before).toBe(8);
  });

  test("when it acknowledges it is sent the rest, without a hole", () => {
    const room = new Room();
    const viewer = Viewer.attach(room.vm, room.host);
    viewer.acknowledges = false;
    for (let i = 0; i < 50; i++) {
      room.give(`n${i}`);
      viewer.flush();
    }
    viewer.acknowledges = true;
    viewer.acknowledge();
    viewer.flush();
    expect(viewer.of("message").filter(({ process }) => process === "0")).toHaveLength(50);
    expect(viewer.events.some(({ kind }) => kind === "gap")).toBe(false);
  });

  test("a viewer that lags far behind is told of every endpoint and process, and of messages as a gap", () => {
    const room = new Room([talker]);
    const viewer = Viewer.attach(room.vm, room.host);
    viewer.acknowledges = false;
    room.give("begin");
    for (let i = 0; i < 400; i++) room.host.settle();
    viewer.acknowledges = true;
    viewer.acknowledge();
    viewer.flush();
    const gaps = viewer.events.filter((event) => event.kind === "gap");
    expect(gaps.length).toBeGreaterThan(0);
    expect(gaps.reduce((sum, { count }) => sum + count, 0)).toBe(viewer.status.dropped.skipped);
    expect(viewer.of("spawn")).toHaveLength(SPAWNS);
    expect(viewer.of("exit")).toHaveLength(SPAWNS);
    expect(toldTree(viewer.processes, viewer.events)).toEqual(liveTree(rootOf(room)));
  });

  test("what falls off the end of the ring is followed by a new snapshot", () => {
    const room = new Room([talker]);
    const viewer = Viewer.attach(room.vm, room.host, {}, { control: true, budget: 65_536 });
    viewer.acknowledges = false;
    room.give("begin");
    for (let i = 0; i < 400; i++) room.host.settle();
    viewer.acknowledges = true;
    viewer.acknowledge();
    viewer.flush();
    expect(viewer.snapshots).toBe(2);
    expect(toldTree(viewer.processes, viewer.sinceSnapshot)).toEqual(liveTree(rootOf(room)));
    expect(viewer.status.dropped.messages).toBeGreaterThan(0);
  });

  test("snapshot begins anew on request", () => {
    const room = new Room();
    const viewer = Viewer.attach(room.vm, room.host);
    room.give("hello");
    const { at } = viewer.ask({ command: "snapshot" });
    expect(at).toBe(7);
    expect(viewer.snapshots).toBe(2);
    room.give("again");
    viewer.flush();
    expect(viewer.sinceSnapshot).toHaveLength(7);
  });

  test("a large tree comes in parts", () => {
    const many = Array.from({ length: 3000 }, (_, i) => () => subscriber(["topic", i, ANY]));
    const room = new Room(many);
    const viewer = Viewer.attach(room.vm, room.host);
    const parts = viewer.frames.filter((frame) => frame.type === "snapshot");
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.map(({ first }) => first)).toEqual(parts.map((_, i) => i === 0));
    expect(parts.at(-1)?.rest).toBe(0);
    expect(toldTree(viewer.processes, viewer.events)).toEqual(liveTree(rootOf(room)));
  });

  test('bodies: "none" leaves bodies out, "small" sends those that are small and the beginning of others', () => {
    const room = new Room();
    const viewer = Viewer.attach(room.vm, room.host, { bodies: "none" });
    room.give("hello");
    viewer.flush();
    expect(viewer.of("message").at(-1)?.body).toEqual({ missing: "not sent" });
    viewer.ask({ command: "bodies", mode: "small" });
    room.give("x".repeat(5000));
    viewer.flush();
    const { body, id } = viewer.of("message").at(-1) as never as { body: { text: string; size: number }; id: number };
    expect(body.text).toHaveLength(200);
    expect(body.size).toBeGreaterThan(5000);
    expect(viewer.ask({ command: "value", event: id }).term).toEqual(["said", "x".repeat(5000)]);
  });

  test("an event that the VM ends is the last, and what was recorded can still be looked at", async () => {
    const room = new Room();
    const viewer = Viewer.attach(room.vm, room.host);
    room.give("stop");
    await room.vm.ended;
    viewer.flush();
    expect(viewer.events.at(-1)?.kind).toBe("ended");
    expect(viewer.status.ended).toBe(true);
    expect(viewer.refusal({ command: "pause" })).toBe("VM_ENDED");
    expect(Viewer.attach(room.vm, room.host, { history: 100 }).events.at(-1)?.kind).toBe("ended");
  });

  test("a VM whose boot function throws has ended with that, and says so to whoever looks afterwards", async () => {
    const host = new FakeHost();
    const boot = (): never => {
      throw new RangeError("no boot");
    };
    const vm = groundVm(boot, { host, onWarning: () => {}, tracer: recorder({ clock: () => 0 }) });
    await expect(vm.ended).rejects.toThrow("no boot");
    const viewer = Viewer.attach(vm, host, { history: 100 });
    expect(viewer.of("exit")).toMatchObject([{ process: "0", how: "crashed" }]);
    expect(viewer.of("ended")).toMatchObject([{ thrown: { text: "RangeError: no boot" } }]);
    expect(viewer.status.ended).toBe(true);
  });

  test("an inspector keeps no VM from ending, and a paused one does not end", async () => {
    const room = new Room();
    const viewer = Viewer.attach(room.vm, room.host);
    viewer.ask({ command: "pause" });
    room.give("stop");
    let ended = false;
    void room.vm.ended.then(() => (ended = true));
    await Promise.resolve();
    expect(ended).toBe(false);
    expect(room.host.pendingTimers).toBeGreaterThan(0);
    viewer.ask({ command: "resume" });
    await room.vm.ended;
  });

  test("stop() ends a paused VM", async () => {
    const room = new Room();
    const viewer = Viewer.attach(room.vm, room.host);
    viewer.ask({ command: "pause" });
    room.give("held");
    await room.vm.stop("enough");
    viewer.flush();
    expect(viewer.of("exit").map(({ process, how, reason }) => [process, how, reason.text])).toEqual([
      ["0", "stopped", "enough"],
      ["1", "stopped", "enough"],
    ]);
  });
});

const SPAWNS = 3000;

/** Once something is said it spawns a crowd, one after the other, of processes that have their say and end. */
function talker(): ActionTree<undefined> {
  const next = (left: number): ActionTree<undefined> =>
    left > 0 && [
      spawn(() => [sendMessage(["noise", left]), sendMessage(["noise", left])]),
      yieldThen(() => next(left - 1)),
    ];
  return subscriber(["said", "begin"], { onMessage: () => next(SPAWNS) });
}

describe("commands", () => {
  test("pause, step and resume: nothing happens, one turn happens, all goes on", () => {
    const room = new Room();
    const viewer = Viewer.attach(room.vm, room.host);
    viewer.ask({ command: "pause" });
    room.give("hello");
    expect(viewer.status.paused).toMatchObject({ why: "pause", next: { process: "outside", action: "send-message" } });
    expect(viewer.of("turn")).toHaveLength(0);
    viewer.ask({ command: "step" });
    expect(viewer.of("turn").map(({ process }) => process)).toEqual(["outside"]);
    expect(viewer.status.paused).toMatchObject({ why: "step", next: { process: "0" } });
    viewer.ask({ command: "resume" });
    expect(viewer.status.paused).toBeNull();
    expect(viewer.of("turn").map(({ process }) => process)).toEqual(["outside", "0"]);
    expect(viewer.of("control").map(({ command }) => command)).toEqual(["pause", "step", "resume"]);
    expect(viewer.refusal({ command: "resume" })).toBe("NOT_PAUSED");
  });

  test("break stops before the message, and says at which breakpoint; unbreak lets it pass", () => {
    const room = new Room();
    const viewer = Viewer.attach(room.vm, room.host);
    const { id } = viewer.ask({ command: "break", pattern: ["said", { $: "?" }], kind: "message" });
    room.give("hello");
    expect(viewer.status).toMatchObject({
      paused: { why: "breakpoint", breakpoint: id, next: { process: "0", text: '["said", "hello"]' } },
      breakpoints: [{ id, kind: "message", pattern: ["said", { $: "?" }] }],
    });
    expect(viewer.of("control")).toMatchObject([{ command: "break", process: "0" }]);
    viewer.ask({ command: "unbreak", id });
    viewer.ask({ command: "resume" });
    room.give("again");
    expect(viewer.status.paused).toBeNull();
  });

  test("kill ends a process, and the kill is the cause", () => {
    const room = new Room();
    const viewer = Viewer.attach(room.vm, room.host);
    const { event } = viewer.ask({ command: "kill", process: "1" });
    const exit = viewer.of("exit")[0];
    expect(exit).toMatchObject({ process: "1", how: "killed", reason: { text: expect.stringContaining("KILLED") } });
    const quit = viewer.of("action").find(({ id }) => id === exit?.cause);
    expect(quit).toMatchObject({ action: "quit", victim: "1", cause: event });
    expect(viewer.of("absence")).toHaveLength(1);
    expect(viewer.refusal({ command: "kill", process: "1" })).toBe("NO_SUCH_PROCESS");
  });

  test("kill reaches into a nested VM that is idle", () => {
    const room = new Room([() => spawnVm(() => [atMetaLevel(subscriber("a")), spawn(() => subscriber("b"))])]);
    const viewer = Viewer.attach(room.vm, room.host);
    viewer.ask({ command: "kill", process: "3.1" });
    expect(viewer.of("exit")).toMatchObject([{ process: "3.1", how: "killed" }]);
  });

  test("preview tells who would get a message, and inject sends it there", () => {
    const room = new Room();
    const viewer = Viewer.attach(room.vm, room.host);
    const message = { vm: "", body: ["said", "by hand"], orientation: "publisher" } as const;
    expect(viewer.ask({ command: "preview", ...message })).toEqual({ to: ["1:2"], unmatched: false });
    expect(viewer.of("message")).toEqual([]);
    const { event } = viewer.ask({ command: "inject", ...message });
    expect(viewer.of("input")).toMatchObject([{ id: event, from: "debugger" }]);
    expect(viewer.of("message")).toMatchObject([
      { process: "outside", cause: event, to: ["1:2"], body: { term: ["said", "by hand"] } },
    ]);
    expect(viewer.ask({ command: "preview", ...message, orientation: "subscriber" }).to).toEqual(["0:1"]);
    expect(viewer.refusal({ command: "inject", ...message, vm: "9" })).toBe("NO_SUCH_VM");
  });

  test("inject makes records as the program makes them, with named fields", () => {
    const point = record("point", "x", "y");
    const seen: unknown[] = [];
    const room = new Room([
      () =>
        subscriber(point(ANY, ANY), {
          onMessage: (message) => void seen.push((message as { readonly x?: unknown }).x),
        }),
    ]);
    const viewer = Viewer.attach(room.vm, room.host);
    viewer.ask({ command: "inject", vm: "", body: { struct: "point", fields: [3, 4] }, orientation: "publisher" });
    expect(seen).toEqual([3]);
  });

  test("inject sends an opaque object that a viewer was shown, and refuses one that it was not", () => {
    const room = new Room();
    const viewer = Viewer.attach(room.vm, room.host);
    const topic = viewer.processes[0]?.endpoints[0]?.role.topic as [object, unknown];
    viewer.ask({
      command: "inject",
      vm: "",
      body: [topic[0] as never, "as if from outside"],
      orientation: "publisher",
    });
    expect(viewer.ask({ command: "state", process: "1" }).value.text).toContain("as if from outside");
    const unknown = { command: "inject", vm: "", body: { opaque: 999, text: "?" }, orientation: "publisher" };
    expect(viewer.refusal(unknown)).toBe("BAD_TERM");
  });

  test("state shows a process's state now and after any event, also of one that is gone", () => {
    const room = new Room();
    const viewer = Viewer.attach(room.vm, room.host);
    for (const word of ["one", "two"]) room.give(word);
    viewer.flush();
    const [first, second] = viewer.of("activation").filter(({ process }) => process === "1");
    const textAt = (at?: number): string =>
      viewer.ask({ command: "state", process: "1", ...(at === undefined ? {} : { at }) }).value.text;
    expect(textAt()).toBe('{said: 2, last: "two"}');
    expect(textAt(first?.id)).toBe('{said: 1, last: "one"}');
    expect(textAt((second?.id ?? 0) - 1)).toBe('{said: 1, last: "one"}');
    expect(textAt(0)).toBe('{said: 0, last: ""}');
    viewer.ask({ command: "kill", process: "1" });
    expect(textAt()).toBe('{said: 2, last: "two"}');
    expect(textAt(first?.id)).toBe('{said: 1, last: "one"}');
    expect(viewer.refusal({ command: "state", process: "77" })).toBe("NO_SUCH_PROCESS");
  });

  test("state says so when the object has been changed since", () => {
    const log: string[] = [];
    const room = new Room([
      () => transition(log, subscriber(["said", ANY], { onMessage: ([, what]) => void log.push(String(what)) })),
    ]);
    const viewer = Viewer.attach(room.vm, room.host);
    room.give("one");
    viewer.flush();
    const first = viewer.of("activation").find(({ process }) => process === "2");
    expect(first?.changed).toBe(true);
    const state = { command: "state", process: "2", at: first?.id as number } as const;
    expect(viewer.ask(state)).toMatchObject({ changedSince: false, value: { text: '["one"]' } });
    room.give("two");
    expect(viewer.ask(state)).toMatchObject({ changedSince: true, value: { text: '["one", "two"]' } });
  });

  test("state goes down a path, and refuses one that leads nowhere", () => {
    const room = new Room([() => transition({ deep: [{ here: 7 }] }, subscriber("x"))]);
    const viewer = Viewer.attach(room.vm, room.host);
    expect(viewer.ask({ command: "state", process: "2", path: [0, 0, 0] }).value).toEqual({
      kind: "number",
      text: "7",
    });
    expect(viewer.refusal({ command: "state", process: "2", path: [0, 5] })).toBe("NO_SUCH_PART");
  });

  test("value shows what an event holds, and refuses events that hold nothing or are not there", () => {
    const room = new Room([
      () =>
        subscriber(["said", "boo"], {
          onMessage: () => {
            throw new TypeError("frightened");
          },
        }),
    ]);
    const viewer = Viewer.attach(room.vm, room.host);
    room.give("boo");
    viewer.flush();
    const thrown = viewer.of("activation").find((event) => event.thrown !== undefined);
    expect(viewer.ask({ command: "value", event: thrown?.id as number }).value).toMatchObject({
      kind: "error",
      text: "TypeError: frightened",
    });
    expect(viewer.refusal({ command: "value", event: viewer.of("turn")[0]?.id })).toBe("NO_SUCH_PART");
    expect(viewer.refusal({ command: "value", event: 100_000 })).toBe("NO_SUCH_EVENT");
  });

  test("a viewer that may only look is refused every command that changes something", () => {
    const room = new Room();
    const viewer = Viewer.attach(room.vm, room.host, {}, {});
    const controls = [
      { command: "pause" },
      { command: "resume" },
      { command: "step" },
      { command: "kill", process: "1" },
      { command: "inject", vm: "", body: 1, orientation: "publisher" },
      { command: "break", pattern: 1, kind: "any" },
      { command: "unbreak", id: 1 },
    ];
    expect(controls.map((each) => viewer.refusal(each))).toEqual(controls.map(() => "CONTROL_NOT_ALLOWED"));
    expect(viewer.ask({ command: "preview", vm: "", body: ["said", 1], orientation: "publisher" }).to).toEqual(["1:2"]);
  });

  test("pause and breakpoints end when the last viewer who had them at hand has gone", () => {
    const room = new Room();
    const looker = Viewer.attach(room.vm, room.host, {}, {});
    const viewer = Viewer.attach(room.vm, room.host);
    viewer.ask({ command: "break", pattern: ["said", "x"], kind: "message" });
    viewer.ask({ command: "pause" });
    room.give("x");
    viewer.leave();
    expect(looker.status).toMatchObject({ paused: null, breakpoints: [] });
    expect(looker.of("message")).toHaveLength(2);
  });

  test("there may be a hundred breakpoints", () => {
    const room = new Room();
    const viewer = Viewer.attach(room.vm, room.host);
    for (let i = 0; i < 100; i++) viewer.ask({ command: "break", pattern: i, kind: "any" });
    expect(viewer.refusal({ command: "break", pattern: 100, kind: "any" })).toBe("TOO_MANY_BREAKPOINTS");
  });
});
