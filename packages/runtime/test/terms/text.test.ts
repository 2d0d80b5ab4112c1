import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MarketplaceError } from "../../src/terms/error.ts";
import { formatTerm } from "../../src/terms/format.ts";
import { termFromJson, termToJson } from "../../src/terms/json.ts";
import { parseTerm } from "../../src/terms/parse.ts";
import { numberedRecord } from "../../src/terms/record-maker.ts";
import { record } from "../../src/terms/record.ts";
import { RecordTable } from "../../src/terms/record-table.ts";
import { equalTerms, type Term } from "../../src/terms/term.ts";
import { ANY, wild } from "../../src/terms/wildcard.ts";
import { canonical, pattern, point } from "./arbitraries.ts";

/** Terms and their texts, which stand for each other both ways. */
const TEXTS: readonly (readonly [Term, string])[] = [
  ["", '""'],
  ['say "hi"\n', '"say \\"hi\\"\\n"'],
  ["a\u202eb\u0007\ud800", '"a\\u202eb\\u0007\\ud800"'],
  ["naïve 🦊", '"naïve 🦊"'],
  [0, "0"],
  [-1.5, "-1.5"],
  [1e21, "1e+21"],
  [5e-324, "5e-324"],
  [12n, "12n"],
  [-12n, "-12n"],
  [true, "true"],
  [null, "null"],
  [Symbol.for("x"), "@x"],
  [Symbol.for("a symbol"), '@"a symbol"'],
  [Symbol.for("true"), '@"true"'],
  [ANY, "_"],
  [wild("who"), "_who"],
  [wild("-1"), "_-1"],
  [["chat", ANY, wild("who"), ...wild("rest")], '["chat", _, _who, ..._rest]'],
  [[...ANY], "[..._]"],
  [[], "[]"],
  [[[], [1, [2]]], "[[], [1, [2]]]"],
  [{}, "{}"],
  [{ k: 1, "two words": [2], true: 3, _x: 4 }, '{k: 1, "two words": [2], "true": 3, "_x": 4}'],
  [JSON.parse('{"__proto__": 1}') as Term, '{"__proto__": 1}'],
  [new Uint8Array([0, 255]), '#x"00ff"'],
  [new Uint8Array(), '#x""'],
  [record("tcp-channel", "a", "b")(1, ANY), "tcp-channel(1, _)"],
  [record("tcp-eof")(), "tcp-eof()"],
  [record("two words", "a")(1), '"two words"(1)'],
  [record("null", "a")(1), '"null"(1)'],
  [record("_x", "a")(1), '"_x"(1)'],
  [record("1", "a")(1), '"1"(1)'],
];

function failure(text: unknown, options?: never): string {
  try {
    parseTerm(text as string, options);
  } catch (error) {
    return error instanceof MarketplaceError ? `${error.code} ${error.message}` : `not ours: ${String(error)}`;
  }
  return "nothing";
}

describe("formatTerm and parseTerm", () => {
  test("formatTerm(term) is the text, and parseTerm(text) the term", () => {
    for (const [term, text] of TEXTS) {
      expect(formatTerm(term)).toBe(text);
      expect(canonical(parseTerm(text))).toBe(canonical(term));
    }
  });

  test("parseTerm(formatTerm(t)) equals t, for every t without opaque parts", () => {
    fc.assert(
      fc.property(pattern, (t) => equalTerms(parseTerm(formatTerm(t)), t)),
      { numRuns: 1000 },
    );
    const deep = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.bigInt(),
      fc.uint8Array(),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), deep), fc.array(deep), (object, list) => {
        const t: Term = [object, list];
        return equalTerms(parseTerm(formatTerm(t)), t);
      }),
    );
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(deep), (label, fields) => {
        const t = numberedRecord(label, fields);
        return equalTerms(parseTerm(formatTerm(t)), t);
      }),
    );
  });

  test("bigints of a thousand digits are decimal, larger ones hexadecimal, as the time for decimals grows with the square", () => {
    const large = 10n ** 1000n;
    for (const n of [large - 1n, 1n - large]) expect(formatTerm(n)).toBe(`${n}n`);
    for (const n of [large, -large, 1n << 5_000_000n]) {
      expect(formatTerm(n, { maxLength: 5 })).toMatch(/^-?0x/);
      expect(parseTerm(formatTerm(n)) === n).toBe(true);
      expect(termFromJson(termToJson(n)) === n).toBe(true);
    }
    expect(failure(`${large}n`)).toMatch(
      /^BAD_TEXT 1:1: expected at most 1000 digits, or hexadecimal ones after 0x, got "1000/,
    );
    expect(() => termFromJson({ bigint: `${large}` })).toThrow("json: expected the digits of a bigint");
  });

  test("formatTerm takes a large term, and parseTerm reads it", () => {
    const t: Term = ["x".repeat(1_000_000), Array.from({ length: 100_000 }, (_, i) => i), new Uint8Array(1_000_000)];
    expect(equalTerms(parseTerm(formatTerm(t)), t)).toBe(true);
  });
});

