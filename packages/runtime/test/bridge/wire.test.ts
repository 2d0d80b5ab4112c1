import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeFrame, encodeFrame } from "../../src/bridge/codec.ts";
import { fromWire, MAX_FRAME, toWire, Vocabulary, wireSize, type Wire } from "../../src/bridge/wire.ts";
import { tcpAddress, tcpChannel, tcpListener } from "../../src/messages/tcp.ts";
import { MarketplaceError } from "../../src/terms/error.ts";
import { RecordTable } from "../../src/terms/record-table.ts";
import { record } from "../../src/terms/record.ts";
import { equalTerms, type Term } from "../../src/terms/term.ts";
import { ANY, wild } from "../../src/terms/wildcard.ts";
import { canonical, pattern, point } from "../terms/arbitraries.ts";
import { inAnotherRealm } from "../terms/realms.ts";

/** Terms and what stands for them in a channel, both ways. */
const FORMS: readonly (readonly [what: string, term: Term, wire: Wire])[] = [
  ["null", null, null],
  ["a boolean", false, false],
  ["a number", -1.5, -1.5],
  ["a string", "grüß", "grüß"],
  ["bytes", new Uint8Array([0, 255]), new Uint8Array([0, 255])],
  ["a list", ["a", [1]], [0, "a", [0, 1]]],
  ["the empty list", [], [0]],
  ["a record", point(1, "y"), [1, "point", 1, "y"]],
  ["a record without fields", record("unit")(), [1, "unit"]],
  ["a plain object", { a: 1, b: null }, [2, "a", 1, "b", null]],
  ["a key that has a meaning elsewhere", JSON.parse('{"__proto__": 1}') as Term, [2, "__proto__", 1]],
  ["ANY", ANY, [3]],
  ["a named wildcard", wild("x"), [3, "x"]],
  ["a tail", ["room", ...ANY], [0, "room", [4]]],
  ["a named tail", [...wild("rest")], [0, [4, "rest"]]],
  ["a bigint", -(2n ** 64n), [5, "-18446744073709551616"]],
  ["a registered symbol", Symbol.for("s"), [6, "s"]],
  ["half a surrogate pair", "a\ud800", [7, new Uint8Array([0x61, 0, 0, 0xd8])]],
  ["half a pair in a key", { "\udc00": 1 }, [2, [7, new Uint8Array([0, 0xdc])], 1]],
];

const anything: fc.Arbitrary<Term> = fc.oneof(
  pattern,
  fc.array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.uint8Array(),
      fc.bigInt(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
      fc.constantFrom("\ufeff", "\ufeffmark", `${"long ".repeat(20)}\ufeff`),
    ),
  ),
);

function failure(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return error instanceof MarketplaceError ? `${error.code} ${error.message}` : `not ours: ${String(error)}`;
  }
  return "nothing";
}

describe("toWire and fromWire", () => {
  test.each(FORMS)("%s: toWire(term) writes it and fromWire(wire) reads it", (_what, term, wire) => {
    expect(toWire(term)).toEqual(wire);
    expect(equalTerms(fromWire(wire), term)).toBe(true);
  });

  test("fromWire(toWire(term)) is the same term, through bytes and through a structured clone", () => {
    fc.assert(
      fc.property(anything, (term) => {
        const wire = toWire(term);
        expect(canonical(fromWire(decodeFrame(encodeFrame(wire))))).toBe(canonical(term));
        expect(canonical(fromWire(structuredClone(wire)))).toBe(canonical(term));
      }),
      { numRuns: 500 },
    );
  });

  test("wireSize(wire) is never less than the bytes that encodeFrame(wire) takes", () => {
    fc.assert(
      fc.property(anything, (term) => {
        const wire = toWire(term);
        expect(wireSize(wire)).toBeGreaterThanOrEqual(encodeFrame(wire).length);
      }),
      { numRuns: 300 },
    );
    const text = "grüß 😀 \u0800".repeat(1000);
    expect(wireSize(text)).toBe(9 + new TextEncoder().encode(text).length);
  });

  test("fromWire(wire) makes records of the drivers' types, with their fields by name", () => {
    const topic = tcpChannel(tcpAddress("::1", 80), tcpListener(7), ANY);
    const read = fromWire(toWire(topic));
    expect(tcpChannel.is(read) && tcpAddress.is(read.source) && read.source.port).toBe(80);
  });

  test("fromWire(wire, vocabulary) knows the types that the vocabulary was made with", () => {
    const seen = fromWire(toWire(point(1, 2)), new Vocabulary(new RecordTable([point])));
    expect(point.is(seen) && seen.y).toBe(2);
    expect(point.is(fromWire(toWire(point(1, 2))))).toBe(false);
    expect(equalTerms(fromWire(toWire(point(1, 2))), point(1, 2))).toBe(true);
  });

  test("fromWire(wire) takes a driver's record with other fields for what it is: somebody's record of that label", () => {
    const odd = record("tcp-listener", "where")("nowhere");
    expect(equalTerms(fromWire(toWire(odd)), odd)).toBe(true);
  });

  test("toWire(bytes) copies nothing, and knows another realm's bytes", async () => {
    const bytes = new Uint8Array(10);
    expect(toWire(bytes)).toBe(bytes);
    const foreign = await inAnotherRealm<Uint8Array>("new Uint8Array([1, 2, 3]).subarray(1)");
    const wire = toWire(foreign);
    expect(wire instanceof Uint8Array && [...wire]).toEqual([2, 3]);
  });

  test("fromWire(bytes) keeps a view of most of a buffer, and copies one that would keep a larger buffer alive", () => {
    const most = new Uint8Array(100).subarray(40);
    expect(fromWire(most)).toBe(most);
    const little = new Uint8Array(100).fill(3).subarray(60);
    const own = fromWire(little) as Uint8Array;
    expect(equalTerms(own, little)).toBe(true);
    expect(own.buffer.byteLength).toBe(40);
    expect(fromWire([0, little])).toEqual([own]);
  });
});

