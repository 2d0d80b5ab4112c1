import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MarketplaceError } from "../../src/terms/error.ts";
import { record } from "../../src/terms/record.ts";
import { checkTerm, isGround, isPlainObject } from "../../src/terms/term.ts";
import { ANY, wild } from "../../src/terms/wildcard.ts";
import { box, pattern, point, value } from "./arbitraries.ts";
import { inAnotherRealm } from "./realms.ts";

/** The code and the message of what a call throws. */
function thrownBy(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return error instanceof MarketplaceError ? `${error.code} ${error.message}` : `not ours: ${String(error)}`;
  }
  return "nothing";
}

function nested(depth: number, core: unknown): unknown {
  let term = core;
  for (let i = 0; i < depth; i++) term = i % 2 === 0 ? [term] : { a: term };
  return term;
}

describe("checkTerm, of terms", () => {
  test("checkTerm returns whether there are wildcards in the term", () => {
    for (const ground of [
      "",
      0,
      1n,
      null,
      false,
      Symbol("s"),
      [],
      {},
      [[{ a: [1] }]],
      point(1, 2),
      () => 1,
      new Map([[ANY, ANY]]),
    ]) {
      expect(checkTerm(ground, "term")).toBe(false);
    }
    for (const open of [
      ANY,
      wild("x"),
      [ANY],
      [...ANY],
      [[{ a: [wild("x")] }, 1], 2],
      point(ANY, 1),
      [box([point(1, ANY)])],
    ]) {
      expect(checkTerm(open, "term")).toBe(true);
    }
  });

  test("checkTerm accepts every term there is", () => {
    fc.assert(fc.property(value, (term) => !checkTerm(term, "term")));
    fc.assert(fc.property(pattern, (term) => typeof checkTerm(term, "term") === "boolean"));
  });

  test("checkTerm walks neither bytes nor records nor opaque objects", () => {
    const opaque = new (class Source {
      get value(): never {
        throw new Error("read");
      }
    })();
    expect(checkTerm([opaque, new Uint8Array(1 << 24)], "term")).toBe(false);
  });

  test("checkTerm accepts an object's undefined value: its key is absent", () => {
    expect(checkTerm({ a: undefined, b: 1 }, "term")).toBe(false);
  });
});

describe("isGround", () => {
  test("isGround(term) holds if there are no wildcards in the term", () => {
    for (const ground of ["", [1, { a: [point(1, 2)] }], new Map([[ANY, ANY]])]) expect(isGround(ground)).toBe(true);
    for (const open of [ANY, ["a", ...ANY], { a: [wild("x")] }, [point(1, ANY)]]) expect(isGround(open)).toBe(false);
    expect(thrownBy(() => isGround(undefined as never))).toBe(
      "BAD_TERM isGround: term: expected a term, got undefined",
    );
  });
});

