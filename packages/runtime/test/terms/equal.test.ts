import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { equalTerms, equivalent, type Term } from "../../src/terms/term.ts";
import { ANY, wild } from "../../src/terms/wildcard.ts";
import { box, canonical, otherPoint, pattern, point, value } from "./arbitraries.ts";
import { inAnotherRealm } from "./realms.ts";

const [x, y, z] = [wild("x"), wild("y"), wild("z")];

describe("equalTerms", () => {
  test("equalTerms compares content, and tells kinds apart", () => {
    const different: Term[] = [
      0,
      1n,
      "0",
      "",
      false,
      null,
      [],
      {},
      [0],
      { a: 0 },
      { a: null },
      new Uint8Array(1),
      point(0, 1),
      box(0),
      ANY,
      x,
    ];
    different.forEach((a, i) => different.forEach((b, j) => expect(equalTerms(a, b)).toBe(i === j)));
  });

  test("equalTerms(-0, 0) holds, equalTerms(1, 1n) does not", () => {
    expect(equalTerms([-0], [0])).toBe(true);
    expect(equalTerms(1, 1n)).toBe(false);
  });

  test("equalTerms of objects looks at neither the order of keys nor absent ones", () => {
    expect(equalTerms({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
    expect(equalTerms({ a: 1, b: undefined }, { a: 1 })).toBe(true);
    expect(equalTerms({ a: undefined }, { b: undefined })).toBe(true);
    expect(equalTerms({ a: undefined, b: 1 }, { a: 1, b: undefined })).toBe(false);
    expect(equalTerms(JSON.parse('{"__proto__": 1}') as Term, {})).toBe(false);
    expect(equalTerms(Object.assign(Object.create(null), { a: 1 }) as Term, { a: 1 })).toBe(true);
  });

  test("equalTerms of records compares label and fields, not field names", () => {
    expect(equalTerms(point(1, [2]), otherPoint(1, [2]))).toBe(true);
    expect(equalTerms(point(1, [2]), point(1, [3]))).toBe(false);
  });

  test("equalTerms of opaque objects compares identity, also deep inside", () => {
    const date = new Date(0);
    const call = (): void => {};
    expect(equalTerms([date, call], [date, call])).toBe(true);
    expect(equalTerms([date], [new Date(0)])).toBe(false);
  });

  test("equalTerms of another realm's terms compares content", async () => {
    const foreign = await inAnotherRealm<Term>("[{a: 1}, new Uint8Array([1, 2]), []]");
    expect(equalTerms(foreign, [{ a: 1 }, new Uint8Array([1, 2]), []])).toBe(true);
    expect(equalTerms([{ a: 1 }, new Uint8Array([1, 3]), []], foreign)).toBe(false);
  });

  test("equalTerms of bytes looks at Uint8Array content, whatever buffer it is a part of", () => {
    const large = new Uint8Array([9, 1, 2, 9]);
    expect(equalTerms(large.subarray(1, 3), new Uint8Array([1, 2]))).toBe(true);
    expect(equalTerms(new Uint8ClampedArray([1]) as Term, new Uint8Array([1]))).toBe(false);
  });

  test("equalTerms is what the definition says, hence an equivalence relation", () => {
    fc.assert(
      fc.property(pattern, pattern, value, (a, b, v) => {
        expect(equalTerms(a, b)).toBe(canonical(a) === canonical(b));
        expect(equalTerms([v, a], [v, b])).toBe(canonical(a) === canonical(b));
      }),
      { numRuns: 2000 },
    );
  });

  test("equalTerms of lists that contain themselves throws TERM_TOO_DEEP", () => {
    const cycle = (): Term => {
      const list: Term[] = [];
      list.push(list);
      return list;
    };
    expect(() => equalTerms(cycle(), cycle())).toThrow(expect.objectContaining({ code: "TERM_TOO_DEEP" }));
  });
});

describe("equalTerms, of hostile terms", () => {
  test("equalTerms of records that share parts 2^60 times throws PATTERN_TOO_COMPLEX", () => {
    const shared = (): Term => {
      let term: Term = point(1, 2);
      for (let i = 0; i < 60; i++) term = point(term, term);
      return term;
    };
    const one = shared();
    expect(equalTerms(one, one)).toBe(true);
    expect(() => equalTerms(one, shared())).toThrow(expect.objectContaining({ code: "PATTERN_TOO_COMPLEX" }));
  });
});

describe("equivalent", () => {
  test("equivalent takes each ANY for a wildcard of its own", () => {
    expect(equivalent([ANY, ANY], [ANY, ANY])).toBe(true);
    expect(equivalent([ANY, ANY], [x, y])).toBe(true);
    expect(equivalent([ANY, ANY], [x, x])).toBe(false);
    expect(equivalent([x, x], [ANY, ANY])).toBe(false);
    expect(equivalent([x, ANY, x], [ANY, x, x])).toBe(false);
  });

  test("equivalent looks for a one-to-one renaming", () => {
    expect(equivalent([x, y, x], [y, x, y])).toBe(true);
    expect(equivalent([x, y, x], [z, z, z])).toBe(false);
    expect(equivalent([z, z, z], [x, y, x])).toBe(false);
    expect(equivalent([x, y], [z, z])).toBe(false);
    expect(equivalent({ a: x, b: x }, { b: y, a: y })).toBe(true);
    expect(equivalent(point(x, [x]), otherPoint(y, [y]))).toBe(true);
    const same = point(x, 1);
    expect(equivalent([same, x], [same, x])).toBe(true);
    expect(equivalent([same, x], [same, y])).toBe(false);
  });

  test("equivalent keeps tails and other wildcards apart", () => {
    expect(equivalent([1, ...ANY], [1, ...x])).toBe(true);
    expect(equivalent([[1, ...x], [...x]], [[1, ...y], [...y]])).toBe(true);
    expect(equivalent([[1, ...x], [...x]], [[1, ...y], [...z]])).toBe(false);
    expect(equivalent([x, ...x], [y, ...z])).toBe(true);
    expect(equivalent([ANY], [...ANY])).toBe(false);
    expect(equivalent([1, ANY], [1, ...ANY])).toBe(false);
  });

  test("equivalent of terms without wildcards is equalTerms", () => {
    fc.assert(
      fc.property(value, value, (a, b) => equivalent(a, b) === equalTerms(a, b)),
      { numRuns: 1000 },
    );
  });

  test("equivalent is reflexive, symmetric and transitive", () => {
    let related = 0;
    // Flat lists of wildcards, so that many are equivalent.
    const list = fc.array(fc.constantFrom<Term[]>(ANY, x, y, z), { minLength: 2, maxLength: 3 });
    fc.assert(
      fc.property(list, list, list, pattern, (a, b, c, p) => {
        expect(equivalent(p, p)).toBe(true);
        expect(equivalent(a, b)).toBe(equivalent(b, a));
        if (!equivalent(a, b) || !equivalent(b, c)) return;
        related++;
        expect(equivalent(a, c)).toBe(true);
      }),
      { numRuns: 2000 },
    );
    expect(related).toBeGreaterThan(50);
  });

  test("equivalent(p, p with its wildcards renamed) holds", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1, 2), { maxLength: 5 }), (choice) => {
        const names = ["x", "y", "z"];
        const others = ["z", "x", "other"];
        const pick = (from: readonly string[]): Term => choice.map((i) => wild(from[i]!));
        return equivalent(pick(names), pick(others));
      }),
    );
  });
});
