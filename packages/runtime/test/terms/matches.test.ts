import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { record } from "../../src/terms/record.ts";
import type { Term } from "../../src/terms/term.ts";
import { matches, meets } from "../../src/terms/unify.ts";
import { ANY, wild } from "../../src/terms/wildcard.ts";
import { box, matchesByDefinition, otherPoint, pattern, point, value, valueAndPatterns } from "./arbitraries.ts";

const x = wild("x");
const y = wild("y");

describe("matches, of a pattern and a value", () => {
  test("matches(ANY, value) holds for every kind of term", () => {
    for (const term of [
      "",
      0,
      -1.5,
      1n,
      false,
      null,
      Symbol.for("a"),
      new Uint8Array(2),
      [],
      {},
      point(1, 2),
      () => 1,
      new Map(),
    ]) {
      expect(matches(ANY, term)).toBe(true);
    }
  });

  test("matches(atom, value) holds for the same atom only", () => {
    const atoms: Term[] = ["", "0", 0, 1, 1n, false, true, null, Symbol.for("0")];
    for (const a of atoms) for (const b of atoms) expect(matches(a, b)).toBe(a === b);
  });

  test("matches(0, -0) holds", () => {
    expect(matches(0, -0)).toBe(true);
    expect(matches([-0], [0])).toBe(true);
  });

  test('matches(["chat", ANY, ANY], value) looks at length and fixed elements', () => {
    expect(matches(["chat", ANY, ANY], ["chat", "joe", "hello"])).toBe(true);
    expect(matches(["chat", ANY, ANY], ["chat", "joe"])).toBe(false);
    expect(matches(["chat", ANY, ANY], ["talk", "joe", "hello"])).toBe(false);
    expect(matches(["chat", ANY, ANY], "chat")).toBe(false);
  });

  test("matches([x, x], value) needs equal terms, by content", () => {
    expect(matches([x, x], [1, 1])).toBe(true);
    expect(matches([x, x], [1, 2])).toBe(false);
    expect(matches([x, x], [[point(1, "a")], [otherPoint(1, "a")]])).toBe(true);
    expect(matches([x, y], [1, 1])).toBe(true);
    expect(matches({ a: x, b: [x] }, { b: [new Uint8Array([7])], a: new Uint8Array([7]) })).toBe(true);
  });

  test('matches(["room", ...ANY], value) takes every list that begins so', () => {
    expect(matches(["room", ...ANY], ["room"])).toBe(true);
    expect(matches(["room", ...ANY], ["room", 1, 2])).toBe(true);
    expect(matches(["room", ...ANY], [])).toBe(false);
    expect(matches(["room", ...ANY], ["hall", 1])).toBe(false);
    expect(matches([...ANY], [])).toBe(true);
    expect(matches([...ANY], "room")).toBe(false);
  });

  test("matches with a named tail needs equal rests, and a wildcard of the same name is another", () => {
    expect(
      matches(
        [
          [1, ...x],
          [2, ...x],
        ],
        [
          [1, "a", "b"],
          [2, "a", "b"],
        ],
      ),
    ).toBe(true);
    expect(
      matches(
        [
          [1, ...x],
          [2, ...x],
        ],
        [
          [1, "a", "b"],
          [2, "b", "a"],
        ],
      ),
    ).toBe(false);
    expect(matches([x, ...x], [1, 2, 3])).toBe(true);
  });

  test("matches(record, value) compares label, number of fields and fields, not the fields' names", () => {
    expect(matches(point(ANY, 2), point(1, 2))).toBe(true);
    expect(matches(point(ANY, 2), otherPoint(1, 2))).toBe(true);
    expect(matches(point(ANY, 2), point(1, 3))).toBe(false);
    expect(matches(point(ANY, ANY), record("point", "x")(1))).toBe(false);
    expect(matches(box(ANY), record("crate", "content")(1))).toBe(false);
    expect(matches(point(1, 2), { x: 1, y: 2 })).toBe(false);
    expect(matches({ x: 1, y: 2 }, point(1, 2))).toBe(false);
  });

  test("matches(object, value) needs the same keys, and takes undefined for absent", () => {
    expect(matches({ a: ANY }, { a: 1 })).toBe(true);
    expect(matches({ a: ANY }, { a: 1, b: 2 })).toBe(false);
    expect(matches({ a: ANY, b: undefined }, { a: 1 })).toBe(true);
    expect(matches({ a: ANY }, { a: undefined })).toBe(false);
    expect(matches({ a: ANY }, { b: 1 })).toBe(false);
    expect(matches({ toString: ANY } as Term, {})).toBe(false);
  });

  test("matches(bytes, value) compares content; a list of numbers is something else", () => {
    expect(matches(new Uint8Array([1, 2]), new Uint8Array([1, 2]))).toBe(true);
    expect(matches(new Uint8Array([1, 2]), new Uint8Array([1, 3]))).toBe(false);
    expect(matches(new Uint8Array([1, 2]), [1, 2])).toBe(false);
  });

  test("matches(opaque, value) compares identity", () => {
    const source = new Map();
    const call = (): void => {};
    expect(matches([source, call, ANY], [source, call, 1])).toBe(true);
    expect(matches(source, new Map())).toBe(false);
    expect(matches(call, () => {})).toBe(false);
  });

  test("matches(false, false) holds, and so for the other empty atoms", () => {
    for (const empty of [false, null, 0, ""]) expect(matches([empty], [empty])).toBe(true);
    expect(matches([], [])).toBe(true);
  });

  test("matches(pattern, value) is what the definition says, for every pattern and value", () => {
    let matched = 0;
    fc.assert(
      fc.property(valueAndPatterns, pattern, ([v, a, b], other) => {
        for (const p of [a, b, other]) {
          const expected = matchesByDefinition(p, v);
          if (expected) matched++;
          expect(matches(p, v)).toBe(expected);
          expect(matches(v, p)).toBe(expected);
        }
      }),
      { numRuns: 2000 },
    );
    // A law about matching that is tried where nothing matches says nothing.
    expect(matched).toBeGreaterThan(1000);
  });

  test("matches(value, value) holds if and only if the two are equal, for values without wildcards", () => {
    fc.assert(
      fc.property(value, value, (v, w) => matches(v, w) === matchesByDefinition(v, w)),
      { numRuns: 1000 },
    );
  });
});

