import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkTerm, equalTerms, equivalent } from "../../src/terms/term.ts";
import type { Term } from "../../src/terms/term.ts";
import { formatTerm } from "../../src/terms/format.ts";
import { intersection, matches, meets } from "../../src/terms/unify.ts";
import { ANY, wild } from "../../src/terms/wildcard.ts";
import { RecordTable } from "../../src/terms/record-table.ts";
import { parseTerm } from "../../src/terms/parse.ts";
import { box, instance, otherPoint, pattern, point, value, valueAndPatterns } from "./arbitraries.ts";

const records = new RecordTable([point, box]);

/** The text of the intersection of two terms given as texts. */
function meeting(a: string, b: string): string {
  const result = intersection(parseTerm(a, { records }), parseTerm(b, { records }));
  return result === undefined ? "none" : formatTerm(result);
}

describe("intersection", () => {
  test("intersection(ANY, x) is x itself", () => {
    for (const term of [1, "a", null, ["a", wild("x"), ...ANY], { a: [wild("x")] }, point(ANY, 1), new Map()]) {
      expect(intersection(ANY, term)).toBe(term);
      expect(intersection(term, ANY)).toBe(term);
      expect(intersection(wild("q"), term)).toBe(term);
    }
  });

  test("intersection is the very pattern that the other one does not narrow", () => {
    const narrow = ["chat", point(1, new Uint8Array([1])), { a: ["b"] }];
    const wide = ["chat", point(ANY, new Uint8Array([1])), { a: ["b"] }];
    expect(intersection(narrow, wide)).toBe(narrow);
    expect(intersection(wide, narrow)).toBe(narrow);
    const named = [wild("x"), wild("x"), 1];
    expect(intersection(named, [ANY, ANY, ANY])).toBe(named);
    expect(intersection([ANY, ANY, ANY], named)).toBe(named);
  });

  test("intersection has from each side what the other leaves open", () => {
    expect(meeting("[1, _, _]", "[_, 2, _]")).toBe("[1, 2, _]");
    expect(meeting("{a: 1, b: _}", "{b: 2, a: _}")).toBe("{a: 1, b: 2}");
    expect(meeting("point(1, _)", "point(_, 2)")).toBe("point(1, 2)");
    expect(meeting("[1, _]", "[2, _]")).toBe("none");
    expect(meeting("point(_, _)", "box(_)")).toBe("none");
  });

  test("intersection follows named wildcards to wherever they occur", () => {
    expect(meeting("[_x, _x]", "[1, _]")).toBe("[1, 1]");
    expect(meeting("[_x, _x]", "[1, 2]")).toBe("none");
    expect(meeting("[_x, [_x]]", "[point(_, 2), [point(1, _)]]")).toBe("[point(1, 2), [point(1, 2)]]");
    expect(meeting("[_x, _x, _y, _y]", "[_, 1, _, _]")).toBe("[1, 1, _y, _y]");
  });

  test("intersection names only wildcards that occur twice, and never two alike", () => {
    expect(meeting("[_x, 1]", "[_, _]")).toBe("[_x, 1]");
    expect(meeting("[_x, _, 2]", "[_, 1, _]")).toBe("[_, 1, 2]");
    expect(meeting("[_x, _x, [..._x], [..._x], 1, _]", "[_, _, _, _, _, 2]")).toBe("[_x, _x, [..._x], [..._x], 1, 2]");
    expect(meeting("[_x, _x, _, _]", "[_, _, _x, _x]")).toBe("[_x, _x, _x2, _x2]");
    expect(meeting("[_x, _y, 1]", "[_z, _z, _]")).toBe("[_y, _y, 1]");
    expect(meeting("[_x, _x, 1]", "[_, _y, _y]")).toBe("[1, 1, 1]");
    expect(meeting("[[_, 1], [_, 1]]", "[_x, _x]")).toBe("[[_v, 1], [_v, 1]]");
  });

  test("intersection of lists with tails is as long as it has to be", () => {
    expect(meeting('["room", ..._]', '["room", 1, ..._]')).toBe('["room", 1, ..._]');
    expect(meeting('["room", ..._]', "[_, 1]")).toBe('["room", 1]');
    expect(meeting('["room", ..._]', "[_, ..._]")).toBe('["room", ..._]');
    expect(meeting('["room", ..._]', "[]")).toBe("none");
    expect(meeting("[[1, ..._x], [2, ..._x]]", '[[1, "a", ..._], [2, "b", ..._]]')).toBe("none");
    expect(meeting("[[1, ..._], [2, ..._]]", "[[1, ..._x], [2, ..._x]]")).toBe("[[1, ..._x], [2, ..._x]]");
    expect(meeting("[[1, ..._], [_, ..._], 3]", "[[1, ..._x], [2, ..._x], _]")).toBe("[[1, ..._x], [2, ..._x], 3]");
    expect(meeting("[..._r]", "[1, _, ..._]")).toBe("[1, _, ..._]");
    expect(meeting("[[..._r], [..._r]]", "[[1, ..._], _]")).toBe("[[1, ..._v], [1, ..._v]]");
    expect(meeting("[[1, ..._r], ..._r]", "[_, 2, 3]")).toBe("[[1, 2, 3], 2, 3]");
    expect(meeting("[_r, ..._r]", "[1, 2, _]")).toBe("[1, 2, _]");
    expect(meeting("[[..._r], _x, _x]", "[_x, _x, _]")).toBe("[[..._r], [..._r], [..._r]]");
  });

  test("intersection of cyclic pairs ends, with none", () => {
    expect(meeting("[_x, [_x]]", "[[_y], _y]")).toBe("none");
    expect(meeting("[_x, _x]", "[_y, {a: _y}]")).toBe("none");
    expect(meeting("[[..._r], [0, ..._r]]", "[_x, _x]")).toBe("none");
  });

  test("intersection takes field names from the left, or from the side that has names", () => {
    expect(intersection(point(1, ANY), otherPoint(ANY, 2))).toEqual({ x: 1, y: 2 });
    expect(intersection(otherPoint(1, ANY), point(ANY, 2))).toEqual({ left: 1, right: 2 });
    const numbered = parseTerm("point(_, 2)");
    expect(intersection(numbered, point(1, ANY))).toEqual({ x: 1, y: 2 });
    expect(intersection([ANY, numbered], [wild("q"), point(wild("q"), ANY)])).toEqual([
      wild("q"),
      { x: wild("q"), y: 2 },
    ]);
  });

  test("matches(intersection(a, b), v) holds if and only if matches(a, v) and matches(b, v) do", () => {
    let both = 0;
    let apart = 0;
    fc.assert(
      fc.property(valueAndPatterns, ([v, a, b]) => {
        const common = intersection(a, b);
        const expected = matches(a, v) && matches(b, v);
        if (expected) both++;
        else apart++;
        expect(common !== undefined && matches(common, v)).toBe(expected);
        expect(meets(a, b)).toBe(common !== undefined);
      }),
      { numRuns: 3000 },
    );
    expect(both).toBeGreaterThan(300);
    expect(apart).toBeGreaterThan(300);
  });

  test("every instance of intersection(a, b) matches a and b", () => {
    let instances = 0;
    fc.assert(
      fc.property(
        pattern,
        pattern,
        valueAndPatterns,
        fc.array(value, { minLength: 3, maxLength: 5 }),
        (p, q, [, a, b], values) => {
          for (const [left, right] of [
            [p, q],
            [a, b],
            [
              [p, a],
              [q, b],
            ],
          ] as const) {
            const common = intersection(left, right);
            if (common === undefined) continue;
            instances++;
            checkTerm(common, "common");
            const v = instance(common, values);
            expect(matches(common, v)).toBe(true);
            expect(matches(left, v)).toBe(true);
            expect(matches(right, v)).toBe(true);
          }
        },
      ),
      { numRuns: 2000 },
    );
    expect(instances).toBeGreaterThan(1000);
  });

  test("intersection(a, b) is intersection(b, a) up to renaming", () => {
    fc.assert(
      fc.property(pattern, pattern, valueAndPatterns, (p, q, [, a, b]) => {
        for (const [left, right] of [
          [p, q],
          [a, b],
        ] as const) {
          const one = intersection(left, right);
          const other = intersection(right, left);
          expect(one === undefined).toBe(other === undefined);
          if (one !== undefined) expect(equivalent(one, other!)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("intersection(a, a) is a, and so is that with a copy of a", () => {
    fc.assert(
      fc.property(pattern, (a) => {
        expect(intersection(a, a)).toBe(a);
        const copy = parseTerm(formatTerm(a), { records });
        const common = intersection(a, copy);
        expect(common).toBe(a);
        expect(equalTerms(intersection([a], [copy])!, [a])).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test("intersection(intersection(a, b), a) is intersection(a, b) up to renaming", () => {
    fc.assert(
      fc.property(valueAndPatterns, ([, a, b]) => {
        const common = intersection(a, b);
        if (common === undefined) return;
        expect(equivalent(intersection(common, a)!, common)).toBe(true);
        expect(equivalent(intersection(common, b)!, common)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("intersection is associative up to renaming", () => {
    const meet = (a: Term | undefined, b: Term | undefined): Term | undefined =>
      a === undefined || b === undefined ? undefined : intersection(a, b);
    fc.assert(
      fc.property(valueAndPatterns, pattern, ([, a, b], c) => {
        const one = meet(meet(a, b), c);
        const other = meet(a, meet(b, c));
        expect(one === undefined).toBe(other === undefined);
        if (one !== undefined) expect(equivalent(one, other!)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("intersection, of hostile patterns", () => {
  const names = Array.from({ length: 60 }, (_, i) => wild(`v${i}`));

  test("intersection that would have 2^60 parts throws PATTERN_TOO_COMPLEX", () => {
    const doubled = names.map((name) => [name, name]);
    const chained = [names.slice(0, -1), doubled.slice(1)];
    expect(meets(chained, [wild("w"), wild("w")])).toBe(true);
    expect(() => intersection(chained, [wild("w"), wild("w")])).toThrow(
      expect.objectContaining({ code: "PATTERN_TOO_COMPLEX" }),
    );
  });

  test("intersection of what has only instances deeper than terms are is none", () => {
    const nested = (depth: number, core: Term): Term => {
      let term = core;
      for (let i = 0; i < depth; i++) term = [term];
      return term;
    };
    const [x, y] = [wild("x"), wild("y")];
    expect(intersection([x, nested(200, x)], [nested(50, ANY), ANY])).toBeDefined();
    expect(intersection([x, nested(200, x)], [nested(60, ANY), ANY])).toBeUndefined();
    expect(meets([x, nested(200, x)], [nested(60, y), ANY])).toBe(false);
    expect(meets([x, nested(200, x)], [nested(60, y), ...ANY])).toBe(false);
    expect(meets([x, nested(200, x)], [nested(50, y), ...ANY])).toBe(true);
  });

  test("intersection of long lists with named tails takes no stack", () => {
    const long = Array.from({ length: 100_000 }, (_, i) => i);
    expect(intersection([[...wild("r")], [0, ...wild("r")]], [long, ANY])).toEqual([long, [0, ...long]]);
  });

  test("intersection(undefined, ...) says what was expected", () => {
    expect(() => intersection(undefined as never, 1)).toThrow("intersection: a: expected a term, got undefined");
    expect(() => intersection(1, undefined as never)).toThrow("intersection: b: expected a term, got undefined");
  });
});
