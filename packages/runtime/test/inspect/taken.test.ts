import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Taken } from "../../src/inspect/events.ts";
import { taken as isTaken } from "../../src/inspect/rows.ts";
import { weigh } from "../../src/inspect/scale.ts";
import { follow, FULL, SMALL, take, takeLine } from "../../src/inspect/taken.ts";
import { record } from "../../src/terms/record.ts";
import { ANY, wild } from "../../src/terms/wildcard.ts";

class Point {
  readonly x = 1;
  #hidden = 2;
  get sum(): number {
    throw new Error("a getter ran");
  }
  hidden(): number {
    return this.#hidden;
  }
}

describe("take() tells what a value is, in one line:", () => {
  test.each<[unknown, Taken["kind"], string]>([
    [undefined, "undefined", "undefined"],
    [null, "null", "null"],
    [true, "boolean", "true"],
    [-0, "number", "-0"],
    [Number.NaN, "number", "NaN"],
    [12n, "bigint", "12n"],
    ['say "hi"', "string", 'say "hi"'],
    [Symbol.for("s"), "symbol", "@s"],
    [function named() {}, "function", "#<function named>"],
    [ANY, "wildcard", "_"],
    [wild("x"), "wildcard", "_x"],
    [new Uint8Array([0, 255]), "bytes", '#x"00ff"'],
    [record("pair", "a", "b")(1, "two"), "record", 'pair(1, "two")'],
    [["a", 1, [2]], "list", '["a", 1, [2]]'],
    [{ a: 1, "b c": "x" }, "object", '{a: 1, "b c": "x"}'],
    [
      new Map<unknown, unknown>([
        ["a", 1],
        [{ k: 2 }, 3],
      ]),
      "map",
      'Map {"a" => 1, {k: 2} => 3}',
    ],
    [new Set(["a"]), "set", 'Set {"a"}'],
    [new Date(0), "date", "1970-01-01T00:00:00.000Z"],
    [new Date(Number.NaN), "date", "#<invalid date>"],
    [/a+/g, "regexp", "/a+/g"],
    [new TypeError("no"), "error", "TypeError: no"],
    [new Point(), "instance", "Point {x: 1}"],
    [Object.create(null), "object", "{}"],
  ])("%s", (value, kind, text) => {
    expect(take(value, FULL)).toMatchObject({ kind, text });
    expect(takeLine(value)).toEqual({ kind, text });
  });
});

describe("take() is safe:", () => {
  test("no getter runs", () => {
    let ran = false;
    const value = {
      get trap(): number {
        ran = true;
        return 1;
      },
      set sink(_: number) {},
    };
    expect(take(value, FULL).parts?.map(({ key, value: { kind, text } }) => [key, kind, text])).toEqual([
      ["trap", "accessor", "#<get>"],
      ["sink", "accessor", "#<get, set>"],
    ]);
    expect(ran).toBe(false);
    expect(follow(value, [0])).toBeUndefined();
  });

  test("cycles end, and say what they lead back to", () => {
    const value: { self?: unknown; list: unknown[] } = { list: [] };
    value.self = value;
    value.list.push(value.list);
    expect(take(value, FULL).parts).toMatchObject([
      { key: "list", value: { parts: [{ value: { kind: "cycle", same: [0] } }] } },
      { key: "self", value: { kind: "cycle", same: [] } },
    ]);
  });

  test("a proxy whose traps throw is unreadable, and what is beside it is not", () => {
    const trap = (): never => {
      throw new Error("trap");
    };
    const proxy = new Proxy({}, { ownKeys: trap, getPrototypeOf: trap, get: trap, getOwnPropertyDescriptor: trap });
    expect(take([proxy, 1], FULL).parts).toMatchObject([{ value: { kind: "unreadable" } }, { value: { text: "1" } }]);
    const { proxy: revoked, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(take(revoked, FULL).kind).toBe("unreadable");
    expect(() => weigh([revoked, proxy])).not.toThrow();
  });

  test("what is huge takes little time and room", () => {
    const huge = {
      list: Array.from({ length: 1_000_000 }, (_, i) => i),
      map: new Map(Array.from({ length: 1000 }, (_, i) => [i, i])),
      text: "x".repeat(1e7),
    };
    expect(JSON.stringify(take(huge, FULL)).length).toBeLessThan(50_000);
    expect(take(huge, SMALL).parts?.[0]?.value).toMatchObject({
      size: 1_000_000,
      text: expect.stringContaining("… 1000000 in all"),
    });
    let deep: unknown = 0;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(JSON.stringify(take(deep, FULL)).length).toBeLessThan(2000);
  });

  test("any value gives plain data within the bounds, which the viewer's check accepts", () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withTypedArray: true,
          withSparseArray: true,
          withNullPrototype: true,
        }),
        (value) => {
          const result = take(value, SMALL);
          expect(isTaken(JSON.parse(JSON.stringify(result)))).toBe(true);
          expect(countOf(result)).toBeLessThanOrEqual(SMALL.values);
        },
      ),
    );
  });
});

