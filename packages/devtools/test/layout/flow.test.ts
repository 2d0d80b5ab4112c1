import { describe, expect, test } from "vitest";
import { flowBoxes, MOST_OPEN } from "../../src/layout/flow-boxes.ts";
import { flowLayout, SIZE, type FlowLayout } from "../../src/layout/flow-layout.ts";
import { movesOf } from "../../src/layout/flow-moves.ts";
import { lengthOf, pointAt, routeOver } from "../../src/layout/flow-route.ts";
import { Slots } from "../../src/layout/slots.ts";
import type { Model } from "../../src/model/model.ts";
import { endpoint, exited, model, process, said, spawned } from "./made-up.ts";

function layoutOf(
  of: Model,
  at: number | null = null,
  slots = new Slots(),
  opened = new Map<string, boolean>(),
): FlowLayout {
  return flowLayout(flowBoxes(of.tree, { at, slots, opened }), 1.2);
}

const placeOf = (layout: FlowLayout, path: string): readonly [number, number] => {
  const { x, y } = layout.byPath.get(path)!;
  return [x, y];
};

describe("Slots.arrange", () => {
  test("gives a newcomer the first place that is free, and nobody else moves", () => {
    const slots = new Slots();
    const of = model([process("0"), process("1"), process("2")]);
    const paths = (at: number | null): (string | undefined)[] =>
      slots.arrange("", of.tree.roots, at).map((node) => node?.path);
    expect(paths(null)).toEqual(["0", "1", "2"]);
    of.apply([exited(5, "1")]);
    expect(paths(null)).toEqual(["0", undefined, "2"]);
    of.apply([spawned(6, "3")]);
    expect(paths(null)).toEqual(["0", "3", "2"]);
    // The past looks as it did.
    expect(paths(4)).toEqual(["0", "1", "2"]);
  });

  test("gives the same places to whoever looks for the first time", () => {
    const of = model([process("0"), process("1")], [exited(5, "0"), spawned(6, "2"), spawned(7, "3")]);
    expect(new Slots().arrange("", of.tree.roots, null).map((node) => node?.path)).toEqual(["2", "1", "3"]);
  });
});

describe("flowBoxes", () => {
  const many = (count: number): Model =>
    model([process("0", [], true), ...Array.from({ length: count }, (_, i) => process(`0.${i}`))]);

  test("opens all VMs as long as they hold at most 200 processes", () => {
    expect(layoutOf(many(MOST_OPEN - 1)).byPath.get("0")?.box.open).toBe(true);
    const crowded = layoutOf(many(MOST_OPEN + 1));
    expect(crowded.byPath.get("0")?.box).toMatchObject({ open: false, inside: MOST_OPEN + 1, places: [] });
    expect(crowded.byPath.has("0.0")).toBe(false);
  });

  test("opens a crowded VM where that was asked for", () => {
    const layout = layoutOf(many(300), null, new Slots(), new Map([["0", true]]));
    expect(layout.byPath.has("0.299")).toBe(true);
  });

  test("names what is in a closed VM, the most frequent first", () => {
    const of = model([
      process("0", [], true),
      { ...process("0.0"), name: "door" },
      ...[1, 2].map((i) => ({ ...process(`0.${i}`), name: "session" })),
    ]);
    const layout = layoutOf(of, null, new Slots(), new Map([["0", false]]));
    expect(layout.byPath.get("0")?.box.summary).toEqual(["2 × session", "door"]);
  });

  test("counts names that differ in their numbers only as one", () => {
    const of = model([
      process("0", [], true),
      ...[41, 42, 43].map((port) => ({ ...process(`0.${port}`), name: `from 10.0.0.1:${port}` })),
    ]);
    const layout = layoutOf(of, null, new Slots(), new Map([["0", false]]));
    expect(layout.byPath.get("0")?.box.summary).toEqual(["3 × from …"]);
  });
});

