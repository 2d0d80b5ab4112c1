import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StreamItem } from "@marketplace/runtime/inspect";
import { causesOf, effectsOf } from "../src/model/chains.ts";
import { EventLog } from "../src/model/event-log.ts";
import { Model } from "../src/model/model.ts";
import { meetsAt } from "../src/model/pairs.ts";
import { choices, picture, snapshotOf, story } from "./events.ts";

const nothing = { kind: "undefined", text: "undefined" } as const;

function message(id: number, body: unknown, extra: Partial<StreamItem & { kind: "message" }> = {}): StreamItem {
  const base = { kind: "message", id, t: id, cause: 0, process: "1", turn: 0, orientation: "publisher" } as const;
  return { ...base, body: { term: body as never }, to: [], unmatched: false, ...extra };
}

describe("the tree of the past", () => {
  test("at any event, it is the tree that there was just after that event", () => {
    fc.assert(
      fc.property(choices, (from) => {
        const { events, pictures } = story(from);
        const model = new Model(0, 512);
        for (const [i, event] of events.entries()) {
          model.apply([event]);
          expect(picture(model.tree, null)).toBe(pictures[i]);
        }
        for (const [i, event] of events.entries()) expect(picture(model.tree, event.id)).toBe(pictures[i]);
      }),
    );
  });

  test("a snapshot in the middle and the events after it give the same tree as all the events", () => {
    fc.assert(
      fc.property(choices, fc.nat(120), (from, cut) => {
        const { events, pictures } = story(from);
        const at = Math.min(cut, events.length);
        const whole = new Model(0, 512);
        whole.apply(events);
        const late = new Model(at, 512);
        late.add(snapshotOf(whole.tree, at));
        late.apply(events.slice(at));
        for (let id = Math.max(1, at); id <= events.length; id++) expect(picture(late.tree, id)).toBe(pictures[id - 1]);
      }),
    );
  });

  test("the counts are those of what lives", () => {
    fc.assert(
      fc.property(choices, (from) => {
        const { events, pictures } = story(from);
        const model = new Model(0, 512);
        model.apply(events);
        const last = pictures.at(-1) ?? "";
        expect(model.tree.processCount).toBe(last === "" ? 0 : last.split("\n").length);
        expect(model.tree.endpointCount).toBe(last.split(/[\s[\]]+/).filter((part) => part.includes(":")).length);
      }),
    );
  });

  test("processes that ended long ago are forgotten, those that live are not", () => {
    const model = new Model(0, 16);
    model.apply([{ kind: "spawn", id: 1, t: 0, cause: 0, process: "0", name: "stays", vm: false }]);
    for (let i = 1; i < 9000; i++) {
      model.apply([
        { kind: "spawn", id: i * 2, t: 0, cause: 0, process: String(i), vm: false },
        { kind: "exit", id: i * 2 + 1, t: 0, cause: 0, process: String(i), how: "quit", reason: nothing },
      ]);
    }
    expect(model.tree.process("0")?.name).toBe("stays");
    expect(model.tree.process("1")).toBeUndefined();
    expect([...model.tree.processes()].length).toBeLessThan(5000);
    expect(model.tree.roots.length).toBe([...model.tree.processes()].length);
  });
});

