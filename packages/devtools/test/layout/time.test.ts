import { describe, expect, test } from "vitest";
import { Density, GROUPS } from "../../src/layout/density.ts";
import { eventScale, moved, wholeStretch, zoomed } from "../../src/layout/event-scale.ts";
import { LaneIndex, readCell } from "../../src/layout/lane-index.ts";
import { comparePaths } from "../../src/layout/paths.ts";
import { EventLog } from "../../src/model/event-log.ts";
import { exited, met, model, said, turn } from "./made-up.ts";

const group = (name: string): number => GROUPS.findIndex((each) => each.name === name);

function logOf(events: readonly Parameters<EventLog["push"]>[0][], capacity = 1000): EventLog {
  const log = new EventLog(capacity);
  for (const event of events) log.push(event);
  return log;
}

describe("Density", () => {
  test("counts each event once, in its group and stretch", () => {
    const log = logOf([turn(1, "0", 0), said(2, "0", []), met(3, "0:0", "1:1"), turn(4, "0", 900)]);
    const density = new Density();
    density.read(log);
    density.read(log);
    const all = density.between(0, 1000, 2000);
    expect(all).toHaveLength(1);
    expect(all[0]!.total).toBe(4);
    expect(all[0]!.counts[group("messages")]).toBe(1);
    expect(all[0]!.counts[group("presence")]).toBe(1);
    expect(all[0]!.counts[group("work")]).toBe(2);
    expect(density.between(0, 1000, 100).map(({ total }) => total)).toEqual([3, 1]);
  });

  test("keeps every count when the time grows beyond its buckets", () => {
    const log = new EventLog(5000);
    const density = new Density();
    for (let i = 0; i < 2000; i++) {
      log.push(turn(i + 1, "0", i * 37));
      if (i % 100 === 0) density.read(log);
    }
    density.read(log);
    expect(density.quantum).toBeGreaterThan(1);
    const total = density.between(0, 2000 * 37, 500).reduce((sum, bucket) => sum + bucket.total, 0);
    expect(total).toBe(2000);
  });

  test("shows a gap as so many missing, and not as an event", () => {
    const log = logOf([turn(1, "0", 10), { kind: "gap", id: 2, last: 90, count: 80 }]);
    const density = new Density();
    density.read(log);
    expect(density.between(0, 20, 100)[0]).toMatchObject({ total: 1, missing: 80 });
  });

  test("begins anew where more came between two looks than the log keeps", () => {
    const log = new EventLog(10);
    const density = new Density();
    log.push(turn(1, "0", 1));
    density.read(log);
    for (let id = 2; id <= 100; id++) log.push(turn(id, "0", id));
    density.read(log);
    expect(density.between(0, 200, 1000).reduce((sum, { total }) => sum + total, 0)).toBe(10);
  });
});

describe("LaneIndex", () => {
  const events = Array.from({ length: 300 }, (_, i) =>
    i % 3 === 0 ? said(i + 1, "0", []) : turn(i + 1, i % 3 === 1 ? "2.10" : "2.9"),
  );

  test("has a lane for each process, in the order of their paths", () => {
    const index = new LaneIndex(logOf(events));
    index.read(1000);
    expect(index.lanes()).toEqual(["0", "2.9", "2.10"]);
  });

  test("counts the same at every level of detail as one by one", () => {
    const index = new LaneIndex(logOf(events));
    index.read(1000);
    for (const span of [16, 64, 256, 1024, 4096]) {
      let count = 0;
      for (let stretch = 0; stretch * span < 300; stretch++)
        count += readCell(index.cells(span, stretch).get(index.numberOf("0")) ?? 0).count;
      expect(count, `at ${span}`).toBe(100);
    }
  });

  test("a cell tells of messages before work, and of faults", () => {
    const index = new LaneIndex(logOf([turn(1, "0"), said(2, "0", []), exited(3, "0", "crashed")]));
    index.read(1000);
    expect(readCell(index.cells(16, 0).get(0)!)).toEqual({ count: 3, group: group("messages"), fault: true });
  });

  test("reads a little at a time, and says whether that was all", () => {
    const index = new LaneIndex(logOf(events));
    expect(index.read(100)).toBe(false);
    expect(index.laneAt(150)).toBe(-1);
    expect(index.read(1000)).toBe(true);
    expect(index.laneAt(150)).toBeGreaterThanOrEqual(0);
  });

  test("lets a lane go when the log has let go of all its events", () => {
    const log = new EventLog(10_000);
    const index = new LaneIndex(log);
    log.push(turn(1, "7"));
    index.read(10);
    for (let id = 2; id < 30_000; id++) {
      log.push(turn(id, "0"));
      index.read(10);
    }
    expect(index.lanes()).toEqual(["0"]);
  });

  test("nearest finds the closest event of a lane on either side", () => {
    const index = new LaneIndex(logOf(events));
    index.read(1000);
    expect(index.nearest(index.numberOf("0"), 100)).toBe(99);
    expect(index.nearest(index.numberOf("0"), 101)).toBe(102);
  });
});

describe("eventScale", () => {
  const { log } = model([], [turn(1, "0", 0), turn(2, "0", 1), turn(3, "0", 500), turn(4, "0", 1000)]);

  test("in order, gives each event the same room; by time, its moment", () => {
    const order = eventScale(log, 4, "order", { from: 0, until: 4 }, 100, 500);
    expect([0, 1, 2, 3].map((position) => order.at(position))).toEqual([150, 250, 350, 450]);
    const time = eventScale(log, 4, "time", { from: 0, until: 1000 }, 0, 1000);
    expect([0, 1, 2, 3].map((position) => time.at(position))).toEqual([0, 1, 500, 1000]);
  });

  test("finds the way back from a pixel to an event", () => {
    for (const along of ["order", "time"] as const) {
      const scale = eventScale(log, 4, along, wholeStretch(log, 4, along), 0, 800);
      for (const position of [0, 1, 2, 3])
        expect(Math.round(scale.positionAt(scale.at(position) + 0.01))).toBe(position);
    }
  });

  test("zoomed keeps the point that it zooms around where it is", () => {
    const { from, until } = zoomed({ from: 0, until: 100 }, 25, 0.5, "order");
    expect((25 - from) / (until - from)).toBeCloseTo(0.25);
    expect(until - from).toBe(50);
    expect(moved({ from, until }, 5)).toEqual({ from: from + 5, until: until + 5 });
  });
});

test("comparePaths orders by number, a VM before what is in it, the outside first", () => {
  expect(["10", "2.1", "2", "2.outside", "outside", "2.0.3"].sort(comparePaths)).toEqual([
    "outside",
    "2",
    "2.outside",
    "2.0.3",
    "2.1",
    "10",
  ]);
});
