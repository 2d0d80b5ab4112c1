import { describe, expect, test } from "vitest";
import { DROPPED, type Entry } from "../../src/inspect/entry.ts";
import { Ring } from "../../src/inspect/ring.ts";

const base = (id: number) => ({ id, t: 0, cause: 0 });
const held = (bytes: number) => ({ value: "value", print: 0, heldBytes: bytes });

function message(id: number, bytes = 1000): Entry {
  const what = { process: "1", turn: 0, orientation: "publisher", to: [], unmatched: false } as const;
  return { kind: "message", ...base(id), ...what, ...held(bytes) };
}

const turn = (id: number): Entry => ({ kind: "turn", ...base(id), process: "1", pending: 1 });
const spawn = (id: number): Entry => ({ kind: "spawn", ...base(id), process: `${id}`, name: null, vm: false });
const gone = (id: number): Entry => ({ kind: "endpoint-deleted", ...base(id), endpoint: "1:1", ...held(1000) });

function fill(
  budget: number,
  count: number,
  make: (id: number) => Entry,
): { readonly ring: Ring; readonly forgotten: Entry[] } {
  const forgotten: Entry[] = [];
  const ring = new Ring(budget, (entry) => forgotten.push(entry));
  for (let id = 1; id <= count; id++) ring.push(make(id));
  return { ring, forgotten };
}

function kept(ring: Ring): Entry[] {
  const entries: Entry[] = [];
  ring.forward(0, (entry) => entries.push(entry) > 0);
  return entries;
}