describe("flowLayout", () => {
  const nested = [process("0"), process("1", [], true), process("1.0"), process("1.1"), process("2"), process("3")];

  test("puts every box into its VM, and none over another", () => {
    const { boxes } = layoutOf(model(nested));
    for (const a of boxes) {
      const vm = boxes.find(({ box }) => box.path === a.vm);
      if (vm !== undefined) {
        expect(a.x).toBeGreaterThan(vm.x);
        expect(a.y - SIZE.leg).toBeGreaterThan(vm.y);
        expect(a.x + a.width).toBeLessThan(vm.x + vm.width);
        expect(a.y + a.height).toBeLessThan(vm.y + vm.height);
      }
      for (const b of boxes) {
        if (a === b || a.vm !== b.vm) continue;
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart, `${a.box.path} and ${b.box.path}`).toBe(true);
      }
    }
  });

  test("has each process stand under a strip of its VM's network", () => {
    const { boxes, networks } = layoutOf(model(nested));
    for (const { vm, row, y } of boxes) {
      if (vm !== null) expect(networks.get(vm)!.rows[row]! + SIZE.strip + SIZE.leg).toBe(y);
    }
  });

  test("leaves everybody where he is when one ends", () => {
    const slots = new Slots();
    const of = model(nested);
    const before = layoutOf(of, null, slots);
    of.apply([exited(9, "0")]);
    const after = layoutOf(of, null, slots);
    for (const path of ["1", "1.0", "1.1", "2", "3"]) expect(placeOf(after, path)).toEqual(placeOf(before, path));
  });

  test("keeps pins within the width of their box, however many there are", () => {
    const crowd = process(
      "0",
      Array.from({ length: 60 }, (_, i) => endpoint(`0:${i}`, "publisher", i)),
    );
    const layout = layoutOf(model([crowd]));
    const { x, width } = layout.byPath.get("0")!;
    for (const pin of layout.pins.values()) {
      expect(pin.x).toBeGreaterThan(x);
      expect(pin.x).toBeLessThan(x + width);
    }
  });
});

describe("routeOver", () => {
  const of = model([
    process("0", [endpoint("0:0", "publisher", "x")]),
    process("1", [endpoint("1:1", "subscriber", "x")]),
    ...[2, 3, 4, 5, 6, 7].map((i) => process(String(i), [endpoint(`${i}:${i}`, "subscriber", "x")])),
  ]);
  const layout = layoutOf(of);

  test("goes up to the strip, along it, and down to the other's pin", () => {
    const route = routeOver(layout, "", { process: "0" }, { endpoint: "1:1" })!;
    const strip = layout.networks.get("")!.rows[0]! + SIZE.strip / 2;
    expect(route.at(-1)).toEqual(layout.pins.get("1:1"));
    expect(route.slice(1, -1).every(({ y }) => y === strip)).toBe(true);
  });

  test("changes from row to row at the left, and only walks straight lines", () => {
    const last = layout.boxes.find(({ row }) => row > 0)!.box.path;
    const route = routeOver(layout, "", { process: "0" }, { process: last })!;
    for (const [i, point] of route.entries())
      if (i > 0) expect(point.x === route[i - 1]!.x || point.y === route[i - 1]!.y).toBe(true);
    expect(Math.min(...route.map(({ x }) => x))).toBeLessThan(layout.byPath.get("0")!.x);
  });

  test("is nowhere in a VM that is not shown", () => {
    expect(routeOver(layout, "9", { process: "9.0" }, { process: "9.1" })).toBeNull();
  });

  test("pointAt begins at the one end and stops at the other", () => {
    const route = routeOver(layout, "", { process: "0" }, { endpoint: "1:1" })!;
    expect(pointAt(route, 0)).toEqual(route[0]);
    expect(pointAt(route, lengthOf(route) + 1)).toEqual(route.at(-1));
  });
});

describe("movesOf", () => {
  const of = model([
    process("0"),
    process("1", [endpoint("1:1", "subscriber", "x")]),
    process("2", [endpoint("2:2", "subscriber", "x")]),
  ]);
  const layout = layoutOf(of);

  test("a message goes to each of its receivers", () => {
    const moves = movesOf(said(1, "0", ["1:1", "2:2"]), layout, of);
    expect(moves.map(({ route }) => route.at(-1))).toEqual([layout.pins.get("1:1"), layout.pins.get("2:2")]);
  });

  test("a message that nobody gets ends on the strip", () => {
    const [move, ...others] = movesOf(said(1, "0", []), layout, of);
    expect(others).toEqual([]);
    expect(move?.lost).toBe(true);
    expect(move?.route.at(-1)?.y).toBe(layout.networks.get("")!.rows[0]! + SIZE.strip / 2);
  });
});
