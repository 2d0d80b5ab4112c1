import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromBase64, toBase64 } from "../../src/terms/base64.ts";
import { MarketplaceError } from "../../src/terms/error.ts";
import { termFromJson, termToJson } from "../../src/terms/json.ts";
import { numberedRecord } from "../../src/terms/record-maker.ts";
import { record } from "../../src/terms/record.ts";
import { RecordTable } from "../../src/terms/record-table.ts";
import { equalTerms, type Term } from "../../src/terms/term.ts";
import { ANY, wild } from "../../src/terms/wildcard.ts";
import { canonical, pattern, point } from "./arbitraries.ts";

/** Terms and their JSON, which stand for each other both ways. */
const FORMS: readonly (readonly [Term, unknown])[] = [
  ["a", "a"],
  [1.5, 1.5],
  [true, true],
  [null, null],
  [
    [1, ["a"]],
    [1, ["a"]],
  ],
  [ANY, { $: "?" }],
  [wild("x"), { $: "x" }],
  [record("msg", "body")([1, ANY]), { struct: "msg", fields: [[1, { $: "?" }]] }],
  [record("unit")(), { struct: "unit", fields: [] }],
  [["room", ...ANY], { pair: ["room", { $: "?" }] }],
  [["room", 1, ...wild("rest")], { pair: ["room", { pair: [1, { $: "rest" }] }] }],
  [[...ANY], { list: [], tail: { $: "?" } }],
  [new Uint8Array([0, 255]), { bytes: "AP8=" }],
  [-12n, { bigint: "-12" }],
  [
    { a: 1, $: { b: [] } },
    {
      object: [
        ["a", 1],
        ["$", { object: [["b", []]] }],
      ],
    },
  ],
  [JSON.parse('{"__proto__": 1}') as Term, { object: [["__proto__", 1]] }],
  [Symbol.for("x"), { symbol: "x" }],
];

function failure(json: unknown): string {
  try {
    termFromJson(json);
  } catch (error) {
    return error instanceof MarketplaceError ? `${error.code} ${error.message}` : `not ours: ${String(error)}`;
  }
  return "nothing";
}

describe("termToJson and termFromJson", () => {
  test("termToJson(term) is the JSON, and termFromJson(json) the term", () => {
    for (const [term, json] of FORMS) {
      expect(termToJson(term)).toEqual(json);
      expect(canonical(termFromJson(json))).toBe(canonical(term));
    }
  });

  test("termFromJson(JSON.parse(JSON.stringify(termToJson(t)))) equals t, for every t without opaque parts", () => {
    fc.assert(
      fc.property(pattern, (t) => equalTerms(termFromJson(JSON.parse(JSON.stringify(termToJson(t)))), t)),
      { numRuns: 1000 },
    );
    const part = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.bigInt(),
      fc.uint8Array(),
    );
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), part),
        fc.string({ minLength: 1 }),
        fc.array(part),
        (object, label, parts) => {
          const t: Term = [object, numberedRecord(label, parts), ...parts];
          return equalTerms(termFromJson(JSON.parse(JSON.stringify(termToJson(t)))), t);
        },
      ),
    );
  });

  test("termToJson of a long list with a tail does not nest as deeply", () => {
    const long = Array.from({ length: 100_000 }, (_, i) => i);
    const json = termToJson([...long, ...wild("rest")]);
    expect(Object.keys(json as object)).toEqual(["list", "tail"]);
    expect(equalTerms(termFromJson(JSON.parse(JSON.stringify(json))), [...long, ...wild("rest")])).toBe(true);
  });
});

describe("termToJson", () => {
  test("termToJson writes opaque objects with an id and a text", () => {
    const [map, call, local] = [new Map(), function relay() {}, Symbol("local")];
    expect(termToJson([map, call, map, local])).toEqual([
      { opaque: 0, text: "#<opaque Map>" },
      { opaque: 1, text: "#<function relay>" },
      { opaque: 0, text: "#<opaque Map>" },
      { opaque: 2, text: '#<symbol "local">' },
    ]);
    expect(termToJson(map, { opaqueId: (value) => (value === map ? "source" : "?") })).toEqual({
      opaque: "source",
      text: "#<opaque Map>",
    });
  });

  test("termToJson says what is wrong with its arguments", () => {
    expect(() => termToJson([undefined] as never)).toThrow("termToJson: term[0]: expected a term, got undefined");
    expect(() => termToJson(1, { opaqueId: 1 as never })).toThrow("termToJson: opaqueId: expected a function, got 1");
  });
});