describe("EventLog", () => {
  test("keeps the latest events, and their positions stay", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(60), (capacity, count) => {
        const log = new EventLog(capacity);
        for (let id = 1; id <= count; id++) log.push(message(id, id));
        expect(log.length).toBe(Math.min(capacity, count));
        for (let id = 1; id <= count; id++) {
          const kept = id > count - capacity;
          expect(log.positionOf(id)).toBe(kept ? id - 1 : -1);
          expect(log.find(id)?.id).toBe(kept ? id : undefined);
        }
      }),
    );
  });

  test("positionOf finds the gap that an event is in, and events behind gaps", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 40 }), (steps) => {
        const log = new EventLog(512);
        let id = 0;
        const at = new Map<number, number>();
        for (const [position, step] of steps.entries()) {
          const first = id + 1;
          id += step;
          for (let one = first; one <= id; one++) at.set(one, position);
          log.push(step === 1 ? message(id, null) : { kind: "gap", id: first, last: id, count: step });
        }
        for (const [one, position] of at) expect(log.positionOf(one)).toBe(position);
        expect(log.positionOf(id + 1)).toBe(-1);
        expect(log.positionOf(0)).toBe(-1);
      }),
    );
  });

  test("effectsOf names what each event caused, in order, as far as it is kept", () => {
    fc.assert(
      fc.property(choices, fc.integer({ min: 1, max: 200 }), (from, capacity) => {
        const { events } = story(from);
        const log = new EventLog(capacity);
        for (const event of events) log.push(event);
        for (let position = log.first; position < log.end; position++) {
          const id = log.idAt(position);
          const expected = events
            .filter((event) => event.kind !== "gap" && event.cause === id)
            .map((event) => event.id);
          expect(log.effectsOf(position).map((effect) => log.idAt(effect))).toEqual(expected);
        }
      }),
    );
  });

  test("lastUntil finds the last event by time", () => {
    const log = new EventLog(4);
    for (const id of [1, 2, 3, 4, 5, 6]) log.push(message(id, null));
    expect([2, 3, 4.5, 100].map((time) => log.lastUntil(time))).toEqual([log.first - 1, 2, 3, 5]);
  });
});

test("causesOf goes back to the outside event, effectsOf forward to all that came of it", () => {
  const model = new Model(0, 512);
  const caused = (id: number, cause: number): StreamItem => message(id, id, { cause });
  model.apply([caused(1, 0), caused(2, 1), caused(3, 1), caused(4, 2), caused(5, 0), caused(6, 4)]);
  expect(causesOf(6, model).chain.map(({ id }) => id)).toEqual([1, 2, 4, 6]);
  expect(causesOf(6, model).whole).toBe(true);
  expect(effectsOf(1, model, 100).links.map(({ item, depth }) => [item.id, depth])).toEqual([
    [2, 1],
    [4, 2],
    [6, 3],
    [3, 1],
  ]);
  expect(effectsOf(1, model, 2)).toMatchObject({ more: true, links: [{ depth: 1 }, { depth: 2 }] });
});

test("causesOf says where the beginning is no longer known", () => {
  const model = new Model(0, 2);
  model.apply([message(1, 1), message(2, 2, { cause: 1 }), message(3, 3, { cause: 2 })]);
  expect(causesOf(3, model)).toMatchObject({ whole: false, chain: [{ id: 2 }, { id: 3 }] });
});

test("pairs meet from their presence event until their absence event", () => {
  const model = new Model(0, 512);
  const pair = { publisher: "1:1", subscriber: "2:2", topic: "t", publisherSees: true, subscriberSees: true } as const;
  model.apply([
    { kind: "presence", id: 5, t: 5, cause: 0, ...pair },
    { kind: "absence", id: 9, t: 9, cause: 0, ...pair, reason: nothing },
  ]);
  const [met] = model.pairs.all;
  expect([4, 5, 8, 9].map((at) => met !== undefined && meetsAt(met, at))).toEqual([false, true, true, false]);
  expect(model.pairs.presentCount).toBe(0);
});

test("unmatched messages are grouped by shape, the group that grew last first", () => {
  const model = new Model(0, 512);
  const unmatched = (id: number, body: unknown): StreamItem => message(id, body, { unmatched: true });
  model.apply([
    unmatched(1, { struct: "says", fields: ["ann", "hello"] }),
    unmatched(2, ["job", 1]),
    unmatched(3, { struct: "says", fields: ["bob", "hi"] }),
    message(4, ["job", 2]),
  ]);
  expect(model.unmatched.groups().map(({ shape, count, latest }) => ({ shape, count, latest }))).toEqual([
    { shape: "says(text, text)", count: 2, latest: [1, 3] },
    { shape: '["job", number]', count: 1, latest: [2] },
  ]);
});