function countOf({ parts = [] }: Taken): number {
  return parts.reduce((sum, { value }) => sum + countOf(value), 1);
}

describe("follow() and take() reach every part by its path:", () => {
  test("of lists, objects, maps, sets and records, below the bounds too", () => {
    const value = { deep: [new Map([["k", new Set([record("r", "f")({ here: "found" })])]])] };
    const path = [0, 0, 0, 0, 0, 0];
    expect(follow(value, path)?.value).toBe("found");
    const at = follow(value, path.slice(0, 3));
    expect(take(at?.value, FULL, path.slice(0, 3), at?.above)).toMatchObject({ kind: "set", size: 1 });
  });

  test("from: shows the parts that come later", () => {
    const list = Array.from({ length: 1000 }, (_, i) => i);
    const result = take(list, FULL, [], [], 500);
    expect(result.parts?.[0]).toMatchObject({ step: 500, value: { text: "500" } });
    expect(result.parts).toHaveLength(100);
    expect(take(new Map(list.map((i) => [i, i])), FULL, [], [], 990).parts?.map(({ step }) => step)).toEqual([
      990, 991, 992, 993, 994, 995, 996, 997, 998, 999,
    ]);
  });

  test("a path that leads nowhere gives nothing", () => {
    expect(follow({ a: 1 }, [1])).toBeUndefined();
    expect(follow({ a: 1 }, [0, 0])).toBeUndefined();
    expect(follow(new Map(), [0])).toBeUndefined();
  });

  test("what take() shows at a path is what follow() finds there", () => {
    fc.assert(
      fc.property(fc.object({ withMap: true, withSet: true }), (value) => {
        const check = (shown: Taken, path: readonly number[]): void => {
          if (shown.kind === "cycle") return;
          const found = follow(value, path);
          expect(takeLine(found?.value).kind).toBe(shown.kind);
          for (const part of shown.parts ?? []) check(part.value, [...path, part.step]);
        };
        check(take(value, FULL), []);
      }),
    );
  });
});

describe("weigh()", () => {
  test("a change among the first parts shows", () => {
    const print = (value: unknown): number => weigh(value).print;
    const pairs: readonly [unknown, unknown][] = [
      [{ n: 1 }, { n: 2 }],
      [{ s: "abc" }, { s: "abd" }],
      [
        [1, 2],
        [1, 2, 3],
      ],
      [Array(100).fill(0), [...Array<number>(99).fill(0), 1]],
      [new Map([[1, 1]]), new Map()],
      [{ a: { b: { c: true } } }, { a: { b: { c: false } } }],
      [1.5, 1.25],
      [new Uint8Array([1]), new Uint8Array([2])],
      [record("r", "f")(1), record("r", "f")(2)],
    ];
    for (const [a, b] of pairs) {
      expect(print(a)).not.toBe(print(b));
      expect(print(a)).toBe(print(structuredClone2(a)));
    }
  });

  test("what is shared with the value before weighs nothing", () => {
    const big = { table: "x".repeat(100_000), other: Array.from({ length: 1000 }, () => "y".repeat(100)) };
    expect(weigh(big).bytes).toBeGreaterThan(200_000);
    expect(weigh({ ...big, n: 1 }, big).bytes).toBeLessThan(1000);
    expect(weigh(big, big).bytes).toBe(0);
  });

  test("no getter runs, and cyclic and huge values take no time", () => {
    const cyclic: unknown[] = [];
    cyclic.push(
      cyclic,
      Array.from({ length: 1_000_000 }, () => cyclic),
    );
    expect(weigh(cyclic).bytes).toBeGreaterThan(1_000_000);
    expect(() =>
      weigh({
        get trap(): never {
          throw new Error("a getter ran");
        },
      }),
    ).not.toThrow();
  });
});

/** The same contents in another object; records stay as they are. */
function structuredClone2(value: unknown): unknown {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
    ? structuredClone(value)
    : value;
}