describe("a ring that is full", () => {
  test("push() lets go of the values of the oldest events first, and keeps the events", () => {
    const { ring, forgotten } = fill(300_000, 1000, message);
    const entries = kept(ring);
    expect(entries).toHaveLength(1000);
    const dropped = entries.filter((entry) => entry.kind === "message" && entry.value === DROPPED);
    expect(dropped.length).toBeGreaterThan(500);
    expect(dropped).toEqual(entries.slice(0, dropped.length));
    expect(ring.droppedValues).toBe(dropped.length);
    expect(ring.droppedEvents).toBe(0);
    expect(forgotten).toEqual([]);
    expect(ring.bytes).toBeLessThanOrEqual(300_000);
  });

  test("push() lets go of values even of lasting events before it lets go of any event", () => {
    const { ring } = fill(300_000, 1000, (id) => (id % 2 === 0 ? gone(id) : turn(id)));
    expect(kept(ring)).toHaveLength(1000);
    expect(ring.droppedValues).toBeGreaterThan(0);
  });

  test("push() keeps half of the budget for the values of the newest events, however many events have come", () => {
    const { ring } = fill(300_000, 20_000, message);
    const entries = kept(ring);
    const values = entries.filter((entry) => entry.kind === "message" && entry.value !== DROPPED);
    expect(values.length).toBeGreaterThan(100);
    expect(values).toEqual(entries.slice(-values.length));
    // The others gave their values away first, and are there without them.
    expect(entries.length).toBeGreaterThan(values.length * 2);
    expect(ring.bytes).toBeLessThanOrEqual(300_000);
  });

  test("push() then lets go of the oldest events that are not lasting", () => {
    const { ring, forgotten } = fill(300_000, 4000, (id) => (id % 4 === 0 ? spawn(id) : turn(id)));
    const entries = kept(ring);
    expect(entries.filter(({ kind }) => kind === "spawn")).toHaveLength(1000);
    const turns = entries.filter(({ kind }) => kind === "turn").map(({ id }) => id);
    expect(turns.length + ring.droppedEvents).toBe(3000);
    expect(turns[0]).toBeGreaterThan(1000);
    expect(forgotten).toEqual([]);
    expect(ring.floor).toBe(0);
  });

  test("push() counts spawns, exits, endpoints and presence among what is lasting, and nothing else", () => {
    const pair = {
      publisher: "1:1",
      subscriber: "1:2",
      topic: "t",
      publisherSees: true,
      subscriberSees: true,
      ...held(0),
    };
    const handlers = { presence: false, absence: false, message: false };
    const node = {
      endpoint: "1:1",
      name: 1,
      level: 0,
      role: { orientation: "publisher", interestType: "observer", topic: 1 },
      handlers,
      for: null,
    } as const;
    const activation = {
      process: "1",
      on: "yield",
      endpoint: null,
      actions: 0,
      changed: false,
      state: 0,
      statePrint: 0,
      before: 0,
      beforePrint: 0,
    } as const;
    const makers: readonly ((id: number) => Entry)[] = [
      spawn,
      gone,
      (id) => ({ kind: "presence", ...base(id), ...pair }),
      (id) => ({ kind: "absence", ...base(id), ...pair }),
      (id) => ({ kind: "endpoint-added", ...base(id), process: "1", node }),
      (id) => ({ kind: "endpoint-replaced", ...base(id), endpoint: "1:1", handlers }),
      (id) => ({
        kind: "exit",
        ...base(id),
        process: "1",
        how: "quit",
        state: 0,
        statePrint: 0,
        stateSince: 0,
        ...held(0),
      }),
      turn,
      message,
      (id) => ({ kind: "activation", ...base(id), ...activation, ...held(0) }),
      (id) => ({
        kind: "action",
        ...base(id),
        process: "1",
        turn: 0,
        action: "quit",
        asks: null,
        levels: null,
        victim: null,
        ...held(0),
      }),
      (id) => ({ kind: "input", ...base(id), process: "outside", from: "source", what: "value", ...held(0) }),
      (id) => ({ kind: "control", ...base(id), command: "pause", process: null }),
    ];
    const { ring, forgotten } = fill(500_000, 5200, (id) => (makers[id % makers.length] as (id: number) => Entry)(id));
    expect(forgotten).toEqual([]);
    const left = new Map<string, number>();
    for (const { kind, id } of kept(ring)) if (id < 2000) left.set(kind, (left.get(kind) ?? 0) + 1);
    expect([...left.keys()].toSorted()).toEqual([
      "absence",
      "endpoint-added",
      "endpoint-deleted",
      "endpoint-replaced",
      "exit",
      "presence",
      "spawn",
    ]);
  });

  test("push() at the very end lets go of lasting events, in order, and says up to where", () => {
    const { ring, forgotten } = fill(300_000, 6000, (id) => (id % 2 === 0 ? spawn(id) : turn(id)));
    expect(forgotten.length).toBeGreaterThan(0);
    expect(forgotten.map(({ id }) => id)).toEqual(forgotten.map((_, i) => (i + 1) * 2));
    expect(ring.floor).toBe(forgotten.at(-1)?.id);
    const ids = kept(ring)
      .filter(({ kind }) => kind === "spawn")
      .map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: ids.length }, (_, i) => ring.floor + 2 * (i + 1)));
    expect(ring.bytes).toBeLessThanOrEqual(300_000);
  });

  test("push() does not touch the value of the newest event, however large", () => {
    const { ring } = fill(100_000, 3, (id) => message(id, 1_000_000));
    expect(kept(ring).map((entry) => entry.kind === "message" && entry.value)).toEqual([DROPPED, DROPPED, "value"]);
  });

  test("bytes is what the events and values take that are kept, whatever has happened", () => {
    const mixed = (id: number): Entry => [message, turn, spawn, gone][(id * 7) % 4]?.(id) as Entry;
    for (const count of [10, 500, 2000, 5000]) {
      const { ring } = fill(200_000, count, mixed);
      const expected = kept(ring).reduce((sum, entry) => sum + 128 + ("heldBytes" in entry ? entry.heldBytes : 0), 0);
      expect(ring.bytes).toBe(expected);
    }
  });
});

describe("looking things up", () => {
  const { ring } = fill(300_000, 4000, (id) => (id % 4 === 0 ? spawn(id) : turn(id)));

  test("get() finds what is kept, and nothing else", () => {
    expect(ring.get(4)).toMatchObject({ id: 4, kind: "spawn" });
    expect(ring.get(4000)).toMatchObject({ id: 4000 });
    expect(ring.get(5)).toBeUndefined();
    expect(ring.get(0)).toBeUndefined();
    expect(ring.get(4001)).toBeUndefined();
  });

  test("forward() and backward() begin at the event named, or the nearest that is kept, and stop when told to", () => {
    const ahead: number[] = [];
    ring.forward(5, (entry) => ahead.push(entry.id) < 3);
    expect(ahead).toEqual([8, 12, 16]);
    const back: number[] = [];
    ring.backward(18, (entry) => back.push(entry.id) < 3);
    expect(back).toEqual([16, 12, 8]);
    const none: number[] = [];
    ring.forward(4001, (entry) => none.push(entry.id) > 0);
    ring.backward(0, (entry) => none.push(entry.id) > 0);
    expect(none).toEqual([]);
  });
});