describe("toWire(term) refuses, and names the place of", () => {
  const terms: readonly (readonly [string, unknown, string])[] = [
    ["a function", [1, { f: () => 1 }], "term[1].f"],
    ["an instance of a class", point(1, new Map()), "term.y"],
    ["a symbol of its own", ["a", Symbol("own")], "term[1]"],
    ["a number that is none", [[NaN]], "term[0][0]"],
    ["nothing", undefined, "term:"],
    ["a record with an endless name", record("l".repeat(1001))(), "term:"],
  ];
  test.each(terms)("%s", (_what, term, place) => {
    const said = failure(() => toWire(term as Term));
    expect(said).toMatch(/^NOT_TRANSFERABLE /);
    expect(said).toContain(place);
  });

  test("what is deeper than a term may be, or contains itself", () => {
    const round: Term[] = [];
    round.push(round);
    expect(failure(() => toWire(round, "body"))).toMatch(/^TERM_TOO_DEEP body: /);
  });
});

describe("fromWire(value) refuses", () => {
  const sparse: unknown[] = [0];
  sparse.length = 2 ** 32 - 1;
  const values: readonly (readonly [string, unknown])[] = [
    ["undefined", undefined],
    ["NaN", NaN],
    ["an infinity in a list", [0, Infinity]],
    ["a bigint as it is", 1n],
    ["a plain object", { a: 1 }],
    ["other objects of a structured clone", [0, new Map()]],
    ["bytes of another size", new Uint16Array(2)],
    ["an array without a kind", []],
    ["an unknown kind", [8]],
    ["a kind that is no number", ["0", 1]],
    ["a list with holes", sparse],
    ["a tail that is not at the end", [0, [4], 1]],
    ["a tail that is in no list", [4]],
    ["a tail as a field", [1, "r", [4]]],
    ["a wildcard with two names", [3, "a", "b"]],
    ["a wildcard with a name that is none", [3, "a b"]],
    ["a wildcard with an empty name", [3, ""]],
    ["a record without a label", [1]],
    ["a record with an empty label", [1, ""]],
    ["a record with a number as label", [1, 1]],
    ["a record with an endless label", [1, "l".repeat(1001)]],
    ["a key without a value", [2, "a"]],
    ["a key twice", [2, "a", 1, "a", 2]],
    ["a key that is no string", [2, 1, 1]],
    ["a bigint in words", [5, "one"]],
    ["a bigint and something else", [5, "1", 1]],
    ["a symbol without a key", [6]],
    ["a symbol with an endless key", [6, "k".repeat(1001)]],
    ["half a code unit", [7, new Uint8Array(3)]],
    ["code units that are no bytes", [7, "a"]],
  ];
  test.each(values)("%s: BAD_FRAME", (_what, value) => {
    expect(failure(() => fromWire(value))).toMatch(/^BAD_FRAME term/);
  });

  test("what is nested too deeply", () => {
    let deep: Wire = 1;
    for (let i = 0; i < 256; i++) deep = [0, deep];
    expect(equalTerms(fromWire(deep), fromWire(deep))).toBe(true);
    expect(failure(() => fromWire([0, deep]))).toMatch(/^BAD_FRAME term(\[1\]){256}: .*256 levels/);
    const round: unknown[] = [0];
    round.push(round);
    expect(failure(() => fromWire(round))).toMatch(/^BAD_FRAME/);
  });

  test("an array that a clone shares so often that nobody could read it", () => {
    let shared: unknown = [0];
    for (let i = 0; i < 200; i++) shared = [0, shared, shared];
    expect(failure(() => fromWire(shared))).toMatch(/at most 1000000 arrays/);
  });

  test("more than 1000 kinds of records over one connection, but not over two", () => {
    const kinds = (from: number): Wire => [0, ...Array.from({ length: 600 }, (_, i) => [1, `kind ${from + i}`])];
    const vocabulary = new Vocabulary();
    fromWire(kinds(0), vocabulary);
    fromWire(kinds(0), vocabulary);
    expect(failure(() => fromWire(kinds(600), vocabulary))).toMatch(/^BAD_FRAME term.*1000 kinds of records/);
    expect(failure(() => fromWire(kinds(600), new Vocabulary()))).toBe("nothing");
  });

  test("and says where", () => {
    expect(failure(() => fromWire([0, 1, [1, "r", [2, "k", undefined]]]))).toMatch(/^BAD_FRAME term\[2\]\[2\]\[2\]: /);
  });
});

test("a frame of MAX_FRAME bytes can hold nearly so many of payload", () => {
  const payload = new Uint8Array(MAX_FRAME - 9);
  expect(decodeFrame(encodeFrame(payload))).toHaveLength(payload.length);
});
