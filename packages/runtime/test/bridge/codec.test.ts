import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeFrame, encodeFrame } from "../../src/bridge/codec.ts";
import { itemsOf, readAsk, readTell } from "../../src/bridge/frames.ts";
import { MAX_FRAME, Vocabulary, type Wire } from "../../src/bridge/wire.ts";
import { MarketplaceError } from "../../src/terms/error.ts";
import { equalTerms } from "../../src/terms/term.ts";
import { seededRandom } from "../../src/testing/random.ts";
import { asks, Fuzzer, tells } from "./hostile.ts";

const wire: fc.Arbitrary<Wire> = fc.letrec<{ wire: Wire }>((tie) => ({
  wire: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false, "", "\ufeff", "😀"),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    fc.string({ unit: "grapheme" }),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie("wire"), { maxLength: 30 }),
  ),
})).wire;

function failure(bytes: unknown): string {
  try {
    decodeFrame(bytes as Uint8Array);
  } catch (error) {
    return error instanceof MarketplaceError ? `${error.code} ${error.message}` : `not ours: ${String(error)}`;
  }
  return "nothing";
}

const hex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));

describe("decodeFrame(encodeFrame(wire))", () => {
  test("is the same value", () => {
    fc.assert(
      fc.property(wire, (value) => {
        expect(decodeFrame(encodeFrame(value))).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  test("gives payload as a view of the frame, and plain bytes where the frame is a Buffer", () => {
    for (const length of [1, 23, 24, 255, 256, 65_535, 65_536, 500_000]) {
      const payload = new Uint8Array(length).fill(7);
      const frame = encodeFrame([2, 17, payload]);
      class Chunk extends Uint8Array {}
      for (const chunk of [frame, new Chunk(frame.buffer as ArrayBuffer, frame.byteOffset, frame.length)]) {
        const [, , read] = decodeFrame(chunk) as [number, number, Uint8Array];
        expect(read.buffer).toBe(frame.buffer);
        expect(read.constructor).toBe(Uint8Array);
        expect(equalTerms(read, payload)).toBe(true);
      }
    }
  });
});

describe("decodeFrame(bytes) refuses", () => {
  const frames: readonly (readonly [string, unknown])[] = [
    ["text", "[]"],
    ["nothing", hex("")],
    ["two values", hex("0101")],
    ["a map", hex("a0")],
    ["a tag", hex("c101")],
    ["undefined", hex("f7")],
    ["NaN", hex("f97e00")],
    ["an infinity", hex("f97c00")],
    ["an integer that is not exact", hex("1bffffffffffffffff")],
    ["a number in more bytes than it needs", hex("1801")],
    ["a length in more bytes than it needs", hex("580101")],
    ["a length of eight bytes", hex("5b0000000000000001ff")],
    ["a reserved length", hex("5c")],
    ["bytes that are not there", hex("5affffffff00")],
    ["a length that is cut off", hex("59ff")],
    ["text that is not UTF-8", hex("62c328")],
    ["an array that ends too early", hex("830102")],
    ["an array said to be endless", hex("9affffffff01")],
    ["an array of no fixed length", hex("9f01ff")],
    ["bytes of no fixed length", hex("5f4101ff")],
    ["a break", hex("ff")],
    ["a simple value", hex("f0")],
    ["arrays in one another", new Uint8Array(1000).fill(0x81)],
    ["more than 1 MiB", new Uint8Array(MAX_FRAME + 1)],
  ];
  test.each(frames)("%s: BAD_FRAME", (_what, bytes) => {
    expect(failure(bytes)).toMatch(/^BAD_FRAME frame: /);
  });

  test("a good frame after a bad one is read as ever", () => {
    failure(hex("83820102"));
    expect(decodeFrame(encodeFrame([1, [2], []]))).toEqual([1, [2], []]);
  });
});

describe("nothing but BAD_FRAME is thrown by", () => {
  const readers = { readAsk, readTell };
  test.each([
    ["readAsk", asks],
    ["readTell", tells],
  ] as const)("decodeFrame(bytes) and %s(item), whatever comes", (reader, corpus) => {
    const fuzzer = new Fuzzer(seededRandom(1), corpus);
    const codes = new Set<string>();
    let vocabulary = new Vocabulary();
    let taken = 0;
    for (let i = 0; i < 5000; i++) {
      if (i % 100 === 0) vocabulary = new Vocabulary();
      try {
        for (const item of itemsOf(decodeFrame(fuzzer.bytes()))) readers[reader](item, vocabulary);
        taken++;
      } catch (error) {
        codes.add(error instanceof MarketplaceError ? error.code : String(error));
      }
    }
    expect([...codes]).toEqual(["BAD_FRAME"]);
    // Some are as good as any.
    expect(taken).toBeGreaterThan(300);
  });
});
