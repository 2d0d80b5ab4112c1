import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatTerm, parseTerm, termToJson, type Term } from "@marketplace/runtime";
import { readTerm } from "../src/filter/parse.ts";
import { bodyText, briefText, termText } from "../src/model/term-text.ts";

const leaf = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.bigInt(),
  fc.uint8Array({ maxLength: 8 }),
);
const { term } = fc.letrec<{ term: unknown }>((tie) => ({
  term: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie("term"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("term"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

test("termText writes what readTerm reads back as the same term, bytes that are text included", () => {
  fc.assert(
    fc.property(term, (value) => {
      const text = termText(termToJson(value as Term));
      expect(formatTerm(readTerm(text))).toBe(formatTerm(value));
    }),
  );
});

describe("termText writes", () => {
  test.each([
    ["says(_, _who)", "says(_, _who)"],
    ["[1, ..._]", "[1, ..._]"],
    ["[..._]", "[..._]"],
    ['#x"68690a"', '#"hi\\n"'],
    ['#x"ff00"', '#x"ff00"'],
    ['{a: 1, "b c": [12n]}', '{a: 1, "b c": [12n]}'],
  ])("%s as %s", (source, text) => {
    expect(termText(termToJson(parseTerm(source)))).toBe(text);
  });

  test("no more than it may", () => {
    fc.assert(
      fc.property(term, fc.integer({ min: 1, max: 40 }), (value, limit) => {
        const whole = termText(termToJson(value as Term));
        const cut = termText(termToJson(value as Term), limit);
        expect(cut.length).toBeLessThanOrEqual(limit);
        if (whole.length <= limit) expect(cut).toBe(whole);
      }),
    );
  });
});

test("briefText writes addresses as one knows them", () => {
  const json = termToJson(parseTerm('tcp-channel(tcp-listener(5999), tcp-address("::1", 80), _)'));
  expect(briefText(json)).toBe("tcp-channel(:5999, [::1]:80, _)");
  expect(termText(json)).toContain("tcp-listener(5999)");
});

test("bodyText says where a body is not there", () => {
  expect(bodyText({ missing: "not kept" })).toContain("no longer kept");
  expect(bodyText({ text: "[1, 2", size: 100 })).toBe("[1, 2…");
});