describe("matches and meets, of two patterns", () => {
  test("meets keeps the wildcards of the two sides apart, whatever their names", () => {
    expect(meets([x, 1], [2, x])).toBe(true);
    expect(meets(x, [x])).toBe(true);
    expect(meets([x, x, 1], [2, y, y])).toBe(false);
    expect(meets([x, x, 2], [2, y, y])).toBe(true);
    const same = point(x, 1);
    expect(meets([same, x], [same, [x]])).toBe(false);
    expect(meets([same, x], [same, [y]])).toBe(true);
  });

  test("meets(pattern, its renamed self) holds", () => {
    fc.assert(
      fc.property(pattern, (p) => meets([p, 0], [p, 0])),
      { numRuns: 500 },
    );
  });

  test("meets fails where a term would contain itself", () => {
    expect(meets([x, [x]], [y, y])).toBe(false);
    expect(meets([x, x], [y, [y]])).toBe(false);
    expect(meets([[...x], [1, ...x]], [y, y])).toBe(false);
    expect(meets([{ a: x }, x], [y, y])).toBe(false);
    expect(meets([box(x), x], [y, y])).toBe(false);
  });

  test("meets ends, with false, for the cyclic pair [x, [x]] and [[y], y]", () => {
    expect(meets([x, [x]], [[y], y])).toBe(false);
    expect(meets([box(x), x], [y, box(y)])).toBe(false);
    expect(meets([x, [1, ...x]], [[1, ...y], y])).toBe(true);
    expect(meets([[...x], [1, ...x]], [[1, ...y], [...y]])).toBe(false);
  });

  test("meets(ANY twice, x twice) lets x be anything", () => {
    expect(meets([ANY, ANY], [x, x])).toBe(true);
    expect(meets([1, 2], [x, x])).toBe(false);
  });

  test("meets of two tails compares what both fix", () => {
    expect(meets(["a", ...ANY], [ANY, "b", ...ANY])).toBe(true);
    expect(meets(["a", ...ANY], ["b", ...ANY])).toBe(false);
    expect(meets(["a", "b"], ["a", ...x])).toBe(true);
    expect(meets(["a", ...ANY], [])).toBe(false);
    expect(
      meets(
        [[...x], [...x]],
        [
          [1, ...ANY],
          [ANY, 2],
        ],
      ),
    ).toBe(true);
    expect(
      meets(
        [[...x], [...x]],
        [
          [1, ...ANY],
          [2, ...ANY],
        ],
      ),
    ).toBe(false);
  });

  test("meets of a list with nothing but a tail, and what is no list, fails", () => {
    expect(meets([x, x], [[...ANY], "a"])).toBe(false);
    expect(meets([x, x], [[...ANY], [1]])).toBe(true);
    expect(meets([x, x], [[...ANY], point(1, 2)])).toBe(false);
    expect(meets([x, x, y, y], [[...ANY], y, y, { a: 1 }])).toBe(false);
  });

  test("meets is symmetric", () => {
    fc.assert(
      fc.property(pattern, pattern, (a, b) => meets(a, b) === meets(b, a)),
      { numRuns: 2000 },
    );
  });
});

describe("matches, of hostile terms", () => {
  test("matches of patterns that double at each step ends at once", () => {
    // The smallest common instance has 2^60 parts; nobody asks for it.
    const names = Array.from({ length: 60 }, (_, i) => wild(`v${i}`));
    const doubled = names.map((name) => [name, name]);
    expect(meets([names.slice(0, -1), doubled.slice(1)], [x, x])).toBe(true);
    expect(meets([names.slice(0, -1), doubled.slice(1), names[0]!, names[59]!], [x, x, y, y])).toBe(false);
  });

  test("matches of a list of a million elements works, with a named tail too", () => {
    const long = Array.from({ length: 1_000_000 }, (_, i) => i % 10);
    expect(matches([0, 1, ...x], long)).toBe(true);
    expect(matches(long, [...long])).toBe(true);
    expect(matches(long, [...long, 0])).toBe(false);
  });

  test("matches of lists that share parts 2^60 times throws PATTERN_TOO_COMPLEX", () => {
    const shared = (): Term => {
      let list: Term = [ANY];
      for (let i = 0; i < 60; i++) list = [list, list];
      return list;
    };
    expect(() => matches(shared(), shared())).toThrow(expect.objectContaining({ code: "PATTERN_TOO_COMPLEX" }));
  });

  test("matches of a list that contains itself throws TERM_TOO_DEEP", () => {
    const cycle = (): Term => {
      const list: Term[] = [];
      list.push(list);
      return list;
    };
    expect(() => matches(cycle(), cycle())).toThrow(expect.objectContaining({ code: "TERM_TOO_DEEP" }));
  });

  test("matches(undefined, ...) says what was expected", () => {
    expect(() => matches(undefined as never, 1)).toThrow("matches: pattern: expected a term, got undefined");
    expect(() => matches(1, undefined as never)).toThrow("matches: value: expected a term, got undefined");
  });
});