describe("termFromJson", () => {
  test("termFromJson reads pairs that end in a list", () => {
    expect(termFromJson({ pair: [1, { pair: [2, [3, 4]] }] })).toEqual([1, 2, 3, 4]);
    expect(termFromJson({ pair: [1, []] })).toEqual([1]);
  });

  test("termFromJson(json, { records }) gives fields the names that are known", () => {
    const records = new RecordTable([point]);
    expect(point.is(termFromJson({ struct: "point", fields: [1, 2] }, { records }))).toBe(true);
    expect(termFromJson({ struct: "point", fields: [1, 2] })).toEqual({ "0": 1, "1": 2 });
  });

  test("termFromJson(json, { opaque }) takes what is given for opaque objects", () => {
    const json = [{ opaque: 7, text: "#<opaque Map>" }];
    expect(termFromJson(json, { opaque: (id, text) => `${id} ${text}` })).toEqual(["7 #<opaque Map>"]);
    expect(failure(json)).toBe('BAD_JSON json[0]: expected a term that can be read back, got "#<opaque Map>"');
  });

  test("termFromJson says where, what it expected and what came", () => {
    const cases: [unknown, string][] = [
      [undefined, "json: expected what JSON.parse gives, got undefined"],
      [1n, "json: expected what JSON.parse gives, got 1n"],
      [[1, NaN], "json[1]: expected a finite number, got NaN"],
      [{}, 'json: expected an object with the keys of a form ("$", "struct" and "fields", "pair", ...), got {}'],
      [
        { $: "x", y: 1 },
        'json: expected an object with the keys of a form ("$", "struct" and "fields", "pair", ...), got {$: "x", y: 1}',
      ],
      [{ $: 1 }, 'json: expected {"$": "?"} or {"$": a wildcard\'s name}, got 1'],
      [{ $: "a b" }, 'json: expected {"$": "?"} or {"$": a wildcard\'s name}, got "a b"'],
      [{ struct: 1, fields: [] }, "json: expected a string as struct, got 1"],
      [{ struct: "p", fields: {} }, "json: expected a list as fields, got {}"],
      [{ struct: "", fields: [] }, 'json: expected a label that is not empty, got ""'],
      [{ struct: "p", fields: [1, { bytes: 1 }] }, "json.fields[1]: expected a string as bytes, got 1"],
      [{ bytes: "AP8" }, 'json: expected bytes in base64, got "AP8"'],
      [{ bigint: "1.5" }, 'json: expected the digits of a bigint, got "1.5"'],
      [
        {
          object: [
            ["a", 1],
            ["a", 2],
          ],
        },
        'json: expected [key, value] with a key not yet used, got ["a", 2]',
      ],
      [{ object: [["a"]] }, 'json: expected [key, value] with a key not yet used, got ["a"]'],
      [{ object: [["a", { object: 1 }]] }, "json.object.a: expected a list as object, got 1"],
      [{ pair: [1] }, 'json: expected {"pair": [first, rest]}, got {pair: [1]}'],
      [{ pair: [1, 2] }, "json: expected a list, a pair or a wildcard as the rest of a pair, got 2"],
      [{ pair: [1, { pair: [NaN, []] }] }, "json.pair[1]: expected a finite number, got NaN"],
      [{ list: [], tail: 1 }, 'json: expected {"$": "?"} or {"$": a wildcard\'s name}, got undefined'],
      [{ opaque: null, text: "" }, "json: expected an id, a string or a number, got null"],
    ];
    for (const [json, message] of cases) expect(failure(json)).toBe(`BAD_JSON ${message}`);
  });

  test("termFromJson of deep nesting throws TERM_TOO_DEEP", () => {
    const nest = (depth: number, wrap: (inner: unknown) => unknown): unknown => {
      let json: unknown = 1;
      for (let i = 0; i < depth; i++) json = wrap(json);
      return json;
    };
    const wraps: ((inner: unknown) => unknown)[] = [
      (inner) => [inner],
      (inner) => ({ pair: [inner, []] }),
      (inner) => ({ object: [["a", inner]] }),
      (inner) => ({ struct: "p", fields: [inner] }),
      (inner) => ({ list: [inner], tail: { $: "?" } }),
    ];
    for (const wrap of wraps) {
      expect(failure(nest(256, wrap))).toBe("nothing");
      expect(failure(nest(257, wrap))).toMatch(/^TERM_TOO_DEEP json/);
      expect(failure(nest(100_000, wrap))).toMatch(/^TERM_TOO_DEEP json/);
    }
  });

  test("termFromJson of a chain of a hundred thousand pairs is a list", () => {
    let json: unknown = { $: "?" };
    for (let i = 0; i < 100_000; i++) json = { pair: [i, json] };
    expect(termFromJson(json)).toHaveLength(100_001);
  });

  test("termFromJson of any JSON returns or throws an error of ours", () => {
    const key = fc.constantFrom(
      "$",
      "pair",
      "struct",
      "fields",
      "bytes",
      "bigint",
      "object",
      "list",
      "tail",
      "symbol",
      "opaque",
      "text",
      "x",
    );
    const json = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>("?", "x", "AA==", 1, null, true),
        fc.array(tie("json"), { maxLength: 3 }),
        fc.dictionary(key, tie("json"), { maxKeys: 2 }),
        fc.record({ struct: tie("json"), fields: fc.array(tie("json")) }),
        fc.record({ pair: fc.array(tie("json"), { maxLength: 3 }) }),
      ),
    })).json;
    fc.assert(
      fc.property(json, (each) => {
        expect(failure(each)).toMatch(/^(nothing|BAD_JSON json.*: .*)$/s);
      }),
      { numRuns: 2000 },
    );
  });

  test("termFromJson says what its options are to be", () => {
    expect(() => termFromJson(1, { records: [] as never })).toThrow(
      "termFromJson: records: expected a RecordTable, got []",
    );
    expect(() => termFromJson(1, { opaque: 1 as never })).toThrow("termFromJson: opaque: expected a function, got 1");
  });
});

describe("base64", () => {
  test("toBase64(bytes) is RFC 4648's", () => {
    const texts = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
    texts.forEach((text, length) => {
      const bytes = new TextEncoder().encode("foobar".slice(0, length));
      expect(toBase64(bytes)).toBe(text);
      expect(fromBase64(text)).toEqual(bytes);
    });
  });

  test("fromBase64(toBase64(bytes)) equals bytes", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => equalTerms(fromBase64(toBase64(bytes))!, bytes)));
  });

  test("fromBase64(text) is undefined for what is not canonical base64", () => {
    for (const text of ["A", "AA", "AAA", "AB==", "AAB=", "A===", "====", "AA=A", "AA =", "AA-_", "éAAA", "AAAA="]) {
      expect(fromBase64(text)).toBeUndefined();
    }
  });
});