describe("checkTerm, of what is no term", () => {
  test("checkTerm names what was wrong and where", () => {
    const cases: [unknown, string][] = [
      [undefined, "BAD_TERM body: expected a term, got undefined"],
      [NaN, "BAD_TERM body: expected a finite number, got NaN"],
      [[1, { a: [Infinity] }], "BAD_TERM body[1].a[0]: expected a finite number, got Infinity"],
      [["a", undefined], "BAD_TERM body[1]: expected a term, got undefined"],
      [Object.assign([], { length: 2 }), "BAD_TERM body[0]: expected a term, got undefined"],
      [[...ANY, 1], "MISPLACED_TAIL body[0]: a spread wildcard can only be the last element of a list"],
      [
        { a: { b: [...wild("x")][0] } },
        "MISPLACED_TAIL body.a.b: a spread wildcard can only be the last element of a list",
      ],
      [[...ANY][0], "MISPLACED_TAIL body: a spread wildcard can only be the last element of a list"],
      [{ [Symbol("s")]: 1 }, "BAD_TERM body: expected keys that are strings, got a symbol as key"],
    ];
    for (const [garbage, expected] of cases) expect(thrownBy(() => checkTerm(garbage, "body"))).toBe(expected);
  });

  test("checkTerm refuses accessors, without running them", () => {
    let runs = 0;
    const object = {
      get secret(): number {
        return ++runs;
      },
    };
    expect(thrownBy(() => checkTerm([object], "body"))).toBe(
      "BAD_TERM body[0].secret: expected a plain value, got an accessor",
    );
    expect(runs).toBe(0);
  });

  test("checkTerm refuses terms more than 256 deep, counting the records in them", () => {
    expect(thrownBy(() => checkTerm(nested(256, 1), "body"))).toBe("nothing");
    expect(thrownBy(() => checkTerm(nested(257, 1), "body"))).toMatch(
      /^TERM_TOO_DEEP body: expected a term at most 256 levels deep/,
    );
    expect(thrownBy(() => checkTerm(nested(254, point(1, [1])), "body"))).toBe("nothing");
    expect(thrownBy(() => checkTerm(nested(255, point(1, [1])), "body"))).toMatch(/^TERM_TOO_DEEP/);
  });

  test("checkTerm refuses cyclic terms", () => {
    const list: unknown[] = [];
    list.push([{ list }]);
    expect(thrownBy(() => checkTerm(list, "body"))).toMatch(/^TERM_TOO_DEEP/);
  });

  test("checkTerm ends for a list that contains the same list twice, and that again, 60 times", () => {
    let list: unknown = [];
    for (let i = 0; i < 60; i++) list = [list, list];
    expect(thrownBy(() => checkTerm(list, "body"))).toMatch(
      /^TERM_TOO_LARGE body(\[0\])+.*: expected a tree of at most 1000000/,
    );
  });

  test("checkTerm of an object that cannot be read throws BAD_TERM", () => {
    const fail = (): never => {
      throw new Error("no");
    };
    const proxies = [
      new Proxy({}, { getPrototypeOf: fail }),
      new Proxy({}, { get: fail }),
      new Proxy({}, { ownKeys: fail }),
      new Proxy([], { get: fail }),
    ];
    for (const proxy of proxies)
      expect(thrownBy(() => checkTerm([proxy], "body"))).toBe(
        "BAD_TERM body[0]: expected a term, got what cannot be read",
      );
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(thrownBy(() => checkTerm(proxy, "body"))).toBe("BAD_TERM body: expected a term, got what cannot be read");
  });

  test("checkTerm of anything at all returns or throws an error of ours", () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withNullPrototype: true,
          withSparseArray: true,
          withTypedArray: true,
        }),
        (thing) => {
          expect(thrownBy(() => checkTerm(thing, "thing"))).toMatch(
            /^(nothing|(BAD_TERM|TERM_TOO_DEEP) thing.*: expected .*, got .+)$/s,
          );
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("isPlainObject", () => {
  test("isPlainObject knows plain objects of every realm, and nothing else", async () => {
    for (const plain of [
      {},
      { a: 1 },
      Object.create(null),
      await inAnotherRealm("{a: 1}"),
      await inAnotherRealm("Object.create(null)"),
    ]) {
      expect(isPlainObject(plain)).toBe(true);
    }
    const foreign = ["[]", "new Map", "new (class A {})", "() => 1", "new Uint8Array(1)", "new Error"];
    for (const expression of foreign) expect(isPlainObject(await inAnotherRealm(expression))).toBe(false);
    for (const other of [
      [],
      new Map(),
      new (class A {})(),
      () => 1,
      null,
      1,
      ANY,
      point(1, 2),
      Object.create({ a: 1 }),
      Object.create(Object.create(null)),
    ]) {
      expect(isPlainObject(other)).toBe(false);
    }
  });
});

describe("terms of another realm", () => {
  test("checkTerm walks lists and plain objects of another realm", async () => {
    expect(thrownBy(() => checkTerm(1, "body"))).toBe("nothing");
    const foreign = await inAnotherRealm("[{a: [undefined]}]");
    expect(thrownBy(() => checkTerm(foreign, "body"))).toBe("BAD_TERM body[0].a[0]: expected a term, got undefined");
    expect(checkTerm(await inAnotherRealm("[new Uint8Array(3), new Map]"), "body")).toBe(false);
  });

  test("checkTerm takes records for checked", () => {
    expect(checkTerm(record("r", "a")(1), "body")).toBe(false);
  });
});
