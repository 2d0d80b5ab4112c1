import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { amountText } from "../src/model/amount-text.ts";
import { Elements } from "../src/views/log/elements.ts";
import { Pace } from "../src/views/log/pace.ts";
import type { Rows } from "../src/views/log/use-rows.ts";

const source = {};

function rows(count: number, gone = 0, of: object = source, progress = 1): Rows {
  return { source: of, count, gone, position: (row) => row, rowOf: (position) => position, progress, faults: [] };
}

describe("Pace.show", () => {
  test("shows at once what has room", () => {
    const pace = new Pace(() => 0);
    for (let count = 0; count < 200; count += 20) {
      const here = rows(count);
      expect(pace.show(here, 20, true)).toBe(here);
      expect(pace.waits).toBe(0);
    }
  });

  test("holds back what has no room, and shows the latest when its time has come", () => {
    let now = 0;
    const pace = new Pace(() => now);
    const first = rows(10);
    pace.show(first, 20, true);
    now = 100;
    expect(pace.show(rows(1000), 20, true)).toBe(first);
    expect(pace.waits).toBe(400);
    now = 499;
    // Rows that go from the front, as others come, are as many new ones.
    expect(pace.show(rows(1000, 5000), 20, true)).toBe(first);
    expect(pace.waits).toBe(1);
    now = 500;
    const last = rows(1000, 6000);
    expect(pace.show(last, 20, true)).toBe(last);
    expect(pace.waits).toBe(0);
  });

  test("never holds back who looks at older rows, or has changed the filter", () => {
    const pace = new Pace(() => 0);
    pace.show(rows(10), 20, true);
    const older = rows(1000);
    expect(pace.show(older, 20, false)).toBe(older);
    const filtered = rows(5, 0, {}, 0.1);
    expect(pace.show(filtered, 20, true)).toBe(filtered);
    const further = rows(5000, 0, filtered.source, 1);
    expect(pace.show(further, 20, true)).toBe(further);
  });
});

test("Elements.keys gives rows that stay in sight the same elements, and uses those again of which all rows have gone", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -300, max: 5000 })), fc.integer({ min: 1, max: 60 }), (moves, count) => {
      const elements = new Elements();
      let first = 0;
      let before = elements.keys(first, count);
      for (const move of moves) {
        const from = Math.max(0, first + move);
        const keys = elements.keys(from, count);
        expect(new Set(keys).size).toBe(count);
        const moved = from - first;
        if (Math.abs(moved) >= count) expect(keys).toEqual(before);
        else if (moved >= 0) expect(keys.slice(0, count - moved)).toEqual(before.slice(moved));
        else expect(keys.slice(-moved)).toEqual(before.slice(0, count + moved));
        first = from;
        before = keys;
      }
    }),
  );
});

test("amountText writes whole numbers as English does", () => {
  fc.assert(fc.property(fc.nat(), (count) => void expect(amountText(count)).toBe(count.toLocaleString("en"))));
});
