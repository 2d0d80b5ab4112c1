import { describe, expect, test } from "vitest";
import { numberedRecord } from "../../src/terms/record-maker.ts";
import { isRecord, RECORD, record, checked, type Rec } from "../../src/terms/record.ts";
import type * as Records from "../../src/terms/record.ts";
import { equalTerms, type Term } from "../../src/terms/term.ts";
import { matches } from "../../src/terms/unify.ts";
import { ANY, wild } from "../../src/terms/wildcard.ts";
import { secondCopy } from "./realms.ts";

const point = record("point", "x", "y");

describe("record(label, ...names)", () => {
  test("the type makes records with the fields under their names, in order", () => {
    const p = point(1, ["a"]);
    expect(Reflect.ownKeys(p)).toEqual(["x", "y"]);
    expect({ ...p }).toEqual({ x: 1, y: ["a"] });
    expect(JSON.stringify(p)).toBe('{"x":1,"y":["a"]}');
    expect([point.label, point.names, point.name]).toEqual(["point", ["x", "y"], "point"]);
  });

  test("records are frozen, and say what they are by one property of their prototype", () => {
    const p = point(1, 2);
    expect(Object.isFrozen(p)).toBe(true);
    expect(Object.getOwnPropertySymbols(Object.getPrototypeOf(p))).toEqual([RECORD]);
    expect(RECORD).toBe(Symbol.for("@marketplace/record"));
    expect(p[RECORD]).toMatchObject({ label: "point", names: ["x", "y"], arity: 2, wild: false, depth: 1 });
  });

  test("records know whether there are wildcards in them, and how deep they are", () => {
    const known = (term: Rec): [boolean, number] => [term[RECORD].wild, term[RECORD].depth];
    expect(known(point(ANY, 1))).toEqual([true, 1]);
    expect(known(point([[...wild("x")]], 1))).toEqual([true, 3]);
    expect(known(point(point(1, { a: ANY }), 1))).toEqual([true, 3]);
    expect(known(point(point(1, { a: [] }), "a"))).toEqual([false, 4]);
    expect(known(record("unit")())).toEqual([false, 1]);
  });

  test("records print as in the text form", () => {
    expect(`${point("a", [ANY])}`).toBe('point("a", [_])');
    const spaced = record("a point", "x");
    expect(`${spaced(1n)}`).toBe('"a point"(1n)');
  });

  test("records alike share their shape, so that consoles name it and engines know it", () => {
    expect(Object.getPrototypeOf(point(1, 2))).toBe(Object.getPrototypeOf(point("a", null)));
    expect(Object.getPrototypeOf(point(1, 2)).constructor.name).toBe("point");
  });

  test("the type checks its fields: a wrong number, or one that is no term", () => {
    const call = point as unknown as (...fields: unknown[]) => unknown;
    expect(() => call(1)).toThrow("point: expected 2 fields (x, y), got 1");
    expect(() => call(1, 2, 3)).toThrow("point: expected 2 fields (x, y), got 3");
    expect(() => call(1, undefined)).toThrow("point.y: expected a term, got undefined");
    expect(() => call([{ a: NaN }], 1)).toThrow("point.x[0].a: expected a finite number, got NaN");
    expect(() => call([...ANY][0], 1)).toThrow(expect.objectContaining({ code: "MISPLACED_TAIL" }));
  });

  test("records deeper than 256 levels cannot be made, however they are built", () => {
    const box = record("box", "content");
    let term: Term = 1;
    for (let i = 0; i < 256; i++) term = i % 2 === 0 ? box(term) : [term];
    expect(() => box(term)).toThrow(expect.objectContaining({ code: "TERM_TOO_DEEP" }));
    expect(() => box([term])).toThrow(expect.objectContaining({ code: "TERM_TOO_DEEP" }));
  });

  test("a million-fold shared record is made without a walk", () => {
    let pair: Term = point(1, 2);
    for (let i = 0; i < 100; i++) pair = point(pair, pair);
    expect((pair as Rec)[RECORD].depth).toBe(101);
  });

  test("record refuses labels and names that cannot be", () => {
    const call = record as unknown as (...parts: unknown[]) => unknown;
    const cases: [unknown[], string][] = [
      [[], "record: label: expected a non-empty string, got undefined"],
      [[""], 'record: label: expected a non-empty string, got ""'],
      [["p", 1], "record: name 0 of p: expected a non-empty string that can be a key at this place, got 1"],
      [["p", "a", "0"], 'record: name 1 of p: expected a non-empty string that can be a key at this place, got "0"'],
      [
        ["p", "__proto__"],
        'record: name 0 of p: expected a non-empty string that can be a key at this place, got "__proto__"',
      ],
      [["p", "a", "a"], 'record: name 1 of p: expected a name not yet used, got "a"'],
    ];
    for (const [parts, message] of cases) expect(() => call(...parts)).toThrow(message);
  });

  test("fields may be called like methods of objects", () => {
    const odd = record("odd", "toString", "constructor", "hasOwnProperty");
    expect(Object.entries(odd(1, 2, 3))).toEqual([
      ["toString", 1],
      ["constructor", 2],
      ["hasOwnProperty", 3],
    ]);
    expect(matches(odd(1, 2, ANY), odd(1, 2, 3))).toBe(true);
  });
});