describe("formatTerm", () => {
  test("formatTerm of what is no term, or has no text form, shows what it is", () => {
    class Source {}
    const cases: [unknown, string][] = [
      [new Source(), "#<opaque Source>"],
      [[new Map()], "[#<opaque Map>]"],
      [function relay() {}, "#<function relay>"],
      [new TypeError("x is not\na function"), '#<TypeError "x is not\\na function">'],
      [new MarketplaceError("BAD", "no"), '#<MarketplaceError "no">'],
      [Symbol("local"), '#<symbol "local">'],
      [undefined, "undefined"],
      [NaN, "NaN"],
      [[undefined, Infinity], "[undefined, Infinity]"],
      [{ a: undefined }, "{}"],
      [
        {
          get a(): never {
            throw new Error("run");
          },
        },
        "{a: #<accessor>}",
      ],
      [Object.create(Object.create(null)), "#<opaque object>"],
      [Object.assign(new Source(), { constructor: { name: "x".repeat(1000) } }), "#<opaque object>"],
    ];
    for (const [value, text] of cases) expect(formatTerm(value)).toBe(text);
  });

  test("formatTerm of what cannot be read says so", () => {
    const fail = (): never => {
      throw new Error("no");
    };
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const odd of [proxy, new Proxy({}, { get: fail }), new Proxy([], { get: fail })]) {
      expect(formatTerm([odd, 1])).toBe("[#<unreadable>, 1]");
    }
    const liar = Object.create({
      get constructor(): never {
        return fail();
      },
    });
    expect(formatTerm(liar)).toBe("#<unreadable>");
  });

  test("formatTerm of cyclic and of shared values ends", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(formatTerm(cycle)).toMatch(/^\[{257}#<too deep>\]{257}$/);
    const bush: unknown[] = [];
    bush.push(bush, bush);
    expect(formatTerm(bush, { maxLength: 1000 })).toHaveLength(1000);
  });

  test("formatTerm(term, { maxLength }) cuts a longer text and ends it in an ellipsis", () => {
    expect(formatTerm("abcdef", { maxLength: 8 })).toBe('"abcdef"');
    expect(formatTerm("abcdefg", { maxLength: 8 })).toBe('"abcdef…');
    expect(formatTerm(["🦊🦊"], { maxLength: 4 })).toBe('["…');
    expect(formatTerm(new Uint8Array(1 << 26), { maxLength: 10 })).toBe('#x"000000…');
    expect(formatTerm("x".repeat(1 << 28), { maxLength: 10 })).toBe('"xxxxxxxx…');
    expect(formatTerm(12345678901234567890n, { maxLength: 5 })).toBe("1234…");
  });

  test("formatTerm says what maxLength is to be", () => {
    for (const [maxLength, shown] of [
      [0, "0"],
      [NaN, "NaN"],
      ["9", '"9"'],
    ] as const) {
      expect(() => formatTerm(1, { maxLength: maxLength as number })).toThrow(
        `formatTerm: maxLength: expected a number, at least 1, got ${shown}`,
      );
    }
  });

  test("formatTerm of anything at all gives a text", () => {
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
          expect(formatTerm(thing, { maxLength: 100 }).length).toBeLessThanOrEqual(100);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("parseTerm", () => {
  test("parseTerm reads (chat _ says _) as a list of words", () => {
    const cases: [string, Term][] = [
      ["(chat _ says _)", ["chat", ANY, "says", ANY]],
      ["()", []],
      ["( room ..._rest )", ["room", ...wild("rest")]],
      [
        '(a (b c) [1, 2] {k: 1} "d e" #x"00" @s)',
        ["a", ["b", "c"], [1, 2], { k: 1 }, "d e", new Uint8Array(1), Symbol.for("s")],
      ],
      ["(point(1, 2) point (1 2))", [point(1, 2), "point", [1, 2]]],
      [
        "(true null 12 12n -1.5 12x www.example.org user81: it's)",
        [true, null, 12, 12n, -1.5, "12x", "www.example.org", "user81:", "it's"],
      ],
    ];
    for (const [text, term] of cases) expect(canonical(parseTerm(text))).toBe(canonical(term));
  });

  test("parseTerm takes any space between things", () => {
    expect(parseTerm(' \n [ 1 ,\t"a" , { k : [ ] } ] ')).toEqual([1, "a", { k: [] }]);
  });

  test("parseTerm(text, { records }) gives fields the names that are known", () => {
    const records = new RecordTable([point]);
    expect(parseTerm("point(1, box(2))", { records })).toEqual({ x: 1, y: { "0": 2 } });
    expect(point.is(parseTerm("point(1, 2)", { records }))).toBe(true);
    expect(parseTerm("point(1, 2)")).toEqual({ "0": 1, "1": 2 });
  });

  test("parseTerm says where it stopped, what it expected and what came", () => {
    const cases: [string, string][] = [
      ["", "BAD_TEXT 1:1: expected a term, got the end"],
      ["[1, 2", 'BAD_TEXT 1:6: expected "," or "]", got the end'],
      ["[1,\n 2 3]", 'BAD_TEXT 2:4: expected "," or "]", got "3]"'],
      ["[1, ]", 'BAD_TEXT 1:5: expected a term, got "]"'],
      ["1 2", 'BAD_TEXT 1:3: expected the end, got "2"'],
      [
        "chat",
        'BAD_TEXT 1:1: expected a term (a string has quotes: "chat"; a record has fields: chat(...)), got "chat"',
      ],
      [
        "undefined",
        'BAD_TEXT 1:1: expected a term (a string has quotes: "undefined"; a record has fields: undefined(...)), got "undefined"',
      ],
      ['"abc', 'BAD_TEXT 1:1: expected a string as in JSON, got "\\"abc"'],
      ['"a\\x"', 'BAD_TEXT 1:1: expected a string as in JSON, got "\\"a\\\\x\\""'],
      ["[..._, 1]", 'BAD_TEXT 1:6: expected "]" after a spread wildcard, got ", 1]"'],
      ["[...1]", 'BAD_TEXT 1:5: expected a wildcard, as in ..._ or ..._rest, after ..., got "1]"'],
      ["point(..._)", 'BAD_TEXT 1:7: expected a term, got "..._)"'],
      ["{a: 1, a: 2}", 'BAD_TEXT 1:8: expected a key not yet used, got "a: 2}"'],
      ["{1: 2}", 'BAD_TEXT 1:2: expected a key (a word, or a string), got "1: 2}"'],
      ["{a 2}", 'BAD_TEXT 1:4: expected ":" after a key, got "2}"'],
      ["{a: 2", 'BAD_TEXT 1:6: expected "," or "}", got the end'],
      [
        '#x"0"',
        'BAD_TEXT 1:1: expected bytes, as in #x"00ff" (what is written as #<...> cannot be read back), got "#x\\"0\\""',
      ],
      [
        "#<opaque Map>",
        'BAD_TEXT 1:1: expected bytes, as in #x"00ff" (what is written as #<...> cannot be read back), got "#<opaque Map>"',
      ],
      ["1e999", 'BAD_TEXT 1:1: expected a finite number, got "1e999"'],
      ["12x", 'BAD_TEXT 1:1: expected a term, got "12x"'],
      ["01", 'BAD_TEXT 1:1: expected a term, got "01"'],
      ["@", "BAD_TEXT 1:2: expected a symbol's name (a word, or a string) after @, got the end"],
      ["(a, b)", 'BAD_TEXT 1:3: expected a word, a term or ")", got ", b)"'],
      ["(a", 'BAD_TEXT 1:3: expected a word, a term or ")", got the end'],
      ['""(1)', 'BAD_TEXT 1:3: expected a label before the fields of a record, got "(1)"'],
      ["_a.b", 'BAD_TEXT 1:3: expected the end, got ".b"'],
      ["true(1)", 'BAD_TEXT 1:5: expected the end, got "(1)"'],
    ];
    for (const [text, message] of cases) expect(failure(text)).toBe(message);
  });

  test("parseTerm reports fields that a known record type refuses, with their place", () => {
    const positive = new RecordTable([
      Object.assign(
        (): never => {
          throw new MarketplaceError("BAD_ARGUMENT", "no good");
        },
        { label: "p", names: ["x"] },
      ),
    ]);
    expect(() => parseTerm("[1, p(2)]", { records: positive })).toThrow(
      expect.objectContaining({ code: "BAD_TEXT", message: "1:6: no good" }),
    );
  });

  test("parseTerm of deep nesting throws TERM_TOO_DEEP", () => {
    for (const [open, close] of [
      ["[", "]"],
      ["(", ")"],
      ["{a:", "}"],
      ["p(", ")"],
    ] as const) {
      expect(failure(open.repeat(256) + "1" + close.repeat(256))).toBe("nothing");
      expect(failure(open.repeat(257) + "1" + close.repeat(257))).toMatch(
        /^TERM_TOO_DEEP 1:\d+: expected a term at most 256 levels deep/,
      );
      expect(failure(open.repeat(1_000_000))).toMatch(/^TERM_TOO_DEEP/);
    }
  });

  test("parseTerm of any text returns or throws an error of ours", () => {
    const bits = fc.constantFrom(
      "[",
      "]",
      "(",
      ")",
      "{",
      "}",
      '"',
      ",",
      ":",
      " ",
      "\n",
      "_",
      "..._",
      "#x",
      "@",
      "a",
      "1",
      "n",
      "-",
      ".",
      "\\",
      "point",
      "true",
    );
    fc.assert(
      fc.property(
        fc.array(bits, { maxLength: 30 }).map((each) => each.join("")),
        (text) => {
          expect(failure(text)).toMatch(/^(nothing|BAD_TEXT \d+:\d+: .*)$/s);
        },
      ),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(failure(text)).toMatch(/^(nothing|BAD_TEXT \d+:\d+: .*)$/s);
      }),
    );
  });

  test("parseTerm of a very long string, number or space takes no stack", () => {
    const long = 5_000_000;
    expect((parseTerm(`"${"a\\n".repeat(long / 3)}"`) as string).length).toBeGreaterThan(long / 2);
    expect(failure("1".repeat(long))).toMatch(/^BAD_TEXT 1:1: expected a finite number/);
    expect(parseTerm(" ".repeat(long) + "1")).toBe(1);
    expect(failure("a".repeat(long))).toMatch(/^BAD_TEXT/);
  });

  test("parseTerm says what its arguments are to be", () => {
    expect(failure(12)).toBe("BAD_ARGUMENT parseTerm: text: expected a string, got 12");
    expect(failure("1", { records: [point] } as never)).toBe(
      "BAD_ARGUMENT parseTerm: records: expected a RecordTable, got [#<function point>]",
    );
    expect(() => new RecordTable([{ label: "a" } as never])).toThrow(
      'RecordTable: types: expected what record() returns, got {label: "a"}',
    );
  });
});