describe("is, isGround and from of a record type", () => {
  const other = record("point", "left", "right");

  test("point.is(value) recognises its records, with wildcards in them or without", () => {
    expect(point.is(point(1, 2))).toBe(true);
    expect(point.is(point(ANY, 2))).toBe(true);
    expect(point.is(record("point", "x", "y")(1, 2))).toBe(true);
    for (const value of [
      ANY,
      null,
      undefined,
      "point",
      { x: 1, y: 2 },
      record("point", "x")(1),
      record("pt", "x", "y")(1, 2),
    ]) {
      expect(point.is(value)).toBe(false);
    }
  });

  test("point.is(value) does not recognise equal records whose fields have other names, which point.from(value) converts", () => {
    expect(equalTerms(point(1, 2), other(1, 2))).toBe(true);
    expect(point.is(other(1, 2))).toBe(false);
    const converted = point.from(other(1, 2));
    expect(point.is(converted)).toBe(true);
    expect(converted).toEqual({ x: 1, y: 2 });
    expect(point.from(numberedRecord("point", [1, ANY]))).toEqual({ x: 1, y: ANY });
    expect(point.from("point")).toBeUndefined();
    expect(point.from(record("point", "x")(1))).toBeUndefined();
  });

  test("point.isGround(value) recognises its records without wildcards anywhere in them", () => {
    expect(point.isGround(point(1, [2]))).toBe(true);
    expect(point.isGround(point(1, [{ a: ANY }]))).toBe(false);
    expect(point.isGround(point([...ANY], 1))).toBe(false);
    for (const value of [ANY, null, { x: 1, y: 2 }, other(1, 2)]) expect(point.isGround(value)).toBe(false);
  });

  test("numberedRecord keeps the shapes of a thousand labels at most: labels from outside fill no memory", () => {
    const shapeOf = (label: string): unknown => Object.getPrototypeOf(numberedRecord(label, [1]));
    const before = shapeOf("first");
    expect(shapeOf("first")).toBe(before);
    for (let i = 0; i <= 1000; i++) numberedRecord(`label ${i}`, [1]);
    expect(shapeOf("first")).not.toBe(before);
    expect(equalTerms(numberedRecord("first", [1]), record("first", "x")(1))).toBe(true);
  });

  test("isRecord(value) recognises records of every label", () => {
    expect([point(1, 2), numberedRecord("a", [])].every(isRecord)).toBe(true);
    expect([{ x: 1 }, ANY, [], null, 1].some(isRecord)).toBe(false);
  });

  test("records of a second copy of the module are records here", async () => {
    const copy = await secondCopy<typeof Records>("record");
    const theirs = copy.record("point", "x", "y");
    expect(theirs).not.toBe(point);
    expect(point.is(theirs(1, 2))).toBe(true);
    expect(equalTerms(theirs(1, [2]), point(1, [2]))).toBe(true);
    expect(matches(point(ANY, 2), theirs(1, 2))).toBe(true);
    expect(matches(theirs(ANY, 2), point(1, 3))).toBe(false);
  });
});

describe("checked(type, checks)", () => {
  const positive = (value: Term): string | undefined =>
    typeof value === "number" && value > 0 ? undefined : "a positive number";
  const order = checked(record("order", "item", "count"), { count: positive });

  test("checked types check the fields of what they make, wildcards excepted", () => {
    expect(order("tea", 2)).toEqual({ item: "tea", count: 2 });
    expect(order(ANY, wild("n"))).toEqual({ item: ANY, count: wild("n") });
    expect(() => order("tea", 0)).toThrow("order count: expected a positive number, or a wildcard, got 0");
    expect(() => order("tea", "2")).toThrow(expect.objectContaining({ code: "BAD_ARGUMENT" }));
  });

  test("from checks too, so that records of the same label from elsewhere cannot evade the checks", () => {
    expect(() => order.from(record("order", "a", "b")("tea", -1))).toThrow("order count: expected a positive number");
  });

  test("checked refuses checks of fields that are none", () => {
    expect(() => checked(order, { size: positive } as never)).toThrow(
      'checked: checks: expected names among item, count, got "size"',
    );
    expect(() => checked(order, { item: 1 } as never)).toThrow("checked: check of item: expected a function, got 1");
  });
});
